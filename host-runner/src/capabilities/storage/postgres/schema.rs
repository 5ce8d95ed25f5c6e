//! The tables: made where there are none.

use super::connect::{OpenError, client};
use super::failure::failed;
use deadpool_postgres::Pool;
use tokio_postgres::IsolationLevel;

/// The format of the tables that this program knows.
pub(super) const FORMAT: i32 = 1;

/// The lock under which hosts that start together make them once.
const LOCK: i64 = 0x5354_414d_5043_5244;

/// Makes the tables where there are none, and looks whether they are of the known format.
pub(super) async fn ready(pool: Pool) -> Result<(), OpenError> {
    let client = client(&pool).await;
    let mut client = client.map_err(|error| OpenError::Unreachable(error.to_string()))?;
    let tables = |error: &tokio_postgres::Error| OpenError::Tables(failed(error).to_string());
    let format = async {
        // Whatever is usual there: behind the lock it has to see what the host before it made.
        let begin = client.build_transaction();
        let begin = begin.isolation_level(IsolationLevel::ReadCommitted);
        let transaction = begin.start().await?;
        let lock = "SELECT pg_advisory_xact_lock($1)";
        transaction.execute(lock, &[&LOCK]).await?;
        let there = "SELECT to_regclass('stampcard_format') IS NOT NULL";
        let there: bool = transaction.query_one(there, &[]).await?.try_get(0)?;
        if !there {
            transaction
                .batch_execute(include_str!("schema.sql"))
                .await?;
        }
        let format = "SELECT format FROM stampcard_format";
        let format: i32 = transaction.query_one(format, &[]).await?.try_get(0)?;
        transaction.commit().await?;
        Ok(format)
    };
    match format.await.map_err(|error| tables(&error))? {
        FORMAT => Ok(()),
        other => Err(OpenError::Format(other)),
    }
}

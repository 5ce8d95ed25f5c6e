//! Forgets deleted keys, once nobody can hold what he read of them.

use super::connect::client;
use crate::capabilities::storage::REMAINS_KEPT;
use deadpool_postgres::Pool;
use std::time::Duration;

/// How often it looks.
const PAUSE: Duration = Duration::from_secs(600);

/// Rows of one statement.
const PAGE: i64 = 5_000;

/// Rows that another host is at are left to it.
const FORGET: &str = "DELETE FROM stampcard_rows WHERE ctid = ANY (ARRAY(
         SELECT ctid FROM stampcard_rows WHERE deleted_at < now() - make_interval(secs => $1) LIMIT $2 FOR UPDATE SKIP LOCKED
     ))";

/// Looks again and again. What fails is done the next time; whether the database answers is seen by commands.
pub(super) async fn watch(pool: Pool) {
    let mut often = tokio::time::interval(PAUSE);
    loop {
        often.tick().await;
        while let Some(PAGE..) = forget(&pool, REMAINS_KEPT).await {}
    }
}

/// Forgets a page of what was deleted so long ago; how many.
async fn forget(pool: &Pool, kept: Duration) -> Option<i64> {
    let client = client(pool).await.ok()?;
    let statement = client.prepare_cached(FORGET).await.ok()?;
    let rows = client
        .execute(&statement, &[&kept.as_secs_f64(), &PAGE])
        .await
        .ok()?;
    i64::try_from(rows).ok()
}

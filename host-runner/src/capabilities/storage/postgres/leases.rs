//! Whose turn it is, by the server's clock.

use super::rows::{Parameters, ask};
use crate::capabilities::Merchant;
use crate::capabilities::storage::{Error, Lease};
use deadpool_postgres::Pool;
use std::time::Duration;

const TAKE: &str = "INSERT INTO stampcard_leases AS l (merchant, holder, until)
     VALUES ($1, $2, clock_timestamp() + make_interval(secs => $3))
     ON CONFLICT (merchant) DO UPDATE SET holder = excluded.holder, until = excluded.until
     WHERE l.holder = excluded.holder OR l.until <= clock_timestamp() RETURNING true";

const GIVE_BACK: &str = "DELETE FROM stampcard_leases WHERE merchant = $1 AND holder = $2";

/// Takes a lease, or has it go on. To take it twice is to take it.
pub(super) async fn take(
    pool: Pool,
    merchant: Merchant,
    holder: String,
    time: Duration,
) -> Result<Lease, Error> {
    let parameters: Parameters<'_> = &[&merchant.as_str(), &holder, &time.as_secs_f64()];
    let taken = ask(&pool, TAKE, parameters).await?;
    Ok(if taken.is_empty() {
        Lease::Other
    } else {
        Lease::Own
    })
}

/// Gives a lease back.
pub(super) async fn give_back(pool: Pool, merchant: Merchant, holder: String) -> Result<(), Error> {
    let parameters: Parameters<'_> = &[&merchant.as_str(), &holder];
    ask(&pool, GIVE_BACK, parameters).await.map(drop)
}

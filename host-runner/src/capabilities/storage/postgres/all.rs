//! All merchants and their marks.

use super::failure::failed;
use super::rows::{Parameters, ask, text};
use crate::capabilities::Merchant;
use crate::capabilities::storage::Error;
use deadpool_postgres::Pool;
use std::collections::{BTreeMap, BTreeSet};

/// Finds the next one by the index, over all keys of the one before. Deleted keys count for nothing.
const MERCHANTS: [&str; 2] = [
    "SELECT merchant FROM stampcard_rows WHERE merchant > $1 AND deleted_at IS NULL ORDER BY merchant, key LIMIT 1",
    "SELECT merchant FROM stampcard_marks WHERE merchant > $1 ORDER BY merchant, name LIMIT 1",
];

const MARKS: &str = "SELECT name, value FROM stampcard_marks WHERE merchant = $1";

/// All merchants that have a key or a mark.
pub(super) async fn merchants(pool: Pool) -> Result<Vec<Merchant>, Error> {
    let mut found = BTreeSet::new();
    for statement in MERCHANTS {
        let mut last = String::new();
        loop {
            let parameters: Parameters<'_> = &[&last];
            let rows = ask(&pool, statement, parameters).await?;
            let Some(row) = rows.first() else {
                break;
            };
            last = row.try_get(0).map_err(|error| failed(&error))?;
            found.extend(Merchant::stored(&last));
        }
    }
    Ok(found.into_iter().collect())
}

/// A merchant's marks by name.
pub(super) async fn marks(
    pool: Pool,
    merchant: Merchant,
) -> Result<BTreeMap<String, String>, Error> {
    let rows = ask(&pool, MARKS, &[&merchant.as_str()]).await?;
    let one = |row: &tokio_postgres::Row| {
        let name = row.try_get(0).map_err(|error| failed(&error))?;
        let value = row.try_get(1).map_err(|error| failed(&error))?;
        Ok((name, text(value)?))
    };
    rows.iter().map(one).collect()
}

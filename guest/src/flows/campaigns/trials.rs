//! What was sent in to a draft, which counts for nothing.

use super::super::scope::{Scope, Stop};
use crate::domain::ids::Id;
use crate::records::keys;

/// Rows that are read at once.
const PAGE: u32 = 200;

/// Records that a command may write beside them.
const ROOM: usize = 20;

/// Discards what was sent in to a draft: when it is published, and when it is deleted.
///
/// # Errors
/// Those of the storage; [`Stop::Again`] after a portion was committed.
pub(super) fn discard(scope: &mut Scope<'_>, draft: &Id) -> Result<(), Stop> {
    let prefix = keys::campaign_trials(draft);
    let mut after: Option<String> = None;
    loop {
        let range = keys::under(&prefix, after.as_deref(), PAGE);
        let rows = scope.work.scan(&range)?;
        let more = u32::try_from(rows.len()).is_ok_and(|rows| rows == PAGE);
        for row in rows {
            scope.work.delete(row.key.clone());
            if scope.is_full(ROOM) {
                return Err(scope.portion()?);
            }
            after = Some(row.key);
        }
        if !more {
            return Ok(());
        }
    }
}

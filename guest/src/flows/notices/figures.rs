//! What a merchant's notices came to, read in portions (decision 15).

use super::super::scope::{Scope, Stop};
use crate::domain::notice::{Figure, Notice, add};
use crate::domain::report::Month;
use crate::records::{codec, keys};

/// Notices of a portion.
const PAGE: u32 = 1_000;

/// The figures of the next portion of all notices, of those that were made in the months asked for, and the place behind
/// which the next portion begins.
///
/// # Errors
/// Those of the storage.
pub fn figures(
    scope: &mut Scope<'_>,
    (first, last): (Option<Month>, Option<Month>),
    after: Option<&str>,
) -> Result<(Vec<Figure>, Option<String>), Stop> {
    let after = after.map(|after| format!("{}{after}", keys::NOTICES));
    let rows = scope
        .work
        .scan(&keys::under(keys::NOTICES, after.as_deref(), PAGE))?;
    let zone = scope.merchant.zone;
    let mut figures = Vec::new();
    for row in &rows {
        let notice: Notice = codec::decode(&row.key, &row.value)?;
        let month = Month::of(notice.made, zone);
        if first.is_none_or(|first| first <= month) && last.is_none_or(|last| month <= last) {
            add(&mut figures, &notice, zone);
        }
    }
    let full = u32::try_from(rows.len()).is_ok_and(|rows| rows == PAGE);
    let last = rows.last().filter(|_| full);
    let next = last.and_then(|row| row.key.strip_prefix(keys::NOTICES));
    Ok((figures, next.map(str::to_owned)))
}

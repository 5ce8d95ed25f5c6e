//! The configurations that were applied.

use crate::domain::instant::Instant;
use crate::ports::{Ports, Range};
use crate::records::state::Configuration;
use crate::records::{Work, codec, keys};
use crate::reject::Reject;

/// Configurations with their numbers, when they were applied and how many bytes their documents have, and the number below which the
/// next page begins.
pub type Page = (Vec<(u32, Instant, usize)>, Option<u32>);

/// A page of them, those applied last first.
///
/// # Errors
/// Those of the storage.
pub fn history(ports: &dyn Ports, before: Option<u32>, limit: u32) -> Result<Page, Reject> {
    let end = match before {
        Some(number) => keys::configuration(number),
        None => keys::end_of(keys::CONFIGURATIONS),
    };
    let rows = Work::new(ports).scan(&Range {
        start: keys::CONFIGURATIONS.to_owned(),
        end,
        limit,
        backward: true,
    })?;
    let read = rows.iter().map(|row| {
        let past: Configuration = codec::decode(&row.key, &row.value)?;
        Ok((past.number, past.at, past.document.text().len()))
    });
    let page = read.collect::<Result<Vec<_>, Reject>>()?;
    let last = page.last().map(|(number, ..)| *number);
    let full = u32::try_from(page.len()).is_ok_and(|count| count == limit);
    Ok((page, last.filter(|last| full && *last > 1)))
}

/// One of them.
///
/// # Errors
/// [`Reject::Invalid`] for a number that there is not, and those of the storage.
pub fn past(ports: &dyn Ports, number: u32) -> Result<Configuration, Reject> {
    let found = Work::new(ports).get(&keys::configuration(number))?;
    found.ok_or_else(|| Reject::invalid("/number", number, "one that merchant.history lists"))
}

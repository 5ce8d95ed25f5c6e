//! The end of points that somebody gave a date.

use super::calendar_date;
use super::instant::Instant;
use super::zone::Zone;
use chrono::NaiveDate;
use serde::Serialize;

/// When points end, as it was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Until {
    /// At this instant.
    At(Instant),
    /// As this local date ends.
    EndOf(#[serde(serialize_with = "calendar_date::serialize")] NaiveDate),
}

/// When points end, as lots keep it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    /// The first instant at which they are usable no more.
    pub at: Instant,
    /// Whether a local day ends then, so that the day before is their last.
    pub ends_day: bool,
}

impl Until {
    /// The end in a zone; none after 9999.
    #[must_use]
    pub fn end(self, zone: Zone) -> Option<End> {
        let (at, ends_day) = match self {
            Self::At(at) => (at, false),
            Self::EndOf(date) => (zone.start_of(date.succ_opt()?)?, true),
        };
        Some(End { at, ends_day })
    }
}

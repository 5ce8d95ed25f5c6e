//! How far back a campaign's issue dates may reach: as far as the platform lists what is on a carrier.

use chrono::{Datelike, Months, NaiveDate};

/// How the months back are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Counting {
    /// This month is the first of them, as the platform counts.
    #[default]
    Inclusive,
    /// This month is not counted: one month more. The platform may not list what is so old.
    Exclusive,
}

/// The earliest day of issue that may be chosen on `today`, the local date of publishing.
///
/// It is the first day of the ninth month counted back in odd months and of the eighth in even ones, which is always the
/// beginning of a period.
#[must_use]
pub fn earliest_issue_date(today: NaiveDate, counting: Counting) -> NaiveDate {
    let back = if today.month() % 2 == 1 { 8 } else { 7 };
    let more = match counting {
        Counting::Inclusive => 0,
        Counting::Exclusive => 1,
    };
    let first = today.with_day(1).unwrap_or(today);
    first
        .checked_sub_months(Months::new(back + more))
        .unwrap_or(NaiveDate::MIN)
}

//! Keys of what time does: what is due on accounts, and what lapses on a date.

use super::{escaped, unescaped};
use crate::domain::calendar_date;
use crate::domain::coupon::code::Code;
use crate::domain::digits;
use crate::domain::ids::Id;
use crate::domain::instant::Instant;
use crate::pieces::joined;
use chrono::NaiveDate;

/// When something is due on a member's accounts: `due/2027-03-01T01:30:00.000000000Z/mei`.
#[must_use]
pub fn due(at: Instant, member: &Id) -> String {
    joined(&[DUES, &at.sortable(), "/", &escaped(member)])
}

/// All that is due, ever.
pub const DUES: &str = "due/";

/// That points of a member lapse on a local date, perhaps: `ahead/2027-03-01/mei`.
#[must_use]
pub fn ahead(day: NaiveDate, member: &Id) -> String {
    joined(&[&ahead_on(day), escaped(member).as_ref()])
}

/// All members whose points lapse on a local date: `ahead/2027-03-01/`.
#[must_use]
pub fn ahead_on(day: NaiveDate) -> String {
    joined(&[AHEAD, digits::text(&calendar_date::text_of(day)), "/"])
}

/// All dates on which points lapse.
pub const AHEAD: &str = "ahead/";

/// That a member's coupon lapses on a local date: `coupon-ahead/2027-03-01/mei/7H2K-…`.
#[must_use]
pub fn coupon_ahead(day: NaiveDate, member: &Id, code: Code) -> String {
    format!("{}{code}", coupons_ahead_of(day, member))
}

/// A member's coupons that lapse on a local date: `coupon-ahead/2027-03-01/mei/`.
#[must_use]
pub fn coupons_ahead_of(day: NaiveDate, member: &Id) -> String {
    joined(&[&coupons_ahead_on(day), escaped(member).as_ref(), "/"])
}

/// All coupons that lapse on a local date: `coupon-ahead/2027-03-01/`.
#[must_use]
pub fn coupons_ahead_on(day: NaiveDate) -> String {
    let day = calendar_date::text_of(day);
    joined(&[COUPONS_AHEAD, digits::text(&day), "/"])
}

/// All dates on which coupons lapse.
pub const COUPONS_AHEAD: &str = "coupon-ahead/";

/// Whose accounts a key of the index of dues tells of.
#[must_use]
pub fn due_of(key: &str) -> Option<Id> {
    let (_, member) = key.strip_prefix(DUES)?.split_at_checked(SORTABLE)?;
    unescaped(member.strip_prefix('/')?)
}

/// Bytes of a moment in a key.
const SORTABLE: usize = "2027-03-01T01:30:00.000000000Z".len();

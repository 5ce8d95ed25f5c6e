//! Whether leads lie within the lives of what they warn of. Nothing is noticed before it was granted, so that a lead which is
//! longer than any life would never come to a notice.

use super::super::{Activation, Expiry, Life, Merchant, Programme, Validity};
use crate::domain::dates::expires_at;
use crate::domain::notice::Lead;
use crate::domain::zone::Zone;
use chrono::{Days, NaiveDate};

/// Whether points of some programme live so long; true where none lapse by themselves.
pub(super) fn of_points(merchant: &Merchant, lead: Lead) -> bool {
    let programmes = merchant.programmes.values();
    let mut lapsing = programmes
        .filter(|it| it.expiry != Expiry::Never)
        .peekable();
    lapsing.peek().is_none() || lapsing.any(|it| in_life(it, merchant.zone, lead))
}

/// Whether coupons of some template live so long; true where there is none.
pub(super) fn of_coupons(merchant: &Merchant, lead: Lead) -> bool {
    let mut templates = merchant.coupons.values();
    let in_life = |validity: &Validity| match validity {
        // They may be issued long before.
        Validity::Dates { .. } => true,
        Validity::Days { days } => starts().any(|date| reaches(lead, later(date, *days), date)),
    };
    merchant.coupons.is_empty() || templates.any(|it| in_life(&it.validity))
}

fn in_life(programme: &Programme, zone: Zone, lead: Lead) -> bool {
    let expiry = &programme.expiry;
    // Points may be granted so many days before their life begins.
    let wait = match (&programme.activation, programme.life_from) {
        (Activation::After(after), Life::Activation) => after.days,
        _ => 0,
    };
    let last = |start: NaiveDate| {
        // What begins in the course of a day may go with a later sweep than what begins with it.
        let late = zone.instant(start.and_hms_opt(23, 59, 59)?)?;
        let at = expires_at(expiry, late, zone)?;
        let day = zone.date(at);
        if expiry.ends_day() {
            day.pred_opt()
        } else {
            Some(day)
        }
    };
    starts().any(|start| {
        let granted = start.checked_sub_days(Days::new(u64::from(wait)));
        // What comes back with a refund may live longer.
        let grace = programme.refunds.grace_days;
        reaches(lead, last(start), granted.unwrap_or(start))
            || grace.is_some_and(|days| reaches(lead, later(start, days), start))
    })
}

/// Whether the lead of a last day is not before the grant. Beyond the calendar all is taken to be.
fn reaches(lead: Lead, day: Option<NaiveDate>, granted: NaiveDate) -> bool {
    day.and_then(|day| lead.before(day))
        .is_none_or(|date| date >= granted)
}

fn later(date: NaiveDate, days: u32) -> Option<NaiveDate> {
    date.checked_add_days(Days::new(u64::from(days)))
}

/// Each day of two years with a leap day among them: the longest life begins on one of them.
fn starts() -> impl Iterator<Item = NaiveDate> {
    let first = NaiveDate::from_ymd_opt(2027, 1, 1);
    first
        .into_iter()
        .flat_map(|first| first.iter_days().take(731))
}

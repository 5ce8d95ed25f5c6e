//! How often coupons of a template were used and issued, and the limits on it.

use super::super::calendar_date;
use super::super::config::{CouponLimits, Every};
use super::super::zone::Zone;
use super::issued::Use;
use crate::reading::Read;
use chrono::{Datelike, NaiveDate};
use serde::Serialize;

/// What is counted of a template for all members together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Totals {
    /// Coupons issued.
    pub issued: u64,
    /// Uses, reservations among them.
    pub uses: u64,
}

/// What is counted of a template for one member: uses in the local periods of the last one, and in all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct MemberUsage {
    /// Coupons issued to the member.
    pub issued: u64,
    /// The local date of the last use; none: there was none.
    #[serde(default, with = "calendar_date::option")]
    pub last: Option<NaiveDate>,
    /// Uses on that date.
    pub day: u64,
    /// Uses in its week from Monday.
    pub week: u64,
    /// Uses in its month.
    pub month: u64,
    /// Uses in its year.
    pub year: u64,
    /// Uses in all.
    pub ever: u64,
}

/// A limit that is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsedUp {
    /// `total`, `member`, `member-day`, `member-week`, `member-month`, `member-year`, `issued-total` or
    /// `issued-per-member`.
    pub limit: &'static str,
    /// What it permits.
    pub most: u32,
}

impl Totals {
    /// Counts a use.
    pub fn count(&mut self) {
        self.uses = self.uses.saturating_add(1);
    }

    /// Gives a use back.
    pub fn give_back(&mut self) {
        self.uses = self.uses.saturating_sub(1);
    }
}

impl MemberUsage {
    /// Counts a use.
    pub fn count(&mut self, one: &Use, zone: Zone) {
        *self = self.on(zone.date(one.at));
        for period in self.periods() {
            *period = period.saturating_add(1);
        }
    }

    /// Gives a use back, in those periods of the last use that it lies in.
    pub fn give_back(&mut self, one: &Use, zone: Zone) {
        let date = zone.date(one.at);
        let same = shared(date, self.last.unwrap_or(date));
        for (period, same) in self.periods().into_iter().zip(same) {
            if same {
                *period = period.saturating_sub(1);
            }
        }
    }

    /// This and what was counted of another member.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        let Some(last) = self.last.max(other.last) else {
            return Self {
                issued: self.issued.saturating_add(other.issued),
                ..self
            };
        };
        let (mut one, mut other) = (self.on(last), other.on(last));
        one.issued = one.issued.saturating_add(other.issued);
        for (period, more) in one.periods().into_iter().zip(other.periods()) {
            *period = period.saturating_add(*more);
        }
        one
    }

    /// As of `today`: periods that have ended since count nothing. A day before the last use's counts as that one.
    fn on(&self, today: NaiveDate) -> Self {
        let last = self.last.unwrap_or(today);
        let mut then = Self {
            last: Some(last.max(today)),
            ..*self
        };
        for (period, same) in then
            .periods()
            .into_iter()
            .zip(shared(last, last.max(today)))
        {
            if !same {
                *period = 0;
            }
        }
        then
    }

    fn periods(&mut self) -> [&mut u64; 5] {
        let Self {
            day,
            week,
            month,
            year,
            ever,
            ..
        } = self;
        [day, week, month, year, ever]
    }
}

/// Whether two dates share their day, week, month and year; and that they share all time.
fn shared(a: NaiveDate, b: NaiveDate) -> [bool; 5] {
    let year = a.year() == b.year();
    let week = a.iso_week() == b.iso_week();
    [a == b, week, year && a.month() == b.month(), year, true]
}

/// How many more uses the limits leave on the local date `today`, or the tightest limit if none; among equals the
/// first of total, member, period. None within: no limit. Weeks begin on Monday (spec: rules that hold everywhere, 11).
///
/// What an order has reserved is counted. Whoever asks anew for that order gives it back first.
///
/// # Errors
/// The limit that is reached.
pub fn uses_left(
    limits: &CouponLimits,
    totals: &Totals,
    member: Option<&MemberUsage>,
    today: NaiveDate,
) -> Result<Option<u32>, UsedUp> {
    let member = member.copied().unwrap_or_default().on(today);
    let (period, used) = match limits.period.map(|period| period.every) {
        None | Some(Every::Day) => ("member-day", member.day),
        Some(Every::Week) => ("member-week", member.week),
        Some(Every::Month) => ("member-month", member.month),
        Some(Every::Year) => ("member-year", member.year),
    };
    tightest([
        ("total", limits.total, totals.uses),
        ("member", limits.member, member.ever),
        (period, limits.period.map(|period| period.uses), used),
    ])
}

/// How many more coupons may be issued, to this member if there is one; as [`uses_left`].
///
/// # Errors
/// The limit that is reached.
pub fn issues_left(
    limits: &CouponLimits,
    totals: &Totals,
    member: Option<&MemberUsage>,
) -> Result<Option<u32>, UsedUp> {
    let per_member = limits.issued_per_member.filter(|_| member.is_some());
    let issued = member.map_or(0, |member| member.issued);
    tightest([
        ("issued-total", limits.issued_total, totals.issued),
        ("issued-per-member", per_member, issued),
    ])
}

fn tightest<const N: usize>(
    looks: [(&'static str, Option<u32>, u64); N],
) -> Result<Option<u32>, UsedUp> {
    let mut left: Option<u32> = None;
    for (limit, most, used) in looks {
        let Some(most) = most else { continue };
        let room = u32::try_from(u64::from(most).saturating_sub(used)).unwrap_or(most);
        if room == 0 {
            return Err(UsedUp { limit, most });
        }
        left = Some(left.map_or(room, |left| left.min(room)));
    }
    Ok(left)
}

#[cfg(test)]
mod tests {
    use super::super::super::config::PeriodUses;
    use super::super::samples::at;
    use super::*;

    fn one(text: &str) -> Use {
        Use {
            by: None,
            at: at(text),
        }
    }

    fn taipei() -> Zone {
        Zone::parse("Asia/Taipei").unwrap()
    }

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_limit_is_reached_and_a_release_gives_room_back() {
        let limits = CouponLimits {
            total: Some(2),
            member: Some(3),
            ..CouponLimits::default()
        };
        let (mut totals, mut member) = (Totals::default(), MemberUsage::default());
        let left = |totals: &Totals, member: &MemberUsage| {
            uses_left(&limits, totals, Some(member), date("2026-06-10"))
        };
        assert_eq!(left(&totals, &member), Ok(Some(2)));
        for _ in 0..2 {
            totals.count();
            member.count(&one("2026-06-10T00:00:00Z"), taipei());
        }
        let reached = UsedUp {
            limit: "total",
            most: 2,
        };
        assert_eq!(left(&totals, &member), Err(reached));
        totals.give_back();
        member.give_back(&one("2026-06-10T00:00:00Z"), taipei());
        assert_eq!(left(&totals, &member), Ok(Some(1)));
        assert_eq!((member.day, member.ever), (1, 1));
        let none = CouponLimits::default();
        assert_eq!(
            uses_left(&none, &totals, None, date("2026-06-10")),
            Ok(None)
        );
    }

    #[test]
    fn periods_are_local_and_weeks_begin_on_monday() {
        let every = |every| CouponLimits {
            period: Some(PeriodUses { every, uses: 1 }),
            ..CouponLimits::default()
        };
        let mut member = MemberUsage::default();
        // In Taipei it is Sunday 31 May, 23:59:59.
        member.count(&one("2026-05-31T15:59:59Z"), taipei());
        let open = |kind, today: &str| {
            uses_left(&every(kind), &Totals::default(), Some(&member), date(today)).is_ok()
        };
        for kind in [Every::Day, Every::Week, Every::Month, Every::Year] {
            assert!(!open(kind, "2026-05-31"));
            // The clock was set back.
            assert!(!open(kind, "2026-05-01"));
        }
        assert!(open(Every::Day, "2026-06-01"));
        assert!(open(Every::Week, "2026-06-01"));
        assert!(open(Every::Month, "2026-06-01"));
        assert!(!open(Every::Year, "2026-06-01") && open(Every::Year, "2027-01-01"));
    }

    #[test]
    fn a_use_is_given_back_in_the_periods_that_it_lies_in() {
        let mut member = MemberUsage::default();
        let (sunday, monday) = (one("2026-05-31T00:00:00Z"), one("2026-06-01T00:00:00Z"));
        member.count(&sunday, taipei());
        member.count(&monday, taipei());
        let counts = |member: &MemberUsage| {
            [
                member.day,
                member.week,
                member.month,
                member.year,
                member.ever,
            ]
        };
        assert_eq!(counts(&member), [1, 1, 1, 2, 2]);
        member.give_back(&sunday, taipei());
        assert_eq!(counts(&member), [1, 1, 1, 1, 1]);
        member.give_back(&monday, taipei());
        assert_eq!(counts(&member), [0; 5]);
    }

    #[test]
    fn issues_have_limits_of_their_own() {
        let limits = CouponLimits {
            issued_total: Some(10),
            issued_per_member: Some(1),
            ..CouponLimits::default()
        };
        let totals = Totals { issued: 9, uses: 0 };
        let member = MemberUsage::default();
        assert_eq!(issues_left(&limits, &totals, Some(&member)), Ok(Some(1)));
        let member = MemberUsage {
            issued: 1,
            ..member
        };
        let found = issues_left(&limits, &totals, Some(&member)).unwrap_err();
        assert_eq!((found.limit, found.most), ("issued-per-member", 1));
        assert_eq!(issues_left(&limits, &totals, None), Ok(Some(1)));
        let full = Totals {
            issued: 10,
            ..totals
        };
        assert_eq!(
            issues_left(&limits, &full, None).unwrap_err().limit,
            "issued-total"
        );
    }
}

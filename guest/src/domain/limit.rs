//! Limits on what rules grant, counted by local calendar periods.

use super::amount::Amount;
use super::calendar_date;
use super::config::Limits;
use super::ids::Name;
use crate::reading::Read;
use crate::sorted_map::SortedMap;
use chrono::{Datelike, NaiveDate};
use serde::Serialize;

/// What one member was granted by one rule (or by a whole programme), in the periods that last
/// had a grant. Reversals don't lower it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Usage {
    /// The local date of the last grant; none: there was none.
    #[serde(default, with = "calendar_date::option")]
    pub last: Option<NaiveDate>,
    /// Granted on that date.
    pub day: Amount,
    /// Granted in its week.
    pub week: Amount,
    /// Granted in its month.
    pub month: Amount,
    /// Granted in its year.
    pub year: Amount,
    /// Granted in all.
    pub ever: Amount,
}

impl Usage {
    /// As of `today`: periods that have ended since count nothing. A day before the last grant's, as
    /// a birthday's may be, counts as that of the last grant.
    fn on(&self, today: NaiveDate) -> Self {
        let Some(last) = self.last.filter(|last| *last < today) else {
            return Self {
                last: Some(self.last.unwrap_or(today)),
                ..self.clone()
            };
        };
        let keep = |same: bool, amount: Amount| if same { amount } else { Amount::ZERO };
        Self {
            last: Some(today),
            day: Amount::ZERO,
            week: keep(last.iso_week() == today.iso_week(), self.week),
            month: keep(
                (last.year(), last.month()) == (today.year(), today.month()),
                self.month,
            ),
            year: keep(last.year() == today.year(), self.year),
            ever: self.ever,
        }
    }

    /// This and what was counted of another member.
    #[must_use]
    pub fn with(&self, other: &Self) -> Self {
        let last = self.last.max(other.last);
        let Some(last) = last else {
            return self.clone();
        };
        let (mut one, other) = (self.on(last), other.on(last));
        one.day += other.day;
        one.week += other.week;
        one.month += other.month;
        one.year += other.year;
        one.ever += other.ever;
        one
    }

    fn add(&mut self, points: Amount) {
        for period in [
            &mut self.day,
            &mut self.week,
            &mut self.month,
            &mut self.year,
            &mut self.ever,
        ] {
            *period += points;
        }
    }
}

/// What a counter counts for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Counter {
    /// One rule of a programme.
    Rule(Name, Name),
    /// A whole programme.
    Programme(Name),
}

/// The counters that a command needs: of one member, and the budgets.
#[derive(Clone, Debug, Default)]
pub struct Counters {
    /// By counter; those without a record are absent.
    pub members: SortedMap<Counter, Usage>,
    /// What each counter's budget has spent.
    pub budgets: SortedMap<Counter, Amount>,
}

/// The limit that cut an award, and what it left.
#[derive(Clone, Debug, PartialEq, Eq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Cap {
    /// Such as `member-month` or `budget`; of the programme: `programme-member-month`.
    pub limit: String,
    /// What it left, 0 or more.
    pub room: Amount,
}

/// How much of `wanted` the limits leave, and the tightest one that cut it.
#[must_use]
pub fn cut(
    wanted: Amount,
    limits: &Limits,
    counter: &Counter,
    counters: &Counters,
    in_order: Amount,
    today: NaiveDate,
) -> (Amount, Option<Cap>) {
    let used = counters
        .members
        .get(counter)
        .map(|usage| usage.on(today))
        .unwrap_or_default();
    let spent = counters.budgets.get(counter).copied().unwrap_or_default();
    let looks = [
        ("order", limits.order, in_order),
        ("member-day", limits.day, used.day),
        ("member-week", limits.week, used.week),
        ("member-month", limits.month, used.month),
        ("member-year", limits.year, used.year),
        ("member-ever", limits.ever, used.ever),
        ("budget", limits.budget, spent),
    ];
    let mut left = wanted;
    let mut cap = None;
    for (limit, most, used) in looks {
        let Some(most) = most else { continue };
        let room = (most - used).or_zero();
        if room < left {
            left = room;
            let whole = matches!(counter, Counter::Programme(_));
            let limit = if whole {
                format!("programme-{limit}")
            } else {
                limit.to_owned()
            };
            cap = Some(Cap { limit, room });
        }
    }
    (left, cap)
}

/// Counts a grant where the limits need it.
pub fn count(
    points: Amount,
    limits: &Limits,
    counter: &Counter,
    counters: &mut Counters,
    today: NaiveDate,
) {
    if limits.count_member() {
        let usage = counters.members.or_default(counter.clone());
        *usage = usage.on(today);
        usage.add(points);
    }
    if limits.budget.is_some() {
        *counters.budgets.or_default(counter.clone()) += points;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_end_by_the_local_calendar() {
        let date = |text: &str| text.parse::<NaiveDate>().unwrap();
        let mut usage = Usage::default().on(date("2026-12-31"));
        usage.add(Amount::whole(5));
        // A Friday in the same week, in another month and year.
        let next = usage.on(date("2027-01-01"));
        let shown = [next.day, next.week, next.month, next.year, next.ever];
        assert_eq!(shown, [0, 5, 0, 0, 5].map(Amount::whole));
        // The Monday after.
        assert_eq!(usage.on(date("2027-01-04")).week, Amount::ZERO);
        // The clock stepped back: the periods of the last grant still count.
        assert_eq!(usage.on(date("2026-12-30")).day, Amount::whole(5));
    }
}

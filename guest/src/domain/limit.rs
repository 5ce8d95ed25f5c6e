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
    /// The day that a grant counts for: not one before the last grant's, whatever the clock says, unless the grant is
    /// dated so.
    fn day(&self, today: NaiveDate, dated: bool) -> NaiveDate {
        let last = self.last.filter(|_| !dated);
        last.map_or(today, |last| last.max(today))
    }

    /// Its periods that are those of the last grant too.
    fn periods(&mut self, of: NaiveDate) -> [(&mut Amount, bool); 5] {
        let last = self.last.unwrap_or(of);
        let year = last.year() == of.year();
        [
            (&mut self.day, last == of),
            (&mut self.week, last.iso_week() == of.iso_week()),
            (&mut self.month, year && last.month() == of.month()),
            (&mut self.year, year),
            (&mut self.ever, true),
        ]
    }

    /// As of `today`: periods that the last grant's day is not in count nothing.
    fn on(&self, today: NaiveDate) -> Self {
        let mut usage = self.clone();
        for (amount, same) in usage.periods(today) {
            if !same {
                *amount = Amount::ZERO;
            }
        }
        usage.last = Some(today);
        usage
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

    /// Counts a grant of `today`. Of one before the last grant's day its periods that have ended are not kept.
    fn add(&mut self, points: Amount, today: NaiveDate) {
        if self.last.is_none_or(|last| last < today) {
            *self = self.on(today);
        }
        for (amount, same) in self.periods(today) {
            if same {
                *amount += points;
            }
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
    /// Whether the grant is dated before now, as a birthday's is.
    pub dated: bool,
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

/// How much of `wanted` the limits leave in whole `unit`s, and the tightest one that cut it. `in_order` was granted for
/// the same order before; none: it is for no order.
#[must_use]
pub fn cut(
    wanted: Amount,
    limits: &Limits,
    counter: &Counter,
    counters: &Counters,
    in_order: Option<Amount>,
    today: NaiveDate,
    unit: Amount,
) -> (Amount, Option<Cap>) {
    let used = counters
        .members
        .get(counter)
        .map(|usage| usage.on(usage.day(today, counters.dated)))
        .unwrap_or_default();
    let spent = counters.budgets.get(counter).copied().unwrap_or_default();
    let looks = [
        (
            "order",
            limits.order.filter(|_| in_order.is_some()),
            in_order.unwrap_or_default(),
        ),
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
        let room = (most - used).or_zero().floor_to(unit);
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
        let dated = counters.dated;
        let usage = counters.members.or_default(counter.clone());
        usage.add(points, usage.day(today, dated));
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
        let mut usage = Usage::default();
        usage.add(Amount::whole(5), date("2026-12-31"));
        // A Friday in the same week, in another month and year.
        let next = usage.on(date("2027-01-01"));
        let shown = [next.day, next.week, next.month, next.year, next.ever];
        assert_eq!(shown, [0, 5, 0, 0, 5].map(Amount::whole));
        // The Monday after.
        assert_eq!(usage.on(date("2027-01-04")).week, Amount::ZERO);
        // The clock stepped back: the periods of the last grant still count.
        let before = date("2026-12-30");
        assert_eq!(usage.day(before, false), date("2026-12-31"));
        // A grant dated before: it counts for the periods that both are in.
        assert_eq!(usage.on(usage.day(before, true)).day, Amount::ZERO);
        usage.add(Amount::whole(2), before);
        let shown = [usage.day, usage.week, usage.month, usage.year, usage.ever];
        assert_eq!(shown, [5, 7, 7, 7, 7].map(Amount::whole));
        assert_eq!(usage.last, Some(date("2026-12-31")));
    }
}

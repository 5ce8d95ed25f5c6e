//! Changes of clocks that come back every year, as the rule behind them: the first Sunday on or after 25 March, an hour after
//! that day begins in UTC. Nearly all that is known of the years to come is of this kind.

use super::{Change, FIRST, UNIT};
use chrono::{DateTime, Datelike, NaiveDate, Timelike};

/// The fewest changes that are worth a rule: two of them are six changes long.
const FEWEST: usize = 12;

/// The last year that the crate knows. A rule must hold until then.
const LAST: i32 = 2099;

/// Every year's two changes, the earlier one in a year first.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Yearly {
    /// The first change that it tells, in seconds of UTC.
    from: i64,
    rules: [Rule; 2],
}

/// A change on the first such weekday on or after a date.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Rule {
    month: u32,
    day: u32,
    /// Days after Sunday.
    weekday: u32,
    /// Seconds after that day begins in UTC.
    at: u32,
    /// The offset that it leads to, in units.
    offset: i64,
}

/// Takes those of the changes that a rule tells, but for the first of them, from the end.
pub(crate) fn take(changes: &mut Vec<Change>) -> Option<Yearly> {
    let last = changes.last().and_then(|last| moment(last.0))?;
    if last.0.year() != LAST {
        return None;
    }
    let tails = (0..changes.len().saturating_sub(FEWEST)).map(|start| changes.split_at(start).1);
    let (start, rule) = tails.enumerate().find_map(|(start, tail)| {
        let rule = told(tail)?;
        Some((start, rule))
    })?;
    changes.truncate(start + 1);
    Some(rule)
}

/// The rule that tells all of these.
fn told(changes: &[Change]) -> Option<Yearly> {
    let one = rule(changes.iter().step_by(2))?;
    let other = rule(changes.iter().skip(1).step_by(2))?;
    let mut rules = [one, other];
    rules.sort_unstable();
    // A year's changes are looked for by its number in UTC, so none may come near its ends.
    let within = rules.iter().all(|rule| (2..12).contains(&rule.month));
    let from = FIRST + changes.first()?.0 * UNIT;
    within.then_some(Yearly { from, rules })
}

/// The rule of changes that are a year apart.
fn rule<'a>(changes: impl Iterator<Item = &'a Change> + Clone) -> Option<Rule> {
    let (first, at) = moment(changes.clone().next()?.0)?;
    let dates = changes.clone().map(|change| moment(change.0));
    let (month, day) = dates
        .flatten()
        .map(|(it, _)| (it.month(), it.day()))
        .min()?;
    let rule = Rule {
        month,
        day,
        weekday: first.weekday().num_days_from_sunday(),
        at,
        offset: changes.clone().next()?.1,
    };
    let years = first.year()..;
    let holds = years.zip(changes).all(|(year, change)| {
        rule.date(year).zip(Some(rule.at)) == moment(change.0) && change.1 == rule.offset
    });
    holds.then_some(rule)
}

/// The date and the second of a change, in UTC.
fn moment(units: i64) -> Option<(NaiveDate, u32)> {
    let moment = DateTime::from_timestamp(FIRST + units * UNIT, 0)?.naive_utc();
    Some((moment.date(), moment.num_seconds_from_midnight()))
}

impl Rule {
    fn date(&self, year: i32) -> Option<NaiveDate> {
        let first = NaiveDate::from_ymd_opt(year, self.month, self.day)?;
        let days = (7 + self.weekday - first.weekday().num_days_from_sunday()) % 7;
        first.checked_add_days(chrono::Days::new(days.into()))
    }
}

impl Yearly {
    /// The static's name.
    pub(crate) fn name(&self) -> String {
        let [one, other] = &self.rules;
        let name = |rule: &Rule| {
            let sign = if rule.offset < 0 { "M" } else { "P" };
            let date = [rule.month, rule.day, rule.weekday, rule.at].map(|it| format!("_{it}"));
            format!("{}_{sign}{}", date.concat(), rule.offset.abs())
        };
        format!("Y{}{}{}", self.from, name(one), name(other))
    }

    /// The static.
    pub(crate) fn source(&self) -> String {
        let rules = self.rules.each_ref().map(|rule| {
            let Rule {
                month,
                day,
                weekday,
                at,
                offset,
            } = rule;
            format!("Rule {{ month: {month}, day: {day}, weekday: {weekday}, at: {at}, offset: {offset} }}")
        });
        format!(
            "static {}: Yearly = Yearly {{ from: {}, rules: [{}] }};",
            self.name(),
            self.from,
            rules.join(", ")
        )
    }
}

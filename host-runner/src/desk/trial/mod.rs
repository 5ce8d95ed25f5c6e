//! New rules tried on what was recorded: what the orders of some days would have been granted.
//!
//! The plugin judges (`points.try-orders`) and remembers (`points.recorded-orders`); here the one is asked about the other, in batches,
//! and both are compared. Nothing is stored.

mod batches;
mod recorded;
mod tally;
#[cfg(test)]
mod tests;

pub use tally::{ByProgramme, ByRule};

use super::Error;
use super::ask::{ask, zone};
use crate::call::Subject;
use crate::scenario::time::{resolve, rfc3339};
use batches::{Batches, batches};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use recorded::Report;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tally::Tally;

/// Days that are looked at where none are named.
const USUAL_DAYS: u64 = 7;

/// Which days are asked for, in the merchant's zone; both are looked at whole.
#[derive(Clone, Copy, Debug, Default)]
pub struct Span {
    /// The first one; none: the seventh day up to the last one.
    pub from: Option<NaiveDate>,
    /// The last one; none: yesterday.
    pub to: Option<NaiveDate>,
}

/// What came of it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Trial {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// Orders that reached a state on those days.
    pub orders: u64,
    /// How often they did.
    pub reports: u64,
    /// Orders that were looked at to find them: all that there are.
    pub looked_at: u64,
    /// Calls that the orders were tried in. Budgets begin anew with each.
    pub batches: u64,
    /// Members with so many orders that their own limits began anew, too.
    pub split_members: u64,
    /// Reports of members at a level that the new rules have not; they were tried at the base level.
    pub other_tiers: u64,
    /// By programme.
    pub programmes: Vec<ByProgramme>,
}

/// Tries the rules of a document on the orders of some days. `now` is the instant that days are counted from where none are named.
///
/// # Errors
/// [`Error::Form`] for days that can't be; [`Error::Refused`] for a document that is wrong, with its faults; the others as they say.
pub fn try_rules(
    subject: &mut dyn Subject,
    document: &str,
    span: Span,
    now: DateTime<Utc>,
) -> Result<Trial, Error> {
    let zone = zone(subject)?;
    let (from, to) = days(span, now.with_timezone(&zone).date_naive())?;
    // A document that is wrong is told of before all orders are read.
    let request = json!({ "document": document });
    ask(subject, "merchant.terms", Some(request))?;
    let start = |day: NaiveDate| resolve(day.and_time(NaiveTime::MIN), zone, false);
    let behind = to.succ_opt().ok_or_else(out_of_calendar)?;
    let since = start(from);
    let (mut reports, looked_at) = recorded::read(subject, since, start(behind))?;
    let other_tiers = known_tiers(document, &mut reports);
    let Batches { calls, split } = batches(&reports, since);
    let mut tally = Tally::default();
    for report in &reports {
        tally.was(report);
    }
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let mut asked = 0;
    for call in &calls {
        let orders: Vec<Value> = call.iter().map(|one| one.request(&reports)).collect();
        let request = json!({ "document": document, "orders": orders });
        let answer = ask(subject, "points.try-orders", Some(request))?;
        let tried: Vec<recorded::Tried> = recorded::read_as("points.try-orders", answer)?;
        if tried.len() != call.len() {
            return Err(Error::Answer {
                function: "points.try-orders".to_owned(),
                problem: format!(
                    "{} orders were asked and {} answered",
                    call.len(),
                    tried.len()
                ),
            });
        }
        for (one, tried) in call.iter().zip(&tried) {
            if let Some(report) = one.counted(&reports) {
                tally.would(report, &tried.grants);
            }
        }
        asked += 1;
    }
    Ok(Trial {
        from,
        to,
        orders: tally.orders(),
        reports: count(reports.len()),
        looked_at,
        batches: asked,
        split_members: count(split),
        other_tiers,
        programmes: tally.programmes(),
    })
}

/// The first and the last day.
fn days(span: Span, today: NaiveDate) -> Result<(NaiveDate, NaiveDate), Error> {
    let to = span.to.or_else(|| today.pred_opt());
    let to = to.ok_or_else(out_of_calendar)?;
    let from = span
        .from
        .or_else(|| to.checked_sub_days(Days::new(USUAL_DAYS - 1)));
    let from = from.ok_or_else(out_of_calendar)?;
    if from > to {
        return Err(Error::Form(format!(
            "the first day, {from}, lies behind the last one, {to}"
        )));
    }
    Ok((from, to))
}

fn out_of_calendar() -> Error {
    Error::Form("the days lie beyond the calendar".to_owned())
}

/// Takes away tiers that the document has not, where it has levels; how many reports that were.
fn known_tiers(document: &str, reports: &mut [Report]) -> u64 {
    let document: Value = serde_json::from_str(document).unwrap_or_default();
    let Some(levels) = document.pointer("/tiers/levels").and_then(Value::as_array) else {
        return 0;
    };
    let names = levels.iter().filter_map(|level| level.get("name"));
    let names: BTreeSet<&str> = names.filter_map(Value::as_str).collect();
    let mut others = 0;
    for report in reports {
        let tier = &mut report.tried.tier;
        if tier.as_deref().is_some_and(|tier| !names.contains(tier)) {
            *tier = None;
            others += 1;
        }
    }
    others
}

/// An instant as requests carry it.
fn instant(at: DateTime<Utc>) -> Value {
    Value::from(rfc3339(at))
}

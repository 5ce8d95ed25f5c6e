//! The interface `invoices`.

mod conditions;
mod reading;
mod verdicts;

pub(super) use verdicts::finding;

use super::Answer;
use super::check::{Check, whole};
use crate::bindings::exports::stampcard::plugin::invoices as wit;
use crate::domain::zone::Zone;
use crate::ports::Ports;
use chrono::NaiveDate;
use stampcard_invoice::calendar::{self, Counting};
use stampcard_invoice::judging::{Conditions, Folded, judge as judged};
use stampcard_invoice::reading::Settings;

/// Uploads and invoices of one request, at most.
const MANY: usize = 1_000;

/// `invoices.read`.
///
/// # Errors
/// Those that the interface names.
pub fn read(ports: &dyn Ports, request: &wit::ReadRequest) -> Answer<Vec<Vec<wit::ReadInvoice>>> {
    let mut check = Check::default();
    check.count(&"/sent", request.sent.len(), 1, MANY);
    let today = today(ports, &mut check, request.today.as_deref());
    let today = whole(check, today)?;
    let settings = Settings::on(today);
    let mut check = Check::default();
    let mut found = Vec::with_capacity(request.sent.len());
    for (place, sent) in request.sent.iter().enumerate() {
        found.push(reading::read(&mut check, place, sent, &settings));
    }
    Ok(whole(check, Some(found))?)
}

/// `invoices.judge`.
///
/// # Errors
/// Those that the interface names.
pub fn judge(_: &dyn Ports, request: &wit::JudgeRequest) -> Answer<Vec<wit::Verdict>> {
    let mut check = Check::default();
    check.count(&"/invoices", request.invoices.len(), 1, MANY);
    let terms = conditions::terms(&mut check, "/conditions", &request.conditions);
    check.done()?;
    let mut check = Check::default();
    let conditions = match Conditions::new(&terms, None) {
        Ok(conditions) => Some(conditions),
        Err(faults) => {
            conditions::tell(&mut check, "/conditions", &faults);
            None
        }
    };
    let conditions = whole(check, conditions)?;
    let brief = request.brief.unwrap_or(false);
    let mut check = Check::default();
    let mut verdicts = Vec::with_capacity(request.invoices.len());
    for (place, invoice) in request.invoices.iter().enumerate() {
        if let Some(evidence) = conditions::evidence(&mut check, place, invoice) {
            let verdict = judged(&conditions, &Folded::new(&evidence));
            verdicts.push(verdicts::shown(&verdict, &request.conditions, brief));
        }
    }
    Ok(whole(check, Some(verdicts))?)
}

/// `invoices.earliest-issue-date`.
///
/// # Errors
/// Those that the interface names.
pub fn earliest_issue_date(
    ports: &dyn Ports,
    request: &wit::EarliestRequest,
) -> Answer<wit::Earliest> {
    let mut check = Check::default();
    let today = today(ports, &mut check, request.today.as_deref());
    let today = whole(check, today)?;
    let counting = if request.exclusive.unwrap_or(false) {
        Counting::Exclusive
    } else {
        Counting::Inclusive
    };
    Ok(wit::Earliest {
        date: calendar::earliest_issue_date(today, counting).to_string(),
    })
}

/// The day that a request names, or today in Taiwan.
fn today(ports: &dyn Ports, check: &mut Check, named: Option<&str>) -> Option<NaiveDate> {
    match named {
        Some(text) => check.date(&"/today", text),
        None => Zone::parse("Asia/Taipei").map(|zone| zone.date(ports.now())),
    }
}

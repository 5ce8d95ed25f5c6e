//! The interface `reports`.

use super::check::Check;
use super::{Answer, entries, money};
use crate::bindings::exports::stampcard::plugin::reports as wit;
use crate::domain::calendar_date;
use crate::domain::ids::Name;
use crate::domain::report::{Month, Row};
use crate::flows::command::ask;
use crate::flows::reports as flow;
use crate::ports::Ports;

/// Bytes of a report that is not finished, at most: 5,000 rows with the longest names.
const NEXT_MAX: usize = 512 * 1024;

/// `reports.movements`.
///
/// # Errors
/// Those that the interface names.
pub fn movements(
    ports: &dyn Ports,
    request: &wit::MovementsRequest,
) -> Answer<wit::MovementsReport> {
    let mut check = Check::default();
    let months = months(
        &mut check,
        request.first.as_deref(),
        request.last.as_deref(),
    );
    let next = check.maybe_text(&"/next", request.next.as_deref(), NEXT_MAX);
    check.done()?;
    Ok(ask(ports, &[], |scope| {
        let programme = request.programme.as_deref();
        let (name, progress, more) = flow::movements(scope, programme, months, next.as_deref())?;
        let rows = progress.tally.rows();
        let movement = |row: &Row| {
            Some(wit::Movement {
                month: row.month?.to_string(),
                rule: row.rule.as_ref().map(Name::text),
                kind: entries::kind(row.kind?),
                points: row.points.text(),
            })
        };
        let shown = rows.iter().filter(|row| !more && !row.points.is_zero());
        let shown = shown.filter_map(movement);
        let breakage = progress.tally.breakage().filter(|_| !more);
        Ok(wit::MovementsReport {
            programme: name.text(),
            as_of: progress.as_of.into(),
            movements: shown.collect(),
            breakage: breakage.map(|share| share.text()),
            next: more.then(|| progress.text()),
        })
    })?)
}

/// `reports.liability`.
///
/// # Errors
/// Those that the interface names.
pub fn liability(
    ports: &dyn Ports,
    request: &wit::LiabilityRequest,
) -> Answer<wit::LiabilityReport> {
    let mut check = Check::default();
    let next = check.maybe_text(&"/next", request.next.as_deref(), NEXT_MAX);
    check.done()?;
    Ok(ask(ports, &[], |scope| {
        let asked = request.programme.as_deref();
        let ((name, progress, more), programme) = flow::liability(scope, asked, next.as_deref())?;
        let merchant = &scope.merchant;
        let worth = |points| money(programme.worth.of(points, merchant.money_unit()), merchant);
        let points = progress.tally.sum(None);
        let (never, dated): (Vec<&Row>, Vec<&Row>) = progress
            .tally
            .rows()
            .iter()
            .filter(|_| !more)
            .partition(|row| row.month.is_none());
        let outstanding = dated.into_iter().chain(never).map(|row| wit::Outstanding {
            month: row.month.map(|month| month.to_string()),
            points: row.points.text(),
            worth: worth(row.points),
        });
        Ok(wit::LiabilityReport {
            programme: name.text(),
            as_of: progress.as_of.into(),
            outstanding: outstanding.collect(),
            points: points.text(),
            debt: progress.debt.text(),
            balance: (points - progress.debt).text(),
            worth: worth(points),
            next: more.then(|| progress.text()),
        })
    })?)
}

/// The months between which a report lies.
pub(super) fn months(
    check: &mut Check,
    first: Option<&str>,
    last: Option<&str>,
) -> (Option<Month>, Option<Month>) {
    let mut month = |path: &str, text: Option<&str>| {
        let text = text?;
        let date = calendar_date::parse(&format!("{text}-01"));
        if date.is_none() {
            check.fault(&path, format!("{text:?}"), "a month such as 2026-11");
        }
        date.map(Month::with)
    };
    (month("/first", first), month("/last", last))
}

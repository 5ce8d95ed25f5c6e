//! The interface `upkeep`.

use super::check::Check;
use crate::bindings::exports::stampcard::plugin::upkeep as wit;
use crate::bindings::stampcard::plugin::types::Error;
use crate::flows::tick as flow;
use crate::ports::Ports;

/// `upkeep.tick`.
///
/// # Errors
/// Those that the interface names.
pub fn tick(ports: &dyn Ports, request: &wit::TickRequest) -> Result<wit::TickReport, Error> {
    Ok(told(&flow::tick(ports, budget(request)?)?))
}

/// `upkeep.help`.
///
/// # Errors
/// Those that the interface names.
pub fn help(ports: &dyn Ports, request: &wit::TickRequest) -> Result<wit::TickReport, Error> {
    Ok(told(&flow::help(ports, budget(request)?)?))
}

fn budget(request: &wit::TickRequest) -> Result<flow::Budget, Error> {
    let mut check = Check::default();
    let limit = check.number(&"/limit", request.limit, 1_000, 10_000);
    check.done()?;
    Ok(match request.limit {
        Some(_) => flow::Budget::of(limit),
        None => flow::Budget::USUAL,
    })
}

fn told(report: &flow::Report) -> wit::TickReport {
    wit::TickReport {
        next: report.next.map(Into::into),
        checks: report.checks.iter().map(ToString::to_string).collect(),
        accounts: report.accounts,
        levels_ended: report.levels_ended,
        birthdays: report.birthdays,
        bulk_grants: report.bulk_grants,
        coupons_issued: report.coupons,
        notices_made: report.notices,
        notices_sent: report.sent,
        notices_dropped: report.dropped,
    }
}

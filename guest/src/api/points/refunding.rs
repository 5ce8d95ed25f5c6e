//! Refunds.

use super::super::check::Check;
use super::super::{execution, standings};
use super::{Answer, whole};
use crate::bindings::exports::stampcard::plugin::points as wit;
use crate::domain::amount::Amount;
use crate::domain::ids::Id;
use crate::domain::refund::{Measure, Scope as What};
use crate::flows::command::run;
use crate::flows::refund as refunds;
use crate::ports::Ports;
use crate::records::keys;
use crate::reject::Reject;

/// `points.refund`.
///
/// # Errors
/// Those that the interface names.
pub fn refund(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::RefundRequest,
) -> Answer<wit::Refunded> {
    let mut check = Check::default();
    let order = check.id(&"/order", &request.order);
    let what = match &request.what {
        wit::RefundScope::All => What::All,
        wit::RefundScope::Amount(amount) => What::Amount(check.positive(&"/what/amount", amount)),
        wit::RefundScope::Lines(lines) => What::Lines(refund_lines(&mut check, lines)),
    };
    let shipping = check.maybe_amount(&"/shipping", request.shipping.as_deref());
    let order = whole(check, order)?;
    let payload = (&order, format!("{what:?}"), shipping);
    Ok(run(
        ports,
        "points.refund",
        &execution(how)?,
        &payload,
        &[keys::order(&order)],
        |scope| {
            refund_money(&what, shipping, scope.money_unit())?;
            let done = refunds::refund(scope, &order, &what, shipping)?;
            Ok(standings::refunded(order.as_str(), &done, &scope.merchant))
        },
    )?)
}

fn refund_lines(check: &mut Check, lines: &[wit::RefundLine]) -> Vec<(Id, Measure)> {
    check.count(&"/what/lines", lines.len(), 1, 500);
    let mut read = Vec::new();
    for (place, line) in lines.iter().take(500).enumerate() {
        let path = format_args!("/what/lines/{place}");
        let measure = match &line.what {
            wit::RefundMeasure::Quantity(units) => {
                Measure::Quantity(check.positive(&format_args!("{path}/what/quantity"), units))
            }
            wit::RefundMeasure::Amount(amount) => {
                Measure::Amount(check.positive(&format_args!("{path}/what/amount"), amount))
            }
        };
        read.extend(
            check
                .id(&format_args!("{path}/line"), &line.line)
                .map(|id| (id, measure)),
        );
    }
    read
}

/// Refuses refunded amounts with more decimals than the currency has.
fn refund_money(what: &What, shipping: Amount, unit: Amount) -> Result<(), Reject> {
    let mut check = Check::default();
    let mut whole = |path: &str, amount: Amount| {
        if amount.floor_to(unit) != amount {
            check.fault(&path, amount, &format!("a multiple of {unit}"));
        }
    };
    whole("/shipping", shipping);
    match what {
        What::All => {}
        What::Amount(amount) => whole("/what/amount", *amount),
        What::Lines(lines) => {
            for (place, (_, measure)) in lines.iter().enumerate() {
                if let Measure::Amount(amount) = measure {
                    whole(&format!("/what/lines/{place}/what/amount"), *amount);
                }
            }
        }
    }
    check.done()
}

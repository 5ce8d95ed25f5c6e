//! Commands that grant points.

use super::super::check::Check;
use super::super::{execution, orders, standings};
use super::{Answer, member, whole};
use crate::bindings::exports::stampcard::plugin::points as wit;
use crate::domain::amount::Amount;
use crate::domain::award::Act;
use crate::domain::config::Act as KeepAlive;
use crate::done::let_go;
use crate::flows::command::{Execution, run};
use crate::flows::earn::{self, Deed};
use crate::flows::give::{self, Gift, Recipients};
use crate::ports::Ports;
use crate::records::keys;
use crate::records::state::Once;
use crate::reject::Reject;

/// Members of one gift, at most: each writes a handful of records of one commit.
const GIFTS_MAX: usize = 200;

/// `points.report-order`.
///
/// # Errors
/// Those that the interface names.
pub fn report_order(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::Order,
) -> Answer<wit::Earned> {
    let order = orders::order(request)?;
    let reads = [
        keys::order(&order.id),
        keys::account(&order.member),
        keys::member(&order.member),
    ];
    let currency = request.currency.as_deref();
    let payload = (&order, currency);
    let answer = run(
        ports,
        "points.report-order",
        &execution(how)?,
        &payload,
        &reads,
        |scope| {
            orders::order_in_currency("", &order, currency, &scope.merchant)?;
            let earned = earn::report_order(scope, &order)?;
            let answer = standings::earned(&earned, &scope.merchant);
            let_go(earned);
            Ok(answer)
        },
    )?;
    let_go(order);
    Ok(answer)
}

/// `points.report-registration`.
///
/// # Errors
/// Those that the interface names.
pub fn report_registration(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::Registration,
) -> Answer<wit::Earned> {
    let member = member(&request.member)?;
    let reads = [keys::account(&member), keys::member(&member)];
    Ok(run(
        ports,
        "points.report-registration",
        &execution(how)?,
        &member,
        &reads,
        |scope| {
            let date = scope.merchant.zone.date(scope.now);
            let deed = Deed {
                act: Act::SignUp,
                channel: None,
                note: Some("sign-up"),
                dated: None,
                once: Some(Once { date }),
                keeps_alive: Some(KeepAlive::SignUp),
            };
            let earned = earn::deed(scope, &member, deed)?;
            Ok(standings::earned(&earned, &scope.merchant))
        },
    )?)
}

/// `points.report-event`.
///
/// # Errors
/// Those that the interface names.
pub fn report_event(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::Event,
) -> Answer<wit::Earned> {
    let mut check = Check::default();
    let member = check.id(&"/member", &request.member);
    let event = check.text(&"/event", &request.event, 128);
    let reference = check.maybe_text(&"/reference", request.reference.as_deref(), 200);
    let channel = check.maybe_text(&"/channel", request.channel.as_deref(), 128);
    let member = whole(check, member)?;
    let reads = [keys::account(&member), keys::member(&member)];
    let payload = (&member, &event, &reference, &channel);
    let note = reference.as_ref().map_or_else(
        || event.clone(),
        |reference| format!("{event}: {reference}"),
    );
    Ok(run(
        ports,
        "points.report-event",
        &execution(how)?,
        &payload,
        &reads,
        |scope| {
            let deed = Deed {
                act: Act::Event(&event),
                channel: channel.as_deref(),
                note: Some(&note),
                dated: None,
                once: None,
                keeps_alive: Some(KeepAlive::Event),
            };
            let earned = earn::deed(scope, &member, deed)?;
            Ok(standings::earned(&earned, &scope.merchant))
        },
    )?)
}

/// `points.grant`.
///
/// # Errors
/// Those that the interface names.
pub fn grant(ports: &dyn Ports, how: &wit::Execution, request: &wit::Gift) -> Answer<wit::Given> {
    let gift = gift(request)?;
    let how = execution(how)?;
    let name = match &how {
        Execution::Commit(key) => key.text(),
        Execution::DryRun => "dry-run".to_owned(),
    };
    let done = run(ports, "points.grant", &how, &gift, &[], |scope| {
        let given = give::give(scope, &gift, &name)?;
        let granted: Amount = given.members.iter().map(|(_, points)| *points).sum();
        let shares = given.members.iter().map(|(member, points)| wit::Share {
            member: member.text(),
            points: points.text(),
        });
        Ok(wit::Given {
            granted: granted.text(),
            members: shares.collect(),
            bulk: given.bulk.map(|id| id.text()),
        })
    })?;
    Ok(done)
}

fn gift(request: &wit::Gift) -> Result<Gift, Reject> {
    let mut check = Check::default();
    let to = match &request.to {
        wit::Recipients::Member(id) => {
            Recipients::Members(check.id(&"/to/member", id).into_iter().collect())
        }
        wit::Recipients::Members(ids) => {
            Recipients::Members(check.ids(&"/to/members", ids, GIFTS_MAX))
        }
        wit::Recipients::Tier(tier) => Recipients::Tier(check.text(&"/to/tier", tier, 128)),
        wit::Recipients::Everyone => Recipients::Everyone,
    };
    let gift = Gift {
        programme: request.programme.clone(),
        to,
        points: check.positive(&"/points", &request.points),
        rule: request.rule.clone(),
        reason: check.text(&"/reason", &request.reason, 200),
        actor: check.text(&"/actor", &request.actor, 128),
    };
    check.done()?;
    Ok(gift)
}

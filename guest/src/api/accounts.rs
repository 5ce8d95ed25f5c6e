//! The interface `accounts`.

use super::check::{Check, whole};
use super::{Answer, entries, execution, standings};
use crate::bindings::exports::stampcard::plugin::accounts as wit;
use crate::domain::config::Merchant;
use crate::domain::until::Until;
use crate::flows::accounts::{ByHand, Change, adjust as adjusting};
use crate::flows::command::run;
use crate::ports::Ports;
use crate::records::keys;

/// `accounts.adjust`.
///
/// # Errors
/// Those that the interface names.
pub fn adjust(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::Adjustment,
) -> Answer<wit::Change> {
    let mut check = Check::default();
    let member = check.id(&"/member", &request.member);
    let points = check.signed(&"/points", &request.points);
    let until = request.until.as_ref();
    let until = until.and_then(|it| self::until(&mut check, it));
    let into_debt = request.into_debt.unwrap_or(false);
    if points.is_positive() && into_debt {
        check.fault(&"/into-debt", true, "false, or none, for points above 0");
    }
    if !points.is_positive() && request.until.is_some() {
        check.fault(&"/until", "an end", "none for points below 0");
    }
    let by = by_hand(&mut check, &request.reason, &request.actor);
    let wish = adjusting::Wish {
        member: whole(check, member)?,
        programme: request.programme.clone(),
        points,
        until,
        into_debt,
        by,
    };
    let reads = [keys::account(&wish.member), keys::member(&wish.member)];
    Ok(run(
        ports,
        "accounts.adjust",
        &execution(how)?,
        &wish,
        &reads,
        |scope| {
            let done = adjusting::adjust(scope, &wish)?;
            Ok(change(&done, &scope.merchant))
        },
    )?)
}

fn by_hand(check: &mut Check, reason: &str, actor: &str) -> ByHand {
    ByHand {
        reason: check.text(&"/reason", reason, 200),
        actor: check.text(&"/actor", actor, 128),
    }
}

fn until(check: &mut Check, until: &wit::Until) -> Option<Until> {
    match until {
        wit::Until::At(at) => check.instant(&"/until/at", *at).map(Until::At),
        wit::Until::EndOf(date) => check.date(&"/until/end-of", date).map(Until::EndOf),
    }
}

fn change(change: &Change, merchant: &Merchant) -> wit::Change {
    wit::Change {
        points: change.points.text(),
        debt: change.debt.text(),
        debt_paid: change.debt_paid.text(),
        parts: entries::parts(&change.parts),
        lots: change.lots.iter().map(entries::lot).collect(),
        balance: standings::balance(&change.standing, merchant),
    }
}

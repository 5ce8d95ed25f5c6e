//! The interface `accounts`.

use super::check::{Check, whole};
use super::{Answer, entries, execution, standings};
use crate::bindings::exports::stampcard::plugin::accounts as wit;
use crate::domain::config::Merchant;
use crate::domain::ids::Id;
use crate::domain::until::Until;
use crate::flows::accounts::extend::Which;
use crate::flows::accounts::{self as flow, ByHand, Change, Wish, adjust, extend, merge, transfer};
use crate::flows::command::run;
use crate::ports::Ports;
use crate::records::keys;
use crate::sorted::set;

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
    let until = until.and_then(|it| read_until(&mut check, it));
    let into_debt = request.into_debt.unwrap_or(false);
    if points.is_positive() && into_debt {
        check.fault(&"/into-debt", true, "false, or none, for points above 0");
    }
    if !points.is_positive() && request.until.is_some() {
        check.fault(&"/until", "an end", "none for points below 0");
    }
    let by = by_hand(&mut check, &request.reason, &request.actor);
    let wish = Wish::Adjust(adjust::Wish {
        member: whole(check, member)?,
        programme: request.programme.clone(),
        points,
        until,
        into_debt,
        by,
    });
    correct(ports, "accounts.adjust", how, &wish)
}

/// `accounts.extend`.
///
/// # Errors
/// Those that the interface names.
pub fn extend(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::Extension,
) -> Answer<wit::Change> {
    let mut check = Check::default();
    let member = check.id(&"/member", &request.member);
    let which = match &request.which {
        wit::WhichLots::Lots(lots) => {
            check.count(&"/which/lots", lots.len(), 1, extend::LOTS_MAX);
            let ids = set(lots.iter().copied());
            if ids.len() < lots.len() {
                check.fault(&"/which/lots", "a lot twice", "each lot once");
            }
            Some(Which::Lots(lots.clone()))
        }
        wit::WhichLots::LapsingBefore(at) => {
            let at = check.instant(&"/which/lapsing-before", *at);
            at.map(Which::LapsingBefore)
        }
    };
    let until = read_until(&mut check, &request.until);
    let by = by_hand(&mut check, &request.reason, &request.actor);
    let read = member.zip(which).zip(until);
    let ((member, which), until) = whole(check, read)?;
    let wish = Wish::Extend(extend::Wish {
        member,
        programme: request.programme.clone(),
        which,
        until,
        by,
    });
    correct(ports, "accounts.extend", how, &wish)
}

/// `accounts.transfer`.
///
/// # Errors
/// Those that the interface names.
pub fn transfer(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::Movement,
) -> Answer<wit::Change> {
    let mut check = Check::default();
    let member = check.id(&"/member", &request.member);
    let to = check.id(&"/to", &request.to);
    if request.member == request.to {
        check.fault(&"/to", &request.to, "another member");
    }
    let points = check.positive(&"/points", &request.points);
    let by = by_hand(&mut check, &request.reason, &request.actor);
    let (member, to) = whole(check, member.zip(to))?;
    let wish = Wish::Transfer(transfer::Wish {
        member,
        to,
        programme: request.programme.clone(),
        points,
        by,
    });
    correct(ports, "accounts.transfer", how, &wish)
}

/// `accounts.merge`.
///
/// # Errors
/// Those that the interface names.
pub fn merge(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::Merger,
) -> Answer<wit::Merged> {
    let mut check = Check::default();
    let member = check.id(&"/member", &request.member);
    let into = check.id(&"/into", &request.into);
    if request.member == request.into {
        check.fault(&"/into", &request.into, "another member");
    }
    let by = by_hand(&mut check, &request.reason, &request.actor);
    let (member, into) = whole(check, member.zip(into))?;
    let wish = merge::Wish { member, into, by };
    let reads = reads([&wish.member, &wish.into]);
    let how = execution(how)?;
    Ok(run(
        ports,
        "accounts.merge",
        &how,
        &wish,
        &reads,
        |scope| {
            let done = merge::merge(scope, &wish)?;
            let changes = done.changes.iter();
            Ok(wit::Merged {
                changes: changes.map(|it| change(it, &scope.merchant)).collect(),
                coupons: u32::try_from(done.coupons).unwrap_or(u32::MAX),
            })
        },
    )?)
}

/// What the accounts of members are read with.
fn reads<'m>(members: impl IntoIterator<Item = &'m Id>) -> Vec<String> {
    let members = members.into_iter();
    let keys = members.flat_map(|member| [keys::account(member), keys::member(member)]);
    keys.collect()
}

/// Runs a command on the accounts of the members that it names.
fn correct(
    ports: &dyn Ports,
    function: &str,
    how: &wit::Execution,
    wish: &Wish,
) -> Answer<wit::Change> {
    let members = match wish {
        Wish::Adjust(wish) => [Some(&wish.member), None],
        Wish::Extend(wish) => [Some(&wish.member), None],
        Wish::Transfer(wish) => [Some(&wish.member), Some(&wish.to)],
    };
    let reads = reads(members.into_iter().flatten());
    let how = execution(how)?;
    Ok(run(ports, function, &how, wish, &reads, |scope| {
        let done = flow::correct(scope, wish)?;
        Ok(change(&done, &scope.merchant))
    })?)
}

pub(super) fn by_hand(check: &mut Check, reason: &str, actor: &str) -> ByHand {
    ByHand {
        reason: check.text(&"/reason", reason, 200),
        actor: check.text(&"/actor", actor, 128),
    }
}

pub(super) fn read_until(check: &mut Check, until: &wit::Until) -> Option<Until> {
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
        other: change
            .other
            .as_ref()
            .map(|other| standings::balance(other, merchant)),
    }
}

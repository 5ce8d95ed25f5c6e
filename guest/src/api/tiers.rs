//! The interface `tiers`.

use super::accounts::{by_hand, read_until};
use super::check::{Check, whole};
use super::{Answer, execution};
use crate::bindings::exports::stampcard::plugin::tiers as wit;
use crate::domain::ids::{Id, Name};
use crate::domain::tier::{Change, Status};
use crate::flows::command::{ask, run};
use crate::flows::tiers as flow;
use crate::ports::Ports;
use crate::records::keys;

/// `tiers.status`.
///
/// # Errors
/// Those that the interface names.
pub fn status(ports: &dyn Ports, request: &wit::TierRequest) -> Answer<wit::TierStatus> {
    let mut check = Check::default();
    let member = check.id(&"/member", &request.member);
    let member = whole(check, member)?;
    Ok(ask(ports, &reads(&member), |scope| {
        Ok(shown(&member, flow::status(scope, &member)?))
    })?)
}

/// `tiers.history`.
///
/// # Errors
/// Those that the interface names.
pub fn history(ports: &dyn Ports, request: &wit::TierHistoryRequest) -> Answer<wit::TierHistory> {
    let mut check = Check::default();
    let member = check.id(&"/member", &request.member);
    let limit = check.number(&"/limit", request.limit, 50, 200);
    let member = whole(check, member)?;
    Ok(ask(ports, &reads(&member), |scope| {
        let (changes, next) = flow::history(scope, &member, request.before, limit)?;
        let changes = changes.into_iter().map(change).collect();
        Ok(wit::TierHistory { changes, next })
    })?)
}

/// `tiers.set`.
///
/// # Errors
/// Those that the interface names.
pub fn set(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::TierSetting,
) -> Answer<wit::TierGiven> {
    let mut check = Check::default();
    let member = check.id(&"/member", &request.member);
    let level = check.maybe_text(&"/level", request.level.as_deref(), 64);
    let until = request.until.as_ref();
    let until = until.and_then(|it| read_until(&mut check, it));
    if level.is_none() && request.until.is_some() {
        check.fault(&"/until", "an end", "none without a level");
    }
    let by = by_hand(&mut check, &request.reason, &request.actor);
    let wish = flow::Wish {
        member: whole(check, member)?,
        level,
        until,
        by,
    };
    let how = execution(how)?;
    let reads = reads(&wish.member);
    Ok(run(ports, "tiers.set", &how, &wish, &reads, |scope| {
        let (level, until) = flow::set(scope, &wish)?;
        Ok(wit::TierGiven {
            level: text(level),
            until: until.map(Into::into),
        })
    })?)
}

fn reads(member: &Id) -> [String; 2] {
    [keys::account(member), keys::member(member)]
}

fn shown(member: &Id, status: Status) -> wit::TierStatus {
    let (next, to_next) = status.next.unzip();
    wit::TierStatus {
        member: member.text(),
        level: status.level,
        since: status.since.map(Into::into),
        until: status.until.map(Into::into),
        then: text(status.then),
        by_hand: status.by_hand,
        sum: status.sum.text(),
        to_keep: status.to_keep.map(|amount| amount.text()),
        next: text(next),
        to_next: to_next.map(|amount| amount.text()),
    }
}

fn change(change: Change) -> wit::TierChange {
    let (reason, actor) = change.by.unzip();
    wit::TierChange {
        sequence: change.sequence,
        previous: text(change.previous),
        level: text(change.level),
        at: change.at.into(),
        cause: change.cause,
        sum: change.sum.text(),
        reason,
        actor,
    }
}

fn text(name: Option<Name>) -> Option<String> {
    name.map(|name| name.text())
}

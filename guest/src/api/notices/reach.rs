//! By which ways a member may be reached, and what providers tell.

use super::super::check::{Check, whole};
use super::super::{Answer, execution};
use super::{channel, channel_of, end, kind, kind_of, why, why_of};
use crate::bindings::exports::stampcard::plugin::notices as wit;
use crate::domain::ids::Id;
use crate::domain::notice::{End, Preference, Reach, Suppressed};
use crate::flows::command::{ask, run};
use crate::flows::notices as flow;
use crate::ports::Ports;
use crate::records::keys;

/// Wishes of a member, at most.
const WISHES_MAX: usize = 50;

/// `notices.report`.
///
/// # Errors
/// Those that the interface names.
pub fn report(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::ReportRequest,
) -> Answer<wit::Reported> {
    let mut check = Check::default();
    let id = check.id(&"/id", &request.id);
    let failed = match &request.news {
        wit::News::Delivered => None,
        wit::News::Undelivered(why) => Some(check.text(&"/news/undelivered", why, 500)),
    };
    let heard = flow::Heard {
        channel: channel(request.channel),
        id: whole(check, id)?,
        failed,
        closes: request.closes.map(why),
    };
    let how = execution(how)?;
    let reads = [keys::answer(heard.channel, &heard.id)];
    Ok(run(
        ports,
        "notices.report",
        &how,
        &heard,
        &reads,
        |scope| {
            let (id, notice) = flow::report(scope, &heard)?;
            Ok(wit::Reported {
                member: id.member.text(),
                id: id.tail,
                state: end(End::of(&notice.state).0),
            })
        },
    )?)
}

/// `notices.prefer`.
///
/// # Errors
/// Those that the interface names.
pub fn prefer(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::Wishes,
) -> Answer<wit::Reach> {
    let mut check = Check::default();
    let member = check.id(&"/member", &request.member);
    check.count(&"/preferences", request.preferences.len(), 0, WISHES_MAX);
    let member = whole(check, member)?;
    let wish = |it: &wit::Preference| Preference {
        kind: it.kind.map(kind),
        channel: it.channel.map(channel),
        wanted: it.wanted,
    };
    let wishes: Vec<Preference> = request.preferences.iter().map(wish).collect();
    let how = execution(how)?;
    let payload = (&member, &wishes);
    let reads = reads(&member);
    Ok(run(
        ports,
        "notices.prefer",
        &how,
        &payload,
        &reads,
        |scope| Ok(shown(&member, flow::prefer(scope, &member, &wishes)?)),
    )?)
}

/// `notices.close`.
///
/// # Errors
/// Those that the interface names.
pub fn close(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::Closure,
) -> Answer<wit::Reach> {
    let mut check = Check::default();
    let member = check.id(&"/member", &request.member);
    let member = whole(check, member)?;
    let (channel, why) = (channel(request.channel), request.why.map(why));
    let how = execution(how)?;
    let payload = (&member, channel, why);
    let reads = reads(&member);
    Ok(run(
        ports,
        "notices.close",
        &how,
        &payload,
        &reads,
        |scope| Ok(shown(&member, flow::close(scope, &member, channel, why)?)),
    )?)
}

/// `notices.reach-of`.
///
/// # Errors
/// Those that the interface names.
pub fn reach_of(ports: &dyn Ports, request: &wit::ReachRequest) -> Answer<wit::Reach> {
    let mut check = Check::default();
    let member = check.id(&"/member", &request.member);
    let member = whole(check, member)?;
    Ok(ask(ports, &[keys::reach(&member)], |scope| {
        Ok(shown(&member, flow::get(scope, &member)?))
    })?)
}

fn reads(member: &Id) -> [String; 2] {
    [keys::reach(member), keys::member(member)]
}

fn shown(member: &Id, reach: Reach) -> wit::Reach {
    let wish = |it: Preference| wit::Preference {
        kind: it.kind.map(kind_of),
        channel: it.channel.map(channel_of),
        wanted: it.wanted,
    };
    let closed = |it: Suppressed| wit::Closed {
        channel: channel_of(it.channel),
        why: why_of(it.why),
        at: it.at.into(),
    };
    wit::Reach {
        member: member.text(),
        preferences: reach.preferences.into_iter().map(wish).collect(),
        closed: reach.suppressed.into_iter().map(closed).collect(),
    }
}

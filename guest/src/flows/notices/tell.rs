//! Notices of what a command did to points, written in its commit.

use super::super::scope::Scope;
use super::made::{begin, put};
use crate::domain::amount::Amount;
use crate::domain::config::{self, Merchant};
use crate::domain::entry::{Entry, EntryKind};
use crate::domain::ids::{Id, Name};
use crate::domain::instant::Instant;
use crate::domain::notice::{About, Channel, Kind, Notice, NoticeId, Reason, State};
use crate::records::holdings::Holdings;
use crate::records::keys;
use crate::reject::Reject;

/// Seconds after which nobody is told any more of what has happened.
const STALE: u32 = 86_400;

/// Makes the notices of all entries that this command wrote.
///
/// # Errors
/// Those of the storage.
pub(in crate::flows) fn tell(scope: &mut Scope<'_>, holdings: &Holdings) -> Result<(), Reject> {
    let Some(notices) = scope.merchant.notices.clone() else {
        return Ok(());
    };
    let on: Vec<(Kind, Channel)> = [
        Kind::PointsGranted,
        Kind::PointsDeducted,
        Kind::PointsLapsed,
    ]
    .into_iter()
    .flat_map(|kind| {
        let ways = scope.merchant.routes_of(kind).into_iter();
        ways.map(move |way| (kind, way))
    })
    .collect();
    if on.is_empty() {
        return Ok(());
    }
    let clock = notices.clock(scope.merchant.zone);
    for (programme, account) in &holdings.accounts {
        // A later end is no grant.
        let moved = account.journal.iter();
        for entry in moved.filter(|entry| !entry.points.is_zero()) {
            let (kind, reason) = what(&scope.merchant, programme, entry);
            for (_, channel) in on.iter().filter(|(of, _)| *of == kind) {
                let today = scope.merchant.zone.date(scope.now);
                let notice = Notice {
                    kind,
                    channel: *channel,
                    about: About::Change {
                        programme: programme.clone(),
                        reason,
                        balance: entry.balance,
                    },
                    points: Some(entry.points.abs()),
                    configuration: scope.number,
                    made: scope.now,
                    from: scope.now,
                    until: scope.now.plus_seconds(STALE),
                    tries: 0,
                    state: State::Queued,
                    at: scope.now,
                    cost: Amount::ZERO,
                    judged: false,
                    trail: Vec::new(),
                };
                if kind == Kind::PointsLapsed {
                    // Those of a day are told together, at its send time.
                    let sends = clock.sends(today).filter(|at| *at >= scope.now);
                    let next = || today.succ_opt().and_then(|day| clock.sends(day));
                    let Some(from) = sends.or_else(next) else {
                        continue;
                    };
                    lapse(scope, &holdings.member, programme, notice, from, entry)?;
                } else {
                    let way = channel.name();
                    let (kind, nth) = (kind.name(), entry.sequence);
                    let id = NoticeId {
                        member: holdings.member.clone(),
                        tail: format!("{today}/{kind}/{programme}/{nth:012}/{way}"),
                    };
                    begin(scope, &id, notice)?;
                }
            }
        }
    }
    Ok(())
}

/// Adds a lapse to the notice of its send time, or makes that.
fn lapse(
    scope: &mut Scope<'_>,
    member: &Id,
    programme: &Name,
    mut notice: Notice,
    from: Instant,
    entry: &Entry,
) -> Result<(), Reject> {
    let (day, way) = (scope.merchant.zone.date(from), notice.channel.name());
    let id = NoticeId {
        member: member.clone(),
        tail: format!("{day}/points-lapsed/{programme}/{way}"),
    };
    notice.about = About::Lapse {
        programme: programme.clone(),
        at: entry.at,
    };
    notice.from = from;
    notice.until = from.plus_seconds(STALE);
    let known: Option<Notice> = scope.work.get(&keys::notice(&id))?;
    let waits = |known: &Notice| matches!(known.state, State::Queued | State::Deferred(_));
    let Some(known) = known.filter(waits) else {
        return begin(scope, &id, notice);
    };
    notice.points = known.points.map(|points| points + entry.points.abs());
    // The same place in the outbox, unless it was tried already.
    let notice = Notice {
        points: notice.points,
        about: notice.about,
        configuration: notice.configuration,
        ..known
    };
    put(scope, &id, &notice);
    Ok(())
}

/// Which kind of notice tells of an entry, and why its points came or went.
fn what(merchant: &Merchant, programme: &Name, entry: &Entry) -> (Kind, Reason) {
    let change = if entry.points.is_positive() {
        Kind::PointsGranted
    } else {
        Kind::PointsDeducted
    };
    match entry.kind {
        EntryKind::Earn => (change, earned(merchant, programme, entry)),
        EntryKind::Redeem => (change, Reason::Spent),
        EntryKind::Expire => (Kind::PointsLapsed, Reason::Spent),
        EntryKind::Reverse => (change, Reason::Reversed),
        EntryKind::Restore => (change, Reason::Restored),
        EntryKind::Adjust | EntryKind::Extend => (change, Reason::Adjusted),
        EntryKind::Transfer => (change, Reason::Transferred),
    }
}

/// By the rule that granted them.
fn earned(merchant: &Merchant, programme: &Name, entry: &Entry) -> Reason {
    if entry.actor.is_some() {
        return Reason::Gift;
    }
    let rules = merchant.programmes.get(programme);
    let rule = entry
        .parts
        .first()
        .and_then(|part| rules?.rule(part.rule.as_str()));
    match rule.map(|rule| rule.kind) {
        Some(config::Kind::SignUp) => Reason::SignUp,
        Some(config::Kind::Birthday) => Reason::Birthday,
        Some(config::Kind::Event) => Reason::Event,
        Some(config::Kind::Grant) => Reason::Gift,
        _ => Reason::Order,
    }
}

//! Notices of what a command did to points, written in its commit.

use super::super::scope::Scope;
use super::made::{begin, keep, put};
use super::origins;
use crate::domain::account::Account;
use crate::domain::config::{self, Merchant};
use crate::domain::entry::{Entry, EntryKind, Part};
use crate::domain::ids::{Id, Name};
use crate::domain::instant::Instant;
use crate::domain::notice::{About, Channel, Clock, Kind, Notice, NoticeId, Reason, Span, State};
use crate::domain::policy::{Acquired, Origin};
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
    let past = origins::past(scope, &notices)?;
    let clock = Clock {
        zone: scope.merchant.zone,
        send_at: notices.send_at,
    };
    let today = scope.merchant.zone.date(scope.now);
    for (programme, account) in &holdings.accounts {
        // A later end is no grant.
        let moved = account.journal.iter();
        for entry in moved.filter(|entry| !entry.points.is_zero()) {
            let (kind, reason) = what(&scope.merchant, programme, entry);
            let rules = entry.parts.iter().map(|part| &part.rule);
            let origin = origins::of(past.as_ref(), &scope.merchant, programme, rules);
            let acquired = acquired(scope, account, entry).filter(|_| kind == Kind::PointsGranted);
            for (_, channel) in on.iter().filter(|(of, _)| *of == kind) {
                let about = About::Change {
                    programme: programme.clone(),
                    reason,
                    least: None,
                    balance: entry.balance,
                    acquired,
                };
                let from = match kind {
                    // Those of a day are told together, at its send time.
                    Kind::PointsLapsed => {
                        let sends = clock.sends(today).filter(|at| *at >= scope.now);
                        let next = || today.succ_opt().and_then(|day| clock.sends(day));
                        sends.or_else(next)
                    }
                    _ => notices.together(kind, scope.merchant.zone, scope.now),
                };
                // By LINE it isn't told earlier; where nobody knows when that will be, it is asked at once, and denied.
                let begins = acquired.filter(|at| {
                    *channel == Channel::LineNotification && *at != unknown(scope.now)
                });
                let begins = from.or(begins).unwrap_or(scope.now);
                let span = Span {
                    from: begins,
                    until: begins.plus_seconds(STALE),
                };
                let mut notice = Notice::new(kind, *channel, about, scope.number, scope.now, span);
                notice.points = Some(entry.points.abs());
                notice.origin = origin;
                let (name, nth, way) = (kind.name(), entry.sequence, channel.name());
                let alone = format!("{today}/{name}/{programme}/{nth:012}/{way}");
                let alone = id(&holdings.member, alone);
                let Some(from) = from else {
                    begin(scope, &alone, notice)?;
                    continue;
                };
                let tail = if kind == Kind::PointsLapsed {
                    notice.about = About::Lapse {
                        programme: programme.clone(),
                        at: entry.at,
                    };
                    let day = scope.merchant.zone.date(from);
                    format!("{day}/{name}/{programme}/{way}")
                } else {
                    let part = from.sortable();
                    format!("{today}/{name}/{programme}/until-{part}/{way}")
                };
                join(scope, id(&holdings.member, tail), alone, notice)?;
            }
        }
    }
    Ok(())
}

fn id(member: &Id, tail: String) -> NoticeId {
    NoticeId {
        member: member.clone(),
        tail,
    }
}

/// Adds what a notice tells to one of the same id that still waits, by whichever channel it was handed on to. Where there is none
/// it is made; where that has gone, it goes alone.
fn join(
    scope: &mut Scope<'_>,
    mut id: NoticeId,
    alone: NoticeId,
    notice: Notice,
) -> Result<(), Reject> {
    let known: Option<Notice> = scope.work.get(&keys::notice(&id))?;
    let Some(mut known) = known else {
        // What it will say together is not known yet, nor what that costs.
        return keep(scope, &id, notice);
    };
    while let State::Denied(_) = known.state {
        let Some(next) = scope.merchant.after(&known) else {
            break;
        };
        id = id.by(next);
        match scope.work.get(&keys::notice(&id))? {
            Some(handed_on) => known = handed_on,
            None => break,
        }
    }
    if !matches!(known.state, State::Queued | State::Deferred(_)) {
        return begin(scope, &alone, notice);
    }
    let more = notice.points.unwrap_or_default();
    // The same place in the outbox, unless it was tried already.
    let notice = Notice {
        points: known.points.map(|points| points + more),
        origin: Origin::weaker(known.origin, notice.origin),
        about: together(&known.about, notice.about),
        configuration: notice.configuration,
        ..known
    };
    put(scope, &id, &notice);
    Ok(())
}

/// What two changes come to, the later one's balance standing.
fn together(known: &About, new: About) -> About {
    match (known, new) {
        (
            About::Change {
                reason: before,
                least,
                ..
            },
            About::Change {
                programme,
                reason,
                balance,
                acquired,
                ..
            },
        ) if *before != reason => About::Change {
            programme,
            reason: Reason::Several,
            least: Some(weaker(least.unwrap_or(*before), reason)),
            balance,
            acquired,
        },
        (_, new) => new,
    }
}

/// When points just granted are acquired, where that is read as their activation and that is to come. Of points whose activation
/// waits for the order nobody can tell it in time.
fn acquired(scope: &Scope<'_>, account: &Account, entry: &Entry) -> Option<Instant> {
    let policy = scope.merchant.policy.as_ref()?;
    if policy.readings.acquired != Acquired::Activation {
        return None;
    }
    let lot = |part: &Part| account.lots.iter().find(|lot| lot.id == part.lot);
    let pending = entry.parts.iter().filter_map(lot).filter(|lot| !lot.active);
    pending
        .map(|lot| lot.activates_at.unwrap_or(unknown(scope.now)))
        .max()
}

/// Stands for an activation that waits for what becomes of an order: later than any notice of now may go.
fn unknown(now: Instant) -> Instant {
    now.plus_seconds(u32::MAX)
}

/// Of two reasons the one that shows less of an act.
fn weaker(one: Reason, other: Reason) -> Reason {
    let acts = |reason| match reason {
        Reason::Order | Reason::Event => 2,
        Reason::SignUp => 1,
        _ => 0,
    };
    if acts(other) < acts(one) { other } else { one }
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

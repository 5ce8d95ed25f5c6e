//! What the policy says of a notice: when it is made, and again in the moment of sending.

use super::super::scope::Scope;
use super::reach;
use crate::domain::amount::Amount;
use crate::domain::config::{ApprovedTemplate, ChannelNotices, Merchant, PolicySettings};
use crate::domain::instant::Instant;
use crate::domain::member::Member;
use crate::domain::notice::{
    About, Channel, Kind, Notice, NoticeId, Reach, Reason, State, Tally, Why,
};
use crate::domain::policy::{
    Buyer, Code, Decision, Facts, Grant, Origin, Policy, Purpose, Question, Verdict,
};
use crate::records::keys;
use crate::records::state::Traffic;
use crate::reject::Reject;

/// What the policy says of a notice that goes to a member with these words at an instant.
///
/// # Errors
/// Those of the storage.
pub(super) fn judge(
    scope: &mut Scope<'_>,
    notice: &Notice,
    member: &Member,
    text: &str,
    at: Instant,
) -> Result<Verdict, Reject> {
    let reach = reach::get(scope, &member.member)?;
    let traffic = traffic(scope, at)?;
    let merchant = &scope.merchant;
    let strict = PolicySettings::default();
    let settings = merchant.policy.as_deref().unwrap_or(&strict);
    let policy = Policy::new(settings, merchant.zone);
    let policy = policy.ok_or_else(|| Reject::Unreadable(keys::CONFIGURATION.to_owned()))?;
    let ways = merchant.notices.iter().flat_map(|own| &own.channels);
    let mut ways = ways.filter(|way| way.channel == notice.channel);
    let way = ways.next();
    let template = way.and_then(|way| way.templates.iter().find(|it| it.kind == notice.kind));
    let mut asked = Question::new(notice.kind.into(), notice.channel.into(), at);
    asked.event = Some(notice.made);
    asked.until = Some(notice.until);
    asked.facts = facts(merchant, notice, member, &reach, template);
    asked.buyer = Some(if member.guest {
        Buyer::Guest
    } else {
        Buyer::Member
    });
    asked.grant = grant(&notice.about);
    let general = merchant.notices.as_ref().and_then(|own| own.origin);
    asked.origin = match template {
        Some(template) => Some(template.origin),
        None => origin(&notice.about).or(general),
    };
    asked.mobile = member.mobile.as_deref();
    asked.text = Some(text);
    asked.quota_left = way.and_then(|way| left(way, &traffic));
    asked.sent = Some(Tally::on(reach.tally, merchant.zone.date(at)));
    asked.spent = Some(traffic.spent());
    Ok(policy.judge(&asked))
}

/// The first look at a notice that was just made, before it has words: it is denied or put off at once where that is
/// certain. Of somebody of whom nothing is known nothing is asked, since nothing will go there.
///
/// # Errors
/// Those of the storage.
pub(super) fn first(
    scope: &mut Scope<'_>,
    id: &NoticeId,
    notice: &mut Notice,
) -> Result<(), Reject> {
    if notice.state != State::Queued {
        return Ok(());
    }
    let member: Option<Member> = scope.work.get(&keys::member(&id.member))?;
    let Some(member) = member.filter(|member| member.merged_into.is_none()) else {
        return Ok(());
    };
    let verdict = judge(scope, notice, &member, "", notice.from)?;
    let now = scope.now;
    notice.judged = true;
    let code = verdict.code.unwrap_or(Code::NotPermitted);
    match verdict.decision {
        Decision::Allow => {}
        Decision::Defer(until) => notice.defer(until, code, now),
        Decision::Deny => notice.becomes(State::Denied(code), now),
    }
    Ok(())
}

/// Counts a notice that is about to be handed over.
///
/// # Errors
/// Those of the storage.
pub(super) fn count(
    scope: &mut Scope<'_>,
    id: &NoticeId,
    channel: Channel,
    cost: Option<Amount>,
) -> Result<(), Reject> {
    let now = scope.now;
    let mut month = traffic(scope, now)?;
    month.add(channel, cost.unwrap_or(Amount::ZERO));
    let date = scope.merchant.zone.date(now);
    scope.work.put(keys::traffic(date), &month);
    let caps = scope.merchant.policy.as_ref().map(|policy| policy.caps);
    if caps.is_some_and(|caps| caps.day.is_some() || caps.week.is_some()) {
        let mut reach = reach::get(scope, &id.member)?;
        reach.tally = Some(Tally::plus_one(reach.tally, date));
        scope.work.put(keys::reach(&id.member), &reach);
    }
    Ok(())
}

/// What the notices of an instant's month came to.
fn traffic(scope: &mut Scope<'_>, at: Instant) -> Result<Traffic, Reject> {
    let key = keys::traffic(scope.merchant.zone.date(at));
    Ok(scope.work.get(&key)?.unwrap_or_default())
}

/// What is left of a channel's quota; of a channel that has none there is always something.
fn left(way: &ChannelNotices, traffic: &Traffic) -> Option<u32> {
    if way.channel != Channel::LinePush {
        return Some(u32::MAX);
    }
    let quota = way.quota?;
    Some(quota.saturating_sub(traffic.sent(way.channel)))
}

fn facts(
    merchant: &Merchant,
    notice: &Notice,
    member: &Member,
    reach: &Reach,
    template: Option<&ApprovedTemplate>,
) -> Facts {
    let closed = reach.closed(notice.channel);
    let registered = member.registration.map(|it| it.at).or(member.since);
    let unsubscribe = merchant.notices.as_ref();
    let unsubscribe = unsubscribe.is_some_and(|own| own.unsubscribe.is_some());
    // Mail has facts of its own for what closed it, LINE push for having been blocked.
    let own_fact = matches!(
        (notice.channel, closed),
        (Channel::Email, Some(Why::Bounced | Why::Complained))
            | (Channel::LinePush, Some(Why::Blocked))
    );
    let unwanted = !reach.wants(notice.kind, notice.channel);
    let holds = [
        (
            !member.guest && registered.is_some_and(|at| at <= notice.made),
            Facts::MEMBER_AT_EVENT,
        ),
        (!member.guest, Facts::MEMBER_AT_SENDING),
        (!member.line_users.is_empty(), Facts::LINE_ID),
        (closed == Some(Why::Blocked), Facts::BLOCKED),
        (template.is_some(), Facts::TEMPLATE_APPROVED),
        (true, Facts::VARIABLES_COMPLETE),
        (template.is_some_and(|it| it.basis_line), Facts::BASIS_LINE),
        (member.email.is_some(), Facts::EMAIL),
        (closed == Some(Why::Bounced), Facts::BOUNCED),
        (closed == Some(Why::Complained), Facts::COMPLAINED),
        (
            unsubscribe && is_reminder(notice.kind),
            Facts::ONE_CLICK_UNSUBSCRIBE,
        ),
        (
            unwanted || (closed.is_some() && !own_fact),
            Facts::OPTED_OUT,
        ),
    ];
    let held = holds.into_iter().filter(|(holds, _)| *holds);
    held.fold(Facts::NONE, |facts, (_, fact)| facts.with(fact))
}

/// Whether mail of a kind reminds of something, and so can be refused with one click.
pub(super) fn is_reminder(kind: Kind) -> bool {
    matches!(
        Purpose::from(kind),
        Purpose::PointsExpiring | Purpose::CouponsExpiring
    )
}

/// By what points that were just granted came about; none where the act alone does not say.
fn origin(about: &About) -> Option<Origin> {
    let About::Change { reason, .. } = about else {
        return None;
    };
    match reason {
        Reason::Order => Some(Origin::Paid),
        Reason::Event => Some(Origin::Event),
        _ => None,
    }
}

/// What points were granted for.
fn grant(about: &About) -> Option<Grant> {
    let About::Change { reason, .. } = about else {
        return None;
    };
    match reason {
        Reason::Order | Reason::Event => Some(Grant::Acting),
        Reason::SignUp => Some(Grant::SignUp),
        Reason::Birthday => Some(Grant::Birthday),
        Reason::Gift | Reason::Restored | Reason::Adjusted | Reason::Transferred => {
            Some(Grant::ByHand)
        }
        Reason::Spent | Reason::Reversed => None,
    }
}

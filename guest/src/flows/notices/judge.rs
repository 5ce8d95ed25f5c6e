//! What the policy says of a notice: when it is made, and again in the moment of sending.

use super::super::scope::Scope;
use super::look::{self, read, words};
use super::{question, reach, settings, topic};
use crate::domain::amount::Amount;
use crate::domain::config::PolicySettings;
use crate::domain::ids::Id;
use crate::domain::instant::Instant;
use crate::domain::member::Member;
use crate::domain::notice::wording::Rendered;
use crate::domain::notice::{self, About, Kind, Notice, NoticeId, Reach, Span, State, Tally, Told};
use crate::domain::policy::{Channel, Code, Decision, Policy, Question, Verdict};
use crate::json;
use crate::records::state::Traffic;
use crate::records::{Work, keys};
use crate::reject::Reject;
use crate::shared::Shared;
use chrono::NaiveDate;

/// What the policy says of a notice that goes to a member with these words at an instant; without words, those are made later.
///
/// # Errors
/// Those of the storage.
pub(super) fn judge(
    scope: &mut Scope<'_>,
    notice: &Notice,
    member: &Member,
    said: Option<&Rendered>,
    at: Instant,
) -> Result<Verdict, Reject> {
    let text = said.map(read);
    let words = (text.as_deref(), said.is_none_or(|said| said.complete));
    by(scope, notice, member, words, (notice.channel.into(), at))
}

/// Whether what is told may go at once in answer to what the member has just done. It is to be asked when the answer is made, and again
/// in the moment of sending.
///
/// # Errors
/// Those of the storage.
pub(in crate::flows) fn answers(
    scope: &mut Scope<'_>,
    member: &Member,
    told: Told,
    (text, span): (&str, Span),
) -> Result<bool, Reject> {
    let (about, push) = (About::Told(Shared::new(told)), notice::Channel::LinePush);
    let notice = Notice::new(Kind::Other, push, about, scope.number, scope.now, span);
    let way = (Channel::LineReply, scope.now);
    let verdict = by(scope, &notice, member, (Some(text), true), way)?;
    Ok(verdict.decision == Decision::Allow)
}

/// What the policy says of a notice by a way, with its words, if they are there, and whether they are whole.
#[inline(never)]
fn by(
    scope: &mut Scope<'_>,
    notice: &Notice,
    member: &Member,
    words: (Option<&str>, bool),
    (channel, at): (Channel, Instant),
) -> Result<Verdict, Reject> {
    let mut reach = reach::get(scope, &member.member)?;
    let mut traffic = traffic(scope, at)?;
    if let Some(handed) = notice.handed {
        // What may have gone was counted then, and doesn't stand in its own way.
        let zone = scope.merchant.zone;
        let (then, today) = (zone.date(handed), zone.date(at));
        if keys::traffic(then) == keys::traffic(today) {
            traffic.take(notice.channel, notice.cost);
        }
        reach.tally = Tally::minus_one(reach.tally, then);
    }
    let reminders = topic::reminders(scope, &member.member, notice)?;
    let template = settings::template(scope, notice)?;
    let template = template.as_ref();
    let merchant = &scope.merchant;
    let strict = PolicySettings::default();
    let settings = merchant.policy.as_deref().unwrap_or(&strict);
    let policy = Policy::new(settings, merchant.zone);
    let policy = policy.ok_or_else(|| Reject::Unreadable(keys::CONFIGURATION.to_owned()))?;
    let ways = merchant.notices.iter().flat_map(|own| &own.channels);
    let mut ways = ways.filter(|way| way.channel == notice.channel);
    let way = ways.next();
    let told = question::told(notice);
    // Those for which a template of the catalogue has no place don't stand there.
    let language = look::language(merchant, member);
    let filled = look::line_template(merchant, notice, language);
    let places = filled.map_or(usize::MAX, |template| template.buttons.len());
    let buttons = told.into_iter().flat_map(|told| &told.buttons);
    let buttons: Vec<_> = buttons.take(places).collect();
    let labels: Vec<String> = buttons.iter().map(|it| it.label.clone()).collect();
    let links: Vec<String> = buttons.iter().map(|it| it.url.clone()).collect();
    let mut asked = Question::new(notice.kind.into(), channel, at);
    let acquired = match &notice.about {
        About::Change { acquired, .. } => *acquired,
        _ => None,
    };
    asked.event = Some(told.map_or(acquired.unwrap_or(notice.made), |told| told.event));
    asked.extended = told.and_then(|told| told.extended);
    asked.until = Some(notice.until);
    asked.facts = question::facts(merchant, notice, member, &reach, template, words);
    asked.buyer = Some(question::buyer(notice, member));
    asked.grant = question::grant(&notice.about);
    asked.registration = question::registration(notice, member);
    asked.reminders = reminders;
    asked.origin = question::origin(merchant, notice, template);
    asked.mobile = member.mobile.as_deref();
    asked.text = words.0;
    asked.buttons = &labels;
    asked.data = &links;
    asked.quota_left = way.and_then(|way| question::left(way, &traffic));
    asked.sent = Some(Tally::on(reach.tally, merchant.zone.date(at)));
    asked.spent = Some(traffic.spent());
    Ok(policy.judge(&asked))
}

/// The first look at a notice that was just made: it is denied or put off at once where that is certain. What the platform tells
/// has its words already, and all else gets them when it is sent. Of somebody of whom nothing is known nothing is asked,
/// since nothing will go there.
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
    let said = if notice.kind.is_told() {
        words(scope, id, notice, &member)?
    } else {
        None
    };
    let verdict = judge(scope, notice, &member, said.as_ref(), notice.from)?;
    let now = scope.now;
    let code = noted(notice, &verdict, now);
    match verdict.decision {
        Decision::Allow => {}
        Decision::Defer(until) => notice.defer(until, code, now),
        Decision::Deny => notice.becomes(State::Denied(code), now),
    }
    Ok(())
}

/// Leaves a step of what the policy said at a look; gives the code for what isn't allowed.
pub(super) fn noted(notice: &mut Notice, verdict: &Verdict, now: Instant) -> Code {
    notice.judged = true;
    let code = verdict.code.unwrap_or(Code::NotPermitted);
    let named = |code: Code| json::write(&code).trim_matches('"').to_owned();
    let name = named(code);
    let what = match (verdict.decision, verdict.waited_in_vain()) {
        (Decision::Allow, _) => "allowed".to_owned(),
        (Decision::Defer(until), _) => format!("not before {until}: {name}"),
        (Decision::Deny, None) => format!("denied: {name}"),
        (Decision::Deny, Some(rule)) => {
            format!("denied: {name}, since {} puts it off too long", named(rule))
        }
    };
    notice.note(now, what);
    code
}

/// Counts a notice that is about to be handed over.
///
/// # Errors
/// Those of the storage.
pub(super) fn count(
    scope: &mut Scope<'_>,
    id: &NoticeId,
    notice: &Notice,
    cost: Option<Amount>,
) -> Result<(), Reject> {
    let now = scope.now;
    topic::begin(&mut scope.work, &id.member, notice)?;
    let mut month = traffic(scope, now)?;
    month.add(notice.channel, cost.unwrap_or(Amount::ZERO));
    let date = scope.merchant.zone.date(now);
    scope.work.put(keys::traffic(date), &month);
    let caps = scope.merchant.policy.as_ref().map(|policy| policy.caps);
    if caps.is_some_and(|caps| caps.day.is_some() || caps.week.is_some()) {
        let mut reach: Reach = scope
            .work
            .get(&keys::reach(&id.member))?
            .unwrap_or_default();
        reach.tally = Some(Tally::plus_one(reach.tally, date));
        scope.work.put(keys::reach(&id.member), &reach);
    }
    Ok(())
}

/// Takes back what was counted of a notice on a local date, since it was not sent or has not arrived: that its member got one, and
/// unless it was `paid` for all the same the month's share. Reads no more than what it may change.
///
/// # Errors
/// Those of the storage.
pub(super) fn take_back(
    work: &mut Work<'_>,
    member: &Id,
    notice: &mut Notice,
    date: NaiveDate,
    paid: bool,
) -> Result<(), Reject> {
    if !paid {
        let key = keys::traffic(date);
        if let Some(mut month) = work.get::<Traffic>(&key)? {
            month.take(notice.channel, notice.cost);
            work.put(key, &month);
        }
        notice.cost = Amount::ZERO;
    }
    let key = keys::reach(member);
    if let Some(reach) = work.get::<Reach>(&key)?
        && reach.tally.is_some()
    {
        let tally = Tally::minus_one(reach.tally, date);
        work.put(key, &Reach { tally, ..reach });
    }
    Ok(())
}

/// What the notices of an instant's month came to.
fn traffic(scope: &mut Scope<'_>, at: Instant) -> Result<Traffic, Reject> {
    let key = keys::traffic(scope.merchant.zone.date(at));
    Ok(scope.work.get(&key)?.unwrap_or_default())
}

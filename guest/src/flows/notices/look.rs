//! The second look at a notice, in the moment of sending.

use super::super::scope::Scope;
use super::detail::detail;
use super::judge::{judge, noted};
use super::question::{self, told};
use super::{coupons, pick, settings};
use crate::domain::amount::Amount;
use crate::domain::config::{LineTemplate, Merchant};
use crate::domain::ids::Name;
use crate::domain::instant::Instant;
use crate::domain::member::Member;
use crate::domain::notice::wording::{Rendered, line, render, variables};
use crate::domain::notice::{
    About, Channel, CouponFact, Drop, Expiring, Facts, Language, Lead, Notice, NoticeId, State,
};
use crate::domain::policy::{Code, Decision, Verdict};
use crate::domain::zone::Zone;
use crate::flows::command::fingerprint;
use crate::ports::{Message, Ports, Way};
use crate::records::keys;
use crate::reject::Reject;
use chrono::{NaiveDate, NaiveDateTime};

/// What is told of a notice that was found as being sent and can't be handed over again.
const LOST: &str = "no answer was kept, and no key holds";

/// What is told of a LINE notification message of which LINE told nothing.
const SILENT: &str = "no delivery was told of within 24 hours";

/// What is to be done with a notice.
pub(super) enum Look {
    /// It is sent so, for so much.
    Send(Message, Option<Amount>),
    /// It goes then at the earliest, by the rule of that code.
    Defer(Instant, Code),
    /// It has come to this end.
    End(State),
}

/// Looks at a notice again: whether it is in time, whether there is still something to tell and somebody to tell it
/// to. Corrects what it says.
///
/// # Errors
/// Those of the storage.
pub(super) fn look(
    ports: &dyn Ports,
    scope: &mut Scope<'_>,
    id: &NoticeId,
    notice: &mut Notice,
) -> Result<Look, Reject> {
    let end = |state: State| Ok(Look::End(state));
    if let State::Accepted(_) = notice.state {
        notice.note(scope.now, SILENT);
        return end(State::Undelivered(SILENT.to_owned()));
    }
    if notice.may_have_gone().is_some() && !key_holds(ports, notice, scope.now) {
        notice.note(scope.now, LOST);
        return end(State::Unknown);
    }
    if scope.now >= notice.until {
        notice.note(scope.now, "its time has passed");
        // What the policy had put off is denied, not missed.
        let put_off = matches!(notice.state, State::Deferred(_));
        let passed = State::Denied(Code::WindowPassed);
        return end(if put_off { passed } else { State::Missed });
    }
    let ready = match ready(scope, id, notice)? {
        Ok(ready) => ready,
        Err(state) => {
            notice.note(
                scope.now,
                "nothing is left to tell, or nobody to tell it to",
            );
            return end(state);
        }
    };
    let Some(address) = ready.address else {
        notice.note(scope.now, "no address");
        return end(State::Dropped(Drop::NoAddress));
    };
    let code = noted(notice, &ready.verdict, scope.now);
    match ready.verdict.decision {
        Decision::Allow => {}
        Decision::Defer(until) => return Ok(Look::Defer(until, code)),
        Decision::Deny => return end(State::Denied(code)),
    }
    let key = fingerprint(&(id.member.as_str(), id.tail.as_str()));
    let template = settings::template(scope, notice)?;
    let values = |_| variables(notice.kind, notice.channel, ready.language, &ready.facts);
    let values = template.as_ref().map(values).unwrap_or_default();
    let detail = detail(
        (&scope.merchant, template.as_ref()),
        notice,
        &id.member,
        &key,
        &ready.said,
        values,
    );
    let message = Message {
        key,
        channel: Way::Notice(notice.channel),
        address,
        subject: ready.said.subject,
        text: ready.said.text,
        html: ready.said.html,
        detail,
    };
    Ok(Look::Send(message, ready.verdict.cost))
}

/// A notice in words, and what the policy says of it.
pub struct Ready {
    /// Where it goes, if the member's record has an address for the channel.
    pub address: Option<String>,
    /// Its language.
    pub language: Language,
    /// What its words are made of.
    pub facts: Facts,
    /// Its words.
    pub said: Rendered,
    /// Whether it may go.
    pub verdict: Verdict,
}

/// Puts a notice into words as of now and asks the policy; where nothing is left to tell or nobody to tell it to, the end
/// that it comes to.
///
/// # Errors
/// Those of the storage.
pub(super) fn ready(
    scope: &mut Scope<'_>,
    id: &NoticeId,
    notice: &mut Notice,
) -> Result<Result<Ready, State>, Reject> {
    let member: Option<Member> = scope.work.get(&keys::member(&id.member))?;
    let Some(member) = member.filter(|member| member.merged_into.is_none()) else {
        return Ok(Err(State::Dropped(Drop::MemberGone)));
    };
    let address = address(&member, notice);
    let Some((language, facts, said)) = said(scope, id, notice, &member)? else {
        return Ok(Err(State::Dropped(Drop::NothingLeft)));
    };
    let now = scope.now;
    let verdict = judge(scope, notice, &member, Some(&said), now)?;
    Ok(Ok(Ready {
        address,
        language,
        facts,
        said,
        verdict,
    }))
}

/// A notice as it would be put into words now; none where there is nothing left to tell.
///
/// # Errors
/// Those of the storage.
pub(super) fn words(
    scope: &mut Scope<'_>,
    id: &NoticeId,
    notice: &mut Notice,
    member: &Member,
) -> Result<Option<Rendered>, Reject> {
    let said = said(scope, id, notice, member)?;
    Ok(said.map(|(_, _, said)| said))
}

/// All that a person reads; nothing of a subject alone.
pub(super) fn read(said: &Rendered) -> String {
    if said.text.trim().is_empty() {
        return String::new();
    }
    let words = said.subject.iter().chain([&said.text]);
    let words: Vec<&str> = words.map(String::as_str).collect();
    let mut words = words.join("\n");
    // HTML may say something else than the text: what stands between the tags.
    if let Some(html) = &said.html {
        let mut parts = html.split('<');
        words.push('\n');
        words.push_str(parts.next().unwrap_or_default());
        for part in parts {
            words.push_str(part.split_once('>').map_or(part, |(_, shown)| shown));
        }
    }
    words
}

/// A notice in words as of now; none: nothing is left to tell.
fn said(
    scope: &mut Scope<'_>,
    id: &NoticeId,
    notice: &mut Notice,
    member: &Member,
) -> Result<Option<(Language, Facts, Rendered)>, Reject> {
    let merchant = settings::numbered(scope, notice.configuration)?;
    let Some(facts) = facts(scope, id, notice, &merchant, member)? else {
        return Ok(None);
    };
    let own = merchant.notices.as_ref();
    let language = language(&merchant, member);
    let texts = own.map(|own| &own.texts);
    let said = match line_template(&merchant, notice, language) {
        Some(template) => line(template, language, &facts),
        None => render(notice.kind, notice.channel, language, texts, &facts),
    };
    Ok(Some((language, facts, said)))
}

/// In which language a member is written to.
pub(super) fn language(merchant: &Merchant, member: &Member) -> Language {
    let known = member.language.as_deref().and_then(Language::of_tag);
    let own = merchant.notices.as_ref();
    known.unwrap_or(own.map_or(Language::ZhTw, |own| own.language))
}

/// The template of LINE's catalogue that stands in place of a notice's text.
pub(super) fn line_template<'m>(
    merchant: &'m Merchant,
    notice: &Notice,
    language: Language,
) -> Option<&'m LineTemplate> {
    let own = merchant.notices.as_ref();
    let own = own.filter(|_| notice.channel == Channel::LineNotification)?;
    // Words that came with the message stand in no catalogue.
    let given = told(notice).is_some_and(|told| told.words.is_some());
    own.line_template(notice.kind, language).filter(|_| !given)
}

/// Whether the channel's provider still knows at that instant what it may have taken, by its key.
pub(super) fn key_holds(ports: &dyn Ports, notice: &Notice, at: Instant) -> bool {
    let held = ports.key_holds(notice.channel);
    let ends = notice
        .may_have_gone()
        .zip(held)
        .map(|(handed, seconds)| handed.plus_seconds(seconds));
    ends.is_some_and(|ends| at < ends)
}

fn address(member: &Member, notice: &Notice) -> Option<String> {
    match notice.channel {
        Channel::Email => member.email.clone(),
        Channel::Sms | Channel::LineNotification | Channel::Alimtalk => member.mobile.clone(),
        Channel::LinePush => {
            let line = told(notice).and_then(|told| told.line.as_ref());
            let mut users = member.line_users.iter();
            let own = users.find(|(channel, _)| line.is_none_or(|line| line == channel));
            own.map(|(_, user)| user.clone())
        }
    }
}

/// What a notice tells now; none: nothing any more. The points of what will lapse are set anew.
fn facts(
    scope: &mut Scope<'_>,
    id: &NoticeId,
    notice: &mut Notice,
    merchant: &Merchant,
    member: &Member,
) -> Result<Option<Facts>, Reject> {
    let zone = merchant.zone;
    let mut facts = Facts {
        member_name: member.name.clone(),
        points: notice.points,
        origin: question::benefit(merchant, notice),
        ..Facts::default()
    };
    let shown = |programme: &Name| {
        let known = merchant.programmes.get(programme);
        let name = known.and_then(|programme| programme.name.clone());
        Some(name.unwrap_or_else(|| programme.text()))
    };
    match notice.about.clone() {
        About::Points {
            programme,
            lead,
            date,
            seen,
        } => {
            let Some(found) = expiring(scope, id, merchant, &programme, (lead, date, seen))? else {
                return Ok(None);
            };
            notice.points = Some(found.0.points);
            facts.points = notice.points;
            facts.balance = Some(found.1);
            facts.programme = shown(&programme);
            (facts.days, facts.last) = last(zone, scope.now, found.0.lapses_at, found.0.day);
        }
        About::Coupons { lead, day } => {
            let left = coupons::left(scope, &id.member, merchant, (lead, day))?;
            let Some(at) = left.iter().map(|coupon| coupon.expires_at).min() else {
                return Ok(None);
            };
            (facts.days, facts.last) = last(zone, scope.now, at, day);
            let fact = |coupon: crate::domain::coupon::issued::Coupon| CouponFact {
                name: coupon.template.text(),
                code: coupon.code.to_string(),
            };
            facts.coupons = left.into_iter().map(fact).collect();
        }
        About::Change {
            programme,
            reason,
            balance,
            ..
        } => {
            facts.programme = shown(&programme);
            facts.reason = Some(reason);
            facts.balance = Some(balance);
        }
        About::Lapse { programme, at } => {
            let mut holdings = scope.peek(&id.member)?;
            facts.balance = Some(holdings.account(&programme).balance());
            facts.programme = shown(&programme);
            facts.last = Some(zone.local(at));
        }
        About::Told(told) => {
            facts.last = Some(zone.local(told.extended.unwrap_or(told.event)));
            facts.told = Some(told);
        }
    }
    Ok(Some(facts))
}

/// What will lapse of what a notice was made for, and the balance; none where that is below the threshold by now.
fn expiring(
    scope: &mut Scope<'_>,
    id: &NoticeId,
    merchant: &Merchant,
    programme: &Name,
    (lead, date, seen): (Lead, NaiveDate, Instant),
) -> Result<Option<(Expiring, Amount)>, Reject> {
    let Some(notices) = &merchant.notices else {
        return Ok(None);
    };
    let clock = notices.clock(merchant);
    let Some(day) = clock.days(&[lead], date).into_iter().max() else {
        return Ok(None);
    };
    let balance = scope.peek(&id.member)?.account(programme).balance();
    let mut holdings = pick::look_ahead(scope, &id.member, &clock, day)?;
    let lots = &holdings.account(programme).lots;
    let live = lots.iter().filter(|lot| !lot.is_lapsed(scope.now));
    let found = clock.expiring(live, &notices.points.leads, date, seen);
    let found = found.into_iter().find(|found| found.lead == lead);
    let threshold = notices.points.threshold;
    let met = |it: &Expiring| threshold.is_none_or(|least| least.is_met(balance, it.points));
    Ok(found.filter(met).map(|found| (found, balance)))
}

/// In how many days the last day is, and the last local date and time at which something that ends at `at` can be used.
fn last(
    zone: Zone,
    now: Instant,
    at: Instant,
    day: NaiveDate,
) -> (Option<u32>, Option<NaiveDateTime>) {
    let today = zone.date(now);
    // A second before on the clock of the world, since the local one may skip the hour before.
    let early = Instant::new(at.seconds().saturating_sub(1), 0);
    let last = early.filter(|_| at.nanoseconds() == 0).or(Some(at));
    let last = last.map(|last| zone.local(last));
    // Of a sweep the day is that on whose start it is; the last day to use anything is the one before.
    let of = last.map_or(day, |last| last.date());
    let days = of.signed_duration_since(today).num_days();
    (u32::try_from(days).ok().or(Some(0)), last)
}

//! The interface `notices`.

mod figures;
mod foresee;
mod reach;
mod submit;

pub use figures::figures;
pub use foresee::foresee;
pub use reach::{close, prefer, reach_of, report};
pub use submit::{submit, withdraw};

use super::Answer;
use super::check::{Check, whole};
use crate::bindings::exports::stampcard::plugin::notices as wit;
use crate::domain::notice::wording::{line, render, sample};
use crate::domain::notice::{
    About, Channel, Drop, End, Kind, Language, Notice, NoticeId, State, Step, Why,
};
use crate::domain::policy::Code;
use crate::flows::command::ask;
use crate::flows::notices as flow;
use crate::json;
use crate::ports::Ports;

/// Bytes of a place to go on at, at most.
const PLACE_MAX: usize = 1_024;

/// `notices.of-member`.
///
/// # Errors
/// Those that the interface names.
pub fn of_member(ports: &dyn Ports, request: &wit::OfMemberRequest) -> Answer<wit::NoticesPage> {
    let mut check = Check::default();
    let member = check.id(&"/member", &request.member);
    let limit = check.number(&"/limit", request.limit, 50, 200);
    let after = check.maybe_text(&"/after", request.after.as_deref(), PLACE_MAX);
    let member = whole(check, member)?;
    Ok(ask(ports, &[], |scope| {
        let found = flow::of_member(scope, &member, after.as_deref(), limit)?;
        Ok(page(found))
    })?)
}

/// `notices.outbox`.
///
/// # Errors
/// Those that the interface names.
pub fn outbox(ports: &dyn Ports, request: &wit::OutboxRequest) -> Answer<wit::NoticesPage> {
    let mut check = Check::default();
    let limit = check.number(&"/limit", request.limit, 50, 200);
    let after = check.maybe_text(&"/after", request.after.as_deref(), PLACE_MAX);
    check.done()?;
    Ok(ask(ports, &[], |scope| {
        let channel = channel(request.channel);
        let found = flow::outbox(scope, channel, after.as_deref(), limit)?;
        Ok(page(found))
    })?)
}

/// `notices.show`.
///
/// # Errors
/// Those that the interface names.
pub fn show(ports: &dyn Ports, request: &wit::PreviewRequest) -> Answer<wit::Preview> {
    let mut check = Check::default();
    let tag = request.language.as_deref();
    let language = tag.map(Language::of_tag);
    if language == Some(None) {
        check.fault(
            &"/language",
            format!("{:?}", tag.unwrap_or_default()),
            "zh-TW, ko or en",
        );
    }
    check.done()?;
    Ok(ask(ports, &[], |scope| {
        let own = scope.merchant.notices.as_ref();
        let usual = own.map_or(Language::ZhTw, |own| own.language);
        let (kind, channel) = (kind(request.kind), channel(request.channel));
        let language = language.flatten().unwrap_or(usual);
        let facts = sample(kind);
        let template = own.filter(|_| channel == Channel::LineNotification);
        let template = template.and_then(|own| own.line_template(kind, language));
        let said = match template {
            Some(template) => line(template, language, &facts),
            None => render(kind, channel, language, own.map(|own| &own.texts), &facts),
        };
        Ok(wit::Preview {
            subject: said.subject,
            text: said.text,
            html: said.html,
            of_merchant: said.own,
        })
    })?)
}

fn page((notices, next): flow::Page) -> wit::NoticesPage {
    wit::NoticesPage {
        notices: notices.into_iter().map(notice).collect(),
        next,
    }
}

fn notice((id, notice): (NoticeId, Notice)) -> wit::Notice {
    let (state, code) = End::of(&notice.state);
    let detail = match notice.state {
        State::Accepted(answer) | State::Delivered(answer) => answer,
        State::Undelivered(why) => Some(why),
        State::Dropped(why) => Some(dropped(why).to_owned()),
        _ => code.map(name),
    };
    wit::Notice {
        member: id.member.text(),
        id: id.tail,
        kind: kind_of(notice.kind),
        channel: channel_of(notice.channel),
        programme: match notice.about {
            About::Points { programme, .. }
            | About::Change { programme, .. }
            | About::Lapse { programme, .. } => Some(programme.text()),
            About::Coupons { .. } | About::Told(_) => None,
        },
        points: notice.points.map(|points| points.text()),
        made: notice.made.into(),
        due: notice.from.into(),
        until: notice.until.into(),
        state: end(state),
        since: notice.at.into(),
        detail,
        tries: notice.tries,
        configuration: notice.configuration,
        policy_asked: notice.judged,
        trail: notice.trail.into_iter().map(step).collect(),
    }
}

/// A code as `policy` names it.
fn name(code: Code) -> String {
    json::write(&code).trim_matches('"').to_owned()
}

fn step(step: Step) -> wit::Step {
    wit::Step {
        at: step.at.into(),
        what: step.what,
    }
}

fn dropped(why: Drop) -> &'static str {
    match why {
        Drop::NothingLeft => "nothing-left",
        Drop::MemberGone => "member-gone",
        Drop::NoAddress => "no-address",
        Drop::Withdrawn => "withdrawn",
    }
}

/// One enum for another of the same cases, both ways.
macro_rules! same {
    ($there:ident, $back:ident, $wit:ident, $own:ident: $($case:ident)*) => {
        fn $there(it: wit::$wit) -> $own {
            match it { $(wit::$wit::$case => $own::$case,)* }
        }
        fn $back(it: $own) -> wit::$wit {
            match it { $($own::$case => wit::$wit::$case,)* }
        }
    };
}

same!(kind, kind_of, Kind, Kind: PointsExpiring CouponsExpiring PointsGranted PointsDeducted PointsLapsed
    PaymentCompleted ReservationMade ReservationReminder MemberRegistered Shipped Arrived PaymentReminder
    OrderCompleted Advertisement Other);
same!(channel, channel_of, Channel, Channel: Email Sms LinePush LineNotification Alimtalk);
fn end(end: End) -> wit::State {
    match end {
        End::Queued => wit::State::Queued,
        End::Deferred => wit::State::Deferred,
        End::Sending => wit::State::Sending,
        End::Accepted => wit::State::Accepted,
        End::Delivered => wit::State::Delivered,
        End::Undelivered => wit::State::Undelivered,
        End::Denied => wit::State::Denied,
        End::Dropped => wit::State::Dropped,
        End::Missed => wit::State::Missed,
        End::Unknown => wit::State::Unknown,
    }
}

same!(why, why_of, Closing, Why: Bounced Complained Blocked);

//! What the platform wants members to be told.

use super::super::check::{Check, whole};
use super::super::{Answer, execution, link};
use super::{kind, notice};
use crate::bindings::exports::stampcard::plugin::notices as wit;
use crate::domain::notice::wording::Template;
use crate::domain::notice::{Button, Notice, NoticeId, Told};
use crate::flows::command::run;
use crate::flows::notices as flow;
use crate::ports::Ports;
use crate::records::keys;
use crate::shared::Shared;

/// Buttons of a message, at most.
const BUTTONS_MAX: usize = 5;

/// Bytes of words that came with a message, at most; channels have narrower bounds of their own.
const WORDS_MAX: usize = 65_536;

/// `notices.submit`.
///
/// # Errors
/// Those that the interface names.
pub fn submit(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::Submission,
) -> Answer<wit::Submitted> {
    let mut check = Check::default();
    let submission = submission(&mut check, "", request);
    let submission = whole(check, submission)?;
    let how = execution(how)?;
    let reads = [
        keys::member(&submission.member),
        keys::reach(&submission.member),
        keys::topic(
            &submission.member,
            submission.kind,
            &submission.told.subject,
        ),
    ];
    let answer = run(
        ports,
        "notices.submit",
        &how,
        &submission,
        &reads,
        |scope| Ok(submitted(flow::submit(scope, &submission)?)),
    );
    Ok(answer?)
}

/// `notices.withdraw`.
///
/// # Errors
/// Those that the interface names.
pub fn withdraw(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::Withdrawal,
) -> Answer<wit::Submitted> {
    let mut check = Check::default();
    let member = check.id(&"/member", &request.member);
    let subject = check.id(&"/subject", &request.subject);
    let kind = told_kind(&mut check, "", request.kind);
    let (member, subject) = whole(check, member.zip(subject))?;
    let how = execution(how)?;
    let payload = (&member, kind, &subject);
    let reads = [keys::member(&member), keys::topic(&member, kind, &subject)];
    let answer = run(ports, "notices.withdraw", &how, &payload, &reads, |scope| {
        let gone = flow::withdraw(scope, &member, kind, &subject)?;
        Ok(submitted(gone))
    });
    Ok(answer?)
}

fn submitted(notices: Vec<(NoticeId, Notice)>) -> wit::Submitted {
    wit::Submitted {
        notices: notices.into_iter().map(notice).collect(),
    }
}

/// Reads a message; `path` is where it stands in the request.
pub(super) fn submission(
    check: &mut Check,
    path: &str,
    request: &wit::Submission,
) -> Option<flow::Submission> {
    let at = |field: &'static str| [path, field].concat();
    let member = check.id(&at("/member"), &request.member);
    let kind = told_kind(check, path, request.kind);
    let subject = check.id(&at("/subject"), &request.subject);
    let event = check.instant(&at("/event"), request.event);
    let mut when =
        |field, instant: Option<_>| instant.and_then(|instant| check.instant(&at(field), instant));
    let extended = when("/extended", request.extended);
    let from = when("/from", request.from);
    let until = when("/until", request.until);
    let mut told = Told::new(subject?, event?);
    told.extended = extended;
    told.buyer = request.buyer.map(Into::into);
    told.registration = request.registration.map(Into::into);
    told.acted = request.acted_before.unwrap_or_default();
    told.marketing = request.marketing.unwrap_or_default();
    told.item = check.maybe_text(&at("/item"), request.item.as_deref(), 400);
    told.amount = check.maybe_text(&at("/amount"), request.amount.as_deref(), 160);
    told.contact = check.maybe_text(&at("/contact"), request.contact.as_deref(), 400);
    if let Some(contact) = &told.contact {
        let fits = contact.trim().len() == contact.len() && contact.chars().nth(100).is_none();
        if !fits {
            let permitted = "1 to 100 characters without blanks at the ends";
            check.fault(&at("/contact"), format!("{contact:?}"), permitted);
        }
    }
    told.words = request.words.as_ref().map(|words| own(check, path, words));
    let buttons = request.buttons.as_deref().unwrap_or_default();
    check.count(&at("/buttons"), buttons.len(), 0, BUTTONS_MAX);
    for (place, it) in buttons.iter().take(BUTTONS_MAX).enumerate() {
        let label = check.text(
            &format_args!("{path}/buttons/{place}/label"),
            &it.label,
            100,
        );
        let url = link(check, &format_args!("{path}/buttons/{place}/url"), &it.url);
        told.buttons.push(Button { label, url });
    }
    Some(flow::Submission {
        member: member?,
        kind,
        told: Shared::new(told),
        from,
        until,
    })
}

/// A kind that the platform tells of.
fn told_kind(check: &mut Check, path: &str, it: wit::Kind) -> crate::domain::notice::Kind {
    let kind = kind(it);
    if !kind.is_told() {
        let permitted = "a kind that the platform tells of: payment-completed, reservation-made, reservation-reminder, \
                         member-registered, shipped, arrived, payment-reminder, order-completed, advertisement, other";
        check.fault(&format_args!("{path}/kind"), kind.name(), permitted);
    }
    kind
}

fn own(check: &mut Check, path: &str, words: &wit::Words) -> Template {
    let bounded = |check: &mut Check, field: &str, text: &str| {
        if text.len() > WORDS_MAX {
            let found = format_args!("{} bytes", text.len());
            check.fault(
                &format_args!("{path}/words/{field}"),
                found,
                "at most 65,536 bytes",
            );
        }
        text.to_owned()
    };
    let subject = words.subject.as_deref();
    let html = words.html.as_deref();
    Template {
        subject: subject.map(|text| bounded(check, "subject", text)),
        text: bounded(check, "text", &words.text),
        html: html.map(|text| bounded(check, "html", text)),
    }
}

/// A notice's id in a request: 1 to 600 bytes without control characters.
pub(super) fn notice_id(check: &mut Check, path: &str, id: &wit::NoticeId) -> Option<NoticeId> {
    let member = check.id(&format_args!("{path}/member"), &id.member);
    let tail = check.text(&format_args!("{path}/id"), &id.id, 600);
    Some(NoticeId {
        member: member?,
        tail,
    })
}

//! The interface `policy`.

mod words;

use super::Answer;
use super::check::{Check, whole};
use crate::bindings::exports::stampcard::plugin::policy as wit;
use crate::domain::clock_time;
use crate::domain::policy::{
    Decision, EDITIONS, Policy, Question, Quiet, Readings, Reminders, Sent, Verdict, Window, sms,
};
use crate::domain::zone::Zone;
use crate::flows::policy::in_force;
use crate::ports::Ports;
use crate::reject::Reject;

/// Questions of one request, at most.
const QUESTIONS_MAX: usize = 5_000;

/// Bytes of a text, at most.
const TEXT_MAX: usize = 20_000;

/// Buttons and further texts of a question, at most each.
const TEXTS_MAX: usize = 50;

/// `policy.check`.
///
/// # Errors
/// Those that the interface names.
pub fn check(ports: &dyn Ports, request: &wit::CheckRequest) -> Answer<Vec<wit::Verdict>> {
    let mut check = Check::default();
    check.count(&"/questions", request.questions.len(), 1, QUESTIONS_MAX);
    let named = request.zone.as_deref();
    let zone = named.and_then(|name| {
        let zone = Zone::parse(name);
        if zone.is_none() {
            check.fault(
                &"/zone",
                format!("{name:?}"),
                "an IANA zone such as Asia/Taipei",
            );
        }
        zone
    });
    check.done()?;
    let (settings, zone) = in_force(ports, zone, request.settings.as_deref())?;
    let missing = || Reject::invalid("/zone", "nothing", "an IANA zone such as Asia/Taipei");
    let policy = Policy::new(&settings, zone.ok_or_else(missing)?).ok_or_else(unknown_edition)?;
    let brief = request.brief.unwrap_or(false);
    let mut check = Check::default();
    let mut verdicts = Vec::with_capacity(request.questions.len());
    for (place, question) in request.questions.iter().enumerate() {
        if let Some(asked) = read(&mut check, place, question) {
            verdicts.push(shown(&policy.judge(&asked), brief));
        }
    }
    Ok(whole(check, Some(verdicts))?)
}

/// `policy.rules`.
///
/// # Errors
/// Those that the interface names.
pub fn rules(ports: &dyn Ports, request: &wit::RulesRequest) -> Answer<wit::RulesInForce> {
    let (settings, zone) = in_force(ports, None, request.settings.as_deref())?;
    let zone = zone.or_else(|| Zone::parse("UTC"));
    let policy = zone.and_then(|zone| Policy::new(&settings, zone));
    let edition = policy.ok_or_else(unknown_edition)?.edition();
    let kinds = edition.kinds.iter().map(|kind| wit::KindRule {
        purpose: kind.purpose.into(),
        days_before: match kind.window {
            Window::SameDay => None,
            Window::DaysBefore(days) => Some(days),
        },
        rules: kind.rules.iter().map(|rule| (*rule).into()).collect(),
    });
    let strict = Readings::default().named();
    let readings = settings.readings.named();
    let readings = readings
        .into_iter()
        .zip(strict)
        .map(|((name, value), strict)| wit::Reading {
            name: name.to_owned(),
            value: value.to_owned(),
            strict: (name, value) == strict,
        });
    Ok(wit::RulesInForce {
        edition: edition.name.to_owned(),
        editions: EDITIONS
            .iter()
            .map(|edition| edition.name.to_owned())
            .collect(),
        kinds: kinds.collect(),
        readings: readings.collect(),
        suspended: settings.sms_plus.suspended,
    })
}

/// A configuration of a newer version of the plugin may pin an edition that this one lacks.
fn unknown_edition() -> Reject {
    let names = EDITIONS.map(|edition| edition.name).join(", ");
    Reject::invalid(
        "/settings/rules",
        "an edition that is not known here",
        &names,
    )
}

/// A question in the policy's words; none if something is wrong with it.
fn read<'q>(check: &mut Check, place: usize, it: &'q wit::Question) -> Option<Question<'q>> {
    let before = check.faults().len();
    let at = |check: &mut Check, field: &str, instant: Option<wit::Instant>| {
        let instant = instant?;
        check.instant(&format_args!("/questions/{place}/{field}"), instant)
    };
    let sent_at = at(check, "at", Some(it.at));
    let event = at(check, "event", it.event);
    let extended = at(check, "extended", it.extended);
    let until = at(check, "until", it.until);
    if it.text.as_ref().is_some_and(|text| text.len() > TEXT_MAX) {
        let path = format_args!("/questions/{place}/text");
        check.fault(&path, "a longer text", "at most 20,000 bytes");
    }
    for (field, texts) in [("buttons", &it.buttons), ("data", &it.data)] {
        let Some(texts) = texts else { continue };
        let path = format_args!("/questions/{place}/{field}");
        check.count(&path, texts.len(), 0, TEXTS_MAX);
        if texts.iter().any(|text| text.len() > TEXT_MAX) {
            check.fault(&path, "a longer text", "at most 20,000 bytes each");
        }
    }
    let spent = it
        .spent
        .as_deref()
        .map(|spent| check.amount(&format_args!("/questions/{place}/spent"), spent));
    let quiet = it
        .quiet
        .as_ref()
        .and_then(|quiet| hours(check, place, quiet));
    if check.faults().len() > before {
        return None;
    }
    Some(Question {
        purpose: it.purpose.into(),
        channel: it.channel.into(),
        at: sent_at?,
        event,
        extended,
        until,
        facts: it.facts.into(),
        buyer: it.buyer.map(Into::into),
        grant: it.grant.map(Into::into),
        registration: it.registration.map(Into::into),
        reminders: it.reminders.map(|it| Reminders {
            accepted: it.accepted,
            unknown: it.unknown,
            before_move: it.before_move,
        }),
        origin: it.origin.map(Into::into),
        mobile: it.mobile.as_deref(),
        text: it.text.as_deref(),
        buttons: it.buttons.as_deref().unwrap_or_default(),
        data: it.data.as_deref().unwrap_or_default(),
        quota_left: it.quota_left,
        sent: it.sent.map(|it| Sent {
            day: it.day,
            week: it.week,
        }),
        spent,
        quiet,
    })
}

fn hours(check: &mut Check, place: usize, quiet: &wit::Quiet) -> Option<Quiet> {
    let mut time = |field: &str, text: &str| {
        let time = clock_time::parse(text);
        if time.is_none() {
            let path = format_args!("/questions/{place}/quiet/{field}");
            check.fault(
                &path,
                format!("{text:?}"),
                "a time of day HH:MM such as 22:00",
            );
        }
        time
    };
    let (from, to) = (time("starts", &quiet.starts), time("ends", &quiet.ends));
    let (from, to) = (from?, to?);
    if from == to {
        let path = format_args!("/questions/{place}/quiet/ends");
        check.fault(&path, &quiet.ends, "another time than starts");
    }
    Some(Quiet { from, to })
}

pub(super) fn shown(verdict: &Verdict, brief: bool) -> wit::Verdict {
    let steps = if brief { &[] } else { verdict.steps.as_slice() };
    let steps = steps.iter().map(|step| wit::Step {
        rule: step.rule.into(),
        outcome: step.outcome.into(),
        code: step.code.map(Into::into),
        sentence: step.code.map(|code| code.sentence().to_owned()),
    });
    let (decision, until) = match verdict.decision {
        Decision::Allow => (wit::Decision::Allow, None),
        Decision::Defer(until) => (wit::Decision::Defer, Some(until.into())),
        Decision::Deny => (wit::Decision::Deny, None),
    };
    wit::Verdict {
        decision,
        until,
        code: verdict.code.map(Into::into),
        steps: steps.collect(),
        sms: verdict.sms.map(|size| wit::SmsSize {
            encoding: match size.encoding {
                sms::Encoding::Gsm7 => wit::Encoding::Gsm7,
                sms::Encoding::Ucs2 => wit::Encoding::Ucs2,
                sms::Encoding::EucKr => wit::Encoding::EucKr,
                sms::Encoding::Lms => wit::Encoding::Lms,
            },
            units: size.units,
            segments: size.segments,
        }),
        cost: verdict.cost.map(|cost| cost.text()),
    }
}

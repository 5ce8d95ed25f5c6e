//! The interface `members`.

use super::check::{Check, LIST_MAX, whole};
use super::execution;
use crate::bindings::exports::stampcard::plugin::members as wit;
use crate::bindings::stampcard::plugin::types::Error;
use crate::domain::ids::Id;
use crate::domain::member::{Consent, Member, Registration};
use crate::flows::command::{ask, run};
use crate::flows::members as flow;
use crate::ports::Ports;
use crate::records::keys;
use crate::records::state::Mark;
use crate::reject::Reject;

/// `members.put`.
///
/// # Errors
/// Those that the interface names.
pub fn put(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::Member,
) -> Result<wit::Member, Error> {
    let member = read(request)?;
    let reads = [keys::member(&member.member)];
    // What is kept for the key is no personal data: the same request has the same answer.
    let _: Mark = run(
        ports,
        "members.put",
        &execution(how)?,
        &member,
        &reads,
        |scope| {
            flow::put(scope, &member)?;
            Ok(Mark {})
        },
    )?;
    Ok(shown(&member))
}

/// `members.forget`.
///
/// # Errors
/// Those that the interface names.
pub fn forget(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::MemberId,
) -> Result<wit::Forgotten, Error> {
    let mut check = Check::default();
    let member = check.id(&"/member", &request.member);
    let member = whole(check, member)?;
    let reads = [keys::member(&member), keys::account(&member)];
    Ok(run(
        ports,
        "members.forget",
        &execution(how)?,
        &member,
        &reads,
        |scope| {
            flow::forget(scope, &member)?;
            Ok(wit::Forgotten {
                member: member.text(),
                at: scope.now.into(),
            })
        },
    )?)
}

/// `members.get`.
///
/// # Errors
/// Those that the interface names.
pub fn get(ports: &dyn Ports, request: &wit::MemberId) -> Result<wit::Member, Error> {
    let mut check = Check::default();
    let member = check.id(&"/member", &request.member);
    let member = whole(check, member)?;
    let record = ask(ports, &[keys::member(&member)], |scope| {
        flow::get(scope, &member)
    })?;
    Ok(shown(&record))
}

/// `members.of-line-user`.
///
/// # Errors
/// Those that the interface names.
pub fn of_line_user(
    ports: &dyn Ports,
    request: &wit::LineUserId,
) -> Result<wit::LineMembers, Error> {
    let mut check = Check::default();
    let user = check.id(&"/user", &request.user);
    let user = whole(check, user)?;
    let members = ask(ports, &[], |scope| Ok(flow::of_line_user(scope, &user)?))?;
    Ok(wit::LineMembers {
        members: members.iter().map(Id::text).collect(),
    })
}

fn read(request: &wit::Member) -> Result<Member, Reject> {
    let mut check = Check::default();
    let id = check.id(&"/member", &request.member);
    let name = check.maybe_text(&"/name", request.name.as_deref(), 200);
    let language = request.language.clone();
    if let Some(other) = language
        .as_deref()
        .filter(|it| !["zh-TW", "ko", "en"].contains(it))
    {
        check.fault(&"/language", other, "zh-TW, ko or en");
    }
    let birthday = request
        .birthday
        .as_deref()
        .and_then(|text| check.date(&"/birthday", text));
    let registration = request.registration.and_then(|registration| {
        let at = check.instant(&"/registration/at", registration.at)?;
        Some(Registration {
            at,
            off_line: registration.way == wit::RegistrationWay::OffLine,
        })
    });
    let tier = check.maybe_text(&"/tier", request.tier.as_deref(), 128);
    let tags = check.texts(&"/tags", request.tags.as_ref(), 100);
    let mobile = request.mobile.clone();
    if let Some(number) = mobile.as_deref().filter(|number| !is_e164(number)) {
        check.fault(
            &"/mobile",
            number,
            "E.164: + and 8 to 15 digits, such as +886912345678",
        );
    }
    let email = request.email.clone();
    if let Some(address) = email.as_deref().filter(|address| !is_mailbox(address)) {
        check.fault(
            &"/email",
            address,
            "a mailbox such as mei@example.com, at most 254 bytes",
        );
    }
    let line_users = request.line_users.iter().flatten();
    let line_users: Vec<(String, String)> = line_users
        .enumerate()
        .take(LIST_MAX)
        .map(|(place, user)| {
            let path = format_args!("/line-users/{place}");
            (
                check.text(&format_args!("{path}/channel"), &user.channel, 128),
                check.text(&format_args!("{path}/user"), &user.user, 128),
            )
        })
        .collect();
    check.count(&"/line-users", line_users.len(), 0, 20);
    let given = request.consents.as_deref().unwrap_or_default();
    check.count(&"/consents", given.len(), 0, 100);
    let consents = given.iter().take(100).enumerate();
    let consents: Vec<Consent> = consents
        .filter_map(|(place, given)| consent(&mut check, place, given))
        .collect();
    check.done()?;
    let id = id.ok_or_else(|| Reject::Invalid(Vec::new()))?;
    Ok(Member {
        name,
        language,
        birthday,
        registration,
        tier,
        tags,
        mobile,
        email,
        line_users,
        guest: request.guest.unwrap_or(false),
        consents,
        ..Member::new(id)
    })
}

fn consent(check: &mut Check, place: usize, consent: &wit::Consent) -> Option<Consent> {
    let path = format_args!("/consents/{place}");
    let at = check.instant(&format_args!("{path}/at"), consent.at);
    Some(Consent {
        kind: check.text(&format_args!("{path}/kind"), &consent.kind, 64),
        channel: check.maybe_text(
            &format_args!("{path}/channel"),
            consent.channel.as_deref(),
            64,
        ),
        night: consent.night,
        given: consent.given,
        at: at?,
        source: check.text(&format_args!("{path}/source"), &consent.source, 200),
    })
}

fn is_e164(number: &str) -> bool {
    let digits = number.strip_prefix('+').unwrap_or("");
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    (8..=15).contains(&digits.len()) && plain && !digits.starts_with('0')
}

fn is_mailbox(address: &str) -> bool {
    let clean = !address.chars().any(|c| c.is_control() || c.is_whitespace());
    let parts = address.rsplit_once('@');
    address.len() <= 254
        && clean
        && parts.is_some_and(|(local, host)| {
            (1..=64).contains(&local.len())
                && host.contains('.')
                && !host.starts_with('.')
                && !host.ends_with('.')
        })
}

fn shown(member: &Member) -> wit::Member {
    let way = |off_line| {
        if off_line {
            wit::RegistrationWay::OffLine
        } else {
            wit::RegistrationWay::OnLine
        }
    };
    let users = member.line_users.iter();
    let consents = member.consents.iter();
    wit::Member {
        member: member.member.to_string(),
        name: member.name.clone(),
        language: member.language.clone(),
        birthday: member.birthday.map(|date| date.to_string()),
        registration: member.registration.map(|registration| wit::Registration {
            at: registration.at.into(),
            way: way(registration.off_line),
        }),
        tier: member.tier.clone(),
        tags: Some(member.tags.clone()),
        mobile: member.mobile.clone(),
        email: member.email.clone(),
        line_users: Some(
            users
                .map(|(channel, user)| wit::LineUser {
                    channel: channel.clone(),
                    user: user.clone(),
                })
                .collect(),
        ),
        guest: Some(member.guest),
        consents: Some(
            consents
                .map(|consent| wit::Consent {
                    kind: consent.kind.clone(),
                    channel: consent.channel.clone(),
                    night: consent.night,
                    given: consent.given,
                    at: consent.at.into(),
                    source: consent.source.clone(),
                })
                .collect(),
        ),
    }
}

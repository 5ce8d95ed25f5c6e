//! The interface `submissions`.

mod people;
mod words;

pub use people::{decide, draw, draw_list, resume, signals, table, told, verify_again};

use super::check::{Check, whole};
use super::{Answer, execution};
use crate::bindings::exports::stampcard::plugin::submissions as wit;
use crate::domain::ids::Id;
use crate::flows::command::{ask, is_bound, run};
use crate::flows::submissions as flow;
use crate::ports::Ports;
use crate::records::keys;
use people::named;
use stampcard_invoice::reading::{Field, from_base64, read_carrier};
use std::fmt::Display;
use words::{answers, door, figures_of, shown, state_of, way_of};

/// Codes of one picture, at most.
const CODES_MAX: usize = 100;

/// Bytes of a code, at most; what reads them has bounds of its own.
const CODE_MAX: usize = 32_768;

/// Invoices that are typed at once, at most.
const TYPED_MAX: usize = 10;

/// Days of a carrier that are read at once, at most: as far back as the tax platform lists.
const DAYS_MAX: i64 = 300;

/// Bytes of a submission's id, at most.
const ID_MAX: usize = 100;

/// `submissions.open-card`.
///
/// # Errors
/// Those that the interface names.
pub fn open_card(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::CardRequest,
) -> Answer<wit::Opened> {
    let mut check = Check::default();
    let ids = ids(
        &mut check,
        &request.campaign,
        &request.member,
        &request.channel,
    );
    let reply = token(&mut check, request.reply_token.as_deref());
    let (campaign, member, channel) = whole(check, ids)?;
    let open = flow::Open {
        campaign,
        member,
        channel,
        by: door(request.by).to_owned(),
        reply,
    };
    let how = execution(how)?;
    let reads = reads(&open.campaign, &open.member);
    let function = "submissions.open-card";
    let answer = run(ports, function, &how, &open, &reads, |scope| {
        Ok(words::opened(flow::open(scope, &open)?))
    });
    Ok(answer?)
}

/// `submissions.submit`.
///
/// # Errors
/// Those that the interface names.
pub fn submit(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::Upload,
) -> Answer<wit::Submitted> {
    let mut check = Check::default();
    let ids = ids(
        &mut check,
        &request.campaign,
        &request.member,
        &request.channel,
    );
    let reply = token(&mut check, request.reply_token.as_deref());
    let sent = sent(&mut check, &request.sent);
    let (campaign, member, channel) = whole(check, ids)?;
    let upload = flow::Upload {
        campaign,
        member,
        channel,
        sent,
        reply,
    };
    let how = execution(how)?;
    let reads = reads(&upload.campaign, &upload.member);
    let function = "submissions.submit";
    let answer = run(ports, function, &how, &upload, &reads, |scope| {
        Ok(answers(flow::submit(scope, &upload)?, Vec::new()))
    });
    Ok(answer?)
}

/// `submissions.submit-carrier`.
///
/// # Errors
/// Those that the interface names.
pub fn submit_carrier(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::Carrier,
) -> Answer<wit::Submitted> {
    let mut check = Check::default();
    let ids = ids(
        &mut check,
        &request.campaign,
        &request.member,
        &request.channel,
    );
    let reply = token(&mut check, request.reply_token.as_deref());
    let code = match read_carrier(&request.code, &request.verification) {
        Ok(code) => Some(code),
        Err(refusals) => {
            for refusal in refusals {
                let path = match refusal.field {
                    Field::Verification => "/verification",
                    _ => "/code",
                };
                // Neither is told again.
                check.fault(&path, "something else", refusal.permitted());
            }
            None
        }
    };
    let from = check.date(&"/from", &request.from);
    let to = check.date(&"/to", &request.to);
    let days = from.zip(to);
    if days.is_some_and(|(from, to)| !(0..=DAYS_MAX).contains(&(to - from).num_days())) {
        let permitted = "a day from /from on, at most 300 days later";
        check.fault(&"/to", &request.to, permitted);
    }
    let read = whole(check, ids.zip(code).zip(days))?;
    let (((campaign, member, channel), code), (from, to)) = read;
    let carrier = flow::Carrier {
        campaign,
        member,
        channel,
        code: code.text().to_owned(),
        from,
        to,
        reply,
    };
    let how = execution(how)?;
    let function = "submissions.submit-carrier";
    let gathered = if is_bound(ports, function, &how)? {
        flow::Gathered::default()
    } else {
        flow::gather(ports, &carrier, (code, &request.verification))?
    };
    let reads = reads(&carrier.campaign, &carrier.member);
    let answer = run(ports, function, &how, &carrier, &reads, |scope| {
        let (all, missing) = flow::carrier(scope, &carrier, &gathered)?;
        Ok(answers(all, missing))
    });
    Ok(answer?)
}

/// `submissions.search`.
///
/// # Errors
/// Those that the interface names.
pub fn search(ports: &dyn Ports, request: &wit::SearchRequest) -> Answer<wit::SubmissionsPage> {
    let mut check = Check::default();
    let named = named(&mut check, &request.actor, &request.campaign);
    let member = check.maybe_id(&"/member", request.member.as_deref());
    let from = request.from.and_then(|at| check.instant(&"/from", at));
    let until = request.until.and_then(|at| check.instant(&"/until", at));
    let after = check.maybe_text(&"/after", request.after.as_deref(), ID_MAX);
    let limit = check.number(&"/limit", request.limit, 50, 200);
    let (actor, campaign) = whole(check, named)?;
    let wanted = flow::Wanted {
        campaign,
        member,
        state: request.state.map(state_of),
        way: request.way.map(way_of),
        for_person: request.for_person.unwrap_or_default(),
        from,
        until,
        after,
        limit,
    };
    Ok(ask(ports, &[], |scope| {
        let (found, next) = flow::search(scope, &actor, &wanted)?;
        Ok(wit::SubmissionsPage {
            submissions: found.into_iter().map(shown).collect(),
            next,
        })
    })?)
}

/// `submissions.figures`.
///
/// # Errors
/// Those that the interface names.
pub fn figures(ports: &dyn Ports, request: &wit::FiguresRequest) -> Answer<wit::Counts> {
    let mut check = Check::default();
    let named = named(&mut check, &request.actor, &request.campaign);
    let (actor, campaign) = whole(check, named)?;
    Ok(ask(ports, &[], |scope| {
        Ok(figures_of(flow::figures(scope, &actor, &campaign)?))
    })?)
}

/// Campaign, member and channel of a request.
fn ids(check: &mut Check, campaign: &str, member: &str, channel: &str) -> Option<(Id, Id, Id)> {
    let campaign = check.id(&"/campaign", campaign);
    let member = check.id(&"/member", member);
    let channel = check.id(&"/channel", channel);
    Some((campaign?, member?, channel?))
}

fn reads(campaign: &Id, member: &Id) -> [String; 2] {
    [keys::campaign(campaign), keys::member(member)]
}

fn token(check: &mut Check, token: Option<&str>) -> Option<String> {
    check.maybe_text(&"/reply-token", token, 200)
}

fn sent(check: &mut Check, sent: &wit::Sent) -> flow::Sent {
    match sent {
        wit::Sent::Photo(photo) => {
            check.count(&"/sent/photo/codes", photo.codes.len(), 0, CODES_MAX);
            let codes = photo.codes.iter().take(CODES_MAX).enumerate();
            let codes = codes.map(|(nth, code)| {
                let path = format_args!("/sent/photo/codes/{nth}/text");
                bounded(check, &path, code.text.as_deref().unwrap_or_default());
                let path = format_args!("/sent/photo/codes/{nth}/bytes");
                let text = code.bytes.as_deref();
                bounded(check, &path, text.unwrap_or_default());
                let bytes = text.map(|text| from_base64(text.as_bytes()));
                if bytes == Some(None) {
                    check.fault(&path, text.unwrap_or_default(), "Base64");
                }
                (code.text.clone(), bytes.flatten())
            });
            let codes = codes.collect();
            let picture = photo.picture.as_deref();
            let picture = picture.map(|url| super::link(check, &"/sent/photo/picture", url));
            flow::Sent::Photo { codes, picture }
        }
        wit::Sent::Typed(typed) => {
            check.count(&"/sent/typed", typed.len(), 1, TYPED_MAX);
            let typed = typed.iter().take(TYPED_MAX).enumerate();
            let typed = typed.map(|(nth, it)| {
                let fields = [
                    ("number", &it.number),
                    ("date", &it.date),
                    ("random", &it.random),
                ];
                fields.map(|(field, text)| {
                    let path = format_args!("/sent/typed/{nth}/{field}");
                    if text.len() > 200 {
                        let found = format_args!("{} bytes", text.len());
                        check.fault(&path, found, "at most 200 bytes");
                    }
                    text.clone()
                })
            });
            flow::Sent::Typed(typed.collect())
        }
    }
}

fn bounded(check: &mut Check, path: &dyn Display, text: &str) {
    if text.len() > CODE_MAX {
        let found = format_args!("{} bytes", text.len());
        check.fault(path, found, "at most 32,768 bytes");
    }
}

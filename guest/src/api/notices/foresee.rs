//! What would go out.

use super::super::Answer;
use super::super::check::{Check, whole};
use super::submit::{notice_id, submission};
use super::{PLACE_MAX, channel_of, kind_of};
use crate::api::policy::shown;
use crate::bindings::exports::stampcard::plugin::notices as wit;
use crate::domain::amount::Amount;
use crate::domain::config::Route;
use crate::flows::command::ask;
use crate::flows::notices::{self as flow, Foreseen};
use crate::ports::Ports;
use crate::records::keys;

/// `notices.foresee`.
///
/// # Errors
/// Those that the interface names.
pub fn foresee(ports: &dyn Ports, request: &wit::ForeseeRequest) -> Answer<wit::Foresight> {
    let mut check = Check::default();
    match request {
        wit::ForeseeRequest::One(id) => {
            let id = notice_id(&mut check, "/one", id);
            let id = whole(check, id)?;
            Ok(ask(ports, &[keys::notice(&id)], |scope| {
                let found = flow::one(scope, &id)?;
                Ok(told(found, (first_only(scope), false), None))
            })?)
        }
        wit::ForeseeRequest::Submission(it) => {
            let it = submission(&mut check, "/submission", it);
            let it = whole(check, it)?;
            Ok(ask(ports, &[keys::member(&it.member)], |scope| {
                let found = flow::submission(scope, &it)?;
                Ok(told(found, (first_only(scope), false), None))
            })?)
        }
        wit::ForeseeRequest::Day(it) => {
            let date = it.date.as_deref();
            let date = date.and_then(|date| check.date(&"/day/date", date));
            let after = check.maybe_text(&"/day/after", it.after.as_deref(), PLACE_MAX);
            check.done()?;
            Ok(ask(ports, &[], |scope| {
                let today = scope.merchant.zone.date(scope.now);
                let date = date.unwrap_or(today);
                let (found, next) = flow::of_day(scope, date, after.as_deref())?;
                Ok(told(found, (false, true), next))
            })?)
        }
    }
}

/// Whether only the first channel that may take a message gets it.
fn first_only(scope: &crate::flows::scope::Scope<'_>) -> bool {
    let own = scope.merchant.notices.as_ref();
    own.is_some_and(|own| own.route == Route::Fallback)
}

fn told(
    found: Vec<Foreseen>,
    (first_only, brief): (bool, bool),
    next: Option<String>,
) -> wit::Foresight {
    let cost = |it: &Foreseen| it.ready.as_ref()?.verdict.cost;
    let most = if first_only { 1 } else { usize::MAX };
    let going = found.iter().filter(|it| it.goes).take(most);
    let sum: Amount = going.filter_map(cost).sum();
    wit::Foresight {
        cost: sum.text(),
        notices: found.into_iter().map(|it| one(it, brief)).collect(),
        next,
    }
}

fn one(it: Foreseen, brief: bool) -> wit::Foreseen {
    let (said, verdict) = match it.ready {
        Some(ready) => (Some(ready.said), Some(shown(&ready.verdict, brief))),
        None => (None, None),
    };
    let (subject, text, html) = match said {
        Some(said) => (said.subject, Some(said.text), said.html),
        None => (None, None, None),
    };
    wit::Foreseen {
        member: it.id.member.text(),
        id: Some(it.id.tail).filter(|tail| !tail.is_empty()),
        kind: kind_of(it.notice.kind),
        channel: channel_of(it.notice.channel),
        at: it.at.into(),
        has_address: it.address,
        subject,
        text,
        html,
        verdict,
    }
}

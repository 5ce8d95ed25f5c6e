//! Requests over HTTP in a scenario: the answers that a step gives, and what was asked in it.

use super::balances::matched;
use super::compare::{self, Scope};
use super::error::Fault;
use super::fields::Fields;
use super::format::Step;
use super::node::{Kind, Node};
use super::report::Problem;
use crate::capabilities::http::{Error, Exchange, Header, Request, Response, Traffic, Wanted};
use chrono_tz::Tz;
use serde_json::{Map, Value, json};
use url::Url;

/// What may stand as an answer.
const ANSWERS: &str = "there may stand unreachable, no-answer, garbled, { denied: https://host:443 }, { too-large: BYTES }, \
                       or { status, headers, json } with text in place of json";

/// The answers for a step's requests.
pub(super) fn exchanges(fields: &Fields<'_>, place: &str) -> Result<Vec<Exchange>, Fault> {
    let Some(node) = fields.get("http") else {
        return Ok(Vec::new());
    };
    let Kind::List(items) = &node.kind else {
        let told = "there may stand a list of answers, such as [{ answer: unreachable }]";
        return Err(fields.fault(node, "http", told.to_owned()));
    };
    let numbered = (1..).zip(items);
    numbered
        .map(|(number, item)| exchange(item, &format!("{place}, http, answer {number}")))
        .collect()
}

/// What must be asked in a step: a list, or a matcher of one; none where the step doesn't say.
pub(super) fn expected(fields: &Fields<'_>, place: &str) -> Result<Option<Value>, Fault> {
    let node = fields.get("requests");
    node.map(|node| matched(node, &format!("{place}, requests")))
        .transpose()
}

fn exchange(node: &Node, place: &str) -> Result<Exchange, Fault> {
    let fields = Fields::of(node, place, &["asked", "answer", "times"])?;
    let answer = fields.get("answer");
    let answer = answer.ok_or_else(|| fields.fault(node, "answer", ANSWERS.to_owned()))?;
    let times = match fields.get("times") {
        None => 1,
        Some(found) => {
            let times = found.to_json().as_u64().and_then(|n| u32::try_from(n).ok());
            times.filter(|times| *times > 0).ok_or_else(|| {
                let told = "there may stand a whole number from 1 on";
                fields.fault(found, "times", told.to_owned())
            })?
        }
    };
    Ok(Exchange {
        wanted: match fields.get("asked") {
            None => Wanted::default(),
            Some(asked) => wanted(asked, place)?,
        },
        answer: self::answer(answer, place)?
            .ok_or_else(|| fields.fault(answer, "answer", ANSWERS.to_owned()))?,
        times,
    })
}

fn wanted(node: &Node, place: &str) -> Result<Wanted, Fault> {
    let place = format!("{place}, asked");
    let fields = Fields::of(node, &place, &["method", "url", "form"])?;
    Ok(Wanted {
        method: fields.text("method")?,
        url: fields.text("url")?,
        form: match fields.get("form") {
            None => Vec::new(),
            Some(form) => texts(form).ok_or_else(|| {
                let told = "there may stand fields of the form with their texts";
                fields.fault(form, "form", told.to_owned())
            })?,
        },
    })
}

/// None where it is neither an answer nor an error.
fn answer(node: &Node, place: &str) -> Result<Option<Result<Response, Error>>, Fault> {
    let members = match &node.kind {
        Kind::Text(text) => {
            return Ok(match text.as_str() {
                "unreachable" => Some(Err(Error::Unreachable)),
                "no-answer" => Some(Err(Error::NoAnswer)),
                "garbled" => Some(Err(Error::Garbled)),
                _ => None,
            });
        }
        Kind::Map(members) => members,
        _ => return Ok(None),
    };
    if let [member] = members.as_slice() {
        let value = member.value.to_json();
        match member.name.as_str() {
            "denied" => {
                let entry = value.as_str().map(str::to_owned);
                return Ok(entry.map(|entry| Err(Error::Denied(entry))));
            }
            "too-large" => return Ok(value.as_u64().map(|bytes| Err(Error::TooLarge(bytes)))),
            _ => {}
        }
    }
    let place = format!("{place}, answer");
    let fields = Fields::of(node, &place, &["status", "headers", "json", "text"])?;
    let status = match fields.get("status") {
        None => Some(200),
        Some(status) => {
            let number = status.to_json().as_u64();
            let number = number.and_then(|number| u16::try_from(number).ok());
            number.filter(|status| (200..600).contains(status))
        }
    };
    let headers = fields.get("headers").map_or(Some(Vec::new()), texts);
    let (Some(status), Some(headers)) = (status, headers) else {
        return Ok(None);
    };
    let body = match (fields.get("json"), fields.text("text")?) {
        (Some(json), None) => json.to_json().to_string(),
        (None, text) => text.unwrap_or_default(),
        (Some(_), Some(_)) => return Ok(None),
    };
    let header = |(name, value)| Header { name, value };
    Ok(Some(Ok(Response {
        status,
        headers: headers.into_iter().map(header).collect(),
        body,
    })))
}

/// Names with texts; a number counts as its digits.
fn texts(node: &Node) -> Option<Vec<(String, String)>> {
    let Kind::Map(members) = &node.kind else {
        return None;
    };
    let text = |value: &Node| match &value.kind {
        Kind::Text(text) => Some(text.clone()),
        Kind::Integer(number) => Some(number.to_string()),
        _ => None,
    };
    members
        .iter()
        .map(|member| Some((member.name.clone(), text(&member.value)?)))
        .collect()
}

/// Whether something was asked that no answer stands for, which explains whatever else went wrong.
pub(super) fn beyond(traffic: Option<&Traffic>) -> Option<Problem> {
    let beyond = &traffic?.beyond;
    (!beyond.is_empty()).then(|| Problem::Beyond(beyond.iter().map(shown).collect()))
}

/// Holds what was asked against what a step says.
pub(super) fn judge(step: &Step, traffic: Option<&Traffic>, zone: Tz) -> Result<(), Problem> {
    let Some(traffic) = traffic else {
        return if step.http.is_empty() && step.requests.is_none() {
            Ok(())
        } else {
            let told = "http and requests can't be played here: this stage has no network";
            Err(Problem::Misfit(told))
        };
    };
    if traffic.unasked > 0 {
        return Err(Problem::Unasked(traffic.unasked));
    }
    let Some(expected) = &step.requests else {
        return Ok(());
    };
    let asked: Value = traffic.asked.iter().map(shown).collect();
    let differences = compare::differences(expected, &asked, Scope::Named, zone);
    if differences.is_empty() {
        Ok(())
    } else {
        Err(Problem::Differs {
            differences,
            answer: asked,
        })
    }
}

/// A request as files see it.
fn shown(request: &Request) -> Value {
    let headers: Map<String, Value> = request
        .headers
        .iter()
        .map(|header| (header.name.to_ascii_lowercase(), json!(header.value)))
        .collect();
    let mut shown = json!({
        "method": request.method,
        "url": request.url,
        "headers": headers,
        "timeout-ms": request.timeout_ms,
    });
    let path = Url::parse(&request.url).ok();
    let path = path.map(|url| json!(url.path()));
    let form: Map<String, Value> = request
        .form()
        .into_iter()
        .map(|(name, value)| (name, json!(value)))
        .collect();
    let is_form = headers
        .get("content-type")
        .and_then(Value::as_str)
        .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    let more = [
        ("path", path),
        (
            "credential",
            request.credential.as_ref().map(|it| json!(it)),
        ),
        ("form", is_form.then_some(Value::Object(form))),
        (
            "body",
            request
                .body
                .as_ref()
                .filter(|_| !is_form)
                .map(|it| json!(it)),
        ),
    ];
    if let Some(fields) = shown.as_object_mut() {
        for (name, value) in more {
            if let Some(value) = value {
                fields.insert(name.to_owned(), value);
            }
        }
    }
    shown
}

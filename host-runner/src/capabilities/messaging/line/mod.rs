//! LINE's Messaging API: what push, answers and notification messages have in common.

mod notification;
mod push;
mod reply;

pub(super) use notification::Notification;
pub(super) use push::Push;
pub(super) use reply::Reply;

use super::outgoing::{Answer, Refusal, Renewal, Verdict, Why};
use super::secret::Secret;
use crate::capabilities::clock::Instant;
use serde_json::{Map, Value, json};

/// Where it is.
pub(super) const BASE: &str = "https://api.line.me";

/// Requests a second by endpoint.
pub(super) const PER_SECOND: u32 = 2_000;

/// Message objects in a request.
const MESSAGES: usize = 5;

/// UTF-16 code units of a text message.
const TEXT_UNITS: usize = 5_000;

/// Hours that the months of LINE's quota are ahead of UTC.
const ZONE: u32 = 9;

/// The header with the channel's access token.
fn bearer(token: &Secret) -> String {
    format!("Bearer {}", token.reveal())
}

/// A message's `detail`, which is a JSON object with these members alone.
fn detail(text: Option<&str>, known: &[&str]) -> Result<Map<String, Value>, Refusal> {
    let refused = |text: String| Refusal(Why::Refused, text);
    let Some(text) = text else {
        return Ok(Map::new());
    };
    let detail: Map<String, Value> = serde_json::from_str(text)
        .map_err(|_| refused("the detail is no JSON object".to_owned()))?;
    match detail.keys().find(|name| !known.contains(&name.as_str())) {
        Some(name) => Err(refused(format!("the detail has a member {name:?}"))),
        None => Ok(detail),
    }
}

/// The message objects: those of the detail, or the text as one.
fn messages(detail: &mut Map<String, Value>, text: &str) -> Result<Value, Refusal> {
    let Some(messages) = detail.remove("messages") else {
        let units = text.encode_utf16().count();
        return if (1..=TEXT_UNITS).contains(&units) {
            Ok(json!([{ "type": "text", "text": text }]))
        } else {
            let told =
                format!("the text has {units} UTF-16 code units; it may have 1 to {TEXT_UNITS}");
            Err(Refusal(Why::Refused, told))
        };
    };
    let objects = messages.as_array().map(Vec::as_slice).unwrap_or_default();
    let typed = objects
        .iter()
        .all(|one| one.get("type").is_some_and(Value::is_string));
    if typed && (1..=MESSAGES).contains(&objects.len()) {
        Ok(messages)
    } else {
        let told = "the detail's messages are not 1 to 5 objects with a type";
        Err(Refusal::new(Why::Refused, told))
    }
}

/// What an answer means, as far as the endpoints agree.
fn verdict(answer: &Answer, now: Instant) -> Verdict {
    let body = answer.json();
    let said = said(&body);
    match answer.status {
        200..=299 => Verdict::Accepted(accepted_id(answer, &body)),
        401 => Verdict::Operator("the access token is refused".to_owned()),
        403 => Verdict::Shut(Renewal::Paid, Why::Refused, format!("not entitled: {said}")),
        404 => Verdict::Undeliverable(Why::Unreachable, said),
        429 if said.to_lowercase().contains("monthly limit") => {
            Verdict::Shut(Renewal::Month(ZONE), Why::Quota, said)
        }
        429 => Verdict::Busy(answer.retry_after(now)),
        // A conflict is one only with the accepted request's id, which push looks for.
        409 => Verdict::Failed("a conflict without the accepted request".to_owned()),
        400..=499 => Verdict::Undeliverable(Why::Refused, said),
        _ => Verdict::Failed(said),
    }
}

/// LINE's message, with the first field that it minds.
fn said(body: &Value) -> String {
    let text = |value: &Value, name: &str| {
        let text = value.get(name).and_then(Value::as_str);
        text.map(str::to_owned)
    };
    let message = text(body, "message").unwrap_or_else(|| "no message".to_owned());
    match body.pointer("/details/0") {
        None => message,
        Some(first) => format!(
            "{message}: {}: {}",
            text(first, "property").unwrap_or_default(),
            text(first, "message").unwrap_or_default()
        ),
    }
}

fn accepted_id(answer: &Answer, body: &Value) -> Option<String> {
    let sent = || body.pointer("/sentMessages/0/id").and_then(Value::as_str);
    let id = answer.header("x-line-request-id").or_else(sent)?;
    Some(id.to_owned())
}

#[cfg(test)]
mod tests;

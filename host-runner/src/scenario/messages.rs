//! What members are sent in a scenario, and what the ways to them answer.

use super::balances::matched;
use super::compare::{self, Scope};
use super::error::Fault;
use super::fields::Fields;
use super::node::{Kind, Node};
use super::report::Problem;
use crate::capabilities::messaging::{Channel, Message, Outcome};
use chrono_tz::Tz;
use serde_json::Value;

/// The messages that must go out in a step: a list, or a matcher of one; none where the step doesn't say.
pub(super) fn expected(fields: &Fields<'_>, place: &str) -> Result<Option<Value>, Fault> {
    let node = fields.get("messages");
    node.map(|node| matched(node, &format!("{place}, messages")))
        .transpose()
}

/// What channels answer from a step on.
pub(super) fn answers(fields: &Fields<'_>) -> Result<Vec<(Channel, Outcome)>, Fault> {
    let Some(node) = fields.get("channels") else {
        return Ok(Vec::new());
    };
    let wrong = |at: &Node, problem: &str| Err(fields.fault(at, "channels", problem.to_owned()));
    let Kind::Map(channels) = &node.kind else {
        return wrong(
            node,
            "there may stand channels and what they answer, such as { email: accepted }",
        );
    };
    let mut answers = Vec::new();
    for named in channels {
        let channel = Channel::ALL.into_iter().find(|it| it.name() == named.name);
        let Some(channel) = channel else {
            return wrong(
                &named.value,
                "there may stand email, sms, line-push, line-notification, line-reply or alimtalk",
            );
        };
        let Some(outcome) = outcome(&named.value) else {
            return wrong(
                &named.value,
                "there may stand accepted, undeliverable, unknown, { retry-after: 60 } in seconds, { accepted: the provider's id } or { undeliverable: why }",
            );
        };
        answers.push((channel, outcome));
    }
    Ok(answers)
}

fn outcome(node: &Node) -> Option<Outcome> {
    match &node.kind {
        Kind::Text(text) => match text.as_str() {
            "accepted" => Some(Outcome::Accepted(None)),
            "undeliverable" => Some(Outcome::Undeliverable("no such address".to_owned())),
            "unknown" => Some(Outcome::Unknown),
            _ => None,
        },
        Kind::Map(fields) => match fields.as_slice() {
            [field] if field.name == "retry-after" => {
                let seconds = field.value.to_json().as_u64()?;
                u32::try_from(seconds).ok().map(Outcome::RetryAfter)
            }
            [field] => {
                let text = field.value.to_json().as_str()?.to_owned();
                match field.name.as_str() {
                    "accepted" => Some(Outcome::Accepted(Some(text))),
                    "undeliverable" => Some(Outcome::Undeliverable(text)),
                    _ => None,
                }
            }
            _ => None,
        },
        _ => None,
    }
}

/// Holds what went out against what a step expects.
pub(super) fn judge(expected: &Value, sent: &[Message], zone: Tz) -> Result<(), Problem> {
    let sent = serde_json::to_value(sent).unwrap_or(Value::Null);
    let differences = compare::differences(expected, &sent, Scope::Named, zone);
    if differences.is_empty() {
        Ok(())
    } else {
        Err(Problem::Differs {
            differences,
            answer: sent,
        })
    }
}

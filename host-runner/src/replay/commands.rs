//! The calls that a replay makes, and what it reads of their answers.

use super::error::Error;
use super::orders::Purchase;
use super::refusal;
use crate::call::{Call, Cost, Execution, Subject};
use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::time::Duration;

pub(super) const REPORT_ORDER: &str = "points.report-order";
pub(super) const TICK: &str = "upkeep.tick";

/// How often a command is tried whose records others changed at the same moment, or whose storage
/// did not answer. Each time it waits twice as long, so that the last wait is about half a second.
const TRIES: u32 = 10;

/// Makes a call; `what` says in an error what it was for.
///
/// Repeats a command that may succeed the next time, under the same key, so that it is done once.
pub(super) fn ask(
    subject: &mut dyn Subject,
    call: &Call,
    what: &dyn Fn() -> String,
) -> Result<(Value, Option<Cost>), Error> {
    let mut tries = 0;
    loop {
        let answer = subject.call(call).map_err(|source| Error::Call {
            what: what(),
            source,
        })?;
        let error = match answer.result {
            Ok(value) => return Ok((value, answer.cost)),
            Err(error) => error,
        };
        tries += 1;
        let passing = matches!(refusal::case(&error), Some("busy" | "storage-unavailable"));
        if !passing || tries == TRIES {
            return Err(Error::Refused {
                what: what(),
                error,
            });
        }
        std::thread::sleep(Duration::from_millis(1 << tries));
    }
}

/// Reads as much of an answer as this program needs.
pub(super) fn decode<T: DeserializeOwned>(
    function: &'static str,
    value: Value,
) -> Result<T, Error> {
    serde_json::from_value(value).map_err(|error| Error::Answer {
        function,
        problem: error.to_string(),
    })
}

/// Puts a configuration in force, under a key that is always the same for the same document.
pub(super) fn apply(
    subject: &mut dyn Subject,
    document: &str,
    fingerprint: &str,
) -> Result<Option<Cost>, Error> {
    let call = Call {
        function: "merchant.apply".to_owned(),
        execution: Some(Execution::Commit(format!("replay-{fingerprint}"))),
        request: Some(json!({ "document": document })),
    };
    Ok(ask(subject, &call, &|| {
        "the configuration can't be applied".to_owned()
    })?
    .1)
}

/// Tells of a member, with an address on each channel; it is nobody's.
pub(super) fn introduce(subject: &mut dyn Subject, member: &str) -> Result<(), Error> {
    let call = Call {
        function: "members.put".to_owned(),
        execution: Some(Execution::Commit(format!("member-{member}"))),
        request: Some(json!({
            "member": member,
            "email": format!("member-{member}@replay.invalid"),
            "mobile": "+886900000000",
            "line-users": [{ "channel": "replay", "user": member }],
        })),
    };
    ask(subject, &call, &|| format!("member {member}")).map(drop)
}

/// Reports a purchase as a paid order; its line number is its id and its key.
pub(super) fn report(
    subject: &mut dyn Subject,
    purchase: &Purchase,
) -> Result<Option<Cost>, Error> {
    let order = purchase.line.to_string();
    let call = Call {
        function: REPORT_ORDER.to_owned(),
        execution: Some(Execution::Commit(order.clone())),
        request: Some(json!({
            "order": order,
            "member": purchase.member,
            "state": "paid",
            "lines": [{ "sku": "cd", "quantity": purchase.quantity, "amount": purchase.amount }],
        })),
    };
    Ok(ask(subject, &call, &|| format!("line {}", purchase.line))?.1)
}

/// Lets the component do what is due; answers when it wants to be called next.
pub(super) fn tick(
    subject: &mut dyn Subject,
    now: DateTime<Utc>,
) -> Result<(Option<DateTime<Utc>>, Option<Cost>), Error> {
    #[derive(serde::Deserialize)]
    struct Report {
        next: Option<DateTime<Utc>>,
    }
    let call = Call {
        function: TICK.to_owned(),
        execution: None,
        request: Some(json!({})),
    };
    let (value, cost) = ask(subject, &call, &|| format!("the tick at {now}"))?;
    Ok((decode::<Report>(TICK, value)?.next, cost))
}

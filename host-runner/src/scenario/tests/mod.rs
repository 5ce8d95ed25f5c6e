//! The player on a subject that answers by script.

mod format;
mod network;
mod playing;

use super::{Failure, Records, Scenario, Stage, StoredError, parse, play};
use crate::call::{Answer, Call, CallError, Execution, Shape, Signature, Subject};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use std::collections::VecDeque;

/// What the script gives for one call, and what the call leaves in storage.
struct Reply {
    result: Result<Value, Value>,
    stores: Option<&'static str>,
}

fn gives(answer: Value) -> Reply {
    Reply {
        result: Ok(answer),
        stores: None,
    }
}

fn refuses(refusal: Value) -> Reply {
    Reply {
        result: Err(refusal),
        stores: None,
    }
}

/// Answers in the order of its replies; with none left, the empty mapping. Keeps what it was asked.
#[derive(Default)]
struct Script {
    replies: VecDeque<Reply>,
    asked: Vec<(String, Call)>,
    now: Option<DateTime<Utc>>,
    stored: Records,
}

impl Subject for Script {
    fn signature(&self, function: &str) -> Option<Signature> {
        let optional = |shape: Shape| Shape::Option(Box::new(shape));
        let fields = |names: &[(&str, Shape)]| {
            Some(Shape::Record(
                names
                    .iter()
                    .map(|(name, shape)| ((*name).to_owned(), shape.clone()))
                    .collect(),
            ))
        };
        let (execution, request) = match function {
            "merchant.apply" => (true, fields(&[("document", Shape::Text)])),
            "points.redeem" => (
                true,
                fields(&[("member", Shape::Text), ("points", Shape::Text)]),
            ),
            "points.balance" => (
                false,
                fields(&[
                    ("member", Shape::Text),
                    ("programme", optional(Shape::Text)),
                ]),
            ),
            "members.put" => (true, fields(&[("at", optional(Shape::Instant))])),
            "upkeep.tick" => (false, fields(&[("limit", optional(Shape::Scalar))])),
            "merchant.current" => (false, None),
            _ => return None,
        };
        Some(Signature { execution, request })
    }

    fn call(&mut self, call: &Call) -> Result<Answer, CallError> {
        if self.signature(&call.function).is_none() {
            return Err(CallError::UnknownFunction {
                function: call.function.clone(),
                known: "points.redeem".to_owned(),
            });
        }
        let now = self
            .now
            .map_or_else(String::new, |now| now.format("%m-%d %H:%M:%S").to_string());
        self.asked.push((now, call.clone()));
        let reply = self.replies.pop_front().unwrap_or_else(|| gives(json!({})));
        if let Some(key) = reply.stores {
            self.stored.insert(key.to_owned(), "x".to_owned());
        }
        Ok(Answer {
            result: reply.result,
            cost: None,
        })
    }
}

impl Stage for Script {
    fn subject(&mut self) -> &mut dyn Subject {
        self
    }

    fn set_clock(&mut self, now: DateTime<Utc>) {
        self.now = Some(now);
    }

    fn stored(&mut self) -> Result<Option<Records>, StoredError> {
        Ok(Some(self.stored.clone()))
    }
}

impl Script {
    fn of(replies: Vec<Reply>) -> Self {
        Self {
            replies: replies.into(),
            ..Self::default()
        }
    }

    /// Function, key and time of each call.
    fn told(&self) -> Vec<String> {
        let told = |(now, call): &(String, Call)| {
            let key = match &call.execution {
                None => String::new(),
                Some(Execution::DryRun) => " dry".to_owned(),
                Some(Execution::Commit(key)) => format!(" {key}"),
            };
            format!("{now} {}{key}", call.function)
        };
        self.asked.iter().map(told).collect()
    }
}

/// A file without document, so that the script's replies begin with the first step's.
fn scenario(steps: &str) -> Scenario {
    parse(
        "case.yaml",
        &format!("merchant: null\nzone: UTC\nstarts: \"2026-01-01 00:00\"\nsteps:\n{steps}"),
    )
    .unwrap()
}

fn played(steps: &str, replies: Vec<Reply>) -> (Result<(), Box<Failure>>, Script) {
    let mut script = Script::of(replies);
    let result = play(&scenario(steps), &mut script);
    (result, script)
}

fn failure(steps: &str, replies: Vec<Reply>) -> String {
    played(steps, replies).0.unwrap_err().to_string()
}

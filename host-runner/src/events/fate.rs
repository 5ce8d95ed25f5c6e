//! What becomes of an event.

use super::{Ending, Event, Fault, Reason};
use crate::call::{Answer, CallError, refusal_name};
use serde_json::{Value, json};

/// What becomes of an event.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Fate {
    /// The plugin has answered: what is told of it.
    Done(Value),
    /// The plugin has refused it: what is told of that.
    Refused(Value),
    /// It can't be done, however often it comes.
    Poison(Fault),
    /// The host, its storage or others stand in its way, which is no fault of its own.
    Later(String),
    /// It failed, and may go well another time.
    Failed(String),
}

impl Fate {
    /// What a call comes to.
    pub(crate) fn of(event: &Event, called: &Result<Answer, CallError>) -> Self {
        let told = |name: &str, value: &Value| {
            let (key, function) = (&event.key, &event.function);
            json!({ "key": key, "function": function, name: value })
        };
        let refusal = match called {
            Ok(Answer {
                result: Ok(value), ..
            }) => return Self::Done(told("result", value)),
            Ok(Answer {
                result: Err(refusal),
                ..
            }) => refusal,
            Err(error) => return Self::of_error(error),
        };
        let name = refusal_name(refusal);
        match name.as_str() {
            "busy" | "storage-unavailable" | "storage-full" => Self::Later(name),
            "unreadable-record" => Self::Failed(name),
            _ => Self::Refused(told("error", refusal)),
        }
    }

    /// How the event ends by it.
    pub(crate) fn ending(&self) -> Ending {
        match self {
            Self::Done(_) => Ending::Done,
            Self::Refused(_) => Ending::Refused,
            Self::Poison(_) => Ending::Poison,
            Self::Later(_) | Self::Failed(_) => Ending::Retried,
        }
    }

    fn of_error(error: &CallError) -> Self {
        match error {
            CallError::UnknownFunction { .. } => {
                let told = "the merchant's component has no such function";
                Self::Poison(Fault::new(Reason::UnknownFunction, told))
            }
            CallError::Shape { path, problem } => {
                Self::Poison(Fault::new(Reason::Shape, problem.clone()).at(path))
            }
            CallError::Limit { limit: "input", .. } => {
                Self::Poison(Fault::new(Reason::TooLarge, error.to_string()))
            }
            CallError::Limit { .. } | CallError::Trap(_) | CallError::Unreachable(_) => {
                Self::Failed(error.to_string())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(called: Result<Answer, CallError>) -> Fate {
        let event = Event {
            merchant: "tea".to_owned(),
            function: "points.refund".to_owned(),
            key: "k".to_owned(),
            request: Value::Null,
        };
        Fate::of(&event, &called)
    }

    fn answered(result: Result<Value, Value>) -> Fate {
        of(Ok(Answer { result, cost: None }))
    }

    #[test]
    fn answers_and_refusals_are_told() {
        let told = json!({ "key": "k", "function": "points.refund", "result": { "a": 1 } });
        assert_eq!(answered(Ok(json!({ "a": 1 }))), Fate::Done(told));
        let refusal = json!({ "insufficient-points": { "requested": "5" } });
        let told = json!({ "key": "k", "function": "points.refund", "error": refusal });
        assert_eq!(answered(Err(refusal)), Fate::Refused(told));
        let told = json!({ "key": "k", "function": "points.refund", "error": "key-reused" });
        assert_eq!(answered(Err(json!("key-reused"))), Fate::Refused(told));
    }

    #[test]
    fn what_may_pass_is_tried_again() {
        for name in ["busy", "storage-unavailable", "storage-full"] {
            assert_eq!(answered(Err(json!(name))), Fate::Later(name.to_owned()));
        }
        let limit = |limit| CallError::Limit {
            limit,
            bound: "1".to_owned(),
        };
        for error in [
            CallError::Trap("unreachable".to_owned()),
            limit("deadline"),
            limit("fuel"),
        ] {
            assert!(matches!(of(Err(error)), Fate::Failed(_)));
        }
        assert!(matches!(
            answered(Err(json!({ "unreadable-record": "x" }))),
            Fate::Failed(_)
        ));
    }

    #[test]
    fn what_never_will_go_well_is_poison() {
        let shape = CallError::Shape {
            path: "/lines/0".to_owned(),
            problem: "it is no record".to_owned(),
        };
        let fault = Fault::new(Reason::Shape, "it is no record").at("/lines/0");
        assert_eq!(of(Err(shape)), Fate::Poison(fault));
        let unknown = CallError::UnknownFunction {
            function: "a".to_owned(),
            known: "b".to_owned(),
        };
        let input = CallError::Limit {
            limit: "input",
            bound: "4 MiB".to_owned(),
        };
        for (error, reason) in [
            (unknown, Reason::UnknownFunction),
            (input, Reason::TooLarge),
        ] {
            assert!(matches!(of(Err(error)), Fate::Poison(fault) if fault.reason == reason));
        }
    }
}

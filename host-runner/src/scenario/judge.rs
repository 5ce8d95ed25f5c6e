//! Holds an answer against what a step expects.

use super::compare::{self, Scope};
use super::format::Expectation;
use super::report::Problem;
use crate::call::Answer;
use chrono_tz::Tz;
use serde_json::Value;

/// Is this what must come of a step?
pub(super) fn judge(expectation: &Expectation, answer: &Answer, zone: Tz) -> Result<(), Problem> {
    let compared = |expected: &Value, answer: &Value, scope: Scope| {
        let differences = compare::differences(expected, answer, scope, zone);
        if differences.is_empty() {
            Ok(())
        } else {
            Err(Problem::Differs {
                differences,
                answer: answer.clone(),
            })
        }
    };
    match (expectation, &answer.result) {
        (Expectation::Success, Ok(_)) => Ok(()),
        (Expectation::Partly(expected), Ok(answer)) => compared(expected, answer, Scope::Named),
        (Expectation::Exactly(expected), Ok(answer)) => compared(expected, answer, Scope::Whole),
        (Expectation::Refusal { case, payload }, Err(refusal)) => {
            match (payload_of(refusal, case), payload) {
                (None, _) => Err(Problem::RefusedOtherwise {
                    case: case.clone(),
                    refusal: refusal.clone(),
                }),
                (Some(_), None) => Ok(()),
                (Some(found), Some(expected)) => compared(expected, found, Scope::Named),
            }
        }
        (Expectation::Refusal { case, .. }, Ok(answer)) => Err(Problem::NotRefused {
            case: case.clone(),
            answer: answer.clone(),
        }),
        (_, Err(refusal)) => Err(Problem::Refused(refusal.clone())),
    }
}

/// The payload of a refusal, if it is of this case; null for a case without one.
fn payload_of<'a>(refusal: &'a Value, case: &str) -> Option<&'a Value> {
    match refusal {
        Value::String(name) if name == case => Some(&Value::Null),
        Value::Object(fields) => fields.get(case),
        _ => None,
    }
}

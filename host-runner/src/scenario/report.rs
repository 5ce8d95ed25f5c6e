//! How a scenario failed, told so that its author can find and judge the place.

use super::compare::Difference;
use super::stage::StoredError;
use crate::call::CallError;
use serde_json::Value;
use std::fmt;

/// The first step that did not go as the file says.
#[derive(Debug)]
pub struct Failure {
    /// The file's name.
    pub file: String,
    /// Its line, from 1; 0 for the configuration before the first step.
    pub line: u64,
    /// Such as `step 3` or `step 3, row 2`, with the file's note.
    pub step: String,
    /// What the clock showed, in local time.
    pub at: String,
    /// The function called and its request, as one line.
    pub call: String,
    /// What went wrong.
    pub problem: Problem,
}

/// What went wrong in a step.
#[derive(Debug)]
pub enum Problem {
    /// The answer is not as expected.
    Differs {
        /// Each place.
        differences: Vec<Difference>,
        /// The whole answer.
        answer: Value,
    },
    /// A refusal where an answer was expected.
    Refused(Value),
    /// An answer where a refusal was expected.
    NotRefused {
        /// The case expected.
        case: String,
        /// What was answered instead.
        answer: Value,
    },
    /// Another refusal than the one expected.
    RefusedOtherwise {
        /// The case expected.
        case: String,
        /// What the plugin said.
        refusal: Value,
    },
    /// There was no answer at all.
    NoAnswer(CallError),
    /// The function exists and doesn't take what the step gives.
    Misfit(&'static str),
    /// Stored records changed where they must not: their keys, at most ten.
    Stored(Vec<String>),
    /// The step wants the records compared and the stage can't show them.
    NoRecords,
    /// The stage failed to show its records.
    Unreadable(StoredError),
    /// Requests over HTTP that the step has no answer for.
    Beyond(Vec<Value>),
    /// So many answers that nothing asked for.
    Unasked(u32),
    /// Ticks without end: so many at one instant, and more is due.
    Restless(usize),
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            formatter,
            "{}:{}: {} at {}",
            self.file, self.line, self.step, self.at
        )?;
        writeln!(formatter, "  {}", self.call)?;
        write!(formatter, "{}", self.problem)
    }
}

impl std::error::Error for Failure {}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Differs {
                differences,
                answer,
            } => {
                for difference in differences {
                    writeln!(formatter, "  {difference}")?;
                }
                write!(formatter, "  the whole answer: {}", indented(answer))
            }
            Self::Refused(refusal) => write!(
                formatter,
                "  an answer was expected; it was refused: {}",
                indented(refusal)
            ),
            Self::NotRefused { case, answer } => {
                write!(
                    formatter,
                    "  the refusal {case} was expected; the answer: {}",
                    indented(answer)
                )
            }
            Self::RefusedOtherwise { case, refusal } => {
                write!(
                    formatter,
                    "  the refusal {case} was expected; it was refused otherwise: {}",
                    indented(refusal)
                )
            }
            Self::NoAnswer(error) => write!(formatter, "  no answer: {error}"),
            Self::Misfit(problem) => write!(formatter, "  {problem}"),
            Self::Stored(keys) => {
                write!(
                    formatter,
                    "  nothing may be stored here, and these records changed: {}",
                    keys.join(", ")
                )
            }
            Self::NoRecords => formatter.write_str(
                "  storage-unchanged can't be judged here: this stage does not show its records",
            ),
            Self::Unreadable(error) => {
                write!(formatter, "  the stored records can't be read: {error}")
            }
            Self::Beyond(requests) => {
                write!(formatter, "  requests that the step has no answer for:")?;
                for request in requests {
                    write!(formatter, "\n  {}", indented(request))?;
                }
                Ok(())
            }
            Self::Unasked(count) => write!(
                formatter,
                "  answers of the step that no request came for: {count}"
            ),
            Self::Restless(ticks) => write!(
                formatter,
                "  after {ticks} ticks at one instant more is due still"
            ),
        }
    }
}

/// JSON over several lines that fit under a failure's own.
fn indented(value: &Value) -> String {
    format!("{value:#}").replace('\n', "\n  ")
}

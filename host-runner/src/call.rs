//! One call of an exported function, as data: what `call`, `scenario` and other callers that know
//! the plugin's types only at run time speak.
//!
//! JSON mirrors the WIT: a record is an object under its field names (kebab-case), an option that is
//! none is null or absent, an enum case is a string, a variant case is a string or, with a payload, an
//! object of one field; a record of `seconds` and `nanoseconds` is RFC 3339 text in UTC.

use serde_json::Value;

/// How a command that changes state is to run; the WIT's `types.execution`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Execution {
    /// Do it, under this idempotency key.
    Commit(String),
    /// Answer what would happen, and store nothing.
    DryRun,
}

/// A function to call and what to give it.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// Interface and function, such as `points.balance`.
    pub function: String,
    /// For functions with a parameter `execution`; none for the others.
    pub execution: Option<Execution>,
    /// For functions with a parameter `request`.
    pub request: Option<Value>,
}

/// What a command cost; the same for the same command on the same state, but for `time`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Units of fuel; about one an instruction.
    pub fuel: u64,
    /// The most linear memory in use, in bytes.
    pub memory: u64,
    /// Calls of imported functions.
    pub capability_calls: u64,
    /// From the making of the instance to the answer; under [`Sandbox::ahead`](crate::sandbox::Sandbox::ahead) without the disk's
    /// confirmation.
    pub time: std::time::Duration,
}

/// An answer: the function's `ok` payload, or the error it refused with, both as JSON.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// What the function returned. A function without a `result` type gives its value as `Ok`.
    pub result: Result<Value, Value>,
    /// None where nothing is measured, as in native runs.
    pub cost: Option<Cost>,
}

/// Why there is no answer from the plugin at all.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The component has no such function.
    #[error("there is no function {function:?}; there are: {known}")]
    UnknownFunction {
        /// As it was asked for.
        function: String,
        /// All functions, joined by commas.
        known: String,
    },
    /// The JSON doesn't fit the function's types.
    #[error("{path}: {problem}")]
    Shape {
        /// JSON pointer into the request; empty for the whole of it.
        path: String,
        /// What is wrong there and what may stand there.
        problem: String,
    },
    /// The component trapped: a defect of the component, or a limit. Nothing was stored.
    #[error("the component stopped: {0}")]
    Trap(String),
    /// The plugin is behind a server that gives no answer. Whether something was stored is not known; under the same key it is done
    /// once.
    #[error("the server: {0}")]
    Unreachable(String),
    /// A limit of the sandbox was reached. Nothing was stored by the stopped call.
    #[error("limit {limit} of {bound} was reached")]
    Limit {
        /// `fuel`, `memory`, `deadline`, `input`, `output`, `capability-calls`.
        limit: &'static str,
        /// Its setting, with unit.
        bound: String,
    },
}

/// What an exported function takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// It has a parameter `execution`: it changes state, under a key or as a dry run.
    pub execution: bool,
    /// The type of its parameter `request`, if it has one.
    pub request: Option<Shape>,
}

/// A WIT type, as far as JSON for it needs to be told apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `string`, decimals and dates too.
    Text,
    /// `types.instant`: a record of `seconds` and `nanoseconds`, RFC 3339 text in JSON.
    Instant,
    /// A number, a truth value, a character.
    Scalar,
    /// `option`.
    Option(Box<Shape>),
    /// `list`.
    List(Box<Shape>),
    /// `record`: its fields in order. A field may be left out if it is an option.
    Record(Vec<(String, Shape)>),
    /// `variant` or `enum`: its cases in order, each with the type of its payload.
    Variant(Vec<(String, Option<Shape>)>),
}

/// Something that answers calls for one merchant: the sandbox, or the guest's code compiled natively.
pub trait Subject {
    /// What a function takes, or none if there is no such function. Costs no call of the plugin.
    fn signature(&self, function: &str) -> Option<Signature>;

    /// Makes one call.
    ///
    /// # Errors
    /// [`CallError`] when the plugin could not answer; a refusal by the plugin is an [`Answer`].
    fn call(&mut self, call: &Call) -> Result<Answer, CallError>;
}

/// The case of an error, without what it holds.
pub(crate) fn refusal_name(refusal: &Value) -> String {
    match refusal {
        Value::String(name) => name.clone(),
        Value::Object(case) => case.keys().next().cloned().unwrap_or_default(),
        _ => String::new(),
    }
}

//! Calls of the plugin, repeated where they may succeed the next time.

use crate::call::{Call, CallError, Execution, Subject};
use crate::replay::refusal;
use chrono_tz::Tz;
use serde_json::{Value, json};
use std::time::Duration;

/// How often a call is tried whose records others changed, or whose storage did not answer. Each time it waits twice as
/// long, so that the last wait is about half a second.
const TRIES: u32 = 10;

/// Why the desk could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There was no answer.
    #[error("{function} gave no answer")]
    Call {
        /// The function.
        function: String,
        /// Why.
        #[source]
        source: CallError,
    },
    /// The plugin refused.
    #[error("{function} was refused: {}", refusal::text(error))]
    Refused {
        /// The function.
        function: String,
        /// The error as JSON, by its case.
        error: Value,
    },
    /// An answer has not the shape that this version knows.
    #[error("the answer of {function} can't be read: {problem}")]
    Answer {
        /// The function.
        function: String,
        /// What is wrong.
        problem: String,
    },
    /// A file can't be read or written.
    #[error("the file failed")]
    File(#[from] std::io::Error),
    /// The file is none that can be brought in.
    #[error("{0}")]
    Form(String),
}

/// Makes a call; a refusal that may pass is tried again under the same key.
pub(crate) fn try_call(
    subject: &mut dyn Subject,
    call: &Call,
) -> Result<Result<Value, Value>, Error> {
    let mut tries = 0;
    loop {
        let answer = subject.call(call).map_err(|source| Error::Call {
            function: call.function.clone(),
            source,
        })?;
        let error = match answer.result {
            Ok(value) => return Ok(Ok(value)),
            Err(error) => error,
        };
        tries += 1;
        let passing = matches!(refusal::case(&error), Some("busy" | "storage-unavailable"));
        if !passing || tries == TRIES {
            return Ok(Err(error));
        }
        std::thread::sleep(Duration::from_millis(1 << tries));
    }
}

/// Asks a function, and takes a refusal for a failure.
pub(crate) fn ask(
    subject: &mut dyn Subject,
    function: &str,
    request: Option<Value>,
) -> Result<Value, Error> {
    let call = call(function, None, request);
    try_call(subject, &call)?.map_err(|error| Error::Refused {
        function: function.to_owned(),
        error,
    })
}

/// A call.
pub(crate) fn call(function: &str, execution: Option<Execution>, request: Option<Value>) -> Call {
    Call {
        function: function.to_owned(),
        execution,
        request,
    }
}

/// Asks page after page until one names no next. `field` is the request's field for it.
pub(crate) fn pages(
    subject: &mut dyn Subject,
    function: &str,
    request: Value,
    field: &str,
    mut take: impl FnMut(&mut dyn Subject, Value) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut next = Value::Null;
    loop {
        let mut request = request.clone();
        if let Some(request) = request.as_object_mut() {
            request.insert(field.to_owned(), next.clone());
        }
        let page = ask(subject, function, Some(request))?;
        let then = page.get("next").cloned().unwrap_or(Value::Null);
        if !then.is_null() && then == next {
            return Err(Error::Answer {
                function: function.to_owned(),
                problem: format!("the page after {next} names itself as the next"),
            });
        }
        take(subject, page)?;
        if then.is_null() {
            return Ok(());
        }
        next = then;
    }
}

/// The programmes of the configuration in force, by name.
///
/// # Errors
/// [`Error`].
pub fn programmes(subject: &mut dyn Subject) -> Result<Vec<String>, Error> {
    let current = ask(subject, "merchant.current", None)?;
    let listed = current.pointer("/summary/programmes");
    let listed = listed.and_then(Value::as_array).into_iter().flatten();
    let names = listed.filter_map(|one| one.get("programme").and_then(Value::as_str));
    Ok(names.map(str::to_owned).collect())
}

/// The zone of the configuration in force.
pub(super) fn zone(subject: &mut dyn Subject) -> Result<Tz, Error> {
    let current = ask(subject, "merchant.current", None)?;
    let zone = current.pointer("/summary/zone").and_then(Value::as_str);
    let zone = zone.unwrap_or_default();
    zone.parse().map_err(|_| Error::Answer {
        function: "merchant.current".to_owned(),
        problem: format!("the zone {zone:?} is unknown"),
    })
}

/// A request about one programme.
pub(super) fn of(programme: &str) -> Value {
    json!({ "programme": programme })
}

//! What an event asks for, read of whatever brought it.

use super::{Fault, Reason};
use crate::call::{Call, Execution};
use crate::json::Distinct;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// Bytes of an idempotency key.
const KEY_BYTES: usize = 128;

/// How what is wrong with JSON begins where its words hold no values.
const NAMED: [&str; 4] = [
    "unknown field",
    "missing field",
    "duplicate field",
    "invalid type: sequence",
];

/// A call of one of the plugin's functions for a merchant, under an idempotency key.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Event {
    /// The merchant's id, as it was told.
    pub(crate) merchant: String,
    /// Interface and function, one of those that may be called.
    pub(crate) function: String,
    /// The idempotency key, which is the plugin's own.
    pub(crate) key: String,
    /// What the function is asked.
    pub(crate) request: Value,
}

impl Event {
    /// Reads the place of an event, `MERCHANT.INTERFACE.FUNCTION`; a merchant's id may have dots itself.
    pub(crate) fn place(place: &str) -> Result<(String, String), Fault> {
        let mut parts = place.rsplitn(3, '.');
        let (function, interface, merchant) = (parts.next(), parts.next(), parts.next());
        match (merchant, interface, function) {
            (Some(merchant), Some(interface), Some(function)) => {
                Ok((merchant.to_owned(), format!("{interface}.{function}")))
            }
            _ => {
                let told = "behind the prefix stands no MERCHANT.INTERFACE.FUNCTION";
                Err(Fault::new(Reason::Subject, told))
            }
        }
    }

    /// Reads an event whose request is its payload.
    pub(crate) fn read(
        place: (String, String),
        key: Option<&str>,
        payload: &[u8],
        allowed: &Allowed,
    ) -> Result<Self, Fault> {
        if payload.len() > allowed.bytes {
            let told = format!("{} bytes are more than {}", payload.len(), allowed.bytes);
            return Err(Fault::new(Reason::TooLarge, told));
        }
        let request = serde_json::from_slice(payload).map_err(|error| unread(&error))?;
        Self::of(place, key, distinct(request)?, allowed)
    }

    /// An event of its parts.
    pub(crate) fn of(
        (merchant, function): (String, String),
        key: Option<&str>,
        request: Value,
        allowed: &Allowed,
    ) -> Result<Self, Fault> {
        if !allowed.functions.contains(&function) {
            let told = "no such function may be called by events";
            return Err(Fault::new(Reason::UnknownFunction, told));
        }
        Ok(Self {
            merchant,
            function,
            key: self::key(key)?,
            request,
        })
    }

    /// The call that it asks for.
    pub(crate) fn call(&self) -> Call {
        Call {
            function: self.function.clone(),
            execution: Some(Execution::Commit(self.key.clone())),
            request: Some(self.request.clone()),
        }
    }

    /// The name of what came of it, told in these bytes: the same for the same, and of no secret. The bytes belong to it: a
    /// refused command may go well when it comes again, and that has to be told, too.
    pub(crate) fn name(&self, told: &[u8]) -> String {
        let mut digest = Sha256::new();
        for part in [&self.merchant, &self.function, &self.key] {
            digest.update(part.as_bytes());
            digest.update([0]);
        }
        digest.update(told);
        let digest = digest.finalize();
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// What events may ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Allowed {
    /// The functions, by interface and name.
    pub(crate) functions: BTreeSet<String>,
    /// Bytes of a request.
    pub(crate) bytes: usize,
}

/// Why JSON can't be read.
pub(super) fn unread(error: &serde_json::Error) -> Fault {
    let (line, column) = (error.line(), error.column());
    let place = format!("at line {line}, column {column}");
    let words = error.to_string();
    // Which field is meant may be told, and that an array is no object; other words may be the event's own values.
    let named = NAMED.map(|what| words.starts_with(what));
    let told = match words.rsplit_once(" at line") {
        Some((field, _)) if named.contains(&true) => format!("{field}, {place}"),
        _ => format!("it is not the JSON that is expected, {place}"),
    };
    Fault::new(Reason::NoJson, told)
}

/// The request, if no member of it stands twice.
pub(super) fn distinct(request: Distinct) -> Result<Value, Fault> {
    request.value().map_err(|doubled| {
        let told = "the member stands twice in its object";
        Fault::new(Reason::Shape, told).at(&doubled.pointer)
    })
}

/// A key: 1 to 128 visible ASCII characters, as over HTTP.
fn key(told: Option<&str>) -> Result<String, Fault> {
    let sound = |key: &&str| {
        (1..=KEY_BYTES).contains(&key.len()) && key.bytes().all(|b| matches!(b, b' '..=b'~'))
    };
    told.filter(sound).map(str::to_owned).ok_or_else(|| {
        let told = "the idempotency key is missing, or not 1 to 128 visible ASCII characters";
        Fault::new(Reason::Key, told)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn allowed() -> Allowed {
        Allowed {
            functions: BTreeSet::from(["points.report-order".to_owned()]),
            bytes: 20,
        }
    }

    fn read(place: &str, key: Option<&str>, payload: &str) -> Result<Event, Fault> {
        Event::read(Event::place(place)?, key, payload.as_bytes(), &allowed())
    }

    #[test]
    fn an_event_is_a_call_under_its_key() {
        let event = read("tea.house.points.report-order", Some("A-1"), "{\"a\":1}").unwrap();
        assert_eq!(event.merchant, "tea.house");
        let call = Call {
            function: "points.report-order".to_owned(),
            execution: Some(Execution::Commit("A-1".to_owned())),
            request: Some(json!({ "a": 1 })),
        };
        assert_eq!(event.call(), call);
    }

    #[test]
    fn what_is_wrong_is_told_by_its_kind() {
        let order = "tea.points.report-order";
        let (long, good) = ("k".repeat(129), Some("k"));
        let table = [
            ("points.report-order", good, "{}", Reason::Subject),
            ("", good, "{}", Reason::Subject),
            ("tea.points.redeem", good, "{}", Reason::UnknownFunction),
            (order, None, "{}", Reason::Key),
            (order, Some(""), "{}", Reason::Key),
            (order, Some(long.as_str()), "{}", Reason::Key),
            (order, Some("käse"), "{}", Reason::Key),
            (order, Some("a\tb"), "{}", Reason::Key),
            (order, good, "", Reason::NoJson),
            (order, good, "{\"a\":", Reason::NoJson),
            (order, good, "{\"a\":1,\"a\":2}", Reason::Shape),
            (order, good, "{\"a\": \"0123456789012\"}", Reason::TooLarge),
        ];
        for (place, key, payload, reason) in table {
            let fault = read(place, key, payload).unwrap_err();
            assert_eq!(fault.reason, reason, "{place} {key:?} {payload}");
        }
    }

    #[test]
    fn what_came_of_it_has_a_name_of_its_own() {
        let event = |place: &str, key| read(place, Some(key), "{}").unwrap();
        let own = event("tea.points.report-order", "k").name(b"done");
        assert_eq!(own, event("tea.points.report-order", "k").name(b"done"));
        for other in [
            event("tea.points.report-order", "k").name(b"refused"),
            event("tea.points.report-order", "k2").name(b"done"),
            event("coffee.points.report-order", "k").name(b"done"),
        ] {
            assert_ne!(own, other);
        }
    }
}

//! The word for how a merchant's points lapse, where this program speaks for the merchant: in scenarios, and in a replay with
//! rules of its own. A document that somebody else wrote is never confirmed for them.

use crate::call::{Call, Subject};
use serde_json::{Value, json};

const TERMS: &str = "merchant.terms";

/// A document with its terms confirmed by `by`, if points lapse by themselves under it and it doesn't speak of terms yet.
/// One that the component finds faults with comes back as it is, since its refusal tells them better.
pub fn confirmed(subject: &mut dyn Subject, document: &Value, by: &str) -> Value {
    let mut document = document.clone();
    if document.get("terms").is_some() || subject.signature(TERMS).is_none() {
        return document;
    }
    let call = Call {
        function: TERMS.to_owned(),
        execution: None,
        request: Some(json!({ "document": document.to_string() })),
    };
    let stated = subject
        .call(&call)
        .ok()
        .and_then(|answer| answer.result.ok());
    let needed = |stated: &Value| stated.get("needed").and_then(Value::as_bool) == Some(true);
    if let Some(version) = stated
        .filter(needed)
        .and_then(|stated| stated.get("version").cloned())
        && let Some(fields) = document.as_object_mut()
    {
        fields.insert("terms".to_owned(), json!({ "version": version, "by": by }));
    }
    document
}

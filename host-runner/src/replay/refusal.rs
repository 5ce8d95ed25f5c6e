//! A component's error, told for a person.

use serde_json::Value;

/// The error's case, and what its payload says: one line per fault, by JSON pointer.
#[must_use]
pub fn text(error: &Value) -> String {
    let Some((case, payload)) = error.as_object().and_then(|object| object.iter().next()) else {
        return plain(error);
    };
    match payload {
        Value::Array(faults) => faults.iter().fold(case.clone(), |text, fault| {
            format!("{text}\n  {}", self::fault(fault))
        }),
        payload => format!("{case}: {}", fault(payload)),
    }
}

/// A fault as `pointer: what was found; permitted: what may stand there`, anything else as JSON.
fn fault(fault: &Value) -> String {
    let field = |name| fault.get(name).and_then(Value::as_str);
    match (field("path"), field("found"), field("permitted")) {
        (Some(path), Some(found), Some(permitted)) => {
            format!("{path}: found {found}; permitted: {permitted}")
        }
        _ => plain(fault),
    }
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// The name of the error's case.
#[must_use]
pub fn case(error: &Value) -> Option<&str> {
    match error {
        Value::String(case) => Some(case),
        Value::Object(object) => object.keys().next().map(String::as_str),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{case, text};
    use serde_json::json;

    #[test]
    fn faults_by_pointer() {
        let fault = json!({ "path": "/zone", "found": "Mars", "permitted": "an IANA zone" });
        let error = json!({ "invalid-configuration": [fault] });
        assert_eq!(
            text(&error),
            "invalid-configuration\n  /zone: found Mars; permitted: an IANA zone"
        );
        assert_eq!(text(&json!("busy")), "busy");
        assert_eq!(
            text(&json!({ "unreadable-record": "a/1" })),
            "unreadable-record: a/1"
        );
        assert_eq!(case(&error), Some("invalid-configuration"));
        assert_eq!(case(&json!("busy")), Some("busy"));
    }
}

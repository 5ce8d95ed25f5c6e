//! Records as versioned JSON text: an object whose first field is `"v"`.

use crate::json;
use crate::reject::Reject;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The version that this code writes, and the only one so far.
const HEAD: &str = "{\"v\":1";

/// A record as text.
///
/// # Panics
/// When a record is not a JSON object, which is a defect of its type.
#[must_use]
pub fn encode<T: Serialize>(record: &T) -> String {
    let mut text = String::with_capacity(512);
    text.push_str(HEAD);
    json::write_into(&mut text, record);
    // The object's own brace becomes the comma behind the version; an empty one leaves its end alone.
    let empty = text.ends_with("{}") && text.len() == HEAD.len().saturating_add(2);
    let comma = if empty { "" } else { "," };
    text.replace_range(HEAD.len()..=HEAD.len(), comma);
    text
}

/// The record behind a key.
///
/// # Errors
/// [`Reject::Unreadable`] when it was written by a later version, or is damaged.
pub fn decode<T: DeserializeOwned>(key: &str, text: &str) -> Result<T, Reject> {
    let known = text
        .strip_prefix(HEAD)
        .is_some_and(|rest| rest.starts_with([',', '}']));
    let record = known.then(|| json::read(text).ok()).flatten();
    record.ok_or_else(|| Reject::Unreadable(key.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Sample {
        n: u32,
    }

    #[test]
    fn carries_its_version() {
        assert_eq!(encode(&Sample { n: 7 }), r#"{"v":1,"n":7}"#);
        assert_eq!(
            decode::<Sample>("k", r#"{"v":1,"n":7}"#),
            Ok(Sample { n: 7 })
        );
        for text in [
            r#"{"v":12,"n":7}"#,
            r#"{"v":2,"n":7}"#,
            r#"{"n":7}"#,
            r#"{"v":1,"n":"#,
            "",
        ] {
            let unreadable = Err(Reject::Unreadable("k".to_owned()));
            assert_eq!(decode::<Sample>("k", text), unreadable, "{text}");
        }
    }
}

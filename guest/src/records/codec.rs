//! Records as versioned JSON text: an object whose first field is `"v"`.

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
    let mut text = Vec::with_capacity(512);
    text.extend_from_slice(HEAD.as_bytes());
    #[expect(
        clippy::expect_used,
        reason = "records are structs with text keys, and JSON is UTF-8; nothing else can fail"
    )]
    {
        serde_json::to_writer(&mut text, record).expect("a record is a JSON object");
        // The object's own brace becomes the comma behind the version; an empty one leaves its end alone.
        if text.ends_with(b"{}") && text.len() == HEAD.len().saturating_add(2) {
            text.remove(HEAD.len());
        } else if let Some(brace) = text.get_mut(HEAD.len()) {
            *brace = b',';
        }
        String::from_utf8(text).expect("JSON is UTF-8")
    }
}

/// The record behind a key.
///
/// # Errors
/// [`Reject::Unreadable`] when it was written by a later version, or is damaged.
pub fn decode<T: DeserializeOwned>(key: &str, text: &str) -> Result<T, Reject> {
    let known = text
        .strip_prefix(HEAD)
        .is_some_and(|rest| rest.starts_with([',', '}']));
    let record = known.then(|| serde_json::from_str(text).ok()).flatten();
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

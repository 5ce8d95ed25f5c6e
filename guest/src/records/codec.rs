//! Records as versioned JSON text: an object whose first field is `"v"`.

use crate::json;
use crate::reject::Reject;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The version that this code writes, and the only one so far.
const HEAD: &str = "{\"v\":1";

/// Bytes that nearly every record fits: a text to write to need not grow step by step.
pub const USUAL: usize = 2 * 1024;

/// A record as text, in `out`, whatever that held.
///
/// # Panics
/// When a record is not a struct, which is a defect of its type.
pub fn encode_into<T: Serialize>(out: &mut String, record: &T) {
    out.clear();
    append(out, record);
}

/// The same behind what is there.
///
/// # Panics
/// As [`encode_into`].
pub fn append<T: Serialize>(out: &mut String, record: &T) {
    out.push_str(HEAD);
    json::write_fields(out, record);
}

/// The record behind a key.
///
/// # Errors
/// [`Reject::Unreadable`] when it was written by a later version, or is damaged.
pub fn decode<T: DeserializeOwned>(key: &str, text: &str) -> Result<T, Reject> {
    let record = decode_first(key, text)?;
    match record {
        (record, "") => Ok(record),
        _ => Err(Reject::Unreadable(key.to_owned())),
    }
}

/// The record that a text begins with, and the lines behind it.
///
/// # Errors
/// As [`decode`].
pub fn decode_first<'t, T: DeserializeOwned>(
    key: &str,
    text: &'t str,
) -> Result<(T, &'t str), Reject> {
    let known = text
        .strip_prefix(HEAD)
        .is_some_and(|rest| rest.starts_with([',', '}']));
    let record = known.then(|| json::read_first(text).ok()).flatten();
    let (record, rest) = record.ok_or_else(|| Reject::Unreadable(key.to_owned()))?;
    match rest.strip_prefix('\n') {
        Some(lines) => Ok((record, lines)),
        None if rest.is_empty() => Ok((record, rest)),
        None => Err(Reject::Unreadable(key.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Sample {
        n: u32,
    }

    #[derive(Serialize)]
    struct Empty {}

    #[test]
    fn carries_its_version() {
        let mut text = "what was there".to_owned();
        encode_into(&mut text, &Sample { n: 7 });
        assert_eq!(text, r#"{"v":1,"n":7}"#);
        encode_into(&mut text, &Empty {});
        assert_eq!(text, r#"{"v":1}"#);
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

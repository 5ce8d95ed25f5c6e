//! Records as versioned JSON text: an object whose first field is `"v"`.

use crate::json;
use crate::reading::Read;
use crate::reject::Reject;
use serde::Serialize;

/// The version that this code writes, and the only one so far.
const HEAD: &str = "{\"v\":1";

/// Bytes that nearly every record fits: a text to write to need not grow step by step.
const USUAL: usize = 2 * 1024;

/// A record as text, in `out`, whatever that held. There is more room in it than a record needs to be written without a pause: a text
/// that is kept should be shrunk.
///
/// # Panics
/// When a record is not a struct, which is a defect of its type.
pub fn encode_into<T: Serialize>(out: &mut String, record: &T) {
    begin_anew(out);
    append(out, record);
}

/// An empty text with room for a record.
#[inline(never)]
fn begin_anew(out: &mut String) {
    out.clear();
    out.reserve(USUAL);
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
pub fn decode<T: Read>(key: &str, text: &str) -> Result<T, Reject> {
    let mut record = T::blank();
    whole(key, text, &mut |reader| record.read(reader))?;
    Ok(record)
}

/// The record that a text begins with, and the lines behind it.
///
/// # Errors
/// As [`decode`].
pub fn decode_first<'t, T: Read>(key: &str, text: &'t str) -> Result<(T, &'t str), Reject> {
    let mut record = T::blank();
    let lines = first(key, text, &mut |reader| record.read(reader))?;
    Ok((record, lines))
}

/// What reads one type. Around it everything is the same for all of them, and stands there once.
type ReadBy<'r> = &'r mut dyn FnMut(&mut json::Reader<'_>) -> Result<(), json::Wrong>;

/// Reads a text that is a record and nothing else.
#[inline(never)]
fn whole(key: &str, text: &str, read: ReadBy<'_>) -> Result<(), Reject> {
    match first(key, text, read)? {
        "" => Ok(()),
        _ => Err(Reject::Unreadable(key.to_owned())),
    }
}

/// Reads the record that a text begins with; gives the lines behind it.
#[inline(never)]
fn first<'t>(key: &str, text: &'t str, read: ReadBy<'_>) -> Result<&'t str, Reject> {
    let mut reader = begin(key, text)?;
    let outcome = read(&mut reader);
    end(key, &reader, outcome)
}

/// A reader of a text that begins as records do.
fn begin<'t>(key: &str, text: &'t str) -> Result<json::Reader<'t>, Reject> {
    match text.strip_prefix(HEAD) {
        Some(fields) if fields.starts_with([',', '}']) => Ok(json::Reader::of_stored(text)),
        _ => Err(Reject::Unreadable(key.to_owned())),
    }
}

/// The lines behind a record, unless the reading of it came to an error.
fn end<'t>(
    key: &str,
    reader: &json::Reader<'t>,
    outcome: Result<(), json::Wrong>,
) -> Result<&'t str, Reject> {
    let rest = reader.rest();
    let lines = if rest.is_empty() {
        Some(rest)
    } else {
        rest.strip_prefix('\n')
    };
    match (outcome, lines) {
        (Ok(()), Some(lines)) => Ok(lines),
        _ => Err(Reject::Unreadable(key.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Read)]
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

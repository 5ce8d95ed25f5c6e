//! What a request says beside its address.

use super::super::problem::Problem;
use crate::json::Distinct;
use axum::http::{HeaderMap, StatusCode};
use serde_json::Value;

/// Bytes of an idempotency key.
const KEY_BYTES: usize = 128;

fn wrong(kind: &str, detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, kind, detail)
}

/// Whether the query asks for a dry run. It may say nothing else, and this once.
pub(super) fn dry_run(query: &str) -> Result<bool, Problem> {
    let mut fields = url::form_urlencoded::parse(query.as_bytes());
    let field = fields.next();
    let field = field.as_ref().map(|(name, value)| (&**name, &**value));
    match (field, fields.next()) {
        (None, _) | (Some(("dry-run", "false")), None) => Ok(false),
        (Some(("dry-run", "true" | "")), None) => Ok(true),
        _ => Err(wrong(
            "query",
            "the query may hold dry-run=true or dry-run=false alone",
        )),
    }
}

/// The key of the header `Idempotency-Key`: bare, or a string in quotes as the header's draft has it.
pub(super) fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut values = headers.get_all("idempotency-key").iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let text = value.to_str().ok().filter(|_| values.next().is_none());
    let bare = text.and_then(|text| match text.strip_prefix('"') {
        None => Some(text.to_owned()),
        Some(rest) => unquoted(rest.strip_suffix('"')?),
    });
    let sound = |key: &String| (1..=KEY_BYTES).contains(&key.len());
    bare.filter(sound).map(Some).ok_or_else(|| {
        let detail = "Idempotency-Key is not one key of 1 to 128 visible ASCII characters";
        wrong("idempotency-key", detail)
    })
}

/// The text within quotes, where a quote and a backslash stand behind a backslash.
fn unquoted(text: &str) -> Option<String> {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        plain.push(match character {
            '\\' => characters.next().filter(|c| matches!(c, '"' | '\\'))?,
            '"' => return None,
            other => other,
        });
    }
    Some(plain)
}

/// The request's JSON, in which no member stands twice; an empty body is none.
pub(super) fn json(kind: Option<&str>, body: &[u8]) -> Result<Option<Value>, Problem> {
    if body.is_empty() {
        return Ok(None);
    }
    let kind = kind.unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        let detail = "the body must be application/json";
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "media-type",
            detail,
        ));
    }
    let read: Distinct = serde_json::from_slice(body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        wrong(
            "no-json",
            format!("the body is no JSON at line {line}, column {column}"),
        )
    })?;
    read.value().map(Some).map_err(|doubled| {
        let detail = "the member stands twice in its object";
        wrong("shape", detail).at(&doubled.pointer)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_bare_or_quoted() {
        let longest = "k".repeat(128);
        let too_long = "k".repeat(129);
        let table = [
            ("order-1", Some("order-1")),
            ("\"order-1\"", Some("order-1")),
            (r#""a\"b\\c""#, Some(r#"a"b\c"#)),
            (longest.as_str(), Some(longest.as_str())),
            (too_long.as_str(), None),
            ("\"a", None),
            (r#""a"b""#, None),
            (r#""a\x""#, None),
            ("\"\"", None),
            ("", None),
        ];
        for (text, key) in table {
            let mut headers = HeaderMap::new();
            headers.insert("idempotency-key", text.parse().unwrap());
            let found = idempotency_key(&headers).ok().flatten();
            assert_eq!(found.as_deref(), key, "{text}");
            headers.append("idempotency-key", text.parse().unwrap());
            assert!(idempotency_key(&headers).is_err());
        }
        assert_eq!(idempotency_key(&HeaderMap::new()), Ok(None));
    }

    #[test]
    fn a_query_may_ask_for_a_dry_run() {
        let table = [
            ("", Some(false)),
            ("dry-run=true", Some(true)),
            ("dry-run", Some(true)),
            ("dry-run=false", Some(false)),
        ];
        for (query, expected) in table {
            assert_eq!(dry_run(query).ok(), expected, "{query}");
        }
        for query in [
            "dry-run=1",
            "limit=3",
            "dry-run=true&dry-run=false",
            "dry-run&dry-run",
            "dry-run=true&limit=3",
        ] {
            assert!(dry_run(query).is_err(), "{query}");
        }
    }

    #[test]
    fn bodies_are_json_and_say_so() {
        let good = Some("Application/JSON; charset=utf-8");
        assert_eq!(json(None, b""), Ok(None));
        assert_eq!(json(good, b"{}"), Ok(Some(serde_json::json!({}))));
        assert!(json(None, b"{}").is_err() && json(Some("text/plain"), b"{}").is_err());
        assert!(json(good, b"{\n\"a\":}").is_err());
        let doubled = json(good, br#"{"a":[{"b":1,"b":2}]}"#).unwrap_err();
        let detail = "the member stands twice in its object";
        assert_eq!(doubled, wrong("shape", detail).at("/a/0/b"));
    }
}

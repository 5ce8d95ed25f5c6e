//! Does an answer have what the file expects of it?

use super::time;
use chrono::DateTime;
use chrono_tz::Tz;
use serde_json::{Map, Value};
use std::fmt;

/// One place at which an answer is not as expected.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// JSON pointer into the answer; empty for the whole of it.
    pub pointer: String,
    /// What the file asks for there.
    pub expected: String,
    /// What is there; none: nothing.
    pub actual: Option<Value>,
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.pointer.is_empty() {
            "the answer"
        } else {
            &self.pointer
        };
        match &self.actual {
            Some(actual) => write!(
                formatter,
                "{place}: expected {}, got {actual}",
                self.expected
            ),
            None => write!(
                formatter,
                "{place}: expected {}, got nothing",
                self.expected
            ),
        }
    }
}

/// How a comparison takes what the file doesn't name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// Fields that the file doesn't name may be anything.
    Named,
    /// A field that the file doesn't name must be none.
    Whole,
}

/// All differences, in the order of the expectation.
pub(super) fn differences(
    expected: &Value,
    actual: &Value,
    scope: Scope,
    zone: Tz,
) -> Vec<Difference> {
    let mut comparison = Comparison {
        scope,
        zone,
        found: Vec::new(),
    };
    comparison.value("", expected, Some(actual));
    comparison.found
}

/// The fields that make a mapping a matcher, if it has no other.
const MATCHERS: [&str; 3] = ["absent", "contains", "length"];

/// What is wrong with the matchers in an expectation: JSON pointer and problem.
pub(super) fn malformed(expected: &Value) -> Option<(String, String)> {
    match expected {
        Value::Array(items) => items.iter().enumerate().find_map(|(place, item)| {
            malformed(item).map(|(pointer, problem)| (format!("/{place}{pointer}"), problem))
        }),
        Value::Object(fields) => {
            if is_matcher(fields) {
                for (name, value) in fields {
                    let problem = match name.as_str() {
                        "absent" if !value.is_boolean() => "there may stand true or false",
                        "length" if !value.is_u64() => "there may stand a whole number",
                        "contains" if !value.is_array() => "there may stand a list",
                        _ => continue,
                    };
                    return Some((format!("/{name}"), problem.to_owned()));
                }
            }
            fields.iter().find_map(|(name, value)| {
                malformed(value).map(|(pointer, problem)| (format!("/{name}{pointer}"), problem))
            })
        }
        _ => None,
    }
}

fn is_matcher(fields: &Map<String, Value>) -> bool {
    !fields.is_empty() && fields.keys().all(|name| MATCHERS.contains(&name.as_str()))
}

struct Comparison {
    scope: Scope,
    zone: Tz,
    found: Vec<Difference>,
}

impl Comparison {
    fn value(&mut self, pointer: &str, expected: &Value, actual: Option<&Value>) {
        // None is written as null or left out, in files and in answers alike.
        let actual = actual.filter(|value| !value.is_null());
        match (expected, actual) {
            (Value::Null, None) => {}
            (Value::Object(fields), _) if is_matcher(fields) => {
                self.matcher(pointer, fields, actual)
            }
            (Value::Object(fields), Some(Value::Object(found))) => {
                self.object(pointer, fields, found)
            }
            (Value::Array(items), Some(Value::Array(found))) => self.list(pointer, items, found),
            (_, Some(found)) if same(expected, found, self.zone) => {}
            _ => self.differ(pointer, expected.to_string(), actual),
        }
    }

    fn object(
        &mut self,
        pointer: &str,
        expected: &Map<String, Value>,
        actual: &Map<String, Value>,
    ) {
        for (name, value) in expected {
            self.value(
                &format!("{pointer}/{}", escaped(name)),
                value,
                actual.get(name),
            );
        }
        if self.scope == Scope::Whole {
            for (name, value) in actual {
                if !value.is_null() && !expected.contains_key(name) {
                    self.differ(
                        &format!("{pointer}/{}", escaped(name)),
                        "nothing".to_owned(),
                        Some(value),
                    );
                }
            }
        }
    }

    fn list(&mut self, pointer: &str, expected: &[Value], actual: &[Value]) {
        if expected.len() != actual.len() {
            let whole = Value::Array(actual.to_vec());
            self.differ(
                pointer,
                format!("{} items, not {}", expected.len(), actual.len()),
                Some(&whole),
            );
        }
        for (place, (value, found)) in expected.iter().zip(actual).enumerate() {
            self.value(&format!("{pointer}/{place}"), value, Some(found));
        }
    }

    fn matcher(&mut self, pointer: &str, fields: &Map<String, Value>, actual: Option<&Value>) {
        for (name, argument) in fields {
            match name.as_str() {
                "absent" => {
                    let absent = argument.as_bool().unwrap_or(true);
                    if absent != actual.is_none() {
                        let wish = if absent { "nothing" } else { "something" };
                        self.differ(pointer, wish.to_owned(), actual);
                    }
                }
                "length" => {
                    let length = actual
                        .and_then(Value::as_array)
                        .map(Vec::len)
                        .and_then(|length| u64::try_from(length).ok());
                    if length != argument.as_u64() {
                        self.differ(pointer, format!("a list of {argument}"), actual);
                    }
                }
                _ => self.contains(pointer, argument, actual),
            }
        }
    }

    /// Each wish takes the first item not yet taken that fits, so that two equal wishes need two items.
    fn contains(&mut self, pointer: &str, wishes: &Value, actual: Option<&Value>) {
        let items = match actual {
            Some(Value::Array(items)) => items,
            Some(Value::String(text)) => {
                for wish in wishes.as_array().into_iter().flatten() {
                    let within = wish.as_str().is_some_and(|wish| text.contains(wish));
                    if !within {
                        self.differ(pointer, format!("a text with {wish}"), actual);
                    }
                }
                return;
            }
            _ => {
                self.differ(pointer, "a list or a text".to_owned(), actual);
                return;
            }
        };
        let mut open: Vec<&Value> = items.iter().collect();
        for wish in wishes.as_array().into_iter().flatten() {
            let fitting = open
                .iter()
                .position(|item| differences(wish, item, self.scope, self.zone).is_empty());
            match fitting {
                Some(place) => drop(open.remove(place)),
                None => self.differ(pointer, format!("a list with {wish}"), actual),
            }
        }
    }

    fn differ(&mut self, pointer: &str, expected: String, actual: Option<&Value>) {
        self.found.push(Difference {
            pointer: pointer.to_owned(),
            expected,
            actual: actual.cloned(),
        });
    }
}

/// Equality of two values that are neither list nor mapping on both sides.
fn same(expected: &Value, actual: &Value, zone: Tz) -> bool {
    match (expected, actual) {
        (Value::String(wish), Value::String(text)) => same_text(wish, text, zone),
        (Value::Number(wish), Value::String(text)) => same_text(&wish.to_string(), text, zone),
        _ => expected == actual,
    }
}

fn same_text(expected: &str, actual: &str, zone: Tz) -> bool {
    if expected == actual {
        return true;
    }
    if let (Some(wish), Some(found)) = (decimal(expected), decimal(actual)) {
        return wish == found;
    }
    let Ok(found) = DateTime::parse_from_rfc3339(actual) else {
        return false;
    };
    time::absolute(expected, zone).is_some_and(|wish| wish == found)
}

/// Sign, whole part and fraction of decimal text, without zeros that mean nothing. Text with leading
/// zeros is no decimal but an id, such as `007`.
fn decimal(text: &str) -> Option<(bool, &str, &str)> {
    let (negative, digits) = text
        .strip_prefix('-')
        .map_or((false, text), |rest| (true, rest));
    let (whole, fraction) = match digits.split_once('.') {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (digits, ""),
    };
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty()
        || !all_digits(whole)
        || !all_digits(fraction)
        || (whole.len() > 1 && whole.starts_with('0'))
    {
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    let zero = whole == "0" && fraction.is_empty();
    Some((negative && !zero, whole, fraction))
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::{Scope, differences, malformed};
    use chrono_tz::Tz;
    use serde_json::{Value, json};

    fn found(expected: Value, actual: Value, scope: Scope) -> Vec<String> {
        differences(&expected, &actual, scope, Tz::Asia__Taipei)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    fn named(expected: Value, actual: Value) -> Vec<String> {
        found(expected, actual, Scope::Named)
    }

    #[test]
    fn what_is_not_named_may_be_anything_unless_the_whole_is_asked_for() {
        let answer = json!({ "granted": "23", "lots": [{ "lot": 1, "left": "23" }], "bulk": null });
        assert_eq!(
            named(json!({ "lots": [{ "left": "23" }] }), answer.clone()),
            Vec::<String>::new()
        );
        assert_eq!(
            found(
                json!({ "granted": "23", "lots": [{ "left": "23" }] }),
                answer,
                Scope::Whole
            ),
            ["/lots/0/lot: expected nothing, got 1"]
        );
    }

    #[test]
    fn decimals_are_equal_by_value_and_ids_by_their_text() {
        assert!(
            named(
                json!(["23", "0.50", "-0", 5]),
                json!(["23.0", "0.5", "0", "5.00"])
            )
            .is_empty()
        );
        assert_eq!(
            named(json!("007"), json!("7")),
            ["the answer: expected \"007\", got \"7\""]
        );
        assert_eq!(
            named(json!("5"), json!(5)),
            ["the answer: expected \"5\", got 5"]
        );
    }

    #[test]
    fn instants_are_equal_in_the_merchants_zone() {
        let answer = json!({ "at": "2026-03-01T01:30:00Z" });
        assert!(named(json!({ "at": "2026-03-01 09:30" }), answer.clone()).is_empty());
        assert!(named(json!({ "at": "2026-03-01T01:30:00.000Z" }), answer.clone()).is_empty());
        assert_eq!(named(json!({ "at": "2026-03-01 09:31" }), answer).len(), 1);
    }

    #[test]
    fn lists_are_whole_and_in_order_unless_a_matcher_says_otherwise() {
        let answer = json!({ "lots": [{ "lot": 1 }, { "lot": 2 }] });
        assert_eq!(
            named(json!({ "lots": [{ "lot": 2 }] }), answer.clone()),
            [
                "/lots: expected 1 items, not 2, got [{\"lot\":1},{\"lot\":2}]",
                "/lots/0/lot: expected 2, got 1"
            ]
        );
        assert!(
            named(
                json!({ "lots": { "contains": [{ "lot": 2 }], "length": 2 } }),
                answer.clone()
            )
            .is_empty()
        );
        assert_eq!(
            named(
                json!({ "lots": { "contains": [{ "lot": 2 }, { "lot": 2 }] } }),
                answer.clone()
            )
            .len(),
            1
        );
        assert_eq!(named(json!({ "lots": { "length": 3 } }), answer).len(), 1);
    }

    #[test]
    fn none_is_null_or_left_out() {
        assert!(
            named(
                json!({ "a": null, "b": { "absent": true }, "c": { "absent": false } }),
                json!({ "b": null, "c": 1 })
            )
            .is_empty()
        );
        assert_eq!(
            named(json!({ "a": { "absent": true } }), json!({ "a": 1 })),
            ["/a: expected nothing, got 1"]
        );
        assert_eq!(
            named(json!({ "a": 1 }), json!({})),
            ["/a: expected 1, got nothing"]
        );
    }

    #[test]
    fn a_matcher_of_the_wrong_shape_is_told_with_its_place() {
        assert_eq!(
            malformed(&json!({ "lots": [{ "x": { "length": "3" } }] }))
                .unwrap()
                .0,
            "/lots/0/x/length"
        );
        assert_eq!(
            malformed(&json!({ "lots": { "contains": [1], "length": 3 } })),
            None
        );
    }
}

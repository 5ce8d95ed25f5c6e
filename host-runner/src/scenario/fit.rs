//! Brings a request as people write it into the form that the plugin takes.

use super::time;
use crate::call::Shape;
use chrono_tz::Tz;
use serde_json::{Map, Value};

/// The request with whole numbers as text where the function takes text (`2350` for `"2350"`), local
/// times as RFC 3339 where it takes an instant, and a mapping as JSON text where it takes text (a
/// merchant's document). All else stays, for the function's own check to judge.
pub(super) fn fit(value: &Value, shape: &Shape, zone: Tz) -> Value {
    match (shape, value) {
        (Shape::Text, Value::Number(number)) => Value::String(number.to_string()),
        (Shape::Text, Value::Object(_)) => Value::String(value.to_string()),
        (Shape::Instant, Value::String(text)) => time::absolute(text, zone)
            .map_or_else(|| value.clone(), |at| Value::String(time::rfc3339(at))),
        (Shape::Option(_), Value::Null) => Value::Null,
        (Shape::Option(inner), _) => fit(value, inner, zone),
        (Shape::List(item), Value::Array(items)) => {
            items.iter().map(|value| fit(value, item, zone)).collect()
        }
        (Shape::Record(members), Value::Object(fields)) => Value::Object(
            fields
                .iter()
                .map(|(name, value)| (name.clone(), fit_named(name, value, members, zone)))
                .collect(),
        ),
        (Shape::Variant(cases), Value::Object(fields)) => fit_case(fields, cases, zone),
        _ => value.clone(),
    }
}

fn fit_named(name: &str, value: &Value, members: &[(String, Shape)], zone: Tz) -> Value {
    match members.iter().find(|(member, _)| member == name) {
        Some((_, shape)) => fit(value, shape, zone),
        None => value.clone(),
    }
}

fn fit_case(fields: &Map<String, Value>, cases: &[(String, Option<Shape>)], zone: Tz) -> Value {
    let fitted = fields.iter().map(|(name, value)| {
        let shape = cases
            .iter()
            .find(|(case, _)| case == name)
            .and_then(|(_, shape)| shape.as_ref());
        (
            name.clone(),
            shape.map_or_else(|| value.clone(), |shape| fit(value, shape, zone)),
        )
    });
    Value::Object(fitted.collect())
}

#[cfg(test)]
mod tests {
    use super::fit;
    use crate::call::Shape;
    use chrono_tz::Tz;
    use serde_json::json;

    fn field(name: &str, shape: Shape) -> (String, Shape) {
        (name.to_owned(), shape)
    }

    #[test]
    fn numbers_become_text_and_local_times_instants_only_where_the_type_asks_for_it() {
        let line = Shape::Record(vec![
            field("amount", Shape::Text),
            field("seconds", Shape::Scalar),
        ]);
        let shape = Shape::Record(vec![
            field("lines", Shape::List(Box::new(line))),
            field("at", Shape::Option(Box::new(Shape::Instant))),
            field(
                "what",
                Shape::Variant(vec![
                    ("amount".to_owned(), Some(Shape::Text)),
                    ("all".to_owned(), None),
                ]),
            ),
            field("document", Shape::Text),
        ]);
        let written = json!({
            "lines": [{ "amount": 2350, "seconds": 60 }], "at": "2026-03-01 09:30", "what": { "amount": 5 },
            "document": { "zone": "UTC" }, "unknown": 1,
        });
        let taken = json!({
            "lines": [{ "amount": "2350", "seconds": 60 }], "at": "2026-03-01T01:30:00Z", "what": { "amount": "5" },
            "document": "{\"zone\":\"UTC\"}", "unknown": 1,
        });
        assert_eq!(fit(&written, &shape, Tz::Asia__Taipei), taken);
        assert_eq!(
            fit(&json!({ "what": "all", "at": "soon" }), &shape, Tz::UTC),
            json!({ "what": "all", "at": "soon" })
        );
    }
}

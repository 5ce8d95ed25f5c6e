//! A component's values as JSON.

use super::{Mismatch, Place, Shape};
use chrono::{DateTime, SecondsFormat};
use serde_json::{Map, Number, Value};
use wasmtime::component::Val;

/// 9999-12-31T23:59:59Z, the last second that RFC 3339 can write.
const LAST_SECOND: i64 = 253_402_300_799;

/// The JSON of a value that the component gave.
///
/// # Errors
/// [`Mismatch`] for what JSON can't hold: an instant beyond the year 9999, a float that is no number,
/// a resource.
pub fn write(shape: &Shape, value: Val) -> Result<Value, Mismatch> {
    write_at(shape, value, Place::Whole)
}

fn write_at(shape: &Shape, value: Val, place: Place<'_>) -> Result<Value, Mismatch> {
    Ok(match (shape, value) {
        (_, Val::Bool(value)) => Value::Bool(value),
        (_, Val::U8(number)) => number.into(),
        (_, Val::U16(number)) => number.into(),
        (_, Val::U32(number)) => number.into(),
        (_, Val::U64(number)) => number.into(),
        (_, Val::S8(number)) => number.into(),
        (_, Val::S16(number)) => number.into(),
        (_, Val::S32(number)) => number.into(),
        (_, Val::S64(number)) => number.into(),
        (_, Val::Float32(number)) => float(number.into(), place)?,
        (_, Val::Float64(number)) => float(number, place)?,
        (_, Val::Char(character)) => Value::String(character.into()),
        (_, Val::String(text) | Val::Enum(text)) => Value::String(text),
        (_, Val::Flags(names)) => names.into(),
        (Shape::List(item), Val::List(items)) => Value::Array(
            items
                .into_iter()
                .enumerate()
                .map(|(index, value)| write_at(item, value, Place::Item(&place, index)))
                .collect::<Result<_, _>>()?,
        ),
        (Shape::Tuple(shapes), Val::Tuple(items)) => Value::Array(
            shapes
                .iter()
                .zip(items)
                .enumerate()
                .map(|(index, (shape, value))| write_at(shape, value, Place::Item(&place, index)))
                .collect::<Result<_, _>>()?,
        ),
        (Shape::Instant, Val::Record(fields)) => instant(&fields, place)?,
        (Shape::Record(shapes), Val::Record(fields)) => {
            let mut object = Map::new();
            for ((_, shape), (name, value)) in shapes.iter().zip(fields) {
                let value = write_at(shape, value, Place::Field(&place, &name))?;
                object.insert(name, value);
            }
            Value::Object(object)
        }
        (Shape::Variant(_), Val::Variant(case, None)) => Value::String(case),
        (Shape::Variant(cases), Val::Variant(case, Some(payload))) => {
            let shape = cases.iter().find(|(name, _)| *name == case);
            match shape {
                Some((_, Some(shape))) => {
                    let value = write_at(shape, *payload, Place::Field(&place, &case))?;
                    single(case, value)
                }
                _ => return Err(foreign(place, "a case that its type lacks")),
            }
        }
        (Shape::Option(_), Val::Option(None)) => Value::Null,
        (Shape::Option(inner), Val::Option(Some(value))) => write_at(inner, *value, place)?,
        (Shape::Result { ok, .. }, Val::Result(Ok(value))) => {
            single("ok".to_owned(), payload(ok.as_deref(), value, place)?)
        }
        (Shape::Result { err, .. }, Val::Result(Err(value))) => {
            single("err".to_owned(), payload(err.as_deref(), value, place)?)
        }
        (Shape::Foreign(kind), _) => return Err(foreign(place, kind)),
        _ => return Err(foreign(place, "a value of another type")),
    })
}

/// The JSON of a case's payload, null where the case has none.
///
/// # Errors
/// As [`write`].
pub(crate) fn write_payload(
    shape: Option<&Shape>,
    value: Option<Box<Val>>,
) -> Result<Value, Mismatch> {
    payload(shape, value, Place::Whole)
}

fn payload(
    shape: Option<&Shape>,
    value: Option<Box<Val>>,
    place: Place<'_>,
) -> Result<Value, Mismatch> {
    match (shape, value) {
        (Some(shape), Some(value)) => write_at(shape, *value, place),
        _ => Ok(Value::Null),
    }
}

fn single(name: String, value: Value) -> Value {
    Value::Object(Map::from_iter([(name, value)]))
}

fn float(number: f64, place: Place<'_>) -> Result<Value, Mismatch> {
    Number::from_f64(number)
        .map(Value::Number)
        .ok_or_else(|| foreign(place, "a float that is not a finite number"))
}

fn instant(fields: &[(String, Val)], place: Place<'_>) -> Result<Value, Mismatch> {
    if let [(_, Val::U64(seconds)), (_, Val::U32(nanoseconds))] = fields
        && let Ok(seconds) = i64::try_from(*seconds)
        && seconds <= LAST_SECOND
        && *nanoseconds < 1_000_000_000
        && let Some(instant) = DateTime::from_timestamp(seconds, *nanoseconds)
    {
        return Ok(Value::String(
            instant.to_rfc3339_opts(SecondsFormat::AutoSi, true),
        ));
    }
    Err(foreign(place, "an instant that RFC 3339 can't write"))
}

fn foreign(place: Place<'_>, what: &str) -> Mismatch {
    place.mismatch(format!("the answer holds {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn instant_of(seconds: u64, nanoseconds: u32) -> Val {
        Val::Record(vec![
            ("seconds".to_owned(), Val::U64(seconds)),
            ("nanoseconds".to_owned(), Val::U32(nanoseconds)),
        ])
    }

    #[test]
    fn values() {
        let text = |text: &str| Val::String(text.to_owned());
        let variant = Shape::Variant(vec![
            ("plain".to_owned(), None),
            ("loaded".to_owned(), Some(Shape::Unsigned(8))),
        ]);
        let option = Shape::Option(Box::new(Shape::Text));
        let result = Shape::Result {
            ok: Some(Box::new(Shape::Bool)),
            err: None,
        };
        let cases = [
            (Shape::Unsigned(64), Val::U64(u64::MAX), json!(u64::MAX)),
            (Shape::Signed(64), Val::S64(i64::MIN), json!(i64::MIN)),
            (Shape::Char, Val::Char('점'), json!("점")),
            (
                Shape::List(Box::new(Shape::Text)),
                Val::List(vec![text("a"), text("b")]),
                json!(["a", "b"]),
            ),
            (
                Shape::Record(vec![("a".to_owned(), Shape::Bool)]),
                Val::Record(vec![("a".to_owned(), Val::Bool(true))]),
                json!({ "a": true }),
            ),
            (
                Shape::Instant,
                instant_of(0, 0),
                json!("1970-01-01T00:00:00Z"),
            ),
            (
                Shape::Instant,
                instant_of(1_795_319_999, 1),
                json!("2026-11-22T03:59:59.000000001Z"),
            ),
            (
                variant.clone(),
                Val::Variant("plain".to_owned(), None),
                json!("plain"),
            ),
            (
                variant,
                Val::Variant("loaded".to_owned(), Some(Box::new(Val::U8(3)))),
                json!({ "loaded": 3 }),
            ),
            (option.clone(), Val::Option(None), json!(null)),
            (option, Val::Option(Some(Box::new(text("x")))), json!("x")),
            (
                result.clone(),
                Val::Result(Ok(Some(Box::new(Val::Bool(false))))),
                json!({ "ok": false }),
            ),
            (result, Val::Result(Err(None)), json!({ "err": null })),
        ];
        for (shape, value, expected) in cases {
            assert_eq!(write(&shape, value.clone()), Ok(expected), "{value:?}");
        }
    }

    #[test]
    fn instants_that_have_no_text() {
        for (seconds, nanoseconds) in [(u64::MAX, 0), (253_402_300_800, 0), (0, 1_000_000_000)] {
            assert!(write(&Shape::Instant, instant_of(seconds, nanoseconds)).is_err());
        }
    }
}

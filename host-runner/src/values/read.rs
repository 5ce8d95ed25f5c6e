//! JSON as a component's values.

use super::{Mismatch, Place, Shape};
use chrono::DateTime;
use serde_json::{Map, Value};
use wasmtime::component::Val;

/// What was found is told up to this many characters.
const FOUND: usize = 100;

/// The value that this JSON means to the component.
///
/// # Errors
/// [`Mismatch`] at the first thing that doesn't fit.
pub fn read(shape: &Shape, json: &Value) -> Result<Val, Mismatch> {
    read_at(shape, json, Place::Whole)
}

fn read_at(shape: &Shape, json: &Value, place: Place<'_>) -> Result<Val, Mismatch> {
    match shape {
        Shape::Bool => match json {
            Value::Bool(value) => Ok(Val::Bool(*value)),
            _ => Err(wrong(place, json, "true or false")),
        },
        Shape::Unsigned(bits) => unsigned(*bits, json, place),
        Shape::Signed(bits) => signed(*bits, json, place),
        Shape::Float(bits) => float(*bits, json, place),
        Shape::Char => {
            let mut characters = json.as_str().unwrap_or_default().chars();
            match (characters.next(), characters.next()) {
                (Some(character), None) => Ok(Val::Char(character)),
                _ => Err(wrong(place, json, "a string of one character")),
            }
        }
        Shape::Text => match json {
            Value::String(text) => Ok(Val::String(text.clone())),
            _ => Err(wrong(place, json, "a string")),
        },
        Shape::Instant => instant(json, place),
        Shape::List(item) => match json {
            Value::Array(items) => items
                .iter()
                .enumerate()
                .map(|(index, json)| read_at(item, json, Place::Item(&place, index)))
                .collect::<Result<_, _>>()
                .map(Val::List),
            _ => Err(wrong(place, json, "an array")),
        },
        Shape::Tuple(shapes) => match json {
            Value::Array(items) if items.len() == shapes.len() => shapes
                .iter()
                .zip(items)
                .enumerate()
                .map(|(index, (shape, json))| read_at(shape, json, Place::Item(&place, index)))
                .collect::<Result<_, _>>()
                .map(Val::Tuple),
            _ => Err(wrong(place, json, &format!("an array of {}", shapes.len()))),
        },
        Shape::Record(shapes) => record(shapes, json, place),
        Shape::Variant(cases) => variant(cases, json, place),
        Shape::Enum(cases) => match json {
            Value::String(case) if cases.contains(case) => Ok(Val::Enum(case.clone())),
            _ => Err(wrong(place, json, &format!("one of {}", cases.join(", ")))),
        },
        Shape::Option(inner) => match json {
            Value::Null => Ok(Val::Option(None)),
            json => Ok(Val::Option(Some(Box::new(read_at(inner, json, place)?)))),
        },
        Shape::Result { ok, err } => result(ok.as_deref(), err.as_deref(), json, place),
        Shape::Flags(names) => flags(names, json, place),
        Shape::Foreign(kind) => Err(place.mismatch(format!("JSON can't hold a {kind}"))),
    }
}

fn unsigned(bits: u8, json: &Value, place: Place<'_>) -> Result<Val, Mismatch> {
    let whole = || whole(json)?.try_into().ok();
    let value = json.as_u64().or_else(whole).and_then(|number| match bits {
        8 => number.try_into().ok().map(Val::U8),
        16 => number.try_into().ok().map(Val::U16),
        32 => number.try_into().ok().map(Val::U32),
        _ => Some(Val::U64(number)),
    });
    value.ok_or_else(|| {
        let most = u64::MAX >> (64 - u32::from(bits));
        wrong(place, json, &format!("an integer from 0 to {most}"))
    })
}

fn signed(bits: u8, json: &Value, place: Place<'_>) -> Result<Val, Mismatch> {
    let value = json.as_i64().or_else(|| whole(json));
    let value = value.and_then(|number| match bits {
        8 => number.try_into().ok().map(Val::S8),
        16 => number.try_into().ok().map(Val::S16),
        32 => number.try_into().ok().map(Val::S32),
        _ => Some(Val::S64(number)),
    });
    value.ok_or_else(|| {
        let most = i64::MAX >> (64 - u32::from(bits));
        wrong(
            place,
            json,
            &format!("an integer from {} to {most}", -most - 1),
        )
    })
}

/// A whole number that is written with a fraction of nothing, such as `60.0`, which JSON and its schemas take for the same.
/// Beyond 2^53 such a number may mean another one, and is none.
fn whole(json: &Value) -> Option<i64> {
    const MOST: f64 = 9_007_199_254_740_992.0;
    let number = json.as_f64().filter(|number| number.fract() == 0.0)?;
    #[expect(
        clippy::as_conversions,
        reason = "it is whole and within the bounds, where it has but one integer"
    )]
    (number.abs() <= MOST).then_some(number as i64)
}

fn float(bits: u8, json: &Value, place: Place<'_>) -> Result<Val, Mismatch> {
    match json.as_f64() {
        Some(number) if bits == 64 => Ok(Val::Float64(number)),
        #[expect(
            clippy::as_conversions,
            reason = "rounding to the nearest is what f32 means"
        )]
        Some(number) => Ok(Val::Float32(number as f32)),
        None => Err(wrong(place, json, "a number")),
    }
}

fn instant(json: &Value, place: Place<'_>) -> Result<Val, Mismatch> {
    let parts = json
        .as_str()
        .and_then(|text| DateTime::parse_from_rfc3339(text).ok())
        .filter(|instant| instant.offset().local_minus_utc() == 0)
        .and_then(|instant| {
            let seconds = u64::try_from(instant.timestamp()).ok()?;
            // A leap second has a billion nanoseconds or more; the interface has none.
            let nanoseconds =
                Some(instant.timestamp_subsec_nanos()).filter(|n| *n < 1_000_000_000)?;
            Some((seconds, nanoseconds))
        });
    let Some((seconds, nanoseconds)) = parts else {
        let permitted = "an instant in UTC from 1970 on, such as \"2026-11-22T04:00:00Z\"";
        return Err(wrong(place, json, permitted));
    };
    Ok(Val::Record(vec![
        ("seconds".to_owned(), Val::U64(seconds)),
        ("nanoseconds".to_owned(), Val::U32(nanoseconds)),
    ]))
}

fn record(shapes: &[(String, Shape)], json: &Value, place: Place<'_>) -> Result<Val, Mismatch> {
    let fields = || names(shapes.iter().map(|(name, _)| name));
    let Value::Object(object) = json else {
        return Err(wrong(place, json, &format!("an object of {}", fields())));
    };
    if let Some(unknown) = object
        .keys()
        .find(|name| shapes.iter().all(|(field, _)| field != *name))
    {
        let problem = format!("there is no such field; permitted: {}", fields());
        return Err(Place::Field(&place, unknown).mismatch(problem));
    }
    shapes
        .iter()
        .map(|(name, shape)| {
            let at = Place::Field(&place, name);
            let value = match object.get(name) {
                Some(json) => read_at(shape, json, at)?,
                None if matches!(shape, Shape::Option(_)) => Val::Option(None),
                None => return Err(missing(shape, at)),
            };
            Ok((name.clone(), value))
        })
        .collect::<Result<_, _>>()
        .map(Val::Record)
}

/// The field is missing; what may stand there is what the type says of nothing at all.
fn missing(shape: &Shape, place: Place<'_>) -> Mismatch {
    let mut mismatch = match read_at(shape, &Value::Null, place) {
        Err(mismatch) => mismatch,
        Ok(_) => place.mismatch(String::new()),
    };
    mismatch.problem = mismatch
        .problem
        .replacen("found null", "the field is missing", 1);
    mismatch
}

fn variant(
    cases: &[(String, Option<Shape>)],
    json: &Value,
    place: Place<'_>,
) -> Result<Val, Mismatch> {
    let chosen = match json {
        Value::String(case) => Some((case, None)),
        Value::Object(object) => only(object),
        _ => None,
    };
    let found = chosen.and_then(|(chosen, payload)| {
        let (_, shape) = cases.iter().find(|(case, _)| case == chosen)?;
        Some((chosen, shape.as_ref(), payload))
    });
    match found {
        Some((case, None, None)) => Ok(Val::Variant(case.clone(), None)),
        Some((case, Some(shape), Some(payload))) => {
            let value = read_at(shape, payload, Place::Field(&place, case))?;
            Ok(Val::Variant(case.clone(), Some(Box::new(value))))
        }
        _ => {
            let cases = cases.iter().map(|(case, payload)| match payload {
                None => format!("\"{case}\""),
                Some(_) => format!("{{\"{case}\": …}}"),
            });
            let cases: Vec<_> = cases.collect();
            Err(wrong(place, json, &format!("one of {}", cases.join(", "))))
        }
    }
}

fn result(
    ok: Option<&Shape>,
    err: Option<&Shape>,
    json: &Value,
    place: Place<'_>,
) -> Result<Val, Mismatch> {
    let payload = |shape: Option<&Shape>, name: &str, json: &Value| {
        let at = Place::Field(&place, name);
        match (shape, json) {
            (Some(shape), json) => Ok(Some(Box::new(read_at(shape, json, at)?))),
            (None, Value::Null) => Ok(None),
            (None, json) => Err(wrong(at, json, "null")),
        }
    };
    match json.as_object().and_then(only) {
        Some((name, Some(json))) if name == "ok" => Ok(Val::Result(Ok(payload(ok, name, json)?))),
        Some((name, Some(json))) if name == "err" => {
            Ok(Val::Result(Err(payload(err, name, json)?)))
        }
        _ => Err(wrong(place, json, "one of {\"ok\": …}, {\"err\": …}")),
    }
}

fn flags(known: &[String], json: &Value, place: Place<'_>) -> Result<Val, Mismatch> {
    let permitted = || format!("an array of {}", names(known.iter()));
    let Value::Array(items) = json else {
        return Err(wrong(place, json, &permitted()));
    };
    items
        .iter()
        .enumerate()
        .map(|(index, json)| match json {
            Value::String(name) if known.contains(name) => Ok(name.clone()),
            _ => Err(wrong(Place::Item(&place, index), json, &permitted())),
        })
        .collect::<Result<_, _>>()
        .map(Val::Flags)
}

/// The one field of an object that has one.
fn only(object: &Map<String, Value>) -> Option<(&String, Option<&Value>)> {
    let mut fields = object.iter();
    match (fields.next(), fields.next()) {
        (Some((name, value)), None) => Some((name, Some(value))),
        _ => None,
    }
}

fn names<'a>(names: impl Iterator<Item = &'a String>) -> String {
    names.map(String::as_str).collect::<Vec<_>>().join(", ")
}

fn wrong(place: Place<'_>, found: &Value, permitted: &str) -> Mismatch {
    let mut text = found.to_string();
    if let Some((end, _)) = text.char_indices().nth(FOUND) {
        text.truncate(end);
        text.push('…');
    }
    place.mismatch(format!("found {text}; permitted: {permitted}"))
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;

//! JSON that others send, read so that it can mean one thing alone: a member that stands twice in its object is told of, and a record
//! is an object and no array.

use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeOwned, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Number, Value};
use std::fmt;
use std::marker::PhantomData;

/// A member that stands twice in its object, so that readers may take either.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{pointer}: the member stands twice in its object")]
pub struct Doubled {
    /// Where, as a JSON pointer from the value that was read.
    pub pointer: String,
}

impl Doubled {
    fn of(name: &str) -> Self {
        let pointer = String::new();
        Self { pointer }.within(name)
    }

    /// The same as it is seen from outside of the object or array that has it under this name.
    fn within(self, name: &str) -> Self {
        let step = name.replace('~', "~0").replace('/', "~1");
        let pointer = format!("/{step}{}", self.pointer);
        Self { pointer }
    }
}

/// Any JSON, read whole; then it is known whether a member stands twice.
#[derive(Clone, Debug, PartialEq)]
pub struct Distinct(Result<Value, Doubled>);

impl Distinct {
    /// The value.
    ///
    /// # Errors
    /// The first member that is [`Doubled`].
    pub fn value(self) -> Result<Value, Doubled> {
        self.0
    }
}

impl<'de> Deserialize<'de> for Distinct {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Any)
    }
}

struct Any;

impl<'de> Visitor<'de> for Any {
    type Value = Distinct;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Distinct, E> {
        Ok(Distinct(Ok(Value::Null)))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Distinct, E> {
        Ok(Distinct(Ok(value.into())))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Distinct, E> {
        Ok(Distinct(Ok(number.into())))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Distinct, E> {
        Ok(Distinct(Ok(number.into())))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Distinct, E> {
        let number = Number::from_f64(number).map_or(Value::Null, Value::Number);
        Ok(Distinct(Ok(number)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Distinct, E> {
        self.visit_string(text.to_owned())
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Distinct, E> {
        Ok(Distinct(Ok(text.into())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Distinct, A::Error> {
        let (mut items, mut first) = (Vec::new(), None);
        while let Some(Distinct(item)) = from.next_element()? {
            match item {
                Ok(item) => items.push(item),
                Err(doubled) => {
                    first = Some(doubled.within(&items.len().to_string()));
                    break;
                }
            }
        }
        if first.is_some() {
            // The rest has to be JSON nevertheless.
            while from.next_element::<IgnoredAny>()?.is_some() {}
        }
        Ok(Distinct(first.map_or(Ok(items.into()), Err)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Distinct, A::Error> {
        use serde_json::map::Entry;
        let (mut object, mut first) = (Map::new(), None);
        while let Some(name) = from.next_key::<String>()? {
            match object.entry(name) {
                Entry::Occupied(entry) => {
                    from.next_value::<IgnoredAny>()?;
                    first = Some(Doubled::of(entry.key()));
                }
                Entry::Vacant(entry) => match from.next_value::<Distinct>()?.0 {
                    Ok(value) => drop(entry.insert(value)),
                    Err(doubled) => first = Some(doubled.within(entry.key())),
                },
            }
            if first.is_some() {
                break;
            }
        }
        if first.is_some() {
            while from.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        }
        Ok(Distinct(first.map_or(Ok(object.into()), Err)))
    }
}

/// Reads a record of the bytes of an object, and of nothing else.
pub(crate) fn object<T: DeserializeOwned>(text: &[u8]) -> Result<T, serde_json::Error> {
    let mut from = serde_json::Deserializer::from_slice(text);
    let read = record(&mut from)?;
    from.end()?;
    Ok(read)
}

/// Reads a record of an object alone. By itself a record is read of an array, too, whose items stand for its members in their order.
pub(crate) fn record<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    from.deserialize_map(Record(PhantomData))
}

struct Record<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Record<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, from: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(from))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_those_of_the_usual_reader() {
        for text in [
            "null",
            "true",
            "-7",
            "18446744073709551615",
            "60.0",
            "1e400",
            r#""a\u0041점""#,
            "[]",
            r#"[1,[2,{"a":[{}]}],"b"]"#,
            r#"{"b":{"a":1},"a":{"a":2},"":null}"#,
            r#"{"$serde_json::private::RawValue":"1"}"#,
            "",
            "{",
            "[1,]",
            r#"{"a":1}}"#,
            &"[".repeat(1_000),
        ] {
            let usual = serde_json::from_str::<Value>(text).map_err(|error| error.to_string());
            let own = serde_json::from_str::<Distinct>(text).map_err(|error| error.to_string());
            if text.contains("$serde_json") {
                let own = own.unwrap().value().unwrap();
                assert!(own.is_object(), "{own}");
            } else {
                assert_eq!(own, usual.map(|value| Distinct(Ok(value))), "{text}");
            }
        }
    }

    #[test]
    fn the_first_member_that_stands_twice_is_named() {
        let table = [
            (r#"{"member":"mei","member":"bob"}"#, "/member"),
            (r#"{"member":"mei","member":"mei"}"#, "/member"),
            (r#"{"a":1,"\u0061":1}"#, "/a"),
            (r#"{"a/b~":1,"a/b~":{"c":1}}"#, "/a~1b~0"),
            (
                r#"[{"a":1},{"a":{"b":1,"b":2,"c":[]},"d":[7]},{}]"#,
                "/1/a/b",
            ),
            (r#"{"a":{"b":1,"b":1},"a":1}"#, "/a/b"),
        ];
        for (text, pointer) in table {
            let read: Distinct = serde_json::from_str(text).unwrap();
            assert_eq!(read.value().unwrap_err().pointer, pointer, "{text}");
        }
        // That it is no JSON at all goes before.
        assert!(serde_json::from_str::<Distinct>(r#"{"a":1,"a":1,"b":}"#).is_err());
        assert!(serde_json::from_str::<Distinct>(r#"[{"a":1,"a":1},7 8]"#).is_err());
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Order {
        #[serde(default)]
        id: u8,
        #[serde(default, deserialize_with = "record")]
        of: Of,
    }

    #[derive(Debug, Default, PartialEq, Deserialize)]
    struct Of {
        #[serde(default)]
        name: u8,
    }

    #[test]
    fn a_record_is_an_object() {
        let good = object::<Order>(br#"{"id":1,"of":{"name":2}}"#).unwrap();
        let of = Of { name: 2 };
        assert_eq!(good, Order { id: 1, of });
        assert!(object::<Order>(b"{}").is_ok());
        for text in [
            "[]",
            "[1]",
            "null",
            "7",
            "\"id\"",
            r#"{"of":[]}"#,
            r#"{"of":[2]}"#,
        ] {
            let error = object::<Order>(text.as_bytes()).unwrap_err();
            assert!(error.is_data(), "{text}: {error}");
            assert!(error.to_string().contains("expected an object"), "{error}");
        }
        for text in [r#"{"id":1,"id":1}"#, r#"{"name":1}"#, "{} {}", "", "{"] {
            assert!(object::<Order>(text.as_bytes()).is_err(), "{text}");
        }
    }
}

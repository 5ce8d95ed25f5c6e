//! How long a value is as JSON, without writing it.

use serde::ser::{self, Serialize, Serializer};
use std::fmt::{self, Display};

/// Bytes of a value as compact JSON, a character that JSON escapes counted as it stands; none for what JSON has no form of.
pub(crate) fn length<T: Serialize + ?Sized>(value: &T) -> Option<u64> {
    let mut length = Length(0);
    value.serialize(&mut length).ok()?;
    u64::try_from(length.0).ok()
}

struct Length(usize);

/// JSON has no form of the value.
#[derive(Debug)]
struct Formless;

impl Display for Formless {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON has no form of the value")
    }
}

impl std::error::Error for Formless {}

impl ser::Error for Formless {
    fn custom<T: Display>(_: T) -> Self {
        Self
    }
}

type Counted = Result<(), Formless>;

impl Length {
    #[inline]
    fn add(&mut self, bytes: usize) -> Counted {
        self.0 = self.0.saturating_add(bytes);
        Ok(())
    }

    /// A name in quotes, with its colon.
    #[inline]
    fn name(&mut self, name: &str) -> Counted {
        self.add(name.len().saturating_add(3))
    }
}

macro_rules! whole {
    ($($method:ident $type:ty)*) => {$(
        #[inline]
        fn $method(self, number: $type) -> Counted {
            let digits = number.unsigned_abs().checked_ilog10().map_or(1, |log| log + 1);
            self.add(usize::from(number < 0))?;
            self.add(usize::try_from(digits).unwrap_or(usize::MAX))
        }
    )*};
}

macro_rules! natural {
    ($($method:ident $type:ty)*) => {$(
        #[inline]
        fn $method(self, number: $type) -> Counted {
            let digits = number.checked_ilog10().map_or(1, |log| log + 1);
            self.add(usize::try_from(digits).unwrap_or(usize::MAX))
        }
    )*};
}

impl<'l> Serializer for &'l mut Length {
    type Ok = ();
    type Error = Formless;
    type SerializeSeq = Items<'l>;
    type SerializeTuple = Items<'l>;
    type SerializeTupleStruct = Items<'l>;
    type SerializeTupleVariant = ser::Impossible<(), Formless>;
    type SerializeMap = Items<'l>;
    type SerializeStruct = Items<'l>;
    type SerializeStructVariant = ser::Impossible<(), Formless>;

    whole! { serialize_i8 i8 serialize_i16 i16 serialize_i32 i32 serialize_i64 i64 }
    natural! { serialize_u8 u8 serialize_u16 u16 serialize_u32 u32 serialize_u64 u64 }

    fn serialize_bool(self, value: bool) -> Counted {
        self.add(if value { 4 } else { 5 })
    }

    fn serialize_f32(self, value: f32) -> Counted {
        self.serialize_f64(f64::from(value))
    }

    /// About: JSON may write it with an exponent.
    fn serialize_f64(self, value: f64) -> Counted {
        self.add(value.to_string().len())
    }

    fn serialize_char(self, value: char) -> Counted {
        self.add(value.len_utf8().saturating_add(2))
    }

    #[inline]
    fn serialize_str(self, text: &str) -> Counted {
        self.add(text.len().saturating_add(2))
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Counted {
        bytes.serialize(self)
    }

    #[inline]
    fn serialize_none(self) -> Counted {
        self.add(4)
    }

    #[inline]
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Counted {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Counted {
        self.add(4)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Counted {
        self.add(4)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, name: &'static str) -> Counted {
        self.serialize_str(name)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Counted {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        value: &T,
    ) -> Counted {
        self.add(2)?;
        self.name(name)?;
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Items<'l>, Formless> {
        self.add(2)?;
        Ok(Items {
            length: self,
            begun: false,
        })
    }

    fn serialize_tuple(self, length: usize) -> Result<Items<'l>, Formless> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_struct(self, _: &'static str, length: usize) -> Result<Items<'l>, Formless> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Formless> {
        Err(Formless)
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Items<'l>, Formless> {
        self.serialize_seq(length)
    }

    fn serialize_struct(self, _: &'static str, length: usize) -> Result<Items<'l>, Formless> {
        self.serialize_seq(Some(length))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Formless> {
        Err(Formless)
    }
}

/// A list or an object that is being counted.
struct Items<'l> {
    length: &'l mut Length,
    /// There was an item, so that the next has a comma before it.
    begun: bool,
}

impl Items<'_> {
    #[inline]
    fn comma(&mut self) -> Counted {
        self.length.add(usize::from(self.begun))?;
        self.begun = true;
        Ok(())
    }

    #[inline]
    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Counted {
        self.comma()?;
        value.serialize(&mut *self.length)
    }
}

macro_rules! list {
    ($($kind:ident $method:ident)*) => {$(
        impl ser::$kind for Items<'_> {
            type Ok = ();
            type Error = Formless;

            #[inline]
            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Counted {
                self.item(value)
            }

            fn end(self) -> Counted {
                Ok(())
            }
        }
    )*};
}

list! { SerializeSeq serialize_element SerializeTuple serialize_element SerializeTupleStruct serialize_field }

impl ser::SerializeMap for Items<'_> {
    type Ok = ();
    type Error = Formless;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Counted {
        self.item(key)?;
        self.length.add(1)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Counted {
        value.serialize(&mut *self.length)
    }

    fn end(self) -> Counted {
        Ok(())
    }
}

impl ser::SerializeStruct for Items<'_> {
    type Ok = ();
    type Error = Formless;

    #[inline]
    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Counted {
        self.comma()?;
        self.length.name(name)?;
        value.serialize(&mut *self.length)
    }

    fn end(self) -> Counted {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::length;
    use serde::Serialize;
    use serde_json::json;
    use std::collections::BTreeMap;

    #[derive(Serialize)]
    struct Sample {
        name: Option<&'static str>,
        numbers: (u64, i8, [u16; 3]),
        kind: Kind,
        kinds: Vec<Kind>,
        map: BTreeMap<&'static str, bool>,
        nothing: (),
    }

    #[derive(Clone, Copy, Serialize)]
    enum Kind {
        Plain,
        Of(i64),
    }

    #[test]
    fn is_that_of_compact_json() {
        let mut sample = Sample {
            name: None,
            numbers: (u64::MAX, i8::MIN, [0, 9, 10]),
            kind: Kind::Of(-70),
            kinds: Vec::new(),
            map: BTreeMap::new(),
            nothing: (),
        };
        for round in 0..3 {
            let text = serde_json::to_string(&sample).unwrap();
            assert_eq!(length(&sample), u64::try_from(text.len()).ok(), "{text}");
            sample.name = Some("陳");
            sample.kinds.push(Kind::Plain);
            sample.map.insert(["yes", "no", "-"][round], round == 0);
        }
        let document = json!({"a": [1, 2.5, null, {"b": []}, {}], "c": "text"});
        let text = document.to_string();
        assert_eq!(length(&document), u64::try_from(text.len()).ok(), "{text}");
        assert_eq!(length("\"\n"), Some(4), "escapes aren't counted");
    }
}

//! Reading.

use super::fault::{Fault, Wrong};
use super::raw;
use super::scan::{Number, Reader};
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, EnumAccess, Error, Expected, MapAccess, SeqAccess,
    Unexpected, VariantAccess, Visitor,
};
use std::borrow::Cow;
use std::fmt;

/// Reads a text that is one JSON value.
///
/// # Errors
/// [`Fault`] for what is no JSON, for JSON of another shape than `T`, and for anything behind the value.
pub fn read<'de, T: Deserialize<'de>>(text: &'de str) -> Result<T, Fault> {
    let (value, rest) = read_first(text)?;
    let mut reader = Reader { text: rest, at: 0 };
    if reader.peek().is_some() {
        let behind = reader
            .at
            .saturating_add(text.len().saturating_sub(rest.len()));
        return Err(Wrong::syntax("something behind the document, expected its end").at(behind));
    }
    Ok(value)
}

/// Reads the JSON value that a text begins with, and gives what is behind it.
///
/// # Errors
/// [`Fault`] for what is no JSON, and for JSON of another shape than `T`.
pub fn read_first<'de, T: Deserialize<'de>>(text: &'de str) -> Result<(T, &'de str), Fault> {
    let mut reader = Reader { text, at: 0 };
    match T::deserialize(&mut reader) {
        Ok(value) => Ok((value, text.get(reader.at..).unwrap_or_default())),
        Err(wrong) => Err(wrong.at(reader.at)),
    }
}

/// One of some names, as an error says it.
struct OneOf(&'static [&'static str]);

impl Expected for OneOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one of ")?;
        for (at, name) in self.0.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            write!(f, "{comma}`{name}`")?;
        }
        Ok(())
    }
}

/// Reading of whole numbers; the visitor knows their bounds.
macro_rules! number {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
            match self.peek() {
                Some(b'-' | b'0'..=b'9') => self.visit_number(visitor),
                _ => Err(self.mismatch(&visitor)),
            }
        }
    )*};
}

impl<'de> Reader<'de> {
    fn visit_number<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Wrong> {
        let start = self.at;
        match self.number()? {
            Number::Positive(number) => visitor.visit_u64(number),
            Number::Negative(number) => visitor.visit_i64(number),
            Number::Other => {
                self.at = start;
                Err(self.mismatch(&visitor))
            }
        }
    }

    #[inline]
    fn visit_string<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Wrong> {
        match self.string()? {
            Cow::Borrowed(text) => visitor.visit_str(text),
            Cow::Owned(text) => visitor.visit_str(&text),
        }
    }
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Wrong;

    /// A text or a whole number: nothing else is read without saying what.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.peek() {
            Some(b'"') => self.visit_string(visitor),
            Some(b'-' | b'0'..=b'9') => self.visit_number(visitor),
            _ => Err(self.mismatch(&visitor)),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.peek() {
            Some(b't') => {
                self.word("true")?;
                visitor.visit_bool(true)
            }
            Some(b'f') => {
                self.word("false")?;
                visitor.visit_bool(false)
            }
            _ => Err(self.mismatch(&visitor)),
        }
    }

    number! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.peek() {
            Some(b'"') => self.visit_string(visitor),
            _ => Err(self.mismatch(&visitor)),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        self.deserialize_str(visitor)
    }

    #[inline]
    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        // Names are looked for their quote before.
        self.visit_string(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.peek() {
            Some(b'n') => {
                self.word("null")?;
                visitor.visit_none()
            }
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.peek() {
            Some(b'n') => {
                self.word("null")?;
                visitor.visit_unit()
            }
            _ => Err(self.mismatch(&visitor)),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        if name == raw::NAME {
            return visitor.visit_str(self.skip()?);
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        if !self.take(b'[') {
            return Err(self.mismatch(&"a list"));
        }
        visitor.visit_seq(Items::of(self, b']'))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Wrong> {
        if !self.take(b'[') {
            return Err(self.mismatch(&visitor));
        }
        let value = visitor.visit_seq(Items::of(self, b']'))?;
        // It asks for no more than its length.
        self.expect(b']', "the end of the list")?;
        Ok(value)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        if !self.take(b'{') {
            return Err(self.mismatch(&"an object"));
        }
        visitor.visit_map(Items::of(self, b'}'))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        match self.peek() {
            Some(b'"') => visitor.visit_enum(Variant {
                reader: self,
                bare: true,
            }),
            Some(b'{') => {
                self.at += 1;
                let value = visitor.visit_enum(Variant {
                    reader: self,
                    bare: false,
                })?;
                self.expect(b'}', "the closing bracket: one name only")?;
                Ok(value)
            }
            _ => Err(self.mismatch(&OneOf(names))),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        self.skip()?;
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        i128 u128 f32 f64 char bytes byte_buf unit_struct tuple_struct
    }
}

/// What stands in an object or in a list, one after the other.
struct Items<'r, 'de> {
    reader: &'r mut Reader<'de>,
    close: u8,
    first: bool,
}

impl<'r, 'de> Items<'r, 'de> {
    fn of(reader: &'r mut Reader<'de>, close: u8) -> Self {
        Self {
            reader,
            close,
            first: true,
        }
    }

    /// Whether there is another one; the comma or the bracket before it is read.
    fn more(&mut self) -> Result<bool, Wrong> {
        let first = std::mem::replace(&mut self.first, false);
        if self.reader.take(self.close) {
            return Ok(false);
        }
        if !first {
            self.reader.expect(b',', "a comma or the closing bracket")?;
        }
        Ok(true)
    }
}

impl<'de> SeqAccess<'de> for Items<'_, 'de> {
    type Error = Wrong;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Wrong> {
        if !self.more()? {
            return Ok(None);
        }
        seed.deserialize(&mut *self.reader).map(Some)
    }
}

impl<'de> MapAccess<'de> for Items<'_, 'de> {
    type Error = Wrong;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Wrong> {
        if !self.more()? {
            return Ok(None);
        }
        self.reader.quote()?;
        seed.deserialize(&mut *self.reader).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Wrong> {
        self.reader.expect(b':', "a colon")?;
        seed.deserialize(&mut *self.reader)
    }
}

/// A variant of an enum: its name alone, or an object with its name and what it carries.
struct Variant<'r, 'de> {
    reader: &'r mut Reader<'de>,
    bare: bool,
}

impl<'r, 'de> Variant<'r, 'de> {
    /// What the variant carries, still to be read; a bare name carries nothing.
    fn carried(self) -> Result<&'r mut Reader<'de>, Wrong> {
        if self.bare {
            let expected = &"an object with it";
            return Err(Wrong::invalid_type(Unexpected::UnitVariant, expected));
        }
        Ok(self.reader)
    }
}

impl<'de> EnumAccess<'de> for Variant<'_, 'de> {
    type Error = Wrong;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Wrong> {
        if !self.bare {
            self.reader.quote()?;
        }
        let name = seed.deserialize(&mut *self.reader)?;
        if !self.bare {
            self.reader.expect(b':', "a colon")?;
        }
        Ok((name, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, 'de> {
    type Error = Wrong;

    fn unit_variant(self) -> Result<(), Wrong> {
        if self.bare {
            return Ok(());
        }
        Deserialize::deserialize(self.reader)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Wrong> {
        seed.deserialize(self.carried()?)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Wrong> {
        Err(Wrong::invalid_type(Unexpected::TupleVariant, &visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        self.carried()?.deserialize_map(visitor)
    }
}

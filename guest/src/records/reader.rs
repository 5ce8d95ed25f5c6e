//! Reads JSON text into records, configurations and answers.
//!
//! One reader for all of them, made for a small component: a struct is an object and never an array, a number is an
//! integer, and what does not depend on the type read is compiled once. It reads what RFC 8259 allows otherwise.

#[cfg(test)]
mod tests;

use serde::de::value::CowStrDeserializer;
use serde::de::{
    self, Deserialize, DeserializeSeed, Deserializer, EnumAccess, Error as _, Expected, MapAccess,
    SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// Objects and arrays within each other, at most.
const DEPTH_MAX: u32 = 128;

/// The name that asks the reader for a value's text instead of the value.
const RAW: &str = "stampcard: the text of a value";

/// What is wrong with a text, and where.
#[derive(Debug)]
pub struct Error {
    /// What was found, with `, expected ` and what is permitted behind it where that is known.
    pub message: String,
    /// Bytes of the text that were read before that was clear.
    pub at: usize,
}

type Result<T> = std::result::Result<T, Error>;

/// A position that is not known yet.
const NOWHERE: usize = usize::MAX;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

impl de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self {
            message: message.to_string(),
            at: NOWHERE,
        }
    }
}

/// Reads the whole of `text` as one value.
///
/// # Errors
/// When it is no JSON, or not such a value.
pub fn read<'de, T: Deserialize<'de>>(text: &'de str) -> Result<T> {
    let mut reader = Reader {
        text,
        at: 0,
        depth: 0,
    };
    let value = T::deserialize(&mut reader)?;
    match reader.peek() {
        None => Ok(value),
        Some(_) => {
            Err(reader.fault("trailing characters, expected one JSON value and nothing behind it"))
        }
    }
}

/// Reads a value as its text, for fields that hold JSON of any shape.
///
/// # Errors
/// When it is no JSON.
pub fn raw<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> std::result::Result<Box<RawValue>, D::Error> {
    struct Text;
    impl Visitor<'_> for Text {
        type Value = Box<RawValue>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a JSON value")
        }
        fn visit_str<E: de::Error>(self, text: &str) -> std::result::Result<Self::Value, E> {
            RawValue::from_string(text.to_owned()).map_err(E::custom)
        }
    }
    deserializer.deserialize_newtype_struct(RAW, Text)
}

struct Reader<'de> {
    text: &'de str,
    at: usize,
    depth: u32,
}

impl<'de> Reader<'de> {
    fn fault(&self, message: impl Into<String>) -> Error {
        Error {
            message: message.into(),
            at: self.at,
        }
    }

    /// Gives an error of a visitor its position.
    fn place<T>(&self, result: Result<T>) -> Result<T> {
        result.map_err(|mut error| {
            if error.at == NOWHERE {
                error.at = self.at;
            }
            error
        })
    }

    fn rest(&self) -> &'de str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The next byte that is no space.
    fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.at) {
            if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                return Some(*byte);
            }
            self.at += 1;
        }
        None
    }

    /// Reads this byte if it comes next.
    fn take(&mut self, wanted: u8) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    fn need(&mut self, wanted: u8) -> Result<()> {
        if self.take(wanted) {
            return Ok(());
        }
        let wanted = char::from(wanted);
        Err(match self.peek() {
            Some(_) => self.fault(format!("no `{wanted}` where one is needed")),
            None => self.fault(format!("the end of the text instead of `{wanted}`")),
        })
    }

    /// Reads this word if it comes next.
    fn word(&mut self, wanted: &str) -> bool {
        self.peek();
        let found = self.rest().starts_with(wanted);
        self.at += if found { wanted.len() } else { 0 };
        found
    }

    /// Reads a string. The first quote comes next.
    fn string(&mut self) -> Result<Cow<'de, str>> {
        let start = self.at;
        let bytes = self.text.as_bytes().iter().enumerate().skip(start + 1);
        let (mut escaped, mut escapes) = (false, false);
        for (at, byte) in bytes {
            match byte {
                b'"' if !escaped => {
                    self.at = at + 1;
                    return if escapes {
                        let quoted = self.text.get(start..self.at).unwrap_or_default();
                        let text = serde_json::from_str(quoted).map(Cow::Owned);
                        text.map_err(|_| self.fault("an invalid escape in a string"))
                    } else {
                        let text = self.text.get(start + 1..at).unwrap_or_default();
                        Ok(Cow::Borrowed(text))
                    };
                }
                0..=0x1f => {
                    self.at = at;
                    return Err(self.fault("a control character in a string"));
                }
                _ => {
                    escaped = *byte == b'\\' && !escaped;
                    escapes |= escaped;
                }
            }
        }
        self.at = self.text.len();
        Err(self.fault("the end of the text within a string"))
    }

    /// Reads a number, as it is written.
    fn number(&mut self) -> Result<&'de str> {
        let rest = self.rest();
        let in_number =
            |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E');
        let length = rest.bytes().take_while(in_number).count();
        let text = rest.get(..length).unwrap_or_default();
        self.at += length;
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
        let whole = whole.strip_prefix('-').unwrap_or(whole);
        let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        let led = whole.len() > 1 && whole.starts_with('0');
        if digits(whole) && digits(fraction) && digits(exponent) && !led {
            Ok(text)
        } else {
            Err(self.fault("an invalid number"))
        }
    }

    /// What comes next instead of what was expected.
    fn unexpected(&mut self, expected: &dyn Expected) -> Error {
        let result = self.describe(expected);
        result.unwrap_or_else(|error| error)
    }

    fn describe(&mut self, expected: &dyn Expected) -> Result<Error> {
        let error = match self.peek() {
            Some(b'"') => Error::invalid_type(Unexpected::Str(&self.string()?), expected),
            Some(b'{') => Error::invalid_type(Unexpected::Map, expected),
            Some(b'[') => Error::invalid_type(Unexpected::Seq, expected),
            Some(b'-' | b'0'..=b'9') => {
                let text = self.number()?;
                let kind = if text.contains(['.', 'e', 'E']) {
                    "number"
                } else {
                    "integer"
                };
                Error::invalid_type(Unexpected::Other(&format!("{kind} `{text}`")), expected)
            }
            _ if self.word("null") => Error::invalid_type(Unexpected::Unit, expected),
            _ if self.word("true") => Error::invalid_type(Unexpected::Bool(true), expected),
            _ if self.word("false") => Error::invalid_type(Unexpected::Bool(false), expected),
            Some(_) => self.fault("no JSON value"),
            None => self.fault("the end of the text instead of a value"),
        };
        self.place(Err(error))
    }

    fn enter(&mut self) -> Result<()> {
        self.at += 1;
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(self.fault("more than 128 objects and arrays within each other"));
        }
        Ok(())
    }

    /// Reads the comma before a further element. False at the end, which is read too.
    fn more(&mut self, begun: &mut bool, end: u8) -> Result<bool> {
        if self.take(end) {
            self.depth -= 1;
            return Ok(false);
        }
        if *begun {
            self.need(b',')?;
        }
        *begun = true;
        Ok(true)
    }

    fn key(&mut self) -> Result<Cow<'de, str>> {
        match self.peek() {
            Some(b'"') => self.string(),
            Some(_) => Err(self.fault("no key in quotes where one is needed")),
            None => Err(self.fault("the end of the text instead of a key")),
        }
    }

    fn object<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value> {
        if self.peek() != Some(b'{') {
            return Err(self.unexpected(&visitor));
        }
        self.enter()?;
        let result = visitor.visit_map(Elements {
            reader: self,
            begun: false,
        });
        self.place(result)
    }

    fn array<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value> {
        if self.peek() != Some(b'[') {
            return Err(self.unexpected(&visitor));
        }
        self.enter()?;
        let depth = self.depth;
        let result = visitor.visit_seq(Elements {
            reader: self,
            begun: false,
        });
        let value = self.place(result)?;
        if self.depth == depth {
            // A tuple has all it needs without looking for the end.
            self.need(b']')?;
            self.depth -= 1;
        }
        Ok(value)
    }

    fn text<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value> {
        if self.peek() != Some(b'"') {
            return Err(self.unexpected(&visitor));
        }
        let result = match self.string()? {
            Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
            Cow::Owned(text) => visitor.visit_string(text),
        };
        self.place(result)
    }

    fn integer<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value> {
        if !matches!(self.peek(), Some(b'-' | b'0'..=b'9')) {
            return Err(self.unexpected(&visitor));
        }
        let start = self.at;
        let text = self.number()?;
        let result = if let Ok(value) = text.parse::<u64>() {
            visitor.visit_u64(value)
        } else if let Ok(value) = text.parse::<i64>() {
            visitor.visit_i64(value)
        } else {
            self.at = start;
            return Err(self.unexpected(&visitor));
        };
        self.place(result)
    }

    fn boolean<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value> {
        let value = self.word("true");
        if !value && !self.word("false") {
            return Err(self.unexpected(&visitor));
        }
        let result = visitor.visit_bool(value);
        self.place(result)
    }
}

/// What an object or an array holds.
struct Elements<'a, 'de> {
    reader: &'a mut Reader<'de>,
    begun: bool,
}

impl<'de> MapAccess<'de> for Elements<'_, 'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>> {
        if !self.reader.more(&mut self.begun, b'}')? {
            return Ok(None);
        }
        let key = self.reader.key()?;
        let key = seed.deserialize(CowStrDeserializer::new(key));
        self.reader.place(key).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value> {
        self.reader.need(b':')?;
        seed.deserialize(&mut *self.reader)
    }
}

impl<'de> SeqAccess<'de> for Elements<'_, 'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>> {
        if !self.reader.more(&mut self.begun, b']')? {
            return Ok(None);
        }
        seed.deserialize(&mut *self.reader).map(Some)
    }
}

/// A variant with what it holds: an object of one key.
impl<'de> EnumAccess<'de> for &mut Reader<'de> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self)> {
        let key = self.key()?;
        let variant = seed.deserialize(CowStrDeserializer::new(key));
        let variant = self.place(variant)?;
        self.need(b':')?;
        Ok((variant, self))
    }
}

impl<'de> VariantAccess<'de> for &mut Reader<'de> {
    type Error = Error;

    fn unit_variant(self) -> Result<()> {
        Deserialize::deserialize(self)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _length: usize, visitor: V) -> Result<V::Value> {
        self.array(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.object(visitor)
    }
}

/// One method of [`Deserializer`] for each kind of value.
macro_rules! kinds {
    ($($method:ident ($($argument:ident: $type:ty),*) = $kind:ident;)*) => {
        $(fn $method<V: Visitor<'de>>(self, $($argument: $type,)* visitor: V) -> Result<V::Value> {
            self.$kind(visitor)
        })*
    };
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.peek() {
            Some(b'"') => self.text(visitor),
            Some(b'{') => self.object(visitor),
            Some(b'[') => self.array(visitor),
            Some(b'-' | b'0'..=b'9') => self.integer(visitor),
            Some(b't' | b'f') => self.boolean(visitor),
            _ if self.word("null") => {
                let result = visitor.visit_unit();
                self.place(result)
            }
            _ => Err(self.unexpected(&visitor)),
        }
    }

    kinds! {
        deserialize_bool() = boolean;
        deserialize_i8() = integer;
        deserialize_i16() = integer;
        deserialize_i32() = integer;
        deserialize_i64() = integer;
        deserialize_u8() = integer;
        deserialize_u16() = integer;
        deserialize_u32() = integer;
        deserialize_u64() = integer;
        deserialize_str() = text;
        deserialize_string() = text;
        deserialize_identifier() = text;
        deserialize_seq() = array;
        deserialize_tuple(_length: usize) = array;
        deserialize_tuple_struct(_name: &'static str, _length: usize) = array;
        deserialize_map() = object;
        deserialize_struct(_name: &'static str, _fields: &'static [&'static str]) = object;
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        if self.word("null") {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        if name != RAW {
            return visitor.visit_newtype_struct(self);
        }
        self.peek();
        let start = self.at;
        de::IgnoredAny::deserialize(&mut *self)?;
        let text = self.text.get(start..self.at).unwrap_or_default();
        let result = visitor.visit_borrowed_str(text);
        self.place(result)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        match self.peek() {
            Some(b'"') => {
                let variant = self.string()?;
                let result = visitor.visit_enum(CowStrDeserializer::new(variant));
                self.place(result)
            }
            Some(b'{') => {
                self.enter()?;
                let value = visitor.visit_enum(&mut *self)?;
                self.need(b'}')?;
                self.depth -= 1;
                Ok(value)
            }
            _ => Err(self.unexpected(&visitor)),
        }
    }

    serde::forward_to_deserialize_any! {
        i128 u128 f32 f64 char bytes byte_buf unit unit_struct ignored_any
    }
}

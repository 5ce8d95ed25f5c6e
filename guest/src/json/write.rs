//! Writing.

use super::raw;
use serde::ser::{
    Error, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant,
    SerializeTuple, Serializer,
};
use std::fmt::{self, Display, Write};

/// A value as JSON, without blanks.
///
/// # Panics
/// When a type is none of those that JSON is written of here, which is a defect of the type.
#[must_use]
pub fn write<T: Serialize + ?Sized>(value: &T) -> String {
    let mut text = String::with_capacity(256);
    write_into(&mut text, value);
    text
}

/// The same, behind a text.
///
/// # Panics
/// As [`write`].
pub fn write_into<T: Serialize + ?Sized>(text: &mut String, value: &T) {
    let mut writer = Writer {
        text,
        verbatim: false,
    };
    #[expect(
        clippy::expect_used,
        reason = "only a type that no record may have is refused, whatever it holds"
    )]
    value
        .serialize(&mut writer)
        .expect("texts, whole numbers, lists, maps, structs and enums");
}

/// A value that is none of those.
#[derive(Debug)]
struct Unknown;

impl Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no JSON is written of such a value")
    }
}

impl std::error::Error for Unknown {}

impl Error for Unknown {
    fn custom<T: Display>(_: T) -> Self {
        Self
    }
}

struct Writer<'w> {
    text: &'w mut String,
    /// The next text is JSON already.
    verbatim: bool,
}

impl Writer<'_> {
    /// The comma before all but the first of a list or an object. A bracket is the last byte only if it was opened there,
    /// for one in a text has a quote behind it.
    fn separate(&mut self) {
        if !self.text.ends_with(['{', '[']) {
            self.text.push(',');
        }
    }

    fn string(&mut self, text: &str) {
        self.text.push('"');
        escape(self.text, text);
        self.text.push('"');
    }

    /// A name that the code gives: it needs no escapes.
    #[inline(never)]
    fn name(&mut self, name: &'static str) {
        self.separate();
        self.text.push('"');
        self.text.push_str(name);
        self.text.push_str("\":");
    }
}

/// Puts a text behind another, with the escapes that JSON wants.
#[inline(never)]
fn escape(out: &mut String, text: &str) {
    let special = |byte: u8| byte < b' ' || byte == b'"' || byte == b'\\';
    let mut rest = text;
    while let Some(at) = rest.bytes().position(special) {
        let (plain, other) = rest.split_at(at);
        out.push_str(plain);
        let mut chars = other.chars();
        match chars.next() {
            Some(char @ ('"' | '\\')) => {
                out.push('\\');
                out.push(char);
            }
            Some('\n') => out.push_str("\\n"),
            Some('\t') => out.push_str("\\t"),
            Some('\r') => out.push_str("\\r"),
            Some('\u{8}') => out.push_str("\\b"),
            Some('\u{c}') => out.push_str("\\f"),
            Some(control) => {
                // Writing to a String can't fail.
                let _ = write!(out, "\\u{:04x}", u32::from(control));
            }
            None => {}
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
}

/// Text on its way into quotes.
struct Escaped<'w>(&'w mut String);

impl Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        escape(self.0, text);
        Ok(())
    }
}

macro_rules! number {
    ($($method:ident $type:ty)*) => {$(
        fn $method(self, number: $type) -> Result<(), Unknown> {
            self.text.push_str(itoa::Buffer::new().format(number));
            Ok(())
        }
    )*};
}

macro_rules! unknown {
    ($($method:ident $type:ty)*) => {$(
        fn $method(self, _: $type) -> Result<(), Unknown> {
            Err(Unknown)
        }
    )*};
}

impl<'w> Serializer for &mut Writer<'w> {
    type Ok = ();
    type Error = Unknown;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = serde::ser::Impossible<(), Unknown>;
    type SerializeTupleVariant = serde::ser::Impossible<(), Unknown>;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    number! {
        serialize_i8 i8 serialize_i16 i16 serialize_i32 i32 serialize_i64 i64
        serialize_u8 u8 serialize_u16 u16 serialize_u32 u32 serialize_u64 u64
    }

    unknown! { serialize_f32 f32 serialize_f64 f64 serialize_char char serialize_bytes &[u8] }

    fn serialize_bool(self, value: bool) -> Result<(), Unknown> {
        self.text.push_str(if value { "true" } else { "false" });
        Ok(())
    }

    fn serialize_str(self, text: &str) -> Result<(), Unknown> {
        if std::mem::take(&mut self.verbatim) {
            self.text.push_str(text);
        } else {
            self.string(text);
        }
        Ok(())
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<(), Unknown> {
        self.text.push('"');
        write!(Escaped(self.text), "{value}").map_err(|_| Unknown)?;
        self.text.push('"');
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Unknown> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Unknown> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Unknown> {
        self.text.push_str("null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Unknown> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
    ) -> Result<(), Unknown> {
        self.string(name);
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Unknown> {
        self.verbatim = name == raw::NAME;
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        value: &T,
    ) -> Result<(), Unknown> {
        self.text.push('{');
        self.name(name);
        value.serialize(&mut *self)?;
        self.text.push('}');
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self, Unknown> {
        self.text.push('[');
        Ok(self)
    }

    fn serialize_tuple(self, length: usize) -> Result<Self, Unknown> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, Unknown> {
        Err(Unknown)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Unknown> {
        Err(Unknown)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self, Unknown> {
        self.text.push('{');
        Ok(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Unknown> {
        self.text.push('{');
        Ok(self)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        _: usize,
    ) -> Result<Self, Unknown> {
        self.text.push('{');
        self.name(name);
        self.text.push('{');
        Ok(self)
    }
}

impl SerializeSeq for &mut Writer<'_> {
    type Ok = ();
    type Error = Unknown;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unknown> {
        self.separate();
        value.serialize(&mut **self)
    }

    fn end(self) -> Result<(), Unknown> {
        self.text.push(']');
        Ok(())
    }
}

impl SerializeTuple for &mut Writer<'_> {
    type Ok = ();
    type Error = Unknown;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unknown> {
        SerializeSeq::serialize_element(self, value)
    }

    fn end(self) -> Result<(), Unknown> {
        SerializeSeq::end(self)
    }
}

impl SerializeMap for &mut Writer<'_> {
    type Ok = ();
    type Error = Unknown;

    /// Names must be texts.
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Unknown> {
        self.separate();
        let start = self.text.len();
        key.serialize(&mut **self)?;
        let quoted = self.text.as_bytes().get(start) == Some(&b'"');
        self.text.push(':');
        if quoted { Ok(()) } else { Err(Unknown) }
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unknown> {
        value.serialize(&mut **self)
    }

    fn end(self) -> Result<(), Unknown> {
        self.text.push('}');
        Ok(())
    }
}

impl SerializeStruct for &mut Writer<'_> {
    type Ok = ();
    type Error = Unknown;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Unknown> {
        self.name(name);
        value.serialize(&mut **self)
    }

    fn end(self) -> Result<(), Unknown> {
        self.text.push('}');
        Ok(())
    }
}

impl SerializeStructVariant for &mut Writer<'_> {
    type Ok = ();
    type Error = Unknown;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Unknown> {
        self.name(name);
        value.serialize(&mut **self)
    }

    fn end(self) -> Result<(), Unknown> {
        self.text.push_str("}}");
        Ok(())
    }
}

//! Writing.

use super::escape::{Escaped, quote};
use super::raw;
use crate::pieces;
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
    let mut out = String::with_capacity(256);
    put(&mut out, value, false);
    out
}

/// The fields of a struct, behind an object that `out` ends with: its brace and perhaps some fields.
///
/// # Panics
/// As [`write`], and for what is no struct.
pub fn write_fields<T: Serialize + ?Sized>(out: &mut String, value: &T) {
    let start = out.len();
    put(out, value, true);
    let behind = out.as_bytes().get(start);
    assert!(matches!(behind, Some(b',' | b'}')), "fields are a struct's");
}

fn put<T: Serialize + ?Sized>(out: &mut String, value: &T, begun: bool) {
    let mut writer = Writer {
        out,
        verbatim: false,
        begun,
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
    out: &'w mut String,
    /// The next text is JSON already.
    verbatim: bool,
    /// The brace of the next struct is there already.
    begun: bool,
}

impl Writer<'_> {
    /// The comma before all but the first of a list or an object. A bracket is the last byte only if it was opened there,
    /// for one in a text has a quote behind it.
    #[inline]
    fn separate(&mut self) {
        if !matches!(self.out.as_bytes().last(), Some(b'{' | b'[')) {
            self.out.push(',');
        }
    }

    /// A text in quotes.
    #[inline(never)]
    fn string(&mut self, text: &str) {
        quote(self.out, text);
    }

    /// A name that the code gives: it needs no escapes.
    #[inline(never)]
    fn name(&mut self, name: &'static str) {
        if matches!(self.out.as_bytes().last(), Some(b'{' | b'[')) {
            pieces::around(self.out, "\"", name, "\":");
        } else {
            pieces::around(self.out, ",\"", name, "\":");
        }
    }
}

macro_rules! number {
    ($($method:ident $type:ty)*) => {$(
        fn $method(self, number: $type) -> Result<(), Unknown> {
            pieces::push(self.out, itoa::Buffer::new().format(number));
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
        self.out.push_str(if value { "true" } else { "false" });
        Ok(())
    }

    fn serialize_str(self, text: &str) -> Result<(), Unknown> {
        if std::mem::take(&mut self.verbatim) {
            self.out.push_str(text);
        } else {
            self.string(text);
        }
        Ok(())
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<(), Unknown> {
        self.out.push('"');
        write!(Escaped(self.out), "{value}").map_err(|_| Unknown)?;
        self.out.push('"');
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Unknown> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Unknown> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Unknown> {
        self.out.push_str("null");
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
        self.out.push('{');
        self.name(name);
        value.serialize(&mut *self)?;
        self.out.push('}');
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self, Unknown> {
        self.out.push('[');
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
        self.out.push('{');
        Ok(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Unknown> {
        if !std::mem::take(&mut self.begun) {
            self.out.push('{');
        }
        Ok(self)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        _: usize,
    ) -> Result<Self, Unknown> {
        self.out.push('{');
        self.name(name);
        self.out.push('{');
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
        self.out.push(']');
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
        let start = self.out.len();
        key.serialize(&mut **self)?;
        let quoted = self.out.as_bytes().get(start) == Some(&b'"');
        self.out.push(':');
        if quoted { Ok(()) } else { Err(Unknown) }
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unknown> {
        value.serialize(&mut **self)
    }

    fn end(self) -> Result<(), Unknown> {
        self.out.push('}');
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
        self.out.push('}');
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
        SerializeStruct::serialize_field(self, name, value)
    }

    fn end(self) -> Result<(), Unknown> {
        self.out.push_str("}}");
        Ok(())
    }
}

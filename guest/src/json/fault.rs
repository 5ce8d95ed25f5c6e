//! What is wrong with a text.

use serde::de::{self, Expected, Unexpected};
use std::fmt::{self, Display};

/// Why a text was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Bytes that were read before it was noticed.
    pub at: usize,
    /// It is no JSON; otherwise it is JSON of another shape.
    pub syntax: bool,
    /// What was found and, where it can be told, behind `, expected ` what may stand there.
    pub text: Box<str>,
}

/// A fault that knows its place only once it has come back to the reader. Boxed, for it is carried by every result.
#[derive(Debug)]
pub(super) struct Wrong(Box<Inner>);

#[derive(Debug)]
struct Inner {
    syntax: bool,
    text: Box<str>,
}

impl Wrong {
    /// No JSON.
    #[cold]
    #[inline(never)]
    pub(super) fn syntax(text: &str) -> Self {
        Self::new(true, text.into())
    }

    /// JSON of another shape.
    #[cold]
    #[inline(never)]
    fn shape(text: fmt::Arguments<'_>) -> Self {
        Self::new(false, text.to_string().into())
    }

    /// Another type or value than is wanted.
    #[cold]
    #[inline(never)]
    fn unexpected(wrong: &str, found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::shape(format_args!(
            "{wrong}: {}, expected {expected}",
            Found(found)
        ))
    }

    fn new(syntax: bool, text: Box<str>) -> Self {
        Self(Box::new(Inner { syntax, text }))
    }

    /// With its place.
    pub(super) fn at(self, at: usize) -> Fault {
        let Inner { syntax, text } = *self.0;
        Fault { at, syntax, text }
    }
}

impl Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.text)
    }
}

impl std::error::Error for Wrong {}

/// What was found, in serde's words. Its own telling of them writes fractions, too, which the reader never finds, by seventeen
/// kilobytes of code.
struct Found<'a>(Unexpected<'a>);

impl Display for Found<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.0 {
            Unexpected::Bool(value) => return write!(f, "boolean `{value}`"),
            Unexpected::Unsigned(value) => return write!(f, "integer `{value}`"),
            Unexpected::Signed(value) => return write!(f, "integer `{value}`"),
            Unexpected::Char(value) => return write!(f, "character `{value}`"),
            Unexpected::Str(value) => return write!(f, "string {value:?}"),
            Unexpected::Bytes(_) => "byte array",
            Unexpected::Float(_) => "floating point number",
            Unexpected::Unit => "unit value",
            Unexpected::Option => "Option value",
            Unexpected::NewtypeStruct => "newtype struct",
            Unexpected::Seq => "sequence",
            Unexpected::Map => "map",
            Unexpected::Enum => "enum",
            Unexpected::UnitVariant => "unit variant",
            Unexpected::NewtypeVariant => "newtype variant",
            Unexpected::TupleVariant => "tuple variant",
            Unexpected::StructVariant => "struct variant",
            Unexpected::Other(what) => what,
        };
        f.write_str(word)
    }
}

impl de::Error for Wrong {
    fn custom<T: Display>(text: T) -> Self {
        Self::shape(format_args!("{text}"))
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::unexpected("invalid type", found, expected)
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::unexpected("invalid value", found, expected)
    }
}

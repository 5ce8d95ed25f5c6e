//! What is wrong with a text.

use super::scalar::Whole;
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
pub struct Wrong(Box<Inner>);

#[derive(Debug)]
struct Inner {
    syntax: bool,
    text: Box<str>,
}

impl Wrong {
    /// JSON of another shape, by what a type says of it.
    #[cold]
    #[inline(never)]
    pub fn shape(text: &dyn Display) -> Self {
        Self::new(false, text.to_string().into())
    }

    /// A text that is none of those that may stand there; `form` says which may.
    #[cold]
    #[inline(never)]
    pub fn text(text: &str, form: &str) -> Self {
        Self::unexpected("value", &Found::Text(text), &form)
    }

    /// A name that no field has.
    #[cold]
    #[inline(never)]
    pub fn unknown_field(name: &str, known: &[&str]) -> Self {
        Self::unknown("field", name, known)
    }

    /// No JSON.
    #[cold]
    #[inline(never)]
    pub(super) fn syntax(text: &str) -> Self {
        Self::new(true, text.into())
    }

    /// Another `type` or `value` than is wanted.
    #[cold]
    #[inline(never)]
    pub(super) fn unexpected(what: &str, found: &Found<'_>, expected: &dyn Display) -> Self {
        Self::shape(&format_args!(
            "invalid {what}: {found}, expected {expected}"
        ))
    }

    /// A name that no `field` or `variant` has.
    #[cold]
    #[inline(never)]
    pub(super) fn unknown(what: &str, name: &str, known: &[&str]) -> Self {
        match known {
            [] => Self::shape(&format_args!(
                "unknown {what} `{name}`, there are no {what}s"
            )),
            [only] => Self::shape(&format_args!("unknown {what} `{name}`, expected `{only}`")),
            [one, other] => Self::shape(&format_args!(
                "unknown {what} `{name}`, expected `{one}` or `{other}`"
            )),
            _ => Self::shape(&format_args!(
                "unknown {what} `{name}`, expected {}",
                OneOf(known)
            )),
        }
    }

    /// A `missing` or `duplicate` field.
    #[cold]
    #[inline(never)]
    pub(super) fn field(what: &str, name: &str) -> Self {
        Self::shape(&format_args!("{what} field `{name}`"))
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

/// One of some names.
pub(super) struct OneOf<'a>(pub(super) &'a [&'a str]);

impl Display for OneOf<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one of ")?;
        for (at, name) in self.0.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            write!(f, "{comma}`{name}`")?;
        }
        Ok(())
    }
}

/// What was found. The words are those of serde's errors.
pub(super) enum Found<'a> {
    Truth(bool),
    Whole(Whole),
    Text(&'a str),
    /// In words.
    Other(&'static str),
}

impl Display for Found<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truth(value) => write!(f, "boolean `{value}`"),
            Self::Whole(Whole::Natural(value)) => write!(f, "integer `{value}`"),
            Self::Whole(Whole::Negative(value)) => write!(f, "integer `{value}`"),
            Self::Text(value) => write!(f, "string {value:?}"),
            Self::Other(what) => f.write_str(what),
        }
    }
}

//! What is wrong with a text.

use serde::de;
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

impl de::Error for Wrong {
    fn custom<T: Display>(text: T) -> Self {
        Self::shape(format_args!("{text}"))
    }
}

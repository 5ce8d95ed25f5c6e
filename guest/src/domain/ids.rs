//! Names: of the platform's things, and of the configuration's.

use super::text;
use crate::reading::{Read, Reader, Wrong};
use crate::shared::Shared;
use crate::words::is_printed;
use serde::Serialize;
use std::borrow::Borrow;
use std::fmt;

/// The permitted form of the platform's identifiers.
pub const ID_FORM: &str = "1 to 128 bytes without control characters or blanks at the ends";

/// The permitted form of names in the configuration.
pub const NAME_FORM: &str = "1 to 64 of a-z, 0-9 and -";

/// An identifier of the platform's: opaque, compared byte by byte. Cloning shares the text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Id(Shared<str>);

/// A name in the configuration: of a programme or a rule. Cloning shares the text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Name(Shared<str>);

impl Id {
    /// Takes 1 to 128 bytes without control characters or blanks at either end.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let ends = [bytes.first(), bytes.last()];
        // Nearly all identifiers begin and end so, and characters take longer to look at.
        let visible = ends.iter().all(|end| end.is_some_and(u8::is_ascii_graphic));
        let fits = (1..=128).contains(&text.len())
            && (visible || text.trim().len() == text.len())
            && is_printed(text);
        fits.then(|| Self(text.into()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Name {
    /// Takes 1 to 64 of `a–z`, `0–9` and `-`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=64).contains(&text.len())
            && text
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        fits.then(|| Self(text.into()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

macro_rules! text {
    ($type:ident, $form:ident) => {
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl $type {
            /// A copy of the text.
            #[must_use]
            pub fn text(&self) -> String {
                String::from(&*self.0)
            }
        }
        impl Borrow<str> for $type {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
        impl Read for $type {
            fn blank() -> Self {
                Self(Shared::default())
            }

            #[inline(never)]
            fn read(&mut self, from: &mut Reader<'_>) -> Result<(), Wrong> {
                text::read(self, from, $form, Self::parse)
            }
        }
        #[cfg(test)]
        impl schemars::JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($type).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "description": $form })
            }
        }
    };
}

text!(Id, ID_FORM);
text!(Name, NAME_FORM);

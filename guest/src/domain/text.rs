//! Reading values that stand as text.

use serde::Deserializer;
use serde::de::{Error, Unexpected, Visitor};
use std::fmt;

/// Reads text by `parse`; `form` is the permitted form, for the error.
///
/// # Errors
/// The format's own for what is no text, and for text that `parse` does not take.
pub(super) fn read<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    form: &'static str,
    parse: fn(&str) -> Option<T>,
) -> Result<T, D::Error> {
    deserializer.deserialize_str(Text { form, parse })
}

struct Text<T> {
    form: &'static str,
    parse: fn(&str) -> Option<T>,
}

impl<T> Visitor<'_> for Text<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.form)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        (self.parse)(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self.form))
    }
}

//! JSON within JSON.

use crate::reading::{Read, Reader, Wrong};
use serde::{Serialize, Serializer};

/// The name by which the writer knows it.
pub(super) const NAME: &str = "stampcard raw JSON";

/// A JSON value as text, which stands in other JSON as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raw(String);

impl Raw {
    /// Takes text that is known to be one JSON value: one that was read or written before.
    #[must_use]
    pub fn of(json: String) -> Self {
        Self(json)
    }

    /// The value's text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl Serialize for Raw {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(NAME, self.text())
    }
}

impl Read for Raw {
    fn blank() -> Self {
        Self(String::new())
    }

    fn read(&mut self, from: &mut Reader<'_>) -> Result<(), Wrong> {
        self.0 = from.skip()?.to_owned();
        Ok(())
    }
}

//! The random code, printed on an invoice so that a number alone reads nobody's purchases.

use super::ascii;
use crate::fold;

/// Four digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Random([u8; 4]);

impl Random {
    /// Takes exactly four digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::from_bytes(text.as_bytes())
    }

    /// The same from bytes.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let digits = <[u8; 4]>::try_from(bytes).ok()?;
        digits
            .iter()
            .all(u8::is_ascii_digit)
            .then_some(Self(digits))
    }

    /// Takes what a person types: any width, blanks anywhere.
    #[must_use]
    pub fn typed(text: &str) -> Option<Self> {
        Self::parse(&fold::typed(text))
    }

    /// The digits.
    #[must_use]
    pub fn text(&self) -> &str {
        ascii(&self.0)
    }
}

//! Business numbers (統一編號), with their checksum by the rule since April 2023 and by the one before.

use super::ascii;
use crate::fold;

/// Eight digits, not all of them 0. Whether its checksum holds is another matter: a real company's does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaxId([u8; 8]);

/// Which of the two rules a number keeps. What kept the old one keeps the new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checksum {
    /// The rule since April 2023: divisible by 5.
    pub new: bool,
    /// The rule before: divisible by 10.
    pub old: bool,
}

impl TaxId {
    /// Takes exactly eight digits; `00000000` stands for nobody and is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::from_bytes(text.as_bytes())
    }

    /// The same from bytes.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let digits = <[u8; 8]>::try_from(bytes).ok()?;
        let right = digits.iter().all(u8::is_ascii_digit) && digits != [b'0'; 8];
        right.then_some(Self(digits))
    }

    /// Takes what a person types: any width, blanks and hyphens anywhere.
    #[must_use]
    pub fn typed(text: &str) -> Option<Self> {
        let plain: String = fold::typed(text)
            .chars()
            .filter(|letter| !fold::is_hyphen(*letter))
            .collect();
        Self::parse(&plain)
    }

    /// The digits.
    #[must_use]
    pub fn text(&self) -> &str {
        ascii(&self.0)
    }

    /// Held against both rules: the digits are weighted by 1, 2, 1, 2, 1, 2, 4, 1, and the digits of the products are
    /// added. A seventh digit of 7 has a product whose digits can be added in two ways, one of them 1 more.
    #[must_use]
    pub fn checksum(&self) -> Checksum {
        let weights = [1, 2, 1, 2, 1, 2, 4, 1];
        let products = self
            .0
            .iter()
            .zip(weights)
            .map(|(digit, weight)| u32::from(digit - b'0') * weight);
        let sum: u32 = products.map(|product| product / 10 + product % 10).sum();
        let [.., seventh, _] = self.0;
        let divides =
            |by| sum.is_multiple_of(by) || (seventh == b'7' && (sum + 1).is_multiple_of(by));
        Checksum {
            new: divides(5),
            old: divides(10),
        }
    }
}

//! The number of an invoice: two capitals, its track, and eight digits. It is unique within its period only.

use super::ascii;
use crate::fold;

/// A number, without its hyphen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number([u8; 10]);

/// Why a text is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberFault {
    /// It is not two letters and eight digits.
    Form,
    /// Its last three digits are hidden, as those of a donated invoice are.
    Masked,
}

impl Number {
    /// Takes exactly two capitals and eight digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::from_bytes(text.as_bytes())
    }

    /// The same from bytes.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let number = <[u8; 10]>::try_from(bytes).ok()?;
        let (track, digits) = number.split_at(2);
        let right =
            track.iter().all(u8::is_ascii_uppercase) && digits.iter().all(u8::is_ascii_digit);
        right.then_some(Self(number))
    }

    /// Takes what a person types: any width and case, blanks and hyphens anywhere.
    ///
    /// # Errors
    /// What is wrong with it; hidden digits are told apart from everything else.
    pub fn typed(text: &str) -> Result<Self, NumberFault> {
        let plain: String = fold::typed(text)
            .chars()
            .filter(|letter| !fold::is_hyphen(*letter))
            .collect();
        Self::parse(&plain).ok_or(if is_masked(&plain) {
            NumberFault::Masked
        } else {
            NumberFault::Form
        })
    }

    /// As it is stored and asked for: `AB12345678`.
    #[must_use]
    pub fn text(&self) -> &str {
        ascii(&self.0)
    }

    /// As members see it: `AB-12345678`.
    #[must_use]
    pub fn shown(&self) -> String {
        let (track, digits) = self.0.split_at(2);
        [ascii(track), "-", ascii(digits)].concat()
    }

    /// As a donated invoice is shown: the last three digits are hidden (MOF's rule for `donateMark`).
    #[must_use]
    pub fn masked(&self) -> String {
        let (shown, _) = self.0.split_at(7);
        [ascii(shown), "***"].concat()
    }

    /// The two letters.
    #[must_use]
    pub fn track(&self) -> &str {
        ascii(self.0.split_at(2).0)
    }

    /// Whether a letter is I or O. Those are not given out, so a 1 or a 0 was probably meant; some test data has them.
    #[must_use]
    pub fn is_doubtful(&self) -> bool {
        let [first, second, ..] = self.0;
        [first, second]
            .iter()
            .any(|letter| matches!(letter, b'I' | b'O'))
    }
}

/// Two letters, five digits, and three signs that hide digits.
fn is_masked(text: &str) -> bool {
    text.chars().count() == 10
        && text.chars().enumerate().all(|(place, letter)| match place {
            0 | 1 => letter.is_ascii_uppercase(),
            2..=6 => letter.is_ascii_digit(),
            _ => matches!(
                letter,
                '*' | 'X' | '\u{d7}' | '\u{25cf}' | '\u{2022}' | '\u{203b}' | '#' | '?'
            ),
        })
}

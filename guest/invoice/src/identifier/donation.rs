//! Donation codes (捐贈碼) of charities.

use crate::fold;

/// Three to seven digits; zeros in front belong to it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DonationCode(String);

impl DonationCode {
    /// Takes exactly the form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let right = (3..=7).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        right.then(|| Self(text.to_owned()))
    }

    /// Takes what a person types: any width, blanks anywhere.
    #[must_use]
    pub fn typed(text: &str) -> Option<Self> {
        Self::parse(&fold::typed(text))
    }

    /// The digits.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }
}

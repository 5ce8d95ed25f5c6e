//! Carriers, which e-invoices are kept on instead of paper.

use super::ascii;
use crate::fold;

/// A mobile bar code (手機條碼): a slash, then seven of digits, capitals, full stop, plus and minus. It has no check digit,
/// so a wrong letter is somebody else's carrier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MobileCode([u8; 8]);

impl MobileCode {
    /// Takes exactly the form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let code = <[u8; 8]>::try_from(text.as_bytes()).ok()?;
        let [slash, rest @ ..] = code;
        let permitted = |byte: &u8| {
            byte.is_ascii_digit() || byte.is_ascii_uppercase() || matches!(byte, b'.' | b'+' | b'-')
        };
        (slash == b'/' && rest.iter().all(permitted)).then_some(Self(code))
    }

    /// Takes what a person types: any width and case, blanks anywhere.
    #[must_use]
    pub fn typed(text: &str) -> Option<Self> {
        Self::parse(&fold::typed(text))
    }

    /// The code.
    #[must_use]
    pub fn text(&self) -> &str {
        ascii(&self.0)
    }
}

/// A citizen's certificate (自然人憑證): two capitals and fourteen digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Certificate([u8; 16]);

impl Certificate {
    /// Takes exactly the form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let code = <[u8; 16]>::try_from(text.as_bytes()).ok()?;
        let (letters, digits) = code.split_at(2);
        let right =
            letters.iter().all(u8::is_ascii_uppercase) && digits.iter().all(u8::is_ascii_digit);
        right.then_some(Self(code))
    }

    /// Takes what a person types: any width and case, blanks anywhere.
    #[must_use]
    pub fn typed(text: &str) -> Option<Self> {
        Self::parse(&fold::typed(text))
    }

    /// The code.
    #[must_use]
    pub fn text(&self) -> &str {
        ascii(&self.0)
    }
}

/// Kinds of carriers, by the platform's `cardType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Mobile bar code, `3J0002`.
    Mobile,
    /// Citizen's certificate, `CQ0001`.
    Certificate,
    /// EasyCard (悠遊卡), `1K0001`.
    EasyCard,
    /// iPASS (一卡通), `1H0001`.
    Ipass,
    /// icash, `2G0001`.
    Icash,
    /// A shop's own members (會員載具): every other type. Campaigns don't take their invoices.
    Member,
}

impl Kind {
    /// By the platform's word for it, in any case; none where it is blank.
    #[must_use]
    pub fn of(card_type: &str) -> Option<Self> {
        Some(match fold::typed(card_type).as_str() {
            "" => return None,
            "3J0002" => Self::Mobile,
            "CQ0001" => Self::Certificate,
            "1K0001" => Self::EasyCard,
            "1H0001" => Self::Ipass,
            "2G0001" => Self::Icash,
            _ => Self::Member,
        })
    }
}

/// Characters in a verification code, at most; the platform's own are 8 to 16 long.
const VERIFICATION_MAX: usize = 64;

/// Whether a text can be a carrier's verification code: something printed without blanks, 64 characters at most. It is a
/// password, so nothing here keeps it, and nothing changes its letters.
#[must_use]
pub fn is_verification_code(text: &str) -> bool {
    let length = text.chars().count();
    let printed = text
        .chars()
        .all(|letter| !letter.is_control() && !fold::is_blank(letter));
    (1..=VERIFICATION_MAX).contains(&length) && printed
}

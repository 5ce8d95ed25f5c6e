//! A code as the host's decoder passes it on, and which kind of code it is.

use super::encoding::byte_of;
use crate::identifier::carrier::{Certificate, MobileCode};
use crate::identifier::{Number, donation::DonationCode};

/// What a decoder found: its text, its bytes, or both. Bytes go first, since text may have been decoded wrongly.
#[derive(Clone, Copy, Debug, Default)]
pub struct Code<'a> {
    /// As text.
    pub text: Option<&'a str>,
    /// As bytes.
    pub bytes: Option<&'a [u8]>,
}

impl<'a> Code<'a> {
    /// A code of which only the text is known.
    #[must_use]
    pub fn text(text: &'a str) -> Self {
        Self {
            text: Some(text),
            bytes: None,
        }
    }

    /// A code of which only the bytes are known.
    #[must_use]
    pub fn bytes(bytes: &'a [u8]) -> Self {
        Self {
            text: None,
            bytes: Some(bytes),
        }
    }

    /// Bytes in the longer of both forms.
    pub(super) fn length(&self) -> usize {
        let text = self.text.map_or(0, str::len);
        text.max(self.bytes.map_or(0, <[u8]>::len))
    }
}

/// How a code's bytes came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// ASCII, the same in every encoding.
    Plain,
    /// As they stand in the code.
    Raw,
    /// From a text in which each byte had become a letter.
    Repaired,
    /// UTF-8 of a text that the decoder understood.
    Text,
}

/// A code's bytes without what surrounds them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Payload {
    pub(super) bytes: Vec<u8>,
    pub(super) form: Form,
    pub(super) kind: Kind,
}

/// Kinds of codes on and around receipts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The left QR code.
    Left,
    /// The right QR code.
    Right,
    /// The bar code.
    Bar,
    /// A carrier.
    Carrier,
    /// A charity.
    Donation,
    /// Nothing that invoices have.
    Other,
}

impl Payload {
    /// Reads the bytes if they are those of a known kind, and the text otherwise.
    pub(super) fn of(code: &Code<'_>) -> Self {
        let raw = code.bytes.map(Self::of_bytes);
        match (raw, code.text) {
            (Some(raw), Some(text)) if raw.kind == Kind::Other => Self::of_text(text),
            (Some(raw), _) => raw,
            (None, text) => Self::of_text(text.unwrap_or_default()),
        }
    }

    fn of_bytes(bytes: &[u8]) -> Self {
        let form = if bytes.is_ascii() {
            Form::Plain
        } else {
            Form::Raw
        };
        Self::new(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes), form)
    }

    fn of_text(text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.is_ascii() {
            return Self::new(text.as_bytes(), Form::Plain);
        }
        match text.chars().map(byte_of).collect::<Option<Vec<u8>>>() {
            Some(bytes) => Self::new(&bytes, Form::Repaired),
            None => Self::new(text.as_bytes(), Form::Text),
        }
    }

    fn new(bytes: &[u8], form: Form) -> Self {
        let bytes = trim_padding(bytes.trim_ascii_start());
        Self {
            kind: kind(bytes),
            bytes: bytes.to_vec(),
            form,
        }
    }
}

/// Without the spaces, line ends and zero bytes at the end, which make two codes the same size.
pub(super) fn trim_padding(mut bytes: &[u8]) -> &[u8] {
    while let [rest @ .., b' ' | b'\0' | b'\r' | b'\n' | b'\t'] = bytes {
        bytes = rest;
    }
    bytes
}

/// A bar code without its guards.
pub(super) fn without_guards(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_prefix(b"*").unwrap_or(bytes);
    bytes.strip_suffix(b"*").unwrap_or(bytes)
}

fn kind(bytes: &[u8]) -> Kind {
    let bar = without_guards(bytes);
    let bar_begins = bar
        .get(..5)
        .is_some_and(|year| year.iter().all(u8::is_ascii_digit));
    if bytes.starts_with(b"**") {
        return Kind::Right;
    }
    if (16..=22).contains(&bar.len())
        && bar_begins
        && bar.get(5).is_some_and(u8::is_ascii_alphabetic)
        || bar.len() == 19 && bar.iter().all(u8::is_ascii_alphanumeric)
    {
        return Kind::Bar;
    }
    let text = std::str::from_utf8(bar).unwrap_or_default();
    if MobileCode::typed(text).is_some() || Certificate::parse(text).is_some() {
        return Kind::Carrier;
    }
    if DonationCode::parse(text).is_some() {
        return Kind::Donation;
    }
    if is_left(bytes) {
        return Kind::Left;
    }
    Kind::Other
}

/// Characters in front of the check field of a left code.
const SHAPE: usize = 53;

/// Of them, how many have to be of their kinds. Damage leaves more; other texts have far fewer.
const SHAPE_MIN: usize = 44;

/// Whether it begins with an invoice's number, or looks like a left code with some damage.
fn is_left(bytes: &[u8]) -> bool {
    let numbered = bytes
        .get(..10)
        .is_some_and(|number| Number::from_bytes(number).is_some());
    let mut alike = 0;
    for (place, byte) in bytes.iter().take(SHAPE).enumerate() {
        let kind = match place {
            0 | 1 => byte.is_ascii_uppercase(),
            17..=20 => byte.is_ascii_digit() || *byte == b' ',
            21..=36 => byte.is_ascii_hexdigit(),
            _ => byte.is_ascii_digit(),
        };
        alike += usize::from(kind);
    }
    numbered || alike >= SHAPE_MIN
}

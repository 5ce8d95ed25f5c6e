//! Bytes into letters, and letters back into the bytes that a decoder made them of.

use super::big5;

/// How a name's bytes are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Letters {
    Big5,
    Utf8,
}

impl Letters {
    /// The text, unless a byte of it can't be read.
    pub(super) fn text(self, bytes: &[u8]) -> Option<String> {
        match self {
            Self::Big5 => big5::text(bytes),
            Self::Utf8 => {
                let text = std::str::from_utf8(bytes).ok()?;
                // What a decoder writes for something that it couldn't read.
                (!text.contains('\u{fffd}')).then(|| text.to_owned())
            }
        }
    }

    /// The other one.
    pub(super) fn other(self) -> Self {
        match self {
            Self::Big5 => Self::Utf8,
            Self::Utf8 => Self::Big5,
        }
    }
}

/// Letters from 80 to 9F in Windows' code page 1252, which decoders take for Latin-1.
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// The byte that reads as this letter in Latin-1 or in code page 1252.
pub(super) fn byte_of(letter: char) -> Option<u8> {
    if let Ok(byte) = u8::try_from(u32::from(letter)) {
        return Some(byte);
    }
    let place = WINDOWS.iter().position(|other| *other == letter)?;
    u8::try_from(place).ok().map(|place| 0x80 + place)
}

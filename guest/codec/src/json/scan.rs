//! The pieces of a text.

use super::fault::{Found, Wrong};
use super::plain;
use super::scalar::Whole;
use std::borrow::Cow;
use std::fmt::Display;

/// A text and how far it was read.
#[derive(Debug)]
pub struct Reader<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
    /// It is what we wrote ourselves.
    pub(super) stored: bool,
}

impl<'t> Reader<'t> {
    /// The next byte that is not blank, unread.
    #[inline]
    pub(super) fn peek(&mut self) -> Option<u8> {
        // Records have no blanks. A loop here would be metered wherever this is inlined, though it makes no turn.
        match self.text.as_bytes().get(self.at) {
            Some(b' ' | b'\n' | b'\r' | b'\t') => self.behind_blanks(),
            other => other.copied(),
        }
    }

    #[cold]
    #[inline(never)]
    fn behind_blanks(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.text.as_bytes().get(self.at) {
            self.at += 1;
        }
        self.text.as_bytes().get(self.at).copied()
    }

    /// Takes the next byte if it is this one.
    #[inline]
    pub(super) fn take(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    /// What stands where something else should.
    #[cold]
    #[inline(never)]
    pub(super) fn no(&mut self, expected: &str) -> Wrong {
        match self
            .text
            .get(self.at..)
            .and_then(|rest| rest.chars().next())
        {
            Some(found) => {
                Wrong::syntax(&format!("`{}`, expected {expected}", found.escape_debug()))
            }
            None => Wrong::syntax(&format!("the end of the text, expected {expected}")),
        }
    }

    /// A text in quotes; the next byte is the first of them.
    #[inline(never)]
    pub(super) fn string(&mut self) -> Result<Cow<'t, str>, Wrong> {
        let start = self.at + 1;
        let text = self.text;
        let bytes = text.as_bytes();
        let end = start + plain::length(bytes.get(start..).unwrap_or_default());
        let plain = text.get(start..end).unwrap_or_default();
        self.at = end;
        match bytes.get(end) {
            Some(b'"') => {
                self.at = end + 1;
                Ok(Cow::Borrowed(plain))
            }
            Some(b'\\') => self.escaped(plain.to_owned()).map(Cow::Owned),
            _ => Err(self.no("the quote that ends the text")),
        }
    }

    /// The rest of a text that has escapes; the next byte is the first of them.
    #[cold]
    #[inline(never)]
    fn escaped(&mut self, mut read: String) -> Result<String, Wrong> {
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let (plain, rest) = rest.split_at(plain::length(rest.as_bytes()));
            read.push_str(plain);
            self.at += plain.len();
            match rest.as_bytes().first() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(read);
                }
                Some(b'\\') => {
                    let char = self
                        .escape()
                        .ok_or_else(|| self.no("an escape that JSON knows"))?;
                    read.push(char);
                }
                _ => return Err(self.no("the quote that ends the text")),
            }
        }
    }

    /// One escape; stays before it if it is none.
    fn escape(&mut self) -> Option<char> {
        let rest = self.text.as_bytes().get(self.at..)?;
        let (char, length) = match rest.get(1)? {
            b'u' => match hex(rest.get(2..6)?)? {
                high @ 0xD800..0xDC00 => {
                    let low = rest.get(6..8)? == b"\\u";
                    let low = low.then(|| hex(rest.get(8..12)?)).flatten()?;
                    let low = (0xDC00..0xE000).contains(&low).then_some(low & 0x3FF)?;
                    (char::from_u32(0x1_0000 + ((high & 0x3FF) << 10) + low)?, 12)
                }
                code => (char::from_u32(code)?, 6),
            },
            b'n' => ('\n', 2),
            b't' => ('\t', 2),
            b'r' => ('\r', 2),
            b'b' => ('\u{8}', 2),
            b'f' => ('\u{c}', 2),
            other @ (b'"' | b'\\' | b'/') => (char::from(*other), 2),
            _ => return None,
        };
        self.at += length;
        Some(char)
    }

    /// A word such as `null`.
    pub(super) fn word(&mut self, word: &str) -> Result<(), Wrong> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        if rest.starts_with(word) {
            self.at += word.len();
            return Ok(());
        }
        Err(self.no("a value"))
    }

    /// Reads a scalar, or the first byte of a list or an object, and says that it has the wrong type.
    #[cold]
    #[inline(never)]
    pub(super) fn mismatch(&mut self, expected: &dyn Display) -> Wrong {
        let wrong = |found: Found<'_>| Wrong::unexpected("type", &found, expected);
        let found = match self.peek() {
            Some(b'"') => self.string().map(|text| wrong(Found::Text(&text))),
            Some(b'[') => {
                self.at += 1;
                Ok(wrong(Found::Other("sequence")))
            }
            Some(b'{') => {
                self.at += 1;
                Ok(wrong(Found::Other("map")))
            }
            Some(b't') => self.word("true").map(|()| wrong(Found::Truth(true))),
            Some(b'f') => self.word("false").map(|()| wrong(Found::Truth(false))),
            Some(b'n') => self.word("null").map(|()| wrong(Found::Other("null"))),
            _ => self.number().map(|number| {
                wrong(match number {
                    Number::Whole(whole) => Found::Whole(whole),
                    Number::Other => Found::Other("a number that is no whole one of 64 bits"),
                })
            }),
        };
        found.unwrap_or_else(|syntax| syntax)
    }

    /// Takes a bracket or a colon, which JSON wants here.
    pub(super) fn expect(&mut self, byte: u8, expected: &str) -> Result<(), Wrong> {
        if self.take(byte) {
            Ok(())
        } else {
            Err(self.no(expected))
        }
    }
}

/// The number that four hexadecimal digits say.
fn hex(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number, digit| {
        Some(number << 4 | char::from(*digit).to_digit(16)?)
    })
}

/// A number that was read.
pub(super) enum Number {
    Whole(Whole),
    /// One with a fraction or an exponent, or beyond 64 bits.
    Other,
}

impl Reader<'_> {
    /// A number; blanks were skipped.
    #[inline(never)]
    pub(super) fn number(&mut self) -> Result<Number, Wrong> {
        let bytes = self.text.as_bytes();
        let negative = bytes.get(self.at) == Some(&b'-');
        let start = self.at + usize::from(negative);
        let mut end = start;
        let mut number = Some(0_u64);
        while let Some(digit @ b'0'..=b'9') = bytes.get(end) {
            let digit = u64::from(digit - b'0');
            number = number.and_then(|number| number.checked_mul(10)?.checked_add(digit));
            end += 1;
        }
        self.at = end;
        if end == start {
            return Err(self.no("a value"));
        }
        if end > start + 1 && bytes.get(start) == Some(&b'0') {
            return Err(Wrong::syntax(
                "a number that begins with 0, expected a value",
            ));
        }
        if self.fraction()? {
            return Ok(Number::Other);
        }
        Ok(match (negative, number) {
            (false, Some(number)) => Number::Whole(Whole::Natural(number)),
            // Whole numbers have no minus 0.
            (true, Some(0)) => Number::Other,
            (true, Some(number)) => match 0_i64.checked_sub_unsigned(number) {
                Some(number) => Number::Whole(Whole::Negative(number)),
                None => Number::Other,
            },
            (_, None) => Number::Other,
        })
    }

    /// Whether a fraction or an exponent follows; it is read.
    fn fraction(&mut self) -> Result<bool, Wrong> {
        let begun = self.at;
        let bytes = self.text.as_bytes();
        if bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = bytes.get(self.at) {
            self.at += 1;
            if let Some(b'+' | b'-') = bytes.get(self.at) {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(self.at > begun)
    }

    fn digits(&mut self) -> Result<(), Wrong> {
        let begun = self.at;
        while let Some(b'0'..=b'9') = self.text.as_bytes().get(self.at) {
            self.at += 1;
        }
        if self.at == begun {
            Err(self.no("a digit"))
        } else {
            Ok(())
        }
    }
}

impl<'t> Reader<'t> {
    /// A value of any shape, unread: its text.
    #[inline(never)]
    pub(super) fn skip(&mut self) -> Result<&'t str, Wrong> {
        self.peek();
        let start = self.at;
        // The brackets that are open, by what closes them.
        let mut open: Vec<u8> = Vec::new();
        loop {
            match self.peek() {
                Some(b'{') => {
                    self.at += 1;
                    if !self.take(b'}') {
                        open.push(b'}');
                        self.name()?;
                        continue;
                    }
                }
                Some(b'[') => {
                    self.at += 1;
                    if !self.take(b']') {
                        open.push(b']');
                        continue;
                    }
                }
                Some(b'"') => drop(self.string()?),
                Some(b't') => self.word("true")?,
                Some(b'f') => self.word("false")?,
                Some(b'n') => self.word("null")?,
                _ => {
                    self.number()?;
                }
            }
            // Behind a value.
            loop {
                let Some(close) = open.last().copied() else {
                    return Ok(self.text.get(start..self.at).unwrap_or_default());
                };
                if self.take(b',') {
                    if close == b'}' {
                        self.name()?;
                    }
                    break;
                }
                if !self.take(close) {
                    return Err(self.no("a comma or the closing bracket"));
                }
                open.pop();
            }
        }
    }

    /// Goes to the quote of a name in an object.
    #[inline]
    pub(super) fn quote(&mut self) -> Result<(), Wrong> {
        match self.peek() {
            Some(b'"') => Ok(()),
            _ => Err(self.no("a name in quotes")),
        }
    }

    /// Skips the name of a member of an object and its colon.
    fn name(&mut self) -> Result<(), Wrong> {
        self.quote()?;
        self.string()?;
        self.expect(b':', "a colon")
    }
}

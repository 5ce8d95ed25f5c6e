//! Texts in quotes.

use super::plain;
use std::fmt::{self, Write};

/// Puts a text behind another, with the escapes that JSON wants.
#[inline]
pub(super) fn escape(out: &mut Vec<u8>, text: &str) {
    if plain::is_plain(text.as_bytes()) {
        plain::push(out, text.as_bytes());
    } else {
        escape_some(out, text);
    }
}

/// The same for a text that needs some.
#[cold]
#[inline(never)]
fn escape_some(out: &mut Vec<u8>, text: &str) {
    let mut rest = text;
    while !rest.is_empty() {
        let (plain, special) = rest.split_at(plain::length(rest.as_bytes()));
        out.extend_from_slice(plain.as_bytes());
        rest = escape_one(out, special);
    }
}

/// Writes the first character, if any, with an escape; gives what is behind it.
fn escape_one<'t>(out: &mut Vec<u8>, text: &'t str) -> &'t str {
    let mut chars = text.chars();
    let Some(char) = chars.next() else {
        return "";
    };
    let short = match char {
        '"' => b'"',
        '\\' => b'\\',
        '\n' => b'n',
        '\t' => b't',
        '\r' => b'r',
        '\u{8}' => b'b',
        '\u{c}' => b'f',
        control => {
            out.extend_from_slice(format!("\\u{:04x}", u32::from(control)).as_bytes());
            return chars.as_str();
        }
    };
    out.extend_from_slice(&[b'\\', short]);
    chars.as_str()
}

/// Text on its way into quotes.
pub(super) struct Escaped<'w>(pub(super) &'w mut Vec<u8>);

impl Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        escape(self.0, text);
        Ok(())
    }
}

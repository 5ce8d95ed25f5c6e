//! Texts in quotes.

use super::plain;
use crate::pieces;
use std::fmt::{self, Write};

/// Puts a text in quotes behind another, with the escapes that JSON wants.
#[inline]
pub(super) fn quote(out: &mut String, text: &str) {
    if plain::is_plain(text.as_bytes()) {
        pieces::around(out, "\"", text, "\"");
    } else {
        out.push('"');
        escape_some(out, text);
        out.push('"');
    }
}

/// Puts a text behind another, with the escapes that JSON wants.
#[inline]
pub(super) fn escape(out: &mut String, text: &str) {
    if plain::is_plain(text.as_bytes()) {
        pieces::push(out, text);
    } else {
        escape_some(out, text);
    }
}

/// The same for a text that needs some.
#[cold]
#[inline(never)]
fn escape_some(out: &mut String, text: &str) {
    let mut rest = text;
    while !rest.is_empty() {
        let (plain, special) = rest.split_at(plain::length(rest.as_bytes()));
        out.push_str(plain);
        rest = escape_one(out, special);
    }
}

/// Writes the first character, if any, with an escape; gives what is behind it.
fn escape_one<'t>(out: &mut String, text: &'t str) -> &'t str {
    let mut chars = text.chars();
    let Some(char) = chars.next() else {
        return "";
    };
    let short = match char {
        '"' => '"',
        '\\' => '\\',
        '\n' => 'n',
        '\t' => 't',
        '\r' => 'r',
        '\u{8}' => 'b',
        '\u{c}' => 'f',
        control => {
            out.push_str(&format!("\\u{:04x}", u32::from(control)));
            return chars.as_str();
        }
    };
    out.push('\\');
    out.push(short);
    chars.as_str()
}

/// Text on its way into quotes.
pub(super) struct Escaped<'w>(pub(super) &'w mut String);

impl Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        escape(self.0, text);
        Ok(())
    }
}

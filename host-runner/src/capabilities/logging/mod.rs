//! The port `logging`: lines for the operator.

mod collected;
mod stderr;

pub use collected::{Collected, Line};
pub use stderr::Stderr;

use crate::capabilities::Merchant;

/// Bytes of a line's text that are kept: a panic with its place fits, and no plugin floods the log.
pub const TEXT_BYTES: usize = 4096;

/// Bytes of a context that are kept: it is the name of a part.
pub const CONTEXT_BYTES: usize = 64;

/// How much a line matters; the later, the more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Steps of interest to a developer.
    Debug,
    /// Something worth keeping.
    Info,
    /// Something to look at one day.
    Warn,
    /// Something to look at now.
    Error,
}

impl Level {
    /// The name in the WIT.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}

/// Where lines go. Writing one never fails for the caller.
pub trait LogSink: Send + Sync {
    /// Takes one line. `context` names the part that speaks. Both texts come from the guest: a sink
    /// that writes them where a terminal or a parser reads them passes them through [`plain`].
    fn log(&self, merchant: &Merchant, level: Level, context: &str, text: &str);

    /// Takes one line of the host's own, which is about no merchant.
    fn host(&self, level: Level, context: &str, text: &str);
}

/// The text on one line and without effects: at most so many bytes of it (`…` says that it was cut),
/// with control characters, line ends and characters that turn the direction of writing escaped.
#[must_use]
pub fn plain(text: &str, bytes: usize) -> String {
    let kept = text.floor_char_boundary(bytes);
    let (kept, cut) = text.split_at_checked(kept).unwrap_or((text, ""));
    let mut plain = String::with_capacity(kept.len());
    for c in kept.chars() {
        let turns = matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        let ends_line = matches!(c, '\u{2028}' | '\u{2029}');
        if c.is_control() || turns || ends_line {
            plain.extend(c.escape_default());
        } else {
            plain.push(c);
        }
    }
    if !cut.is_empty() {
        plain.push('…');
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn texts_are_plain_and_short() {
        let table = [
            ("點數 posted: 3", 100, "點數 posted: 3"),
            ("a\nerror forged\r\t", 100, "a\\nerror forged\\r\\t"),
            ("\u{1b}[31mred\0", 100, "\\u{1b}[31mred\\u{0}"),
            (
                "\u{9b}x\u{202e}y\u{2028}z",
                100,
                "\\u{9b}x\\u{202e}y\\u{2028}z",
            ),
            ("點點", 5, "點…"),
            ("ab", 2, "ab"),
            ("", 0, ""),
        ];
        for (text, bytes, expected) in table {
            assert_eq!(plain(text, bytes), expected, "{text:?}");
        }
    }
}

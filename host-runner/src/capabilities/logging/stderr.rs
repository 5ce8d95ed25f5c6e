//! Lines on standard error.

use super::{CONTEXT_BYTES, Level, LogSink, TEXT_BYTES, plain};
use crate::capabilities::Merchant;
use std::io::Write;

/// Writes `level merchant context: text`, one line each, to standard error; `-` stands for the host itself.
#[derive(Clone, Copy, Debug)]
pub struct Stderr {
    /// Lines that matter less are left out.
    pub from: Level,
}

impl Default for Stderr {
    /// From [`Level::Info`] on.
    fn default() -> Self {
        Self { from: Level::Info }
    }
}

impl Stderr {
    fn write(self, whose: &str, level: Level, context: &str, text: &str) {
        if level >= self.from {
            let line = line(whose, level, context, text);
            // Nothing is left to tell it to where standard error is closed.
            drop(std::io::stderr().lock().write_all(line.as_bytes()));
        }
    }
}

impl LogSink for Stderr {
    fn log(&self, merchant: &Merchant, level: Level, context: &str, text: &str) {
        self.write(merchant.as_str(), level, context, text);
    }

    fn host(&self, level: Level, context: &str, text: &str) {
        self.write("-", level, context, text);
    }
}

/// The whole line, so that lines of several threads don't mix.
fn line(whose: &str, level: Level, context: &str, text: &str) -> String {
    let (context, text) = (plain(context, CONTEXT_BYTES), plain(text, TEXT_BYTES));
    format!("{:5} {whose} {context}: {text}\n", level.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guest_can_not_forge_a_second_line() {
        let line = line(
            "shop",
            Level::Warn,
            "upkeep\n",
            "late\nerror other upkeep: forged",
        );
        assert_eq!(
            line,
            "warn  shop upkeep\\n: late\\nerror other upkeep: forged\n"
        );
    }
}

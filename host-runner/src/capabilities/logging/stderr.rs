//! Lines on standard error.

use super::{CONTEXT_BYTES, Level, LogSink, TEXT_BYTES, plain};
use crate::capabilities::Merchant;
use std::io::Write;

/// Writes `level merchant context: text`, one line each, to standard error.
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

impl LogSink for Stderr {
    fn log(&self, merchant: &Merchant, level: Level, context: &str, text: &str) {
        if level >= self.from {
            // Nothing is left to tell it to where standard error is closed.
            drop(
                std::io::stderr()
                    .lock()
                    .write_all(line(merchant, level, context, text).as_bytes()),
            );
        }
    }
}

/// The whole line, so that lines of several threads don't mix.
fn line(merchant: &Merchant, level: Level, context: &str, text: &str) -> String {
    let (context, text) = (plain(context, CONTEXT_BYTES), plain(text, TEXT_BYTES));
    format!("{:5} {merchant} {context}: {text}\n", level.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guest_can_not_forge_a_second_line() {
        let merchant = Merchant::new("shop").unwrap();
        let line = line(
            &merchant,
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

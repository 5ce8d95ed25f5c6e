//! Lines kept in memory, for tests and for answers that carry them.

use super::{Level, LogSink};
use crate::capabilities::Merchant;
use std::sync::{Mutex, PoisonError};

/// A line as it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Whose plugin spoke, or was spoken of; none: the host.
    pub merchant: Option<Merchant>,
    /// How much it matters.
    pub level: Level,
    /// The part that spoke.
    pub context: String,
    /// What it said, neither cut nor filtered.
    pub text: String,
}

/// Keeps all lines until they are taken. It has no bound, so it is not for a host that runs on.
#[derive(Debug, Default)]
pub struct Collected(Mutex<Vec<Line>>);

impl Collected {
    /// The lines so far, which stay.
    #[must_use]
    pub fn lines(&self) -> Vec<Line> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The lines so far, which are gone from here afterwards.
    #[must_use]
    pub fn take(&self) -> Vec<Line> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Collected {
    fn keep(&self, merchant: Option<Merchant>, level: Level, context: &str, text: &str) {
        let (context, text) = (context.to_owned(), text.to_owned());
        let line = Line {
            merchant,
            level,
            context,
            text,
        };
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(line);
    }
}

impl LogSink for Collected {
    fn log(&self, merchant: &Merchant, level: Level, context: &str, text: &str) {
        self.keep(Some(merchant.clone()), level, context, text);
    }

    fn host(&self, level: Level, context: &str, text: &str) {
        self.keep(None, level, context, text);
    }
}

//! Those who wait until what was committed is in the tables, too.

use crate::capabilities::storage::Error;
use std::sync::mpsc::Sender;
use std::time::Duration;

/// Where somebody hears that it is there, or why not.
pub(super) type Told = Sender<Result<(), Error>>;

/// How long the writer sleeps at most while somebody waits.
const PATIENCE: Duration = Duration::from_millis(10);

/// Who waits, by the layer that has what they wait for.
#[derive(Debug, Default)]
pub(super) struct Flush {
    active: Vec<Told>,
    before: Vec<Told>,
}

impl Flush {
    /// One more waits for what is in the active layer.
    pub(super) fn want(&mut self, told: Told) {
        self.active.push(told);
    }

    /// Whether the active layer is waited for.
    pub(super) fn is_due(&self) -> bool {
        !self.active.is_empty()
    }

    /// How long the writer may sleep for their sake; none where nobody waits.
    pub(super) fn patience(&self) -> Option<Duration> {
        let any = self.is_due() || !self.before.is_empty();
        any.then_some(PATIENCE)
    }

    /// The active layer has become the one before, or has nothing that isn't there.
    pub(super) fn hand_on(&mut self) {
        self.before.append(&mut self.active);
    }

    /// The layer before is in the tables, or can't get there now.
    pub(super) fn end(&mut self, folded: &Result<(), Error>) {
        for told in self.before.drain(..) {
            // Who doesn't wait any more needs no answer.
            drop(told.send(folded.clone()));
        }
    }
}

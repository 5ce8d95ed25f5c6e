//! What became of the messages of late, so that a repeat isn't sent again.

use crate::capabilities::messaging::Outcome;
use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Messages that are remembered; the oldest goes first.
const REMEMBERED: usize = 10_000;

/// A message's digest: merchant and idempotency key.
type Id = [u8; 32];

/// Messages of late by their digest.
pub(super) struct Recent {
    capacity: usize,
    table: Mutex<Table>,
}

#[derive(Default)]
struct Table {
    /// Nothing stands for a message that is being sent.
    outcomes: HashMap<Id, Option<Outcome>>,
    order: VecDeque<Id>,
}

/// What is known of a message before it is sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// Nothing. It counts as being sent from now on, until it is settled.
    New,
    /// Somebody is sending it now.
    Sending,
    /// What became of it.
    Settled(Outcome),
}

impl Recent {
    pub(super) fn new() -> Self {
        Self::with(REMEMBERED)
    }

    fn with(capacity: usize) -> Self {
        Self {
            capacity,
            table: Mutex::default(),
        }
    }

    /// Looks a message up, and takes it down as being sent if it is new.
    pub(super) fn begin(&self, id: Id) -> Known {
        let mut table = self.lock();
        if let Some(known) = table.outcomes.get(&id) {
            return known.clone().map_or(Known::Sending, Known::Settled);
        }
        if table.order.len() >= self.capacity
            && let Some(oldest) = table.order.pop_front()
        {
            table.outcomes.remove(&oldest);
        }
        table.order.push_back(id);
        table.outcomes.insert(id, None);
        Known::New
    }

    /// Keeps what became of it, or forgets it if it is to be tried again.
    pub(super) fn settle(&self, id: Id, outcome: &Outcome) {
        if matches!(outcome, Outcome::RetryAfter(_)) {
            self.forget(id);
        } else if let Some(kept) = self.lock().outcomes.get_mut(&id) {
            *kept = Some(outcome.clone());
        }
    }

    /// Forgets a message, so that it is new again.
    pub(super) fn forget(&self, id: Id) {
        let mut table = self.lock();
        table.outcomes.remove(&id);
        // It came last or nearly so.
        if let Some(place) = table.order.iter().rposition(|one| *one == id) {
            table.order.remove(place);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_is_forgotten_and_what_failed_for_now_at_once() {
        let recent = Recent::with(2);
        let [a, b, c] = [[1; 32], [2; 32], [3; 32]];
        assert_eq!(recent.begin(a), Known::New);
        assert_eq!(recent.begin(a), Known::Sending);
        recent.settle(a, &Outcome::Unknown);
        assert_eq!(recent.begin(a), Known::Settled(Outcome::Unknown));
        assert_eq!(recent.begin(b), Known::New);
        recent.settle(b, &Outcome::RetryAfter(1));
        assert_eq!(recent.begin(b), Known::New);
        assert_eq!(recent.begin(c), Known::New);
        assert_eq!(recent.begin(a), Known::New, "the oldest made room");
        assert_eq!(recent.lock().outcomes.len(), 2);
    }
}

//! Fresh instances, made and dropped several at a time.
//!
//! Each command gets an instance that nothing ran on before, and that instance is dropped after it. Made one by one
//! between commands, an instance costs twice as much as in a row: the code that makes and drops it has to come back into
//! the processor's caches each time, and pushes the plugin's code out.

use super::instance::{Blank, Instance};
use crate::call::CallError;
use crate::engine::Slot;
use crate::limits::Limits;
use crate::plugin::Plugin;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Instances made in a row. More gain little where the processor's caches are large, and lose a third where they aren't, since
/// the memory of all no longer fits.
const BATCH: usize = 4;

/// A plugin's instances that wait for a command, and those that wait to be dropped, which hold nothing of their merchant's
/// but their own memory. There are none of either where slots are scarce.
#[derive(Default)]
pub(crate) struct Nursery(Mutex<Shelves>);

#[derive(Default)]
struct Shelves {
    blank: Vec<Blank>,
    spent: Vec<Instance>,
    /// A thread is making some.
    making: bool,
}

impl fmt::Debug for Nursery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Nursery").finish_non_exhaustive()
    }
}

impl Nursery {
    /// An instance for a command under these limits, waiting for a slot if there is none.
    pub(super) fn take(&self, plugin: &Plugin, limits: &Limits) -> Result<Blank, CallError> {
        let mut shelves = self.lock();
        if let Some(blank) = shelves.blank.pop() {
            return Ok(blank);
        }
        let others_make = std::mem::replace(&mut shelves.making, true);
        let spent = std::mem::take(&mut shelves.spent);
        drop(shelves);
        drop(spent);
        let made = Blank::make(plugin, plugin.engine().slot(), limits);
        if !others_make {
            let more = made.is_ok().then(|| spare(plugin, limits));
            let mut shelves = self.lock();
            shelves.making = false;
            shelves.blank.extend(more.into_iter().flatten());
        }
        made
    }

    /// Takes an instance back that has served its command without a fault, to drop it.
    pub(super) fn drop_later(&self, mut instance: Instance) {
        if !instance.shelve() {
            return;
        }
        let mut shelves = self.lock();
        shelves.spent.push(instance);
        if shelves.spent.len() >= BATCH {
            let spent = std::mem::take(&mut shelves.spent);
            drop(shelves);
            drop(spent);
        }
    }

    /// The shelves are consistent after every statement, so a thread that panicked left them usable.
    fn lock(&self) -> MutexGuard<'_, Shelves> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The rest of a batch, as far as slots are plentiful. One that can't be made is no matter yet: whoever needs it is told.
fn spare(plugin: &Plugin, limits: &Limits) -> Vec<Blank> {
    let slots = (1..BATCH).map_while(|_| plugin.engine().spare_slot());
    slots
        .map_while(|slot: Slot| Blank::make(plugin, slot, limits).ok())
        .collect()
}

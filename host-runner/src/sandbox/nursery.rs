//! Fresh instances, made and dropped beside the commands.
//!
//! Each command gets an instance that nothing ran on before, and that instance is dropped after it. A caller need wait for
//! neither: a thread of the plugin's own (`keeper.rs`) makes instances before they are asked for and drops those that have served,
//! several in a row. It takes as long as ever there, but a command's own thread keeps its caches to the plugin's code. Where all
//! processors are busy, and the keeper falls behind, commands make and drop their own.

use super::instance::{Blank, Instance};
use super::keeper::Keeper;
use crate::call::CallError;
use crate::engine::{Engine, Slot};
use crate::limits::Limits;
use crate::plugin::Plugin;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use wasmtime::component::InstancePre;

/// Instances that wait for commands when the keeper has done its work. By the time that one is taken it has left the caches of the
/// keeper's processor for those that all share, from where it is read soonest.
const SHELF: usize = 16;

/// The keeper is woken when so few are left: more than commands take until it comes.
const LOW: usize = SHELF / 2;

/// A plugin's instances that wait for a command, and those that wait to be dropped. There are none of either where slots are
/// scarce.
#[derive(Default)]
pub(crate) struct Nursery {
    shelves: Arc<Shelves>,
    /// Begun with the first command; none where the machine gives no thread.
    keeper: OnceLock<Option<Keeper>>,
}

impl fmt::Debug for Nursery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Nursery").finish_non_exhaustive()
    }
}

impl Nursery {
    /// An instance for a command under these limits, waiting for a slot if there is none.
    pub(super) fn take(&self, plugin: &Plugin, limits: &Arc<Limits>) -> Result<Blank, CallError> {
        let (blank, left) = {
            let mut shelved = self.shelves.lock();
            (shelved.blank.pop(), shelved.blank.len())
        };
        // Of a plugin that can't be instantiated nothing is tried beside: this command is told.
        let blank = match blank {
            Some(blank) => blank,
            None => Blank::make(plugin, plugin.engine().slot(), limits)?,
        };
        if left <= LOW {
            self.wake(plugin, limits);
        }
        Ok(blank)
    }

    /// Takes an instance back that has served its command without a fault, to drop it. It holds nothing of its merchant's but its
    /// own memory.
    pub(super) fn drop_later(&self, mut instance: Instance) {
        if instance.shelve() {
            drop(self.shelves.lay_down(instance));
        }
    }

    fn wake(&self, plugin: &Plugin, limits: &Arc<Limits>) {
        let begin = || {
            let (engine, pre) = (plugin.engine().clone(), plugin.pre().clone());
            Keeper::begin(engine, pre, Arc::clone(&self.shelves)).ok()
        };
        if let Some(keeper) = self.keeper.get_or_init(begin) {
            keeper.wake(limits);
        }
    }
}

/// What the keeper and the commands share.
#[derive(Default)]
pub(super) struct Shelves(Mutex<Shelved>);

#[derive(Default)]
struct Shelved {
    blank: Vec<Blank>,
    spent: Vec<Instance>,
}

impl Shelves {
    /// Drops what has served and makes what is missing, as far as slots are plentiful, until there is nothing to do. An instance
    /// that can't be made is no matter here: whoever needs it is told.
    pub(super) fn tend(&self, engine: &Engine, pre: &InstancePre<super::State>, limits: &Limits) {
        loop {
            let (spent, missing) = {
                let mut shelved = self.lock();
                let missing = SHELF.saturating_sub(shelved.blank.len());
                (std::mem::take(&mut shelved.spent), missing)
            };
            drop(spent);
            let slots = (0..missing).map_while(|_| engine.spare_slot());
            let made: Vec<Blank> = slots
                .map_while(|slot: Slot| Blank::instantiate(engine, pre, slot, limits).ok())
                .collect();
            if made.is_empty() {
                return;
            }
            self.lock().blank.extend(made);
        }
    }

    /// An instance that has served, and all that were there before where the keeper has fallen behind.
    fn lay_down(&self, spent: Instance) -> Vec<Instance> {
        let mut shelved = self.lock();
        shelved.spent.push(spent);
        if shelved.spent.len() > SHELF {
            return std::mem::take(&mut shelved.spent);
        }
        Vec::new()
    }

    /// The shelves are consistent after every statement, so a thread that panicked left them usable.
    fn lock(&self) -> MutexGuard<'_, Shelved> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

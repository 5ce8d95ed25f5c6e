//! Fresh instances, made and dropped beside the commands.
//!
//! Each command gets an instance that nothing ran on before, and that instance is dropped after it. As long as a processor is idle a
//! caller waits for neither: a thread of the plugin's own (`keeper.rs`) makes instances before they are asked for and drops those that
//! have served, several in a row. It takes as long as ever there, but a command's own thread keeps its caches to the plugin's code. Where
//! the keeper falls behind, since all processors are busy, commands make and drop their own.

use super::State;
use super::instance::{Blank, Instance};
use super::keeper::Keeper;
use crate::call::CallError;
use crate::engine::Engine;
use crate::limits::Limits;
use crate::plugin::Plugin;
use std::collections::VecDeque;
use std::fmt;
use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use wasmtime::component::InstancePre;

/// Instances that wait for commands when the keeper has done its work, where there are slots for so many; as many that have served may
/// wait for it. By the time that one is taken it has left the caches of the keeper's processor for those that all share, from where
/// it is read soonest.
const SHELF: usize = 16;

/// The keeper is woken when so few are left: more than commands take until it comes.
const LOW: usize = SHELF / 2;

/// A plugin's instances that wait for a command, and those that wait to be dropped. There are none of either where slots are
/// scarce, nor before the second command: whoever runs a single one needs no others.
#[derive(Default)]
pub(crate) struct Nursery {
    shelves: Arc<Shelves>,
    /// A command has asked for an instance.
    begun: AtomicBool,
    /// None where the machine gave no thread.
    keeper: OnceLock<Option<Keeper>>,
}

impl fmt::Debug for Nursery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Nursery").finish_non_exhaustive()
    }
}

impl Nursery {
    /// An instance for a command under these limits, waiting for a slot if there is none.
    pub(super) fn take(&self, plugin: &Plugin, limits: &Limits) -> Result<Blank, CallError> {
        let (blank, wanting) = self.shelves.take();
        // Of a plugin that can't be instantiated nothing is tried beside: this command is told.
        let blank = match blank {
            Some(blank) => blank,
            None => Blank::make(plugin, plugin.engine().slot(), limits)?,
        };
        if wanting && self.begun.swap(true, Ordering::Relaxed) {
            self.wake(plugin);
        }
        Ok(blank)
    }

    /// Takes an instance back that has served its command without a fault, to drop it.
    pub(super) fn drop_later(&self, mut instance: Instance) {
        if matches!(self.keeper.get(), Some(Some(_))) && instance.shelve() {
            drop(self.shelves.lay_down(instance));
        }
    }

    fn wake(&self, plugin: &Plugin) {
        let begin = || {
            let (engine, pre) = (plugin.engine().clone(), plugin.pre().clone());
            Keeper::begin(engine, pre, Arc::downgrade(&self.shelves)).ok()
        };
        if let Some(keeper) = self.keeper.get_or_init(begin) {
            keeper.wake();
        }
    }
}

/// What the keeper and the commands share.
#[derive(Default)]
pub(super) struct Shelves(Mutex<Shelved>);

#[derive(Default)]
struct Shelved {
    /// The one that was made first is taken first.
    blank: VecDeque<Blank>,
    spent: Vec<Instance>,
    /// The keeper sleeps until it is woken, however long that takes.
    asleep: bool,
}

impl Shelves {
    /// An instance, if there is one, and whether the keeper should be woken.
    fn take(&self) -> (Option<Blank>, bool) {
        let mut shelved = self.lock();
        let blank = shelved.blank.pop_front();
        (blank, shelved.asleep || shelved.blank.len() <= LOW)
    }

    /// Leaves an instance that has served; gives it back where too many lie here already.
    #[must_use]
    fn lay_down(&self, spent: Instance) -> Option<Instance> {
        let mut shelved = self.lock();
        if shelved.spent.len() >= SHELF {
            return Some(spent);
        }
        shelved.spent.push(spent);
        None
    }

    /// Drops what has served and makes what is missing, as far as slots are plentiful and the plugin is still there. An instance
    /// that can't be made is no matter here: whoever needs it is told.
    pub(super) fn tend(shelves: &Weak<Self>, engine: &Engine, pre: &InstancePre<State>) {
        let limits = Limits::default();
        // Each time anew, so that a plugin that is dropped meanwhile is gone.
        while let Some(shelves) = shelves.upgrade() {
            let (spent, full) = {
                let mut shelved = shelves.lock();
                shelved.asleep = false;
                let full = shelved.blank.len() >= SHELF;
                (mem::take(&mut shelved.spent), full)
            };
            drop(spent);
            if full {
                return;
            }
            let slot = engine.spare_slot();
            let made = slot.and_then(|slot| Blank::instantiate(engine, pre, slot, &limits).ok());
            match made.filter(Blank::may_wait) {
                Some(blank) => shelves.lock().blank.push_back(blank),
                None => return,
            }
        }
    }

    /// Drops what has served. Says whether there was nothing, so that the keeper may sleep.
    pub(super) fn clear(shelves: &Weak<Self>) -> bool {
        let Some(shelves) = shelves.upgrade() else {
            return true;
        };
        let spent = {
            let mut shelved = shelves.lock();
            shelved.asleep = shelved.spent.is_empty();
            mem::take(&mut shelved.spent)
        };
        spent.is_empty()
    }

    /// The shelves are consistent after every statement, so a thread that panicked left them usable.
    fn lock(&self) -> MutexGuard<'_, Shelved> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Settings;
    use std::time::{Duration, Instant};
    use wasmtime::component::{Component, Linker};

    /// The smallest component there is: it has nothing.
    const NOTHING: &[u8] = b"\0asm\x0d\0\x01\0";

    fn engine(instances: u32) -> (Engine, InstancePre<State>) {
        let settings = Settings {
            instances,
            ..Settings::default()
        };
        let engine = Engine::new(&settings).unwrap();
        let component = Component::from_binary(engine.wasmtime(), NOTHING).unwrap();
        let linker = Linker::new(engine.wasmtime());
        let pre = linker.instantiate_pre(&component).unwrap();
        (engine, pre)
    }

    fn soon(what: &str, holds: impl Fn() -> bool) {
        let since = Instant::now();
        while !holds() {
            assert!(since.elapsed() < Duration::from_secs(30), "{what}");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    #[test]
    fn what_is_missing_is_made_as_far_as_slots_are_plentiful() {
        for (instances, ready) in [(1, 0), (2, 0), (3, 1), (8, 3), (30, 11), (100, SHELF)] {
            let (engine, pre) = engine(instances);
            let shelves = Arc::new(Shelves::default());
            Shelves::tend(&Arc::downgrade(&shelves), &engine, &pre);
            assert_eq!(shelves.lock().blank.len(), ready, "{instances} slots");
        }
    }

    #[test]
    fn what_has_served_is_dropped_and_has_its_place() {
        let (engine, pre) = engine(100);
        let shelves = Arc::new(Shelves::default());
        let weak = Arc::downgrade(&shelves);
        for _ in 0..=SHELF {
            Shelves::tend(&weak, &engine, &pre);
            let (blank, wanting) = shelves.take();
            assert!(!wanting);
            assert!(shelves.lay_down(blank.unwrap().spent()).is_none());
        }
        Shelves::tend(&weak, &engine, &pre);
        assert_eq!(engine.free_slots(), 100 - 16);
        assert!(Shelves::clear(&weak), "nothing has served since");
        assert!(shelves.take().1, "asleep");
        let begun = || Blank::instantiate(&engine, &pre, engine.slot(), &Limits::default());
        for _ in 0..SHELF {
            let spent = begun().unwrap().spent();
            assert!(shelves.lay_down(spent).is_none());
        }
        let spent = begun().unwrap().spent();
        assert!(shelves.lay_down(spent).is_some(), "there are enough");
        assert!(!Shelves::clear(&weak), "they are dropped");
        assert_eq!(engine.free_slots(), 100 - 15);
    }

    #[test]
    fn a_keeper_fills_the_shelf_and_all_goes_with_it() {
        let (engine, pre) = engine(100);
        let shelves = Arc::new(Shelves::default());
        let weak = Arc::downgrade(&shelves);
        let keeper = Keeper::begin(engine.clone(), pre, weak).unwrap();
        for _ in 0..2 {
            keeper.wake();
            soon("it is full", || shelves.lock().blank.len() == SHELF);
            for _ in 0..LOW {
                let (blank, _) = shelves.take();
                assert!(shelves.lay_down(blank.unwrap().spent()).is_none());
            }
            soon("nobody woke it", || shelves.lock().spent.is_empty());
        }
        soon("it sleeps", || shelves.lock().asleep);
        drop((keeper, shelves));
        soon("nothing is left", || engine.free_slots() == 100);
    }
}

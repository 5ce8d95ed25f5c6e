//! Slots for instances: whoever finds none waits for one, where the pool itself would fail.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// All slots of an engine.
#[derive(Debug)]
pub(crate) struct Slots {
    counts: Mutex<Counts>,
    freed: Condvar,
    /// More than this many are never kept between commands, so that there always are slots that come
    /// free by themselves.
    keepable: u32,
}

#[derive(Debug)]
struct Counts {
    free: u32,
    kept: u32,
    waiting: u32,
}

/// The right to have one instance, given back on drop.
#[derive(Debug)]
pub(crate) struct Slot {
    slots: Arc<Slots>,
    kept: bool,
}

impl Slots {
    pub(super) fn new(slots: u32) -> Arc<Self> {
        Arc::new(Self {
            counts: Mutex::new(Counts {
                free: slots,
                kept: 0,
                waiting: 0,
            }),
            freed: Condvar::new(),
            keepable: slots - slots.div_ceil(4),
        })
    }

    pub(super) fn take(self: &Arc<Self>) -> Slot {
        let mut counts = self.lock();
        counts.waiting += 1;
        while counts.free == 0 {
            counts = self
                .freed
                .wait(counts)
                .unwrap_or_else(PoisonError::into_inner);
        }
        counts.waiting -= 1;
        counts.free -= 1;
        Slot {
            slots: Arc::clone(self),
            kept: false,
        }
    }

    /// A slot for an instance that waits for its command, if there are plenty: at most half of those that may be kept, and none
    /// that somebody waits for.
    pub(super) fn spare(self: &Arc<Self>) -> Option<Slot> {
        let mut counts = self.lock();
        if counts.free <= counts.waiting || counts.kept >= self.keepable / 2 {
            return None;
        }
        counts.free -= 1;
        counts.kept += 1;
        Some(Slot {
            slots: Arc::clone(self),
            kept: true,
        })
    }

    #[cfg(test)]
    pub(super) fn free(&self) -> u32 {
        self.lock().free
    }

    /// The counts are consistent after every statement, so a thread that panicked left them usable.
    fn lock(&self) -> std::sync::MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Slot {
    /// Whether the instance may stay when its command is done. Asked after every command.
    pub(crate) fn keep(&mut self) -> bool {
        if !self.kept {
            let mut counts = self.slots.lock();
            if counts.kept < self.slots.keepable {
                counts.kept += 1;
                self.kept = true;
            }
        }
        self.kept
    }

    /// Whether the instance may stay to be dropped later, by the same measure as spare slots.
    pub(crate) fn shelve(&mut self) -> bool {
        let mut counts = self.slots.lock();
        if !self.kept && counts.waiting == 0 && counts.kept < self.slots.keepable / 2 {
            counts.kept += 1;
            self.kept = true;
        }
        self.kept
    }

    /// The instance serves a command, after which its slot comes free by itself.
    pub(crate) fn release(&mut self) {
        if std::mem::take(&mut self.kept) {
            self.slots.lock().kept -= 1;
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut counts = self.slots.lock();
        counts.free += 1;
        if self.kept {
            counts.kept -= 1;
        }
        let awaited = counts.waiting > 0;
        drop(counts);
        if awaited {
            self.slots.freed.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_slots_are_never_kept() {
        for (slots, keepable) in [(1, 0), (2, 1), (4, 3), (5, 3), (100, 75)] {
            let all = Slots::new(slots);
            let mut taken: Vec<_> = (0..slots).map(|_| all.take()).collect();
            let kept = taken
                .iter_mut()
                .filter_map(|slot| slot.keep().then_some(()));
            assert_eq!(kept.count(), keepable, "{slots} slots");
        }
    }

    #[test]
    fn spare_slots_leave_half_of_those_that_may_be_kept() {
        let all = Slots::new(16);
        let mut spare: Vec<_> = std::iter::from_fn(|| all.spare()).collect();
        assert_eq!(spare.len(), 6);
        let mut served = spare.pop().unwrap();
        served.release();
        assert!(
            all.spare().is_some_and(|slot| slot.kept),
            "its place is another's"
        );
        assert!(served.shelve());
        assert!(all.spare().is_none());
        assert!(all.take().keep(), "warm instances have the other half");
    }

    #[test]
    fn the_one_who_finds_none_waits() {
        let all = Slots::new(1);
        let slot = all.take();
        let waiting = std::thread::spawn({
            let all = Arc::clone(&all);
            move || drop(all.take())
        });
        assert!(!waiting.is_finished());
        drop(slot);
        waiting.join().unwrap();
    }

    #[test]
    fn the_one_who_waits_goes_before_those_that_are_spare() {
        let all = Slots::new(8);
        let mut slots: Vec<_> = (0..8).map(|_| all.take()).collect();
        let waiting = std::thread::spawn({
            let all = Arc::clone(&all);
            move || all.take()
        });
        while all.lock().waiting == 0 {
            std::thread::yield_now();
        }
        let mut served = slots.pop().unwrap();
        assert!(!served.shelve());
        drop(served);
        assert!(all.spare().is_none(), "it is the other's");
        let slot = waiting.join().unwrap();
        assert!(all.spare().is_none(), "all are taken");
        drop(slot);
        assert!(all.spare().is_some());
    }
}

//! Spans that wait to be shipped: so many at most, and whoever brings one never waits.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Spans that wait, some megabytes of them.
pub(super) const ROOM: usize = 4_096;

/// Spans that go together.
pub(super) const BATCH: usize = 512;

/// How long a span waits for others.
const GATHER: Duration = Duration::from_secs(1);

/// The queue.
pub(super) struct Queue<T> {
    kept: Mutex<Kept<T>>,
    woken: Condvar,
}

struct Kept<T> {
    waiting: Vec<T>,
    /// Until when what is left may be shipped; from then on nothing comes any more.
    end: Option<Instant>,
}

impl<T> Queue<T> {
    pub(super) fn new() -> Self {
        Self {
            kept: Mutex::new(Kept {
                waiting: Vec::new(),
                end: None,
            }),
            woken: Condvar::new(),
        }
    }

    /// Takes one, unless there is no room or nobody ships any more.
    #[must_use]
    pub(super) fn push(&self, one: T) -> bool {
        let mut kept = self.lock();
        if kept.end.is_some() || kept.waiting.len() >= ROOM {
            return false;
        }
        kept.waiting.push(one);
        if kept.waiting.len() == BATCH {
            self.woken.notify_all();
        }
        true
    }

    /// The next ones, as soon as there are many or the first has waited; none when all of them have gone and nothing comes any
    /// more.
    pub(super) fn next(&self) -> Option<Vec<T>> {
        let mut kept = self.lock();
        loop {
            let more = |kept: &mut Kept<T>| kept.end.is_none() && kept.waiting.len() < BATCH;
            let waited = self.woken.wait_timeout_while(kept, GATHER, more);
            kept = waited.unwrap_or_else(PoisonError::into_inner).0;
            if !kept.waiting.is_empty() {
                let count = kept.waiting.len().min(BATCH);
                return Some(kept.waiting.drain(..count).collect());
            }
            if kept.end.is_some() {
                return None;
            }
        }
    }

    /// Waits, but not beyond the moment in which the end is told.
    pub(super) fn pause(&self, time: Duration) {
        let more = |kept: &mut Kept<T>| kept.end.is_none();
        // Whether the time is over or the end was told, there is nothing to look at.
        drop(self.woken.wait_timeout_while(self.lock(), time, more));
    }

    /// Nothing comes any more, and what waits may be shipped until then.
    pub(super) fn end(&self, until: Instant) {
        let mut kept = self.lock();
        kept.end.get_or_insert(until);
        self.woken.notify_all();
    }

    /// The time that is left, once the end was told.
    pub(super) fn left(&self) -> Option<Duration> {
        let end = self.lock().end?;
        Some(end.saturating_duration_since(Instant::now()))
    }

    /// It is whole after every statement, so a thread that panicked left it usable.
    fn lock(&self) -> MutexGuard<'_, Kept<T>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_takes_so_many_and_gives_them_in_their_order() {
        let queue = Queue::new();
        assert!((0..ROOM).all(|one| queue.push(one)));
        assert!(!queue.push(ROOM));
        assert_eq!(queue.next().unwrap(), (0..BATCH).collect::<Vec<_>>());
        assert!(queue.push(ROOM));
        queue.end(Instant::now());
        assert!(!queue.push(0));
        let mut rest = Vec::new();
        while let Some(batch) = queue.next() {
            rest.extend(batch);
        }
        assert_eq!(rest, (BATCH..=ROOM).collect::<Vec<_>>());
    }

    #[test]
    fn few_go_after_a_while_and_the_end_wakes_everybody() {
        let queue = Queue::new();
        assert!(queue.push(1));
        let began = Instant::now();
        assert_eq!(queue.next(), Some(vec![1]));
        assert!(began.elapsed() >= GATHER);
        assert_eq!(queue.left(), None);
        std::thread::scope(|threads| {
            threads.spawn(|| queue.pause(Duration::from_secs(60)));
            threads.spawn(|| assert_eq!(queue.next(), None));
            std::thread::sleep(Duration::from_millis(50));
            queue.end(Instant::now() + Duration::from_secs(9));
            // A later word changes nothing.
            queue.end(Instant::now() + Duration::from_secs(90));
        });
        assert!(began.elapsed() < Duration::from_secs(30));
        assert!(queue.left().unwrap() <= Duration::from_secs(9));
    }
}

//! The messages of a call by several threads.

use super::{Message, Outcome};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// What becomes of each message, in their order. At most so many threads take them, the next one who has time; each works with
/// what `begin` gives it.
pub(super) fn at_once<W: FnMut(&Message) -> Outcome>(
    messages: &[Message],
    threads: usize,
    begin: impl Fn() -> W + Sync,
) -> Vec<Outcome> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut one = begin();
        let mut own = Vec::new();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(message) = messages.get(place) else {
                return own;
            };
            own.push((place, one(message)));
        }
    };
    // Where a thread was lost with what it knew, its messages may have been sent.
    let mut outcomes = vec![Outcome::Unknown; messages.len()];
    let done = thread::scope(|scope| {
        let others = threads.min(messages.len()).saturating_sub(1);
        // If the system gives fewer threads, there are fewer.
        let threads: Vec<_> = (0..others)
            .map_while(|_| thread::Builder::new().spawn_scoped(scope, work).ok())
            .collect();
        let mut done = work();
        let others = threads.into_iter();
        done.extend(others.flat_map(|one| one.join().unwrap_or_default()));
        done
    });
    for (place, outcome) in done {
        if let Some(kept) = outcomes.get_mut(place) {
            *kept = outcome;
        }
    }
    outcomes
}

//! Threads that report orders side by side. Each waits for its durable commit most of the time, so
//! there are many more of them than processors: one write to the disk serves all that wait.

use super::commands;
use super::error::Error;
use super::plan::{Chain, Day};
use super::stage::Stage;
use crate::call::{Cost, Subject};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Mutex, PoisonError};

/// Plays days, on threads that live as long as it does.
pub(super) struct Workers {
    chains: Sender<Chain>,
    events: Receiver<Event>,
}

enum Event {
    /// A chain was played, at these costs.
    Played(Vec<Cost>),
    /// An order was refused or got no answer.
    Failed(Error),
    /// A thread ended.
    Ended,
}

impl Workers {
    /// Runs `body` with so many threads, at least one, and ends them after it. With `introduce` the component is told of each
    /// member before the first order.
    pub(super) fn with<T>(
        stage: &dyn Stage,
        threads: u16,
        introduce: bool,
        body: impl FnOnce(&Self) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let (chains, queue) = mpsc::channel();
        let (sender, events) = mpsc::channel();
        let (queue, stop) = (Mutex::new(queue), AtomicBool::new(false));
        std::thread::scope(|scope| {
            for _ in 0..threads.max(1) {
                let thread = Thread {
                    queue: &queue,
                    stop: &stop,
                    events: sender.clone(),
                    introduce,
                };
                scope.spawn(move || thread.run(stage.subject().as_mut()));
            }
            drop(sender);
            let workers = Self { chains, events };
            let result = body(&workers);
            stop.store(true, Ordering::Relaxed);
            // The closed queue ends the threads; the scope waits for them.
            drop(workers);
            result
        })
    }

    /// Plays a day and waits for its end. `played` is told of each chain's costs, an order each.
    pub(super) fn play(&self, day: &Day, mut played: impl FnMut(&[Cost])) -> Result<(), Error> {
        for chain in &day.chains {
            self.chains
                .send(Chain::clone(chain))
                .map_err(|_| Error::ThreadLost)?;
        }
        for _ in &day.chains {
            match self.events.recv() {
                Ok(Event::Played(costs)) => played(&costs),
                Ok(Event::Failed(error)) => return Err(error),
                Ok(Event::Ended) | Err(_) => return Err(Error::ThreadLost),
            }
        }
        Ok(())
    }
}

struct Thread<'a> {
    queue: &'a Mutex<Receiver<Chain>>,
    stop: &'a AtomicBool,
    events: Sender<Event>,
    introduce: bool,
}

impl Thread<'_> {
    fn run(&self, subject: &mut dyn Subject) {
        while let Some(chain) = self.next() {
            let event = match self.play(subject, &chain) {
                Ok(costs) => Event::Played(costs),
                Err(error) => Event::Failed(error),
            };
            if self.events.send(event).is_err() {
                break;
            }
        }
    }

    /// The next chain; none when there won't be any more.
    fn next(&self) -> Option<Chain> {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue
            .recv()
            .ok()
            .filter(|_| !self.stop.load(Ordering::Relaxed))
    }

    fn play(&self, subject: &mut dyn Subject, chain: &Chain) -> Result<Vec<Cost>, Error> {
        if let Some(first) = chain.purchases.first()
            && chain.first
            && self.introduce
        {
            commands::introduce(subject, &first.member)?;
        }
        let report = |purchase| commands::report(subject, purchase).map(Option::unwrap_or_default);
        chain.purchases.iter().map(report).collect()
    }
}

impl Drop for Thread<'_> {
    /// Even a thread that panics says so: nobody waits for it in vain.
    fn drop(&mut self) {
        // Nobody listens any more where all is done.
        drop(self.events.send(Event::Ended));
    }
}

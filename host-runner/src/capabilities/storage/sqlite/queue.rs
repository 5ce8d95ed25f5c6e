//! The way of a change from the thread that wants it to the writer, and of the answer back.

use super::flush::Told;
use super::text::Change;
use super::ticket::{Pair, Ticket};
use crate::capabilities::Merchant;
use crate::capabilities::storage::{Error, Outcome, Pending, Promise};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::Thread;
use std::time::Duration;

/// What the writer is asked to do.
#[derive(Debug)]
pub(super) enum Work {
    Commit {
        merchant: Merchant,
        changes: Vec<Change>,
    },
    Mark {
        merchant: Merchant,
        name: String,
        text: String,
    },
    /// Whatever was committed before goes into the tables now. Answered at once; the sender is told when it is there.
    Flush(Told),
}

/// Work whose sender waits for the answer. Dropped without one it answers that the outcome is open,
/// so that nobody waits for ever.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) work: Work,
    ticket: Arc<Ticket>,
}

impl Job {
    fn answer(&self, answer: Result<Outcome, Error>) {
        self.ticket.tell(answer, Pair::default());
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        // A second answer changes nothing: the first one was already told.
        self.answer(Err(stopped(None)));
    }
}

/// Answers all jobs, as many as there are answers.
///
/// Waking a thread costs more than doing its commit, and the woken one may take the processor from
/// the writer. So the writer wakes one thread, and each thread two others, as in a binary heap. Those whose answer nobody awaits at this moment, and
/// those that a task awaits, are no part of it, since they may never look.
pub(super) fn answer(
    jobs: &mut Vec<Job>,
    answers: impl ExactSizeIterator<Item = Result<Outcome, Error>>,
) {
    let mut asleep = Vec::with_capacity(answers.len());
    let mut others = Vec::new();
    for (job, answer) in jobs.drain(..).zip(answers) {
        match job.ticket.sleeper() {
            Some(thread) => asleep.push((job, answer, thread)),
            None => others.push((job, answer)),
        }
    }
    let threads: Vec<Thread> = asleep.iter().map(|it| it.2.clone()).collect();
    let thread = |at: usize| threads.get(at).cloned();
    // From the last to the first: whoever has an answer can rely on it that the others have theirs.
    for (at, (job, answer, _)) in asleep.into_iter().enumerate().rev() {
        job.ticket
            .tell(answer, [thread(2 * at + 1), thread(2 * at + 2)]);
    }
    if let Some(first) = threads.first() {
        first.unpark();
    }
    for (job, answer) in others {
        job.answer(answer);
    }
}

/// Jobs in the order in which they came.
#[derive(Debug, Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    arrived: Condvar,
}

#[derive(Debug, Default)]
struct State {
    jobs: Vec<Job>,
    closed: bool,
    /// Why nobody does the jobs any more.
    cause: Option<String>,
    /// The writer sleeps until so many are there; 0: it is awake.
    wanted: usize,
}

impl Queue {
    /// Hands the work to the writer and waits for its answer.
    pub(super) fn run(&self, work: Work) -> Result<Outcome, Error> {
        self.put(work, Ticket::of_this_thread())?.wait()
    }

    /// Hands the work to the writer.
    pub(super) fn begin(&self, work: Work) -> Result<Promise, Error> {
        Ok(Promise::open(self.put(work, Ticket::default())?))
    }

    fn put(&self, work: Work, ticket: Ticket) -> Result<Arc<Ticket>, Error> {
        let ticket = Arc::new(ticket);
        let job = Job {
            work,
            ticket: Arc::clone(&ticket),
        };
        let mut state = self.lock();
        if state.closed {
            return Err(stopped(state.cause.as_deref()));
        }
        state.jobs.push(job);
        if state.jobs.len() == state.wanted {
            self.arrived.notify_one();
        }
        Ok(ticket)
    }

    /// Waits until there are jobs, in `jobs` or to be moved to its end, but not longer than so long. False: the queue is
    /// closed and nothing is left.
    pub(super) fn wait(&self, jobs: &mut Vec<Job>, longest: Option<Duration>) -> bool {
        let mut state = self.lock();
        if jobs.is_empty() {
            state.wanted = 1;
            let none = |state: &mut State| state.jobs.is_empty() && !state.closed;
            state = match longest {
                Some(longest) => {
                    let waited = self.arrived.wait_timeout_while(state, longest, none);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
                None => {
                    let waited = self.arrived.wait_while(state, none);
                    waited.unwrap_or_else(PoisonError::into_inner)
                }
            };
        }
        state.wanted = 0;
        jobs.append(&mut state.jobs);
        !(jobs.is_empty() && state.closed)
    }

    /// Waits for so many jobs, but not longer than so long, and moves what is there to the end of
    /// `jobs`.
    pub(super) fn linger(&self, jobs: &mut Vec<Job>, wanted: usize, longest: Duration) {
        let mut state = self.lock();
        state.wanted = wanted;
        let short = |state: &mut State| state.jobs.len() < wanted && !state.closed;
        let waited = self.arrived.wait_timeout_while(state, longest, short);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        state.wanted = 0;
        jobs.append(&mut state.jobs);
    }

    /// Moves the jobs that are there now to the end of `jobs`.
    pub(super) fn take(&self, jobs: &mut Vec<Job>) {
        jobs.append(&mut self.lock().jobs);
    }

    /// Takes no more jobs; those that are there are still done.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.arrived.notify_all();
    }

    /// Takes no more jobs and answers those that are there that nobody does them. The first cause
    /// given is the one that is told.
    pub(super) fn abandon(&self, cause: &str) {
        let mut state = self.lock();
        state.closed = true;
        let cause = state.cause.get_or_insert_with(|| cause.to_owned()).clone();
        let jobs = std::mem::take(&mut state.jobs);
        drop(state);
        jobs.iter()
            .for_each(|job| job.answer(Err(stopped(Some(&cause)))));
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn stopped(cause: Option<&str>) -> Error {
    let cause = cause.unwrap_or("it ended");
    Error::Unavailable(format!(
        "the database's writer has stopped ({cause}); restart the host"
    ))
}

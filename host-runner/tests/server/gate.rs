//! A disk that a test holds still: what is promised while it is shut comes when it is opened, or to nothing.

use stampcard::capabilities::Merchant;
use stampcard::capabilities::storage::{
    Error, Memory, Outcome, Pending, Promise, Range, Row, Storage, Versioned, Write,
};
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Poll, Waker};

/// A store in memory behind a gate, which is open at first.
#[derive(Default)]
pub(crate) struct Gate {
    memory: Memory,
    /// Commits that wait, while it is shut.
    waiting: Mutex<Option<Vec<Held>>>,
}

/// Whose commit, what it writes, and who is told.
type Held = (Merchant, Vec<Write>, Arc<Told>);

#[derive(Default)]
struct Told {
    state: Mutex<Standing>,
    told: Condvar,
}

/// The outcome, and the task that waits for it.
#[derive(Default)]
struct Standing {
    outcome: Option<Result<Outcome, Error>>,
    task: Option<Waker>,
}

impl Gate {
    /// From now on promises are kept later.
    pub(crate) fn shut(&self) {
        self.waiting.lock().unwrap().get_or_insert_default();
    }

    /// How many commits wait.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.lock().unwrap().as_ref().map_or(0, Vec::len)
    }

    /// Opens it: what waited comes to this, or is made.
    pub(crate) fn open(&self, void: Option<&Result<Outcome, Error>>) {
        let waiting = self.waiting.lock().unwrap().take();
        for (merchant, writes, told) in waiting.into_iter().flatten() {
            let outcome = void.cloned();
            let outcome = outcome.unwrap_or_else(|| self.memory.commit(&merchant, writes));
            let mut state = told.state.lock().unwrap();
            state.outcome = Some(outcome);
            let waker = state.task.take();
            drop(state);
            told.told.notify_all();
            if let Some(waker) = waker {
                waker.wake();
            }
        }
    }
}

impl Storage for Gate {
    fn read(&self, merchant: &Merchant, keys: &[String]) -> Result<Vec<Versioned>, Error> {
        self.memory.read(merchant, keys)
    }

    fn scan(&self, merchant: &Merchant, range: &Range) -> Result<Vec<Row>, Error> {
        self.memory.scan(merchant, range)
    }

    fn commit(&self, merchant: &Merchant, writes: Vec<Write>) -> Result<Outcome, Error> {
        self.memory.commit(merchant, writes)
    }

    fn commit_ahead(&self, merchant: &Merchant, writes: Vec<Write>) -> Result<Promise, Error> {
        match self.waiting.lock().unwrap().as_mut() {
            None => Ok(Promise::known(self.memory.commit(merchant, writes))),
            Some(waiting) => {
                let told = Arc::new(Told::default());
                waiting.push((merchant.clone(), writes, told.clone()));
                Ok(Promise::open(told))
            }
        }
    }
}

impl Pending for Told {
    fn wait(&self) -> Result<Outcome, Error> {
        let state = self.state.lock().unwrap();
        let mut state = self
            .told
            .wait_while(state, |it| it.outcome.is_none())
            .unwrap();
        state.outcome.take().unwrap()
    }

    fn poll(&self, task: &mut Context<'_>) -> Poll<Result<Outcome, Error>> {
        let mut state = self.state.lock().unwrap();
        match state.outcome.take() {
            Some(outcome) => Poll::Ready(outcome),
            None => {
                state.task = Some(task.waker().clone());
                Poll::Pending
            }
        }
    }
}

//! Commands that answer ahead of the disk, on a storage that keeps only every second promise.

use stampcard::call::{Answer, Call, CallError, Signature, Subject};
use stampcard::capabilities::Merchant;
use stampcard::capabilities::storage::{
    Error, Outcome, Pending, Promise, Range, Row, Storage, Versioned, Write,
};
use stampcard::sandbox::Sandbox;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

/// A storage of which every second promise, the first of all among them, comes to nothing in this way.
pub struct Fickle {
    storage: Arc<dyn Storage>,
    breaks: Result<Outcome, Error>,
    promises: AtomicUsize,
}

impl Fickle {
    /// Puts it before another one.
    #[must_use]
    pub fn new(storage: Arc<dyn Storage>, breaks: Result<Outcome, Error>) -> Self {
        Self {
            storage,
            breaks,
            promises: AtomicUsize::new(0),
        }
    }

    /// Promises that were given, kept or not.
    pub fn promises(&self) -> usize {
        self.promises.load(Ordering::Relaxed)
    }
}

impl Storage for Fickle {
    fn read(&self, merchant: &Merchant, keys: &[String]) -> Result<Vec<Versioned>, Error> {
        self.storage.read(merchant, keys)
    }

    fn scan(&self, merchant: &Merchant, range: &Range) -> Result<Vec<Row>, Error> {
        self.storage.scan(merchant, range)
    }

    fn commit(&self, merchant: &Merchant, writes: Vec<Write>) -> Result<Outcome, Error> {
        self.storage.commit(merchant, writes)
    }

    fn commit_ahead(&self, merchant: &Merchant, writes: Vec<Write>) -> Result<Promise, Error> {
        let breaks = self
            .promises
            .fetch_add(1, Ordering::Relaxed)
            .is_multiple_of(2);
        if breaks {
            return Ok(Promise::open(Arc::new(Broken(self.breaks.clone()))));
        }
        self.storage.commit_ahead(merchant, writes)
    }
}

/// A promise that came to nothing.
struct Broken(Result<Outcome, Error>);

impl Pending for Broken {
    fn wait(&self) -> Result<Outcome, Error> {
        self.0.clone()
    }

    fn poll(&self, _: &mut Context<'_>) -> Poll<Result<Outcome, Error>> {
        Poll::Ready(self.0.clone())
    }
}

/// A sandbox that is called as the server calls it: ahead, and once more where that came to nothing.
pub struct Ahead(pub Sandbox);

impl Subject for Ahead {
    fn signature(&self, function: &str) -> Option<Signature> {
        self.0.signature(function)
    }

    fn call(&mut self, call: &Call) -> Result<Answer, CallError> {
        match self.0.ahead(|sandbox| sandbox.call(call)).wait() {
            Some(answered) => answered,
            None => self.0.call(call),
        }
    }
}

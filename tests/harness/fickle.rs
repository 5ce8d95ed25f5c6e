//! Commands that answer ahead of the disk, on a storage that keeps only every second promise.

use stampcard::call::{Answer, Call, CallError, Execution, Signature, Subject};
use stampcard::capabilities::Merchant;
use stampcard::capabilities::storage::{
    Error, Outcome, Pending, Promise, Range, Row, Storage, Versioned, Write,
};
use stampcard::sandbox::Sandbox;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

/// What becomes of a promise that is not kept.
#[derive(Clone, Debug)]
pub enum Breaks {
    /// Nothing is written, and this is told.
    Nothing(Result<Outcome, Error>),
    /// All is written, and nobody is told: the storage is away when it is asked.
    AnswerLost,
}

/// A storage that keeps only every second promise.
pub struct Fickle {
    storage: Arc<dyn Storage>,
    breaks: Breaks,
    /// Promises that were given; those with an odd number are kept.
    promises: AtomicUsize,
}

impl Fickle {
    /// Puts it before another one. The first promise is not kept.
    #[must_use]
    pub fn new(storage: Arc<dyn Storage>, breaks: Breaks) -> Self {
        Self {
            storage,
            breaks,
            promises: AtomicUsize::new(0),
        }
    }

    /// The same, but the first promise is kept.
    #[must_use]
    pub fn but_first(self) -> Self {
        self.promises.store(1, Ordering::Relaxed);
        self
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

    fn read_ahead(&self, merchant: &Merchant, keys: &[String]) -> bool {
        self.storage.read_ahead(merchant, keys)
    }

    fn scan(&self, merchant: &Merchant, range: &Range) -> Result<Vec<Row>, Error> {
        self.storage.scan(merchant, range)
    }

    fn scan_keys(&self, merchant: &Merchant, range: &Range) -> Result<Vec<String>, Error> {
        self.storage.scan_keys(merchant, range)
    }

    fn commit(&self, merchant: &Merchant, writes: Vec<Write>) -> Result<Outcome, Error> {
        self.storage.commit(merchant, writes)
    }

    fn commit_ahead(&self, merchant: &Merchant, writes: Vec<Write>) -> Result<Promise, Error> {
        let breaks = self
            .promises
            .fetch_add(1, Ordering::Relaxed)
            .is_multiple_of(2);
        if !breaks {
            return self.storage.commit_ahead(merchant, writes);
        }
        let told = match &self.breaks {
            Breaks::Nothing(told) => told.clone(),
            Breaks::AnswerLost => {
                self.storage.commit(merchant, writes)?;
                Err(Error::Unavailable("the answer is lost".to_owned()))
            }
        };
        Ok(Promise::open(Arc::new(Broken(told))))
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

/// A sandbox whose commands are made ahead, and once more where that came to nothing, as the server does it.
pub struct Twice(pub Sandbox);

impl Subject for Twice {
    fn signature(&self, function: &str) -> Option<Signature> {
        self.0.signature(function)
    }

    fn call(&mut self, call: &Call) -> Result<Answer, CallError> {
        if matches!(call.execution, Some(Execution::Commit(_)))
            && let Ok(answered) = self.0.ahead(|sandbox| sandbox.call(call)).wait()
        {
            return answered;
        }
        self.0.call(call)
    }
}

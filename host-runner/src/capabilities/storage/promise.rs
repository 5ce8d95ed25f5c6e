//! A commit whose outcome is told later.

use super::{Error, Outcome};
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

/// The outcome of a commit, as soon as it is known: to a thread that waits for it, or to a task, since it is a future as
/// well. Dropped, it changes nothing: the commit is made or not all the same.
#[must_use = "whether it was committed is known when it is waited for"]
pub struct Promise(Standing);

enum Standing {
    /// None: it was told.
    Known(Option<Result<Outcome, Error>>),
    Open(Arc<dyn Pending>),
}

/// A commit that a backend has taken and not confirmed yet.
pub trait Pending: Send + Sync {
    /// Waits for the outcome. Asked once.
    ///
    /// # Errors
    /// Those of [`Storage::commit`](super::Storage::commit).
    fn wait(&self) -> Result<Outcome, Error>;

    /// The outcome if it is known; else the task of the last call is woken as soon as it is. Not asked again after it was told. The task may be woken by
    /// the thread that commits for everybody: its waker neither waits nor runs it.
    fn poll(&self, task: &mut Context<'_>) -> Poll<Result<Outcome, Error>>;
}

impl Promise {
    /// Of a commit that has ended.
    pub fn known(outcome: Result<Outcome, Error>) -> Self {
        Self(Standing::Known(Some(outcome)))
    }

    /// Of one that has not.
    pub fn open(pending: Arc<dyn Pending>) -> Self {
        Self(Standing::Open(pending))
    }

    /// The outcome, where it was known from the beginning.
    #[must_use]
    pub fn outcome(&self) -> Option<&Result<Outcome, Error>> {
        match &self.0 {
            Standing::Known(outcome) => outcome.as_ref(),
            Standing::Open(_) => None,
        }
    }

    /// The outcome if it was known from the beginning, else the promise.
    ///
    /// # Errors
    /// The promise of an outcome that is not known yet.
    pub fn at_once(self) -> Result<Result<Outcome, Error>, Self> {
        match self.0 {
            Standing::Known(Some(outcome)) => Ok(outcome),
            open => Err(Self(open)),
        }
    }

    /// Waits for the outcome.
    ///
    /// # Errors
    /// Those of [`Storage::commit`](super::Storage::commit).
    pub fn wait(self) -> Result<Outcome, Error> {
        match self.0 {
            Standing::Known(outcome) => outcome.unwrap_or_else(told),
            Standing::Open(pending) => pending.wait(),
        }
    }
}

/// For who asks for what was told already, which no code of ours does.
fn told() -> Result<Outcome, Error> {
    Err(Error::Unavailable("the outcome was told before".to_owned()))
}

impl Future for Promise {
    type Output = Result<Outcome, Error>;

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.0 {
            Standing::Known(outcome) => Poll::Ready(outcome.take().unwrap_or_else(told)),
            Standing::Open(pending) => {
                let polled = pending.poll(task);
                if polled.is_ready() {
                    self.0 = Standing::Known(None);
                }
                polled
            }
        }
    }
}

impl fmt::Debug for Promise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Promise")
            .field("open", &matches!(self.0, Standing::Open(_)))
            .finish()
    }
}

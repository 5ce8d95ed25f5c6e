//! Commands that answer before the disk has confirmed what they did.
//!
//! A thread that waits for the disk with each command does little, and many such threads take the processor from each other. A
//! command under [`Sandbox::ahead`] is answered "committed" as soon as the storage has taken its commit; the answer is kept
//! back until that is true. What the plugin was told too early nobody outside hears: if it isn't true the command is made again.

use super::{Client, Sandbox};
use crate::capabilities::Merchant;
use crate::capabilities::logging::Level;
use crate::capabilities::storage::{Error, Outcome, Promise, Storage, Write};
use std::fmt;
use std::sync::Arc;

/// What a command gave, and the promise that it was stored. It is not to be told to anybody before.
#[must_use = "nothing is known to be stored before it is waited for"]
pub struct Ahead<T> {
    value: T,
    promise: Promise,
    client: Arc<Client>,
}

impl<T: fmt::Debug> fmt::Debug for Ahead<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ahead")
            .field("value", &self.value)
            .field("promise", &self.promise)
            .finish_non_exhaustive()
    }
}

/// A command that may not have been stored; what it gave is not so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Void {
    /// A version was another one than it had read: nothing was written.
    #[error("another command came between")]
    Conflict,
    /// The storage said so too late: nothing was written, except where [`Error::Unavailable`] leaves that open. The operator
    /// was told.
    #[error(transparent)]
    Storage(Error),
}

impl<T> Ahead<T> {
    /// Waits until it is durable.
    ///
    /// # Errors
    /// [`Void`]: make the same call again, under the same idempotency key, without [`Sandbox::ahead`]. That does it once whatever
    /// became of the first, and tells what is in its way.
    pub fn wait(self) -> Result<T, Void> {
        let Self {
            value,
            promise,
            client,
        } = self;
        kept(promise.wait(), &client).map(|()| value)
    }

    /// The same for a task.
    ///
    /// # Errors
    /// Those of [`Ahead::wait`].
    pub async fn confirmed(self) -> Result<T, Void> {
        let Self {
            value,
            promise,
            client,
        } = self;
        kept(promise.await, &client).map(|()| value)
    }
}

/// Tells the operator where the storage failed.
fn kept(outcome: Result<Outcome, Error>, client: &Client) -> Result<(), Void> {
    let void = void(outcome);
    if let Err(Void::Storage(error)) = &void {
        client.tell(Level::Error, &format!("storage commit, later: {error}"));
    }
    void
}

fn void(outcome: Result<Outcome, Error>) -> Result<(), Void> {
    match outcome {
        Ok(Outcome::Committed) => Ok(()),
        Ok(Outcome::Conflict) => Err(Void::Conflict),
        Err(error) => Err(Void::Storage(error)),
    }
}

/// How the commits of an instance's command are waited for.
#[derive(Debug, Default)]
pub(crate) enum Commits {
    /// Each until it is durable.
    #[default]
    Waited,
    /// The next one isn't.
    Ahead,
    /// This one wasn't.
    Promised(Promise),
    /// One that wasn't has come to nothing, and the plugin goes by what isn't so.
    Void(Void),
}

impl Commits {
    /// Makes a commit, or has it made.
    pub(crate) fn make(
        &mut self,
        storage: &dyn Storage,
        merchant: &Merchant,
        writes: Vec<Write>,
    ) -> Result<Outcome, Error> {
        if !matches!(self, Self::Ahead) {
            return storage.commit(merchant, writes);
        }
        *self = Self::Waited;
        match storage.commit_ahead(merchant, writes)?.at_once() {
            Ok(outcome) => outcome,
            Err(promise) => {
                *self = Self::Promised(promise);
                Ok(Outcome::Committed)
            }
        }
    }

    /// Waits for what the plugin was told too early, before it does anything else; false: it isn't so.
    pub(crate) fn settle(&mut self) -> bool {
        *self = match std::mem::take(self) {
            Self::Promised(promise) => match void(promise.wait()) {
                Ok(()) => Self::Waited,
                Err(void) => Self::Void(void),
            },
            other => other,
        };
        !matches!(self, Self::Void(_))
    }

    /// Something leaves the host: it is not to be done again for a commit that comes to nothing.
    pub(crate) fn leave(&mut self) {
        if matches!(self, Self::Ahead) {
            *self = Self::Waited;
        }
    }

    /// What was promised by the end of the command.
    fn promise(self) -> Promise {
        Promise::known(match self {
            Self::Promised(promise) => return promise,
            Self::Waited | Self::Ahead => Ok(Outcome::Committed),
            Self::Void(Void::Conflict) => Ok(Outcome::Conflict),
            Self::Void(Void::Storage(error)) => Err(error),
        })
    }
}

impl Sandbox {
    /// Makes a call, typed or not, that doesn't wait for the disk at its end. Where the storage can't do without, the call
    /// makes a second commit, or it has sent something, it waits as ever.
    ///
    /// It is for commands under an idempotency key, since one that comes to nothing is made again; what the plugin logs is logged
    /// again then, too. Nothing is to be done with what `call` gives before [`Ahead::wait`] or [`Ahead::confirmed`] has given it. A second call in
    /// it begins as soon as the first is durable, and no further one is made ahead. One within another has a promise of its own, and waits for none.
    ///
    /// The merchant's next command sees what this one did once it is confirmed. One that begins before may find its commit in
    /// conflict.
    pub fn ahead<T>(&mut self, call: impl FnOnce(&mut Self) -> T) -> Ahead<T> {
        let client = Arc::clone(&self.client);
        let within = Within::new(self);
        let value = call(within.sandbox);
        let promise = std::mem::take(&mut within.sandbox.commits).promise();
        Ahead {
            value,
            promise,
            client,
        }
    }
}

/// A sandbox whose next commit is not waited for, until this is dropped, by a panic too.
struct Within<'s> {
    sandbox: &'s mut Sandbox,
    outer: Commits,
}

impl<'s> Within<'s> {
    fn new(sandbox: &'s mut Sandbox) -> Self {
        let outer = std::mem::replace(&mut sandbox.commits, Commits::Ahead);
        Self { sandbox, outer }
    }
}

impl Drop for Within<'_> {
    fn drop(&mut self) {
        self.sandbox.commits = std::mem::take(&mut self.outer);
    }
}

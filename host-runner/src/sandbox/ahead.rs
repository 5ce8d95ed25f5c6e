//! Commands that answer before the disk has confirmed what they did.
//!
//! A thread that waits for the disk with each command does little, and many such threads take the processor from each other. A
//! command under [`Sandbox::ahead`] is answered "committed" as soon as the storage has taken its commit; the answer is kept
//! back until that is true. What the plugin was told too early nobody outside hears: if it isn't true the command is made again.

use super::Sandbox;
use crate::capabilities::Merchant;
use crate::capabilities::storage::{Error, Outcome, Promise, Storage, Write};

/// What a command gave, and the promise that it was stored. It is not to be told to anybody before.
#[must_use = "nothing is known to be stored before it is waited for"]
#[derive(Debug)]
pub struct Ahead<T> {
    value: T,
    promise: Promise,
}

impl<T> Ahead<T> {
    /// Waits until it is durable. None: it may not have been stored, and what the command gave is void; make the same call again,
    /// under the same idempotency key, and not ahead, which tells what was in its way.
    pub fn wait(self) -> Option<T> {
        let Self { value, promise } = self;
        is_kept(&promise.wait()).then_some(value)
    }

    /// The same for a task.
    pub async fn confirmed(self) -> Option<T> {
        let Self { value, promise } = self;
        is_kept(&promise.await).then_some(value)
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
    Void,
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
        let before = std::mem::take(self);
        *self = match before {
            Self::Promised(promise) => {
                if is_kept(&promise.wait()) {
                    Self::Waited
                } else {
                    Self::Void
                }
            }
            other => other,
        };
        !matches!(self, Self::Void)
    }

    /// Something leaves the host: it is not to be done again for a commit that comes to nothing.
    pub(crate) fn leave(&mut self) {
        if matches!(self, Self::Ahead) {
            *self = Self::Waited;
        }
    }

    /// What was promised by the end of the command.
    fn promise(self) -> Promise {
        Promise::known(Ok(match self {
            Self::Promised(promise) => return promise,
            Self::Waited | Self::Ahead => Outcome::Committed,
            Self::Void => Outcome::Conflict,
        }))
    }
}

impl Sandbox {
    /// Makes a call, typed or not, that doesn't wait for the disk at its end. Where the storage can't do without, the call
    /// makes a second commit, or it has sent something, it waits as ever.
    ///
    /// The merchant's next command sees what this one did once it is confirmed. One that begins before may find its commit in
    /// conflict.
    pub fn ahead<T>(&mut self, call: impl FnOnce(&mut Self) -> T) -> Ahead<T> {
        self.commits = Commits::Ahead;
        let value = call(self);
        let promise = std::mem::take(&mut self.commits).promise();
        Ahead { value, promise }
    }
}

fn is_kept(outcome: &Result<Outcome, Error>) -> bool {
    *outcome == Ok(Outcome::Committed)
}

//! The port `storage`: each merchant's ordered key-value space with an atomic, conditional commit.
//!
//! The types mirror `wit/storage.wit` and say the same; the host's errors carry a cause besides,
//! which is for the operator and never reaches the guest.

mod backup;
pub mod conformance;
mod contents;
mod limits;
mod marks;
mod memory;
mod place;
pub mod postgres;
mod promise;
mod rows;
pub mod sqlite;

pub use backup::{Backup, BackupError};
pub use contents::Contents;
pub use limits::{
    KEY_BYTES, LIST_LENGTH, MARK_NAME_BYTES, MARK_VALUE_BYTES, RANGE_BOUND_BYTES, VALUE_BYTES,
    check_commit, check_mark, check_read, check_scan,
};
pub use marks::Marks;
pub use memory::Memory;
pub use place::{Place, PlaceError, Store};
pub use postgres::Postgres;
pub use promise::{Pending, Promise};
pub use rows::Rows;
pub use sqlite::{OpenError, RestoreError, Restored, Settings, Sqlite, restore};

use crate::capabilities::Merchant;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// How long the version of a deleted key is remembered at least, counted while the host runs. A backend that has no room
/// for so many answers absent keys with a version above all those that it forgot, for as long.
///
/// Forgetting it makes the key look never written again. A command that read the key before could
/// then mistake it, so the time is far longer than any command may live (deadlines are seconds).
pub const REMAINS_KEPT: Duration = Duration::from_secs(60 * 60);

/// A key as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Versioned {
    /// None if the key was never written or is deleted.
    pub value: Option<String>,
    /// 0 if the key was never written. Every write of the key, a delete too, raises it; the size of
    /// the step means nothing.
    pub version: u64,
}

/// A key that has a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The key.
    pub key: String,
    /// Its value.
    pub value: String,
    /// Its version, above 0.
    pub version: u64,
}

/// Part of the ordered keys: from `start` on, before `end`, by bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    /// The first key that belongs to it.
    pub start: String,
    /// The first key behind it.
    pub end: String,
    /// At most so many rows, 1 to 1,000.
    pub limit: u32,
    /// The last rows of the range, the greatest key first.
    pub backward: bool,
}

/// Sets a key, or deletes it, if its version still is the expected one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    /// The key.
    pub key: String,
    /// None deletes the key.
    pub value: Option<String>,
    /// The version that was read; none: whatever it is now.
    pub expect: Option<u64>,
}

/// Who has a merchant's lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lease {
    /// The one who asked.
    Own,
    /// Another one.
    Other,
}

/// How a commit ended, when the storage itself worked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All writes are durable.
    Committed,
    /// A version was another one than expected: nothing was written.
    Conflict,
}

/// Why the storage did not do it. Nothing was written, except where `Unavailable` says so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The storage can't be reached or gave no answer; after `commit` the outcome is open. With the
    /// cause, for the operator.
    #[error("the storage is unavailable: {0}")]
    Unavailable(String),
    /// No room is left. With the cause, for the operator, who must act.
    #[error("the storage is full: {0}")]
    Full(String),
    /// A key, value or list is over a limit, or a key stands twice in one commit; says which.
    #[error("{0}")]
    TooLarge(String),
}

/// How much room a backend takes on this machine, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// What its files take.
    pub used: u64,
    /// What is left for them.
    pub free: u64,
}

/// A storage backend. Each one checks its arguments with [`check_read`], [`check_scan`] and
/// [`check_commit`], and passes [`conformance::run`].
pub trait Storage: Send + Sync {
    /// The keys as they stand at one instant, in the order asked for; a key may be asked for twice.
    ///
    /// # Errors
    /// [`Error::TooLarge`] over a limit, [`Error::Unavailable`] when the backend fails.
    fn read(&self, merchant: &Merchant, keys: &[String]) -> Result<Vec<Versioned>, Error>;

    /// These keys are going to be read in a moment. A backend may fetch them meanwhile; it neither waits nor fails. False: it doesn't, and nothing
    /// is gained by telling it more of that kind. At most as many as are read at once.
    fn read_ahead(&self, _merchant: &Merchant, _keys: &[String]) -> bool {
        false
    }

    /// The rows of a range at one instant, in its order. Fewer than `limit` mean that it ends.
    ///
    /// # Errors
    /// [`Error::TooLarge`] over a limit, [`Error::Unavailable`] when the backend fails.
    fn scan(&self, merchant: &Merchant, range: &Range) -> Result<Vec<Row>, Error>;

    /// The keys of a range at one instant, in its order. Fewer than `limit` mean that it ends. Backends that find keys without what is stored
    /// under them say so themselves.
    ///
    /// # Errors
    /// Those of [`Storage::scan`].
    fn scan_keys(&self, merchant: &Merchant, range: &Range) -> Result<Vec<String>, Error> {
        let rows = self.scan(merchant, range)?;
        Ok(rows.into_iter().map(|row| row.key).collect())
    }

    /// Writes all or nothing; durable when it answers [`Outcome::Committed`]. An empty list is
    /// committed at once.
    ///
    /// # Errors
    /// [`Error::TooLarge`] over a limit, [`Error::Full`] without room, [`Error::Unavailable`] when the
    /// backend fails and the outcome is open.
    fn commit(&self, merchant: &Merchant, writes: Vec<Write>) -> Result<Outcome, Error>;

    /// The same, and may answer before it is durable, so that no thread need wait while the disk confirms: the promise tells how it
    /// ended. Commits of one merchant take effect in the order in which they were taken; until one has, reads don't see it. Unless a backend says
    /// otherwise it waits as [`Storage::commit`] does.
    ///
    /// # Errors
    /// Those of [`Storage::commit`] that are known at once.
    fn commit_ahead(&self, merchant: &Merchant, writes: Vec<Write>) -> Result<Promise, Error> {
        let outcome = self.commit(merchant, writes)?;
        Ok(Promise::known(Ok(outcome)))
    }

    /// Whether other hosts may have it open at the same time, and so give a merchant something to do.
    fn is_shared(&self) -> bool {
        false
    }

    /// How much room it takes and has; none where it has no files here, or the system doesn't say. For figures: it may be asked every few
    /// seconds, and answers at once.
    fn room(&self) -> Option<Room> {
        None
    }

    /// Writes all merchants' records and marks into a new file, as they stood at one instant after the call began, while commits
    /// go on. It ends early once `stop` is set.
    ///
    /// # Errors
    /// [`BackupError`]; one is [`BackupError::Elsewhere`] where the backend leaves it to others, as most do.
    fn backup(&self, _to: &Path, _stop: &Arc<AtomicBool>) -> Result<Backup, BackupError> {
        Err(BackupError::Elsewhere)
    }

    /// Takes a merchant's lease for so long from now on, or has it go on, unless another holder has one. Holders are named by
    /// 1 to 64 bytes, each its own. A lease keeps hosts from doing the same work twice; that they may, commits see to. A
    /// backend that one host alone has open needs no more than what stands here.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the backend fails.
    fn lease(&self, _: &Merchant, _holder: &str, _time: Duration) -> Result<Lease, Error> {
        Ok(Lease::Own)
    }

    /// Gives a lease back, if the holder has it.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the backend fails; the lease ends by itself.
    fn release(&self, _: &Merchant, _holder: &str) -> Result<(), Error> {
        Ok(())
    }
}

//! What every storage backend must do, as checks that an embedder runs against its own as well.
//!
//! ```
//! use stampcard::capabilities::storage::{Memory, Storage, conformance};
//!
//! struct InMemory;
//!
//! impl conformance::Backend for InMemory {
//!     fn fresh(&self) -> Box<dyn Storage> {
//!         Box::new(Memory::new())
//!     }
//!
//!     fn reopen(&self, _: Box<dyn Storage>) -> Option<Box<dyn Storage>> {
//!         None
//!     }
//! }
//!
//! assert_eq!(conformance::run(&InMemory), []);
//! ```

mod ahead;
mod limits;
mod reading;
mod threads;
mod versions;
mod writing;

pub use crate::capabilities::suite::Finding;

use super::{Error, Outcome, Range, Row, Storage, Versioned, Write};
use crate::capabilities::Merchant;
use crate::capabilities::suite::{self, Problem, holds, same};

/// A backend under test.
pub trait Backend {
    /// A storage without any keys, apart from those made before.
    fn fresh(&self) -> Box<dyn Storage>;

    /// Closes the storage and opens it again. None where nothing outlives it, as in memory; what is
    /// durable is then not checked.
    fn reopen(&self, storage: Box<dyn Storage>) -> Option<Box<dyn Storage>>;
}

type Check = (&'static str, fn(&dyn Backend) -> Result<(), Problem>);

const CHECKS: &[&[Check]] = &[
    reading::CHECKS,
    writing::CHECKS,
    versions::CHECKS,
    limits::CHECKS,
    threads::CHECKS,
    ahead::CHECKS,
];

/// Runs all checks, each on a fresh storage of its own, in a few seconds. Empty: the backend conforms.
#[must_use]
pub fn run(backend: &dyn Backend) -> Vec<Finding> {
    suite::run(CHECKS, |check| check(backend))
}

/// The names of all checks, in the order in which they run.
pub fn names() -> impl Iterator<Item = &'static str> {
    suite::names(CHECKS)
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self(format!("an unexpected error: {error}"))
    }
}

impl From<crate::capabilities::merchant::InvalidMerchant> for Problem {
    fn from(error: crate::capabilities::merchant::InvalidMerchant) -> Self {
        Self(error.to_string())
    }
}

fn merchant() -> Result<Merchant, Problem> {
    Ok(Merchant::new("conformance")?)
}

fn put(key: &str, value: &str) -> Write {
    Write {
        key: key.to_owned(),
        value: Some(value.to_owned()),
        expect: None,
    }
}

fn delete(key: &str) -> Write {
    Write {
        key: key.to_owned(),
        value: None,
        expect: None,
    }
}

impl Write {
    /// The same write, made only if the key's version is this one.
    fn at(mut self, version: u64) -> Self {
        self.expect = Some(version);
        self
    }
}

/// Commits, and finds a problem in a conflict.
fn commit(storage: &dyn Storage, merchant: &Merchant, writes: &[Write]) -> Result<(), Problem> {
    same(
        "the commit",
        storage.commit(merchant, writes.to_vec())?,
        Outcome::Committed,
    )
}

/// One key as it stands.
fn get(storage: &dyn Storage, merchant: &Merchant, key: &str) -> Result<Versioned, Problem> {
    let found = storage.read(merchant, &[key.to_owned()])?;
    match <[Versioned; 1]>::try_from(found) {
        Ok([one]) => Ok(one),
        Err(several) => Err(Problem(format!(
            "a read of one key gave {} values",
            several.len()
        ))),
    }
}

fn value(storage: &dyn Storage, merchant: &Merchant, key: &str) -> Result<Option<String>, Problem> {
    Ok(get(storage, merchant, key)?.value)
}

fn version(storage: &dyn Storage, merchant: &Merchant, key: &str) -> Result<u64, Problem> {
    Ok(get(storage, merchant, key)?.version)
}

/// Forward.
fn range(start: &str, end: &str, limit: u32) -> Range {
    Range {
        start: start.to_owned(),
        end: end.to_owned(),
        limit,
        backward: false,
    }
}

fn backward(start: &str, end: &str, limit: u32) -> Range {
    Range {
        backward: true,
        ..range(start, end, limit)
    }
}

fn scan(storage: &dyn Storage, merchant: &Merchant, range: &Range) -> Result<Vec<Row>, Problem> {
    Ok(storage.scan(merchant, range)?)
}

/// The keys of a range, which must be those of its rows.
fn keys(storage: &dyn Storage, merchant: &Merchant, range: &Range) -> Result<Vec<String>, Problem> {
    let rows = scan(storage, merchant, range)?;
    let of_rows: Vec<String> = rows.into_iter().map(|row| row.key).collect();
    let keys = storage.scan_keys(merchant, range)?;
    same("the keys of the rows, by themselves", &keys, &of_rows)?;
    Ok(keys)
}

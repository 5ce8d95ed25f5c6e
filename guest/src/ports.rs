//! What the logic needs of the world: the imports of the component, as traits.

use crate::domain::instant::Instant;

/// A key as it stands; version 0 was never written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Versioned {
    /// None: never written, or deleted.
    pub value: Option<String>,
    /// Raised by every write.
    pub version: u64,
}

/// A key that has a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The key.
    pub key: String,
    /// Its value.
    pub value: String,
    /// Its version.
    pub version: u64,
}

/// Part of the ordered keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    /// Included.
    pub start: String,
    /// Excluded.
    pub end: String,
    /// At most so many rows, 1 to 1,000.
    pub limit: u32,
    /// The last rows, the greatest key first.
    pub backward: bool,
}

/// A change of one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    /// The key.
    pub key: String,
    /// None: deletes it.
    pub value: Option<String>,
    /// The version that must still hold; none: any.
    pub expect: Option<u64>,
}

/// How a commit ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All of it is durable.
    Committed,
    /// A version was another one: nothing was written.
    Conflict,
}

/// Why the storage did not do it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StorageError {
    /// No answer; the outcome of a commit is open.
    Unavailable,
    /// No room.
    Full,
    /// Over a limit; which.
    TooLarge(String),
}

/// How much a line of the log matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it all")]
pub enum Level {
    Debug,
    Info,
    Warn,
    Error,
}

/// Everything that is not an argument.
pub trait Ports {
    /// The time now.
    fn now(&self) -> Instant;

    /// The keys as they stand at one instant, in the order asked for; at most 1,000.
    ///
    /// # Errors
    /// [`StorageError`].
    fn read(&self, keys: &[String]) -> Result<Vec<Versioned>, StorageError>;

    /// The rows of a range, in order.
    ///
    /// # Errors
    /// [`StorageError`].
    fn scan(&self, range: &Range) -> Result<Vec<Row>, StorageError>;

    /// Writes all or nothing; at most 1,000 writes.
    ///
    /// # Errors
    /// [`StorageError`].
    fn commit(&self, writes: Vec<Write>) -> Result<Outcome, StorageError>;

    /// A line for the operator, without personal data.
    fn log(&self, level: Level, context: &str, text: &str);
}

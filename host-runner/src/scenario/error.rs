//! Why a scenario file can't be played.

use std::path::PathBuf;

/// A file that can't be read or is not a scenario.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file system did not give the file.
    #[error("{path}: {source}", path = path.display())]
    Read {
        /// As it was asked for.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The text is there and something in it is wrong.
    #[error("{file}:{fault}")]
    Fault {
        /// The name given for the text, usually its path.
        file: String,
        /// What and where.
        fault: Fault,
    },
}

/// Something wrong at one place of a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{line}:{column}: {place}{problem}")]
pub struct Fault {
    /// From 1; 0 where the reader could not tell.
    pub line: u64,
    /// In characters, from 1; 0 where the reader could not tell.
    pub column: u64,
    /// The step and the field, such as `step 3, with: `; empty for the file as a whole.
    pub place: String,
    /// What is wrong and what may stand there.
    pub problem: String,
}

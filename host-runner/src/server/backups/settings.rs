//! Where backups go, how many are kept, and how often one is made.

use super::folder;
use crate::capabilities::clock::Instant;
use crate::capabilities::messaging::{ChannelsError, Reader};
use crate::capabilities::storage::Place;
use crate::private;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The settings' table `backup`. Without it a backup is made when the operator asks for one, and at no other time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupSettings {
    /// The folder, made if missing. Default: `backups` beside the file.
    pub folder: PathBuf,
    /// So many of the latest are kept, 1 to 1,000. Default: 7.
    pub keep: usize,
    /// How long after the last one the next is made. None: when it is asked for.
    pub every: Option<Duration>,
}

impl BackupSettings {
    /// Where a backup of this time goes, which is a new file; the folder is made if missing.
    ///
    /// # Errors
    /// Where the folder can't be made.
    pub fn file(&self, now: Instant) -> io::Result<PathBuf> {
        private::folder(&self.folder)?;
        Ok(folder::free(&self.folder, now))
    }

    /// When the last one was made, by the names of those that are there; none of the future is counted.
    ///
    /// # Errors
    /// Where the folder can't be read.
    pub fn last(&self, now: Instant) -> io::Result<Option<Instant>> {
        folder::last(&self.folder, now)
    }

    /// Those of a table, if it is there.
    pub(in crate::server) fn read(
        table: Option<Reader<'_>>,
        beside: &Path,
        database: &Place,
    ) -> Result<Self, ChannelsError> {
        let mut settings = Self {
            folder: beside.join("backups"),
            keep: 7,
            every: None,
        };
        let Some(mut table) = table else {
            return Ok(settings);
        };
        if let Place::Server(_) = database {
            let told =
                "a PostgreSQL server is backed up by pg_dump or a base backup, not from here";
            return Err(table.fault_of_all(told));
        }
        if let Some(folder) = table.path("folder")? {
            settings.folder = folder;
        }
        let keep = table.number("keep", 1..=1_000, 7)?;
        settings.keep = usize::try_from(keep).unwrap_or(settings.keep);
        let hours = table.number("every-hours", 1..=8_760, 24)?;
        settings.every = Some(Duration::from_secs(u64::from(hours) * 3_600));
        table.done()?;
        Ok(settings)
    }
}

//! Backups of the server's own database: at their times, and when the operator asks for one.

mod folder;
mod settings;

pub use settings::BackupSettings;

use super::metrics::Metrics;
use super::start::Parts;
use crate::capabilities::Merchant;
use crate::capabilities::clock::Clock;
use crate::capabilities::logging::{Level, LogSink};
use crate::capabilities::storage::{Backup, BackupError, Room, Storage};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// The longest time between two looks at the clock, which may be set.
const LOOK: Duration = Duration::from_secs(30);

/// How long after one that failed the next is tried.
const AGAIN: Duration = Duration::from_secs(600);

/// Makes backups, one at a time, and keeps the latest.
pub(super) struct Backups {
    settings: BackupSettings,
    storage: Arc<dyn Storage>,
    clock: Arc<dyn Clock>,
    log: Arc<dyn LogSink>,
    metrics: Arc<Metrics>,
    /// Set when the server ends: what is under way is given up.
    stop: Arc<AtomicBool>,
}

impl Backups {
    pub(super) fn new(settings: BackupSettings, parts: &Parts, metrics: Arc<Metrics>) -> Self {
        let own = Self {
            settings,
            storage: parts.storage.clone(),
            clock: parts.clock.clone(),
            log: parts.log.clone(),
            metrics,
            stop: Arc::default(),
        };
        if own.settings.every.is_some() {
            // An alarm on its age goes off where there has never been one.
            let last = own.settings.last(own.clock.now());
            own.metrics
                .has_backup(last.ok().flatten().unwrap_or_default());
        }
        own
    }

    /// How much room the database takes and has.
    pub(super) fn room(&self) -> Option<Room> {
        self.storage.room()
    }

    /// Makes one now. It takes as long as the disk needs for all of the database.
    pub(super) fn make(&self) -> Result<Backup, BackupError> {
        let made = self.make_and_prune();
        match &made {
            Ok(backup) => {
                self.metrics.has_backup(self.clock.now());
                self.metrics.backup_took(backup.time);
                let told = format!("{} has {} bytes", backup.file.display(), backup.bytes);
                self.told(Level::Info, &told);
            }
            // Whoever asked is told; nobody needs to look at anything.
            Err(BackupError::Elsewhere | BackupError::Running | BackupError::Stopped) => {}
            Err(error) => self.told(Level::Error, &format!("there is no new backup: {error}")),
        }
        made
    }

    fn make_and_prune(&self) -> Result<Backup, BackupError> {
        let folder = &self.settings.folder;
        let failed = |error: io::Error| BackupError::File {
            path: folder.clone(),
            error,
        };
        let file = self.settings.file(self.clock.now()).map_err(failed)?;
        folder::sweep(folder).map_err(failed)?;
        let backup = self.storage.backup(&file, &self.stop)?;
        match folder::prune(folder, self.settings.keep, &backup.file) {
            Ok(removed) => {
                for file in removed {
                    self.told(Level::Info, &format!("{} was removed", file.display()));
                }
            }
            // There is a backup nevertheless.
            Err(error) => self.told(
                Level::Warn,
                &format!("an old one can't be removed: {error}"),
            ),
        }
        Ok(backup)
    }

    /// Whether the last one is so old that the next is to be made; where the folder can't be read, making one tells why.
    fn is_due(&self, every: Duration) -> bool {
        let now = self.clock.now();
        let last = folder::last(&self.settings.folder, now).ok().flatten();
        last.is_none_or(|last| now.seconds.saturating_sub(last.seconds) >= every.as_secs())
    }

    fn told(&self, level: Level, text: &str) {
        self.log.log(&Merchant::host(), level, "backup", text);
    }
}

/// Makes backups at their times until the server is told to stop; then nobody makes one any more.
pub(super) async fn keep(backups: Arc<Backups>, mut stop: watch::Receiver<bool>) {
    let mut wait = Duration::ZERO;
    // It ends with an error where nobody is left who could tell it to stop.
    while timeout(wait, stop.changed()).await.is_err() {
        wait = LOOK;
        let Some(every) = backups.settings.every else {
            continue;
        };
        let own = backups.clone();
        let due = move || own.is_due(every).then(|| own.make());
        let made = tokio::select! {
            made = spawn_blocking(due) => made,
            _ = stop.changed() => break,
        };
        if matches!(made, Ok(Some(Err(_))) | Err(_)) {
            wait = AGAIN;
        }
    }
    backups.stop.store(true, Ordering::Relaxed);
}

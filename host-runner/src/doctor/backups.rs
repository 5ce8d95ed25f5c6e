//! Whether backups are made, and can be.

use super::Finding;
use super::files::try_out;
use crate::capabilities::clock::Instant;
use crate::server::BackupSettings;

/// The folder of backups that are made by themselves, and how old the last one is; nothing where none are.
pub(super) fn look(settings: &BackupSettings, now: Instant) -> Option<Finding> {
    const WHAT: &str = "backups";
    let every = settings.every?;
    let folder = settings.folder.display();
    if !settings.folder.exists() {
        let told = format!("{folder} is made with the first one");
        return Some(Finding::good(WHAT, told));
    }
    if let Err(error) = try_out(&settings.folder) {
        let told = format!("{folder} takes no file: {error}");
        return Some(Finding::bad(WHAT, told));
    }
    Some(match settings.last(now) {
        Err(error) => Finding::bad(WHAT, format!("{folder} can't be read: {error}")),
        Ok(None) => Finding::good(WHAT, format!("{folder} takes files; there is none yet")),
        Ok(Some(last)) => {
            let hours = now.seconds.saturating_sub(last.seconds) / 3_600;
            let told = format!("{folder} takes files; the last one is {hours} hours old");
            // One that failed is tried again soon.
            if now.seconds.saturating_sub(last.seconds) > every.as_secs().saturating_mul(2) {
                let late = format!(
                    "{told}, and one is to be made every {}: look why none is",
                    every.as_secs() / 3_600
                );
                Finding::doubtful(WHAT, late)
            } else {
                Finding::good(WHAT, told)
            }
        }
    })
}

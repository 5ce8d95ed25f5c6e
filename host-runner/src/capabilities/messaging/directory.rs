//! Messages as files: for platforms that send them by themselves, and for tests.

use super::{Message, Messaging, Outcome};
use crate::capabilities::Merchant;
use crate::capabilities::logging::{Level, LogSink};
use crate::private;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// After a failed write it is tried again in so many seconds: time enough for somebody to make room.
const RETRY_SECONDS: u32 = 60;

/// Writes each message as `<folder>/<merchant>/<channel>/<id>.json`, the fields named as in the WIT.
///
/// The id is the SHA-256 of the idempotency key, so the same key never makes a second file; a repeat
/// is accepted with the same id. A file appears complete or not at all, and stays until whoever reads
/// it takes it away; a key repeated after that makes a new file.
pub struct Directory {
    folder: PathBuf,
    log: Arc<dyn LogSink>,
    /// Tells apart the unfinished files of threads that write at the same time.
    unfinished: AtomicU64,
}

impl Directory {
    /// Writes below this folder, which is made with the first message. Failures go to the log; the
    /// plugin is told to try again.
    #[must_use]
    pub fn new(folder: &Path, log: Arc<dyn LogSink>) -> Self {
        Self {
            folder: folder.to_owned(),
            log,
            unfinished: AtomicU64::new(0),
        }
    }

    /// Writes one message, except for what [`sync`] does, and gives its id.
    fn write(&self, folder: &Path, message: &Message) -> io::Result<String> {
        let id = id(&message.idempotency_key);
        let path = folder.join(format!("{id}.json"));
        if path.try_exists()? {
            return Ok(id);
        }
        private::folder(folder)?;
        let number = self.unfinished.fetch_add(1, Ordering::Relaxed);
        let unfinished = folder.join(format!(".{id}.{}.{number}", std::process::id()));
        let written = private::file(&unfinished).and_then(|mut file| {
            let mut text = serde_json::to_vec_pretty(message)?;
            text.push(b'\n');
            file.write_all(&text)?;
            file.sync_all()?;
            fs::rename(&unfinished, &path)
        });
        if written.is_err() {
            // The first error is the one to tell; what is left is hidden and of no effect.
            drop(fs::remove_file(&unfinished));
        }
        written.map(|()| id)
    }
}

impl Messaging for Directory {
    fn send(&self, merchant: &Merchant, messages: &[Message]) -> Vec<Outcome> {
        let of_merchant = self.folder.join(merchant.as_str());
        let mut folders = BTreeSet::new();
        let mut written = Vec::with_capacity(messages.len());
        for message in messages {
            let folder = of_merchant.join(message.channel.name());
            written.push(self.write(&folder, message));
            folders.insert(folder);
        }
        // The names are durable only once their folders are. If that fails, so that even those that
        // were written are tried again, they are found to be there already.
        let synced = if written.iter().any(Result::is_ok) {
            folders
                .iter()
                .filter(|folder| folder.is_dir())
                .try_for_each(|folder| sync(folder))
        } else {
            Ok(())
        };
        let failure = written
            .iter()
            .find_map(|one| one.as_ref().err())
            .or(synced.as_ref().err());
        if let Some(error) = failure {
            let text = format!(
                "messages can't be written below {}: {error}",
                of_merchant.display()
            );
            self.log.log(merchant, Level::Error, "messaging", &text);
        }
        let outcome = |one: io::Result<String>| match (one, &synced) {
            (Ok(id), Ok(())) => Outcome::Accepted(Some(id)),
            (Ok(_), Err(_)) | (Err(_), _) => Outcome::RetryAfter(RETRY_SECONDS),
        };
        written.into_iter().map(outcome).collect()
    }
}

/// Has the disk confirm the names in a folder, where the system can do that.
fn sync(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()
    } else {
        Ok(())
    }
}

fn id(key: &str) -> String {
    let digit = |nibble: u8| char::from_digit(nibble.into(), 16);
    let digest = Sha256::digest(key.as_bytes());
    digest
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .flatten()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capabilities::logging::Collected;
    use crate::capabilities::messaging::Channel;

    fn message(key: &str, text: &str) -> Message {
        Message {
            idempotency_key: key.to_owned(),
            channel: Channel::LinePush,
            address: "U1".to_owned(),
            subject: None,
            text: text.to_owned(),
            html: None,
            detail: Some(r#"{"tags":[]}"#.to_owned()),
        }
    }

    fn files(folder: &Path) -> Vec<PathBuf> {
        fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect()
    }

    #[test]
    fn one_file_a_key_whatever_the_key_is() {
        let folder = tempfile::tempdir().unwrap();
        let merchant = Merchant::new("shop").unwrap();
        let directory = Directory::new(folder.path(), Arc::new(Collected::default()));
        let sent = [
            message("../../a", "first"),
            message("../../a", "again"),
            message("", "點數"),
        ];
        let outcomes = directory.send(&merchant, &sent);
        assert_eq!(outcomes.first(), outcomes.get(1));
        assert!(
            outcomes
                .iter()
                .all(|one| matches!(one, Outcome::Accepted(Some(_))))
        );
        assert_eq!(
            directory.send(&merchant, &sent),
            outcomes,
            "a repeat gives the same ids"
        );

        let files = files(&folder.path().join("shop/line-push"));
        assert_eq!(files.len(), 2, "{files:?}");
        let texts: Vec<String> = files
            .iter()
            .map(|f| fs::read_to_string(f).unwrap())
            .collect();
        let first = texts.iter().find(|text| text.contains("../../a")).unwrap();
        let json: serde_json::Value = serde_json::from_str(first).unwrap();
        assert_eq!(
            json,
            serde_json::json!({
                "idempotency-key": "../../a", "channel": "line-push", "address": "U1",
                "subject": null, "text": "first", "html": null, "detail": "{\"tags\":[]}",
            })
        );
    }

    #[test]
    fn a_failure_is_logged_and_to_be_tried_again() {
        let folder = tempfile::tempdir().unwrap();
        let blocked = folder.path().join("blocked");
        fs::write(&blocked, "a file where a folder should be").unwrap();
        let log = Arc::new(Collected::default());
        let directory = Directory::new(&blocked, log.clone());
        let merchant = Merchant::new("shop").unwrap();
        let outcomes = directory.send(&merchant, &[message("a", "text")]);
        assert_eq!(outcomes, [Outcome::RetryAfter(RETRY_SECONDS)]);
        assert_eq!(log.lines().len(), 1);
    }
}

//! The thread that puts layers of changes into the database's tables, beside the writer.

use super::layer::Layer;
use super::{file, tables};
use crate::capabilities::storage::{Error, REMAINS_KEPT};
use rusqlite::Connection;
use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How often it notes which version the writer has come to, to know later which remains are old.
const NOTE_EVERY: Duration = Duration::from_secs(60);

/// How long the remains of an earlier run are kept: its commands died with it.
const EARLIER_KEPT: Duration = Duration::from_secs(60);

/// A layer to fold, and the version behind it.
struct Task {
    layer: Arc<Layer>,
    next: u64,
}

/// Bytes of the file in use after a layer went in.
pub(super) type Folded = Result<u64, Error>;

/// The running thread. Dropping it waits for what it does.
pub(super) struct Folder {
    ask: Option<Sender<Task>>,
    told: Receiver<Folded>,
    thread: Option<JoinHandle<()>>,
}

impl Folder {
    /// Starts it on its connection to the main database.
    pub(super) fn start(mut connection: Connection) -> io::Result<Self> {
        let (ask, asked) = channel::<Task>();
        let (tell, told) = channel();
        let thread = std::thread::Builder::new()
            .name("stampcard-sqlite-folder".to_owned())
            .spawn(move || {
                let mut remains = Remains::default();
                while let Ok(task) = asked.recv() {
                    let folded = fold(&mut connection, &task, &mut remains);
                    if tell
                        .send(folded.map_err(|error| file::error(&error)))
                        .is_err()
                    {
                        break;
                    }
                }
            })?;
        Ok(Self {
            ask: Some(ask),
            told,
            thread: Some(thread),
        })
    }

    /// Asks for a layer to be folded; false if the thread is gone.
    pub(super) fn ask(&self, layer: Arc<Layer>, next: u64) -> bool {
        let task = Task { layer, next };
        self.ask.as_ref().is_some_and(|ask| ask.send(task).is_ok())
    }

    /// How the last layer fared, if that is known.
    pub(super) fn told(&self) -> Option<Folded> {
        match self.told.try_recv() {
            Ok(folded) => Some(folded),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => Some(Err(gone())),
        }
    }

    /// The same, once it is known.
    pub(super) fn wait(&self) -> Folded {
        self.told.recv().unwrap_or_else(|_| Err(gone()))
    }
}

fn gone() -> Error {
    Error::Unavailable("the thread that fills the database's tables has ended".to_owned())
}

impl Drop for Folder {
    fn drop(&mut self) {
        self.ask = None;
        if let Some(thread) = self.thread.take() {
            // A panic of the thread has been reported by itself.
            drop(thread.join());
        }
    }
}

fn fold(connection: &mut Connection, task: &Task, remains: &mut Remains) -> rusqlite::Result<u64> {
    let purge = remains.old(task.next, Instant::now());
    let more = tables::fold(connection, &task.layer, task.next, purge)?;
    if !more {
        remains.before = 0;
    }
    // Into the file itself: readers need not look into the log then, and it begins anew. Where that can't be ended for
    // a reader's sake, the next time will do.
    connection.query_row("PRAGMA wal_checkpoint(RESTART)", [], |_| Ok(()))?;
    tables::used(connection)
}

/// Which remains of deleted keys have become old.
#[derive(Default)]
struct Remains {
    /// From the instant on, what was deleted before the version may be purged.
    due: VecDeque<(Instant, u64)>,
    /// When the last of them was noted.
    noted: Option<Instant>,
    /// What is being purged: everything deleted before this version.
    before: u64,
}

impl Remains {
    /// The version before which deleted keys may be forgotten now.
    fn old(&mut self, next: u64, now: Instant) -> u64 {
        let kept = match self.noted {
            None => Some(EARLIER_KEPT),
            Some(at) if now.duration_since(at) >= NOTE_EVERY => Some(REMAINS_KEPT),
            Some(_) => None,
        };
        if let Some(kept) = kept {
            self.due.push_back((now + kept, next));
            self.noted = Some(now);
        }
        while let Some((_, version)) = self.due.pop_front_if(|(due, _)| *due <= now) {
            self.before = version;
        }
        self.before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remains_become_old_after_their_time() {
        let mut remains = Remains::default();
        let start = Instant::now();
        let mut old_at = |seconds, next| remains.old(next, start + Duration::from_secs(seconds));
        assert_eq!(old_at(0, 10), 0);
        assert_eq!(old_at(59, 20), 0);
        assert_eq!(old_at(60, 30), 10, "what an earlier run deleted");
        assert_eq!(old_at(3659, 40), 10);
        assert_eq!(old_at(3660, 50), 30, "an hour after it was noted");
    }
}

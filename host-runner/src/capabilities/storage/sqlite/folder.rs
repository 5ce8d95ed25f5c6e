//! The thread that puts layers of changes into the database's tables, beside the writer.

use super::layer::Layer;
use super::recent::Recent;
use super::{file, tables};
use crate::capabilities::storage::Error;
use rusqlite::Connection;
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread::JoinHandle;

/// A layer to fold, and the version behind it.
#[derive(Clone)]
pub(super) struct Task {
    pub(super) layer: Arc<Layer>,
    pub(super) next: u64,
}

/// What the thread is asked to do.
enum Wish {
    Fold(Task),
    /// Giving back a layer that nobody looks at any more takes its time, which is nobody else's here.
    Forget(Arc<Layer>),
}

/// Bytes of the file in use after a layer went in.
pub(super) type Folded = Result<u64, Error>;

/// The running thread. Dropping it waits for what it does.
pub(super) struct Folder {
    ask: Option<Sender<Wish>>,
    told: Receiver<Folded>,
    thread: Option<JoinHandle<()>>,
}

impl Folder {
    /// Starts it on its connection to the main database.
    pub(super) fn start(
        mut connection: Connection,
        path: &Path,
        recent: Arc<Recent>,
    ) -> io::Result<Self> {
        // SQLite locks nothing in its log, so that a file of our own may be opened and closed again.
        let log = File::options().write(true).open(file::log_of(path))?;
        let (ask, asked) = channel::<Wish>();
        let (tell, told) = channel();
        let thread = std::thread::Builder::new()
            .name("stampcard-sqlite-folder".to_owned())
            .spawn(move || {
                while let Ok(wish) = asked.recv() {
                    let task = match wish {
                        Wish::Fold(task) => task,
                        Wish::Forget(layer) => {
                            drop(layer);
                            continue;
                        }
                    };
                    let held = recent.held.load(Ordering::Acquire);
                    let folded = fold(&mut connection, &log, &task, held);
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
    pub(super) fn ask(&self, task: Task) -> bool {
        self.wish(Wish::Fold(task))
    }

    /// Has a layer given back that is in the tables.
    pub(super) fn forget(&self, layer: Arc<Layer>) {
        // Without the thread it is given back here and now.
        self.wish(Wish::Forget(layer));
    }

    fn wish(&self, wish: Wish) -> bool {
        self.ask.as_ref().is_some_and(|ask| ask.send(wish).is_ok())
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

fn fold(connection: &mut Connection, log: &File, task: &Task, held: bool) -> rusqlite::Result<u64> {
    // What can't be written is found again by the transaction's own sync.
    tables::fold(connection, &task.layer, task.next, || drop(log.sync_data()))?;
    // Into the file itself: readers need not look into the log then, and it begins anew. Where that can't be ended for
    // a reader's sake, the next time will do; nobody waits for one that reads for long.
    let copy = if held {
        "PRAGMA wal_checkpoint(PASSIVE)"
    } else {
        "PRAGMA wal_checkpoint(RESTART)"
    };
    connection.query_row(copy, [], |_| Ok(()))?;
    tables::used(connection)
}

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
    pub(super) fn start(mut connection: Connection, recent: Arc<Recent>) -> io::Result<Self> {
        // SQLite locks nothing in its log, so that a handle of our own may be opened and closed again. Where it can't be had, the fold's
        // end takes longer. The connection knows its file's own name, behind links.
        let log = connection.path().map(|path| file::log_of(Path::new(path)));
        let log = log.and_then(|log| File::options().write(true).open(log).ok());
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
                    let folded = fold(&mut connection, log.as_ref(), &task, held);
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

fn fold(
    connection: &mut Connection,
    log: Option<&File>,
    task: &Task,
    held: bool,
) -> rusqlite::Result<u64> {
    // What this handle is told of, SQLite's own may not be.
    let sync = || log.map_or(Ok(()), |log| log.sync_data().map_err(not_written));
    tables::fold(connection, &task.layer, task.next, sync)?;
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

fn not_written(error: io::Error) -> rusqlite::Error {
    let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_IOERR_FSYNC);
    rusqlite::Error::SqliteFailure(code, Some(error.to_string()))
}

#[cfg(all(test, unix))]
mod tests {
    use crate::capabilities::Merchant;
    use crate::capabilities::storage::{Sqlite, Storage, Write};

    /// SQLite's log lies beside the file itself.
    #[test]
    fn a_database_behind_a_link_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        let (link, file) = (folder.path().join("a.db"), elsewhere.path().join("b.db"));
        std::os::unix::fs::symlink(&file, &link).unwrap();
        let shop = Merchant::new("shop").unwrap();
        let key = ["a".to_owned()];
        for expected in [0, 1] {
            let storage = Sqlite::open(&link).unwrap();
            let found = storage.read(&shop, &key).unwrap();
            assert_eq!(found[0].version, expected);
            let write = Write {
                key: "a".to_owned(),
                value: Some("1".to_owned()),
                expect: Some(expected),
            };
            storage.commit(&shop, vec![write]).unwrap();
        }
        assert!(file.metadata().unwrap().len() > 0);
    }
}

//! SQLite's write-ahead log, and how it gets into the database beside the writer's work.

use rusqlite::Connection;
use rusqlite::hooks::Wal;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread::JoinHandle;

/// Pages in the log at which they are copied into its file: 512 MiB, which is what gathers in the journal's two tables twice over, so
/// that a page that is used again is copied once.
const ENOUGH: u32 = 65_536;

/// So many pages the writer copies by itself, to be able to begin the log anew: a few milliseconds.
const FEW: u32 = 512;

/// Pages at which the writer copies whatever there is: the log must not grow without bounds where
/// the disk is slower than the writer.
const TOO_MANY: u32 = 2 * ENOUGH;

/// Watches the log's length. A thread of its own copies most of a long log while the writer goes on
/// writing; the writer copies the short rest, after which the log is written from its beginning.
pub(super) struct Log {
    /// Its pages after the latest transaction.
    pages: Arc<AtomicU32>,
    helper: Helper,
    step: Step,
    /// So many pages start the next round.
    enough: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Resting,
    Copying,
}

impl Log {
    /// Watches the writer's connection; `other` is for the thread that copies.
    pub(super) fn watch(writer: &mut Connection, other: Connection) -> io::Result<Self> {
        let pages = Arc::new(AtomicU32::new(0));
        let seen = Arc::clone(&pages);
        let hook = move |_: &mut Wal, pages: i32| {
            seen.store(u32::try_from(pages).unwrap_or(0), Ordering::Relaxed);
            Ok(())
        };
        writer.wal_hook(Some(hook)).map_err(io::Error::other)?;
        Ok(Self {
            pages,
            helper: Helper::start(other)?,
            step: Step::Resting,
            enough: ENOUGH,
        })
    }

    /// Does what the log's length asks for; called by the writer between transactions. Whatever fails
    /// here, nothing is lost: the log is durable as it stands, and it is tried again when it has grown.
    pub(super) fn tend(&mut self, writer: &Connection) {
        let pages = self.pages.load(Ordering::Relaxed);
        if pages < self.enough {
            return;
        }
        if self.step == Step::Resting {
            self.step = if self.helper.ask() {
                Step::Copying
            } else {
                Step::Resting
            };
            return;
        }
        let copied = match self.helper.copied() {
            Ok(copied) => copied,
            Err(TryRecvError::Empty) if pages < TOO_MANY => return,
            Err(_) => 0,
        };
        if pages.saturating_sub(copied) > FEW && pages < TOO_MANY && self.helper.ask() {
            return;
        }
        self.step = Step::Resting;
        // It waits for the readers of the moment, so that nobody needs the log's old pages.
        let copied = copy(writer, "PRAGMA wal_checkpoint(RESTART)");
        self.enough = if copied.is_some() {
            ENOUGH
        } else {
            pages.saturating_add(ENOUGH)
        };
        self.pages.store(0, Ordering::Relaxed);
    }
}

/// The thread that copies.
struct Helper {
    ask: Option<Sender<()>>,
    copied: Receiver<u32>,
    thread: Option<JoinHandle<()>>,
}

impl Helper {
    fn start(connection: Connection) -> io::Result<Self> {
        let (ask, asked) = channel::<()>();
        let (tell, copied) = channel();
        let thread = std::thread::Builder::new()
            .name("stampcard-sqlite-log".to_owned())
            .spawn(move || {
                while let Ok(()) = asked.recv() {
                    let copied = copy(&connection, "PRAGMA wal_checkpoint(PASSIVE)").unwrap_or(0);
                    if tell.send(copied).is_err() {
                        break;
                    }
                }
            })?;
        Ok(Self {
            ask: Some(ask),
            copied,
            thread: Some(thread),
        })
    }

    /// Asks for a round; false if the thread is gone.
    fn ask(&self) -> bool {
        self.ask.as_ref().is_some_and(|ask| ask.send(()).is_ok())
    }

    /// How many of the log's pages are in the database after the round that was asked for.
    fn copied(&self) -> Result<u32, TryRecvError> {
        self.copied.try_recv()
    }
}

impl Drop for Helper {
    fn drop(&mut self) {
        self.ask = None;
        if let Some(thread) = self.thread.take() {
            // A panic of the thread has been reported by itself.
            drop(thread.join());
        }
    }
}

/// Runs a checkpoint; the pages copied since the log last began, or none if it could not be ended.
fn copy(connection: &Connection, pragma: &str) -> Option<u32> {
    let row = connection.query_row(pragma, [], |row| Ok((row.get(0)?, row.get(2)?)));
    row.ok()
        .filter(|(busy, _): &(bool, u32)| !busy)
        .map(|(_, copied)| copied)
}

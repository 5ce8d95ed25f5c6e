//! What the writer does with a commit: looks whether its versions still hold, adds it to the journal, and hands on what
//! has gathered there.

use super::fingerprint::Fingerprint;
use super::flush::Flush;
use super::folder::{Folded, Folder, Task};
use super::journal::Journal;
use super::layer::{Entry, Layer};
use super::queue::Work;
use super::recent::{Layers, Recent};
use super::staged::Staged;
use super::text::Change;
use super::{Settings, file, tables};
use crate::capabilities::Merchant;
use crate::capabilities::storage::{Error, Outcome};
use rusqlite::Connection;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How old a change gets, about, before it goes into the tables: an operator who looks at them with SQL sees it then.
const OLD: Duration = Duration::from_secs(5);

/// What a job is answered.
pub(super) type Answer = Result<Outcome, Error>;

/// Where the layer before the active one is.
enum Before {
    /// It is in the tables, and its table of the journal is empty.
    Done,
    /// It goes into the tables.
    Folding(Task),
    /// It is in the tables; its table of the journal is being emptied.
    Folded,
    /// It could not be put there, and is tried again.
    Failed(Task, Error, Instant),
}

/// Whether what has gathered was put into the tables for want of room: only then it is known how much there is.
#[derive(PartialEq)]
enum Room {
    Unknown,
    Wanted,
    Made,
}

/// Commits, one group after another.
pub(super) struct Scribe<'c> {
    journal: Journal<'c>,
    /// Reads versions from the tables.
    base: &'c Connection,
    recent: &'c Recent,
    folder: Folder,
    before: Before,
    /// The layer that `base` may not see yet.
    unseen: Option<Arc<Layer>>,
    /// The changes of the group that is under way.
    staged: Staged,
    /// The version that the next commit gets. None is given twice: what a failed transaction took is passed over.
    next: u64,
    /// Bytes of the main database in use.
    used: u64,
    settings: Settings,
    room: Room,
    /// When the first change of the active layer was made.
    since: Option<Instant>,
    /// Who waits until everything is in the tables.
    flush: Flush,
}

impl<'c> Scribe<'c> {
    pub(super) fn new(
        journal: Journal<'c>,
        base: &'c Connection,
        recent: &'c Recent,
        folder: Folder,
        next: u64,
        used: u64,
        settings: Settings,
    ) -> Self {
        Self {
            journal,
            base,
            recent,
            folder,
            before: Before::Done,
            unseen: None,
            staged: Staged::default(),
            next,
            used,
            settings,
            room: Room::Unknown,
            since: None,
            flush: Flush::default(),
        }
    }

    pub(super) fn journal(&self) -> &'c Connection {
        self.journal.connection()
    }

    /// How long it may be left without work: none if there is nothing else to do.
    pub(super) fn patience(&self) -> Option<Duration> {
        let idle = self.since.is_none() && matches!(self.before, Before::Done);
        let usual = (!idle).then_some(OLD);
        self.flush.patience().or(usual)
    }

    /// Bytes of changes in the group.
    pub(super) fn bytes(&self) -> usize {
        self.journal.bytes()
    }

    /// Begins a group of commits.
    pub(super) fn begin(&mut self) -> Result<(), Error> {
        if self.weight() / 2 > self.settings.recent {
            if let Before::Folding(_) = self.before {
                let folded = self.folder.wait();
                self.folded(folded);
            }
            if let Before::Failed(_, error, _) = &self.before {
                return Err(error.clone());
            }
            self.tend(true);
        }
        self.look().map_err(|error| file::error(&error))
    }

    /// Has `base` see the tables as they are now.
    fn look(&mut self) -> rusqlite::Result<()> {
        if !self.base.is_autocommit() {
            self.base.prepare_cached("COMMIT")?.raw_execute()?;
        }
        let layers = self.recent.look();
        file::begin_snapshot(self.base)?;
        self.unseen.clone_from(&layers.before);
        Ok(())
    }

    /// Does one piece of work, whole or not at all. None: the group has to end before it. After an error the group must be
    /// rolled back.
    pub(super) fn work(&mut self, work: &mut Work) -> Result<Option<Answer>, Error> {
        match work {
            Work::Commit { merchant, changes } => {
                if !self.has_room(changes) {
                    if self.room == Room::Made {
                        return Ok(Some(Err(self.full())));
                    }
                    self.room = Room::Wanted;
                    return Ok(None);
                }
                self.changes(merchant, changes)
            }
            Work::Mark {
                merchant,
                name,
                text,
            } => self
                .journal
                .add(merchant, name, Some(text), None)
                .map(|()| {
                    self.staged.set_mark(merchant, name.clone(), text.clone());
                    Outcome::Committed
                }),
            Work::Flush(told) => {
                self.flush.want(told.clone());
                Ok(Outcome::Committed)
            }
        }
        .map(|outcome| Some(Ok(outcome)))
        .map_err(|error| file::error(&error))
    }

    fn changes(
        &mut self,
        merchant: &Merchant,
        changes: &mut Vec<Change>,
    ) -> rusqlite::Result<Outcome> {
        // All checks come first: so nothing has to be taken back when the last one fails.
        if !self.hold(merchant, changes)? {
            return Ok(Outcome::Conflict);
        }
        let version = self.next;
        self.next += 1;
        for change in changes.drain(..) {
            let Change {
                key, value, print, ..
            } = change;
            self.journal
                .add(merchant, &key, value.as_deref(), Some(version))?;
            let entry = Entry { value, version };
            self.staged.set(merchant, key, print, entry);
        }
        Ok(Outcome::Committed)
    }

    /// Whether the keys still have the versions that are expected of them.
    fn hold(&self, merchant: &Merchant, changes: &[Change]) -> rusqlite::Result<bool> {
        let layers = self.recent.look();
        for change in changes {
            if let Some(expected) = change.expect
                && self.version(&layers, merchant, &change.key, change.print)? != expected
            {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn version(
        &self,
        layers: &Layers,
        merchant: &Merchant,
        key: &str,
        print: Fingerprint,
    ) -> rusqlite::Result<u64> {
        if let Some(version) = self.staged.version(print) {
            return Ok(version);
        }
        let unseen = || self.unseen.as_ref()?.get(print);
        if let Some(entry) = layers.active.get(print).or_else(unseen) {
            return Ok(entry.version);
        }
        let stored = match self.recent.seen.version(print) {
            Some(version) => version,
            None => tables::version(self.base, merchant, key)?,
        };
        Ok(match stored {
            0 => layers.remains.version(print),
            version => version,
        })
    }

    /// Ends the group; all of it is durable, and seen by readers, when this returns without an error.
    pub(super) fn commit(&mut self) -> Result<(), Error> {
        self.journal.commit().map_err(|error| file::error(&error))?;
        if !self.staged.is_empty() {
            self.since.get_or_insert_with(Instant::now);
            self.staged.move_into(&mut self.recent.change());
        }
        self.unseen = None;
        let end = |connection: &Connection| connection.prepare_cached("COMMIT")?.raw_execute();
        // The commit stands whatever becomes of the snapshot; the next group begins another.
        drop(end(self.base));
        Ok(())
    }

    /// Leaves nothing of a group.
    pub(super) fn roll_back(&mut self) -> rusqlite::Result<()> {
        self.unseen = None;
        self.staged.clear();
        self.journal.roll_back()
    }

    fn weight(&self) -> u64 {
        self.recent.look().active.weight()
    }

    /// Whether the database is below its largest size. Deletes always have room, since they make some.
    fn has_room(&self, changes: &[Change]) -> bool {
        let Some(largest) = self.settings.largest else {
            return true;
        };
        let gathered = self.weight().saturating_add(self.staged.weight());
        let deletes = changes.iter().all(|change| change.value.is_none());
        deletes || self.used.saturating_add(gathered) < largest
    }

    fn full(&self) -> Error {
        match &self.before {
            Before::Failed(_, error, _) => error.clone(),
            _ => Error::Full(format!(
                "the database has {} bytes of data, and may have {}",
                self.used,
                self.settings.largest.unwrap_or(u64::MAX)
            )),
        }
    }

    /// Hands on what has gathered, if it is enough or old, and takes note of what became of the layer before; all that can be done
    /// now, or no more than holds nobody up.
    pub(super) fn tend(&mut self, all: bool) {
        if let Before::Folding(_) = self.before
            && let Some(folded) = self.folder.told()
        {
            self.folded(folded);
        }
        let late = self.since.is_some_and(|since| since.elapsed() >= 2 * OLD);
        self.go_on(all || late || self.flush.is_due());
        self.room = if self.room == Room::Wanted {
            self.fold_all();
            Room::Made
        } else {
            Room::Unknown
        };
        let old = |since: Instant| self.flush.is_due() || since.elapsed() >= OLD;
        let due = self.since.is_some_and(old) || self.weight() >= self.settings.recent;
        if matches!(self.before, Before::Done) && due {
            self.hand_on();
        }
        self.tell();
    }

    /// Tells those who wait for the tables what is known already.
    fn tell(&mut self) {
        let failed = matches!(self.before, Before::Failed(..));
        if failed || self.since.is_none() {
            self.flush.hand_on();
        }
        match &self.before {
            Before::Failed(_, error, _) => self.flush.end(&Err(error.clone())),
            Before::Done | Before::Folded => self.flush.end(&Ok(())),
            Before::Folding(_) => {}
        }
    }

    /// Goes on with a layer that is folded, or that could not be.
    fn go_on(&mut self, all: bool) {
        match &self.before {
            // A transaction of its own, since no group is open. Where it fails, it is tried again later.
            Before::Folded
                if self.journal.is_cleared() || (all && self.journal.clear_rest().is_ok()) =>
            {
                self.before = Before::Done;
            }
            Before::Failed(task, _, at) if at.elapsed() >= OLD => {
                let task = task.clone();
                if self.folder.ask(task.clone()) {
                    self.before = Before::Folding(task);
                }
            }
            _ => {}
        }
    }

    /// Makes the active layer the one before, and has it folded.
    fn hand_on(&mut self) {
        let (layer, old) = self.recent.turn();
        // Neither readers nor commits wait until all of it is given back.
        old.into_iter().for_each(|old| self.folder.forget(old));
        self.since = None;
        self.flush.hand_on();
        self.journal.turn();
        let next = self.next;
        let task = Task { layer, next };
        self.before = if self.folder.ask(task.clone()) {
            Before::Folding(task)
        } else {
            let gone = Error::Unavailable("the folder has ended".to_owned());
            Before::Failed(task, gone, Instant::now())
        };
    }

    fn folded(&mut self, folded: Folded) {
        self.flush.end(&folded.clone().map(drop));
        let before = std::mem::replace(&mut self.before, Before::Done);
        self.before = match (folded, before) {
            (Ok(used), _) => {
                self.used = used;
                self.journal.clear_other();
                Before::Folded
            }
            (Err(error), Before::Folding(task)) => Before::Failed(task, error, Instant::now()),
            (Err(_), before) => before,
        };
    }

    /// Has everything put into the tables that can be, and waits for it.
    fn fold_all(&mut self) {
        loop {
            match &self.before {
                Before::Folding(_) => {
                    let folded = self.folder.wait();
                    self.folded(folded);
                }
                Before::Folded | Before::Done if self.weight() == 0 && self.since.is_none() => {
                    return;
                }
                Before::Done => self.hand_on(),
                Before::Folded => {
                    self.go_on(true);
                    if matches!(self.before, Before::Folded) {
                        return;
                    }
                }
                Before::Failed(..) => return,
            }
        }
    }

    /// Puts everything into the tables; whether that could be done.
    pub(super) fn finish(mut self) -> bool {
        // Where no snapshot is open there is nothing to end, and that is all the error says.
        drop(self.base.execute_batch("COMMIT"));
        self.fold_all();
        self.since.is_none() && matches!(self.before, Before::Done | Before::Folded)
    }
}

//! One database takes another one's place, in steps. Whatever cuts it off, a host that is started then finds what was there before,
//! or the new one, or a note with which it doesn't begin; and the same restore once more goes on.

use super::part::{self, Part};
use super::restore::RestoreError;
use super::{journal, open};
use crate::capabilities::storage::BackupError;
use crate::private;
use std::fs::{self, File, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// What stands behind the name of a database that another one took the place of.
const REPLACED: &str = ".replaced";

/// What a database consists of after a crash, by what stands behind its name. The tables come first.
pub(super) const FILES: [&str; 4] = ["", "-wal", ".journal", ".journal-wal"];

/// What has to be gone before other tables come: SQLite would take the log for theirs. The rest it makes anew.
const LOGS: [&str; 3] = ["-wal", "-shm", ".journal-shm"];

/// What the note says to somebody who looks into it.
const NOTE: &str = "A restore into this database has begun and not ended. Run it again.\n";

/// A database that is about to get its place, and what is there.
#[derive(Debug)]
pub(super) struct Exchange {
    to: PathBuf,
    /// Until it has its place.
    part: Option<Part>,
    bytes: u64,
    /// What was there before, once it is kept.
    former: Option<PathBuf>,
}

type Step = fn(&mut Exchange) -> Result<(), RestoreError>;

/// What a restore does, in this order.
const STEPS: [Step; 5] = [
    Exchange::keep_former,
    Exchange::leave_note,
    Exchange::remove_logs,
    Exchange::place,
    Exchange::remove_note,
];

impl Exchange {
    /// Of a whole database, under a lock of the other one.
    pub(super) fn new(to: &Path, part: Part) -> Self {
        Self {
            to: to.to_owned(),
            part: Some(part),
            bytes: 0,
            former: None,
        }
    }

    /// Bytes of the new one, and where the former one is, if there was one.
    pub(super) fn run(mut self) -> Result<(u64, Option<PathBuf>), RestoreError> {
        for step in STEPS {
            step(&mut self)?;
        }
        Ok((self.bytes, self.former))
    }

    /// Gives what is there second names. Where a note is, that was done.
    fn keep_former(&mut self) -> Result<(), RestoreError> {
        let former = part::beside(&self.to, REPLACED);
        let failed = |error| BackupError::of(&former, error);
        let noted = open::note_of(&self.to).try_exists().map_err(failed)?;
        if !noted {
            let there = FILES.iter().filter(|name| self.beside(name).exists());
            let there = there.copied().collect::<Vec<_>>();
            if there.is_empty() {
                return Ok(());
            }
            if is_same(&self.to, &former) {
                // Another restore got so far. The tables' name goes last, since by it this is known.
                for ending in FILES.iter().rev() {
                    remove(&part::beside(&former, ending)).map_err(failed)?;
                }
            }
            let mut taken = FILES.iter().map(|ending| part::beside(&former, ending));
            if let Some(path) = taken.find(|file| file.exists()) {
                return Err(RestoreError::Former { path });
            }
            for ending in there {
                let name = part::beside(&former, ending);
                fs::hard_link(self.beside(ending), name).map_err(failed)?;
            }
            self.sync_folder()?;
        }
        self.former = Some(former);
        Ok(())
    }

    /// From here on no host begins with what is there, and another restore knows that the former database is kept.
    fn leave_note(&mut self) -> Result<(), RestoreError> {
        if self.former.is_none() {
            return Ok(());
        }
        let path = open::note_of(&self.to);
        let note = File::create(&path)
            .and_then(|mut note| note.write_all(NOTE.as_bytes()).map(|()| note))
            .and_then(|note| note.sync_all());
        note.map_err(|error| BackupError::of(&path, error))?;
        self.sync_folder()
    }

    fn remove_logs(&mut self) -> Result<(), RestoreError> {
        for ending in LOGS {
            let path = self.beside(ending);
            remove(&path).map_err(|error| BackupError::of(&path, error))?;
        }
        self.sync_folder()
    }

    fn place(&mut self) -> Result<(), RestoreError> {
        if let Some(part) = self.part.take() {
            self.bytes = part.place()?;
        }
        Ok(())
    }

    /// The former one's journal goes first, with which no host would begin either.
    fn remove_note(&mut self) -> Result<(), RestoreError> {
        journal::remove(&self.to);
        self.sync_folder()?;
        let path = open::note_of(&self.to);
        remove(&path).map_err(|error| BackupError::of(&path, error))?;
        self.sync_folder()
    }

    fn beside(&self, ending: &str) -> PathBuf {
        part::beside(&self.to, ending)
    }

    fn sync_folder(&self) -> Result<(), RestoreError> {
        let synced = private::sync_folder_of(&self.to);
        Ok(synced.map_err(|error| BackupError::of(&self.to, error))?)
    }
}

/// Removes a file that may be gone already.
fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Whether two names are one file's, as far as the system tells.
fn is_same(one: &Path, other: &Path) -> bool {
    let known = |path| fs::metadata(path).ok().and_then(|found| number(&found));
    matches!((known(one), known(other)), (Some(one), Some(other)) if one == other)
}

#[cfg(unix)]
fn number(found: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Some((found.dev(), found.ino()))
}

#[cfg(not(unix))]
fn number(_: &Metadata) -> Option<(u64, u64)> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capabilities::Merchant;
    use crate::capabilities::storage::{Marks, OpenError, Sqlite, Storage, Write as Put, restore};
    use rusqlite::Connection;
    use std::sync::Arc;

    fn tea() -> Merchant {
        Merchant::new("tea").unwrap()
    }

    fn say(sqlite: &Sqlite, word: &str) {
        let put = Put {
            key: "word".to_owned(),
            value: Some(word.to_owned()),
            expect: None,
        };
        sqlite.commit(&tea(), vec![put]).unwrap();
    }

    /// The word in the journal and the mark in the log, where a database has them.
    fn said(database: &Path) -> (Option<String>, Option<String>) {
        let sqlite = Sqlite::open(database).unwrap();
        let found = sqlite.read(&tea(), &["word".to_owned()]).unwrap();
        let word = found.into_iter().find_map(|one| one.value);
        (word, sqlite.mark(&tea(), "log").unwrap())
    }

    fn both(word: &str) -> (Option<String>, Option<String>) {
        (Some(word.to_owned()), Some(word.to_owned()))
    }

    /// A backup in which both are `new`, and a database as a crash leaves it: its word stands in the journal only, its mark in
    /// SQLite's log only.
    fn shop(folder: &Path) -> (PathBuf, PathBuf) {
        let [live, backup, to] = ["live", "backup", "to"].map(|name| folder.join(name));
        let sqlite = Sqlite::open(&live).unwrap();
        say(&sqlite, "new");
        sqlite.set_mark(&tea(), "log", "new").unwrap();
        sqlite.backup(&backup, &Arc::default()).unwrap();
        drop(sqlite);
        let log = Connection::open(&live).unwrap();
        log.pragma_update(None, "wal_autocheckpoint", 0).unwrap();
        log.execute("UPDATE mark SET text = 'old'", []).unwrap();
        let sqlite = Sqlite::open(&live).unwrap();
        say(&sqlite, "old");
        for ending in FILES {
            fs::copy(part::beside(&live, ending), part::beside(&to, ending)).unwrap();
        }
        (backup, to)
    }

    fn exchange(backup: &Path, to: &Path) -> Exchange {
        let part = Part::begin(to, true).unwrap();
        io::copy(&mut File::open(backup).unwrap(), &mut part.file()).unwrap();
        Exchange::new(to, part)
    }

    #[test]
    fn cut_off_behind_any_step_it_shows_one_or_the_other_or_says_what_to_do() {
        for steps in 0..=STEPS.len() {
            for starts in [false, true] {
                let folder = tempfile::tempdir().unwrap();
                let (backup, to) = shop(folder.path());
                let mut cut_off = exchange(&backup, &to);
                for step in STEPS.iter().take(steps) {
                    step(&mut cut_off).unwrap();
                }
                drop(cut_off);
                fs::write(part::beside(&to, ".part"), "cut off").unwrap();
                match (starts, steps) {
                    (false, _) => {}
                    (true, 0 | 1) => assert_eq!(said(&to), both("old")),
                    (true, 2..5) => {
                        let refused = Sqlite::open(&to).unwrap_err();
                        assert!(
                            matches!(refused, OpenError::Restoring { .. }),
                            "behind {steps}: {refused}"
                        );
                    }
                    (true, _) => assert_eq!(said(&to), both("new")),
                }
                let former = part::beside(&to, REPLACED);
                let again = restore(&backup, &to, true);
                if steps == STEPS.len() {
                    assert!(matches!(again, Err(RestoreError::Former { .. })));
                } else {
                    assert_eq!(again.unwrap().former.as_ref(), Some(&former));
                }
                let told = format!("behind {steps}, started between: {starts}");
                assert_eq!(said(&to), both("new"), "{told}");
                assert_eq!(said(&former), both("old"), "{told}");
                assert!(!open::note_of(&to).exists(), "{told}");
            }
        }
    }

    #[test]
    fn cut_off_between_two_names_it_begins_again() {
        for names in 1..FILES.len() {
            let folder = tempfile::tempdir().unwrap();
            let (backup, to) = shop(folder.path());
            let former = part::beside(&to, REPLACED);
            for ending in FILES.iter().take(names) {
                fs::hard_link(part::beside(&to, ending), part::beside(&former, ending)).unwrap();
            }
            if names == 2 {
                // A host ran since, and what had second names is no longer all that there is.
                assert_eq!(said(&to), both("old"));
            }
            restore(&backup, &to, true).unwrap();
            assert_eq!((said(&to), said(&former)), (both("new"), both("old")));
        }
    }
}

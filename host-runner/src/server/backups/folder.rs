//! The folder of backups: each file's name tells when it was made.

use crate::capabilities::clock::Instant;
use chrono::{DateTime, NaiveDateTime};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// What a file's name begins and ends with; between them stands its time, UTC.
const AROUND: (&str, &str) = ("stampcard-", ".db");

/// What stands behind the name of one that is being written.
const PART: &str = ".part";

const TIME: &str = "%Y%m%dT%H%M%SZ";

/// Where a backup of this time goes.
pub(super) fn file(folder: &Path, now: Instant) -> PathBuf {
    let seconds = i64::try_from(now.seconds).unwrap_or_default();
    let time = DateTime::from_timestamp(seconds, 0).unwrap_or_default();
    let (begin, end) = AROUND;
    folder.join(format!("{begin}{}{end}", time.format(TIME)))
}

/// Makes the folder if it is missing: one that only its owner reads, where the system has that. What is in it is all that is
/// known of members.
pub(super) fn make(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(folder)
}

/// When the last one was made that isn't of the future, as after a clock was set back.
pub(super) fn last(folder: &Path, now: Instant) -> io::Result<Option<Instant>> {
    let times = all(folder)?.into_iter().map(|(time, _)| time);
    Ok(times.filter(|time| *time <= now).max())
}

/// Removes all but so many of the latest, and never this one; what was removed.
pub(super) fn prune(folder: &Path, keep: usize, made: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = all(folder)?;
    files.sort();
    files.reverse();
    let mut removed = Vec::new();
    for (_, file) in files.into_iter().skip(keep) {
        if file.file_name() != made.file_name() {
            fs::remove_file(&file)?;
            removed.push(file);
        }
    }
    Ok(removed)
}

/// Removes what was left of backups that were cut off, unless somebody still writes it.
pub(super) fn sweep(folder: &Path) -> io::Result<()> {
    for file in names(folder)? {
        let name = file.file_name().and_then(|name| name.to_str());
        let whole = name.and_then(|name| name.strip_suffix(PART));
        if whole.and_then(time).is_some() && File::open(&file)?.try_lock().is_ok() {
            fs::remove_file(&file)?;
        }
    }
    Ok(())
}

/// All backups with their times.
fn all(folder: &Path) -> io::Result<Vec<(Instant, PathBuf)>> {
    let files = names(folder)?.into_iter();
    let dated = files.filter_map(|file| Some((time(file.file_name()?.to_str()?)?, file)));
    Ok(dated.collect())
}

/// All files of the folder; none where it isn't there yet.
fn names(folder: &Path) -> io::Result<Vec<PathBuf>> {
    match fs::read_dir(folder) {
        Ok(entries) => entries.map(|entry| Ok(entry?.path())).collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// The time in a backup's name.
fn time(name: &str) -> Option<Instant> {
    let (begin, end) = AROUND;
    let text = name.strip_prefix(begin)?.strip_suffix(end)?;
    let time = NaiveDateTime::parse_from_str(text, TIME).ok()?;
    let seconds = time.and_utc().timestamp();
    Some(Instant::at(u64::try_from(seconds).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u64 = 86_400;

    fn of(folder: &Path, day: u64) -> PathBuf {
        file(folder, Instant::at(day * DAY))
    }

    #[test]
    fn the_latest_are_kept_and_files_of_others_stay() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let days = [3, 1, 2, 5, 4].map(|day| of(folder, day));
        let others = [
            "stampcard-x.db",
            "notes",
            "stampcard-19700102T000000Z.db.old",
        ];
        let others = others.map(|name| folder.join(name));
        for file in days.iter().chain(&others) {
            fs::write(file, "x").unwrap();
        }
        assert_eq!(
            of(folder, 1).file_name().and_then(|name| name.to_str()),
            Some("stampcard-19700102T000000Z.db")
        );
        let removed = prune(folder, 2, &of(folder, 5)).unwrap();
        assert_eq!(removed, [3, 2, 1].map(|day| of(folder, day)));
        // One that was just made stays, however old it says it is.
        fs::write(of(folder, 2), "x").unwrap();
        assert!(prune(folder, 2, &of(folder, 2)).unwrap().is_empty());
        for file in [2, 4, 5].map(|day| of(folder, day)).iter().chain(&others) {
            assert!(file.exists(), "{}", file.display());
        }
    }

    #[test]
    fn the_last_one_is_none_of_the_future() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let at = |day| last(folder, Instant::at(day * DAY)).unwrap();
        assert_eq!(at(9), None);
        for day in [2, 7] {
            fs::write(of(folder, day), "x").unwrap();
        }
        assert_eq!(at(1), None);
        assert_eq!(at(2), Some(Instant::at(2 * DAY)));
        assert_eq!(at(6), Some(Instant::at(2 * DAY)));
        assert_eq!(at(7), Some(Instant::at(7 * DAY)));
        assert_eq!(last(&folder.join("none"), Instant::at(DAY)).unwrap(), None);
    }

    #[test]
    fn what_was_cut_off_is_removed_and_what_is_being_written_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let [old, new] = [1, 2].map(|day| format!("{}{PART}", of(folder, day).display()));
        let other = folder.join("notes.part");
        for file in [Path::new(&old), Path::new(&new), &other] {
            fs::write(file, "x").unwrap();
        }
        let writing = File::open(&new).unwrap();
        writing.try_lock().unwrap();
        sweep(folder).unwrap();
        assert!(!Path::new(&old).exists());
        assert!(Path::new(&new).exists() && other.exists());
    }
}

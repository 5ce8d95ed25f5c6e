//! The folder of backups: each file's name tells when it was made.

use crate::capabilities::clock::Instant;
use chrono::{DateTime, NaiveDateTime};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// What a file's name begins and ends with; between them stands its time, UTC. Behind the time of one that isn't the first of its
/// second stands which it is, `_02` to `_99`, so that the order of names is that of the files.
const AROUND: (&str, &str) = ("stampcard-", ".db");

/// What stands behind the name of one that is being written.
const PART: &str = ".part";

const TIME: &str = "%Y%m%dT%H%M%SZ";

/// Backups of one second, at most.
const MOST: u32 = 99;

/// Where a backup of this time goes: a name behind those of the same second, which no file has unless they are used up.
pub(super) fn free(folder: &Path, now: Instant) -> PathBuf {
    let all = (1..=MOST).rev().map(|number| file(folder, now, number));
    let behind = all.take_while(|file| !file.exists()).last();
    behind.unwrap_or_else(|| file(folder, now, MOST))
}

/// The file of this time, the first of its second or a later one.
fn file(folder: &Path, now: Instant, number: u32) -> PathBuf {
    let seconds = i64::try_from(now.seconds).unwrap_or_default();
    let time = DateTime::from_timestamp(seconds, 0).unwrap_or_default();
    let (begin, end) = AROUND;
    let time = time.format(TIME);
    folder.join(match number {
        0 | 1 => format!("{begin}{time}{end}"),
        later => format!("{begin}{time}_{later:02}{end}"),
    })
}

/// When the last one was made that isn't of the future, as after a clock was set back.
pub(super) fn last(folder: &Path, now: Instant) -> io::Result<Option<Instant>> {
    let times = all(folder)?.into_iter().map(|(time, _)| time);
    Ok(times.filter(|time| *time <= now).max())
}

/// Removes all but so many of the latest up to this one, and none of the future; what was removed.
pub(super) fn prune(folder: &Path, keep: usize, made: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = all(folder)?;
    let now = made.file_name().and_then(|name| time(name.to_str()?));
    files.retain(|(time, _)| now.is_none_or(|now| *time <= now));
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
    let (text, sound) = match text.split_once('_') {
        None => (text, true),
        Some((text, number)) => (text, (2..=MOST).any(|of| format!("{of:02}") == number)),
    };
    let time = NaiveDateTime::parse_from_str(text, TIME).ok()?;
    let seconds = time.and_utc().timestamp();
    sound.then_some(Instant::at(u64::try_from(seconds).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u64 = 86_400;

    fn of(folder: &Path, day: u64) -> PathBuf {
        file(folder, Instant::at(day * DAY), 1)
    }

    #[test]
    fn several_of_a_second_are_told_apart_and_kept_in_their_order() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let name = |file: &Path| file.file_name().unwrap().to_str().unwrap().to_owned();
        let mut names = Vec::new();
        for second in [1, 1, 1, 2] {
            let file = free(folder, Instant::at(second));
            fs::write(&file, "x").unwrap();
            names.push(name(&file));
        }
        let told = ["01Z", "01Z_02", "01Z_03", "02Z"];
        assert_eq!(
            names,
            told.map(|end| format!("stampcard-19700101T0000{end}.db"))
        );
        assert!(names.is_sorted());
        // One that was removed meanwhile leaves no room before the others.
        fs::remove_file(folder.join(&names[1])).unwrap();
        assert!(name(&free(folder, Instant::at(1))).ends_with("_04.db"));
        fs::write(folder.join(&names[1]), "x").unwrap();
        for other in ["_01", "_2", "_", "_+3", "_02_02"] {
            assert_eq!(time(&format!("stampcard-19700101T000001Z{other}.db")), None);
        }
        assert_eq!(last(folder, Instant::at(1)).unwrap(), Some(Instant::at(1)));
        let part = format!("{}{PART}", file(folder, Instant::at(3), 2).display());
        fs::write(&part, "x").unwrap();
        sweep(folder).unwrap();
        assert!(!Path::new(&part).exists());
        let made = file(folder, Instant::at(2), 1);
        let removed = prune(folder, 2, &made).unwrap();
        let removed: Vec<_> = removed.iter().map(|file| name(file)).collect();
        assert_eq!(removed, [names[1].clone(), names[0].clone()]);
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
        // Those of a clock that was ahead take nobody's place.
        fs::write(of(folder, 1), "x").unwrap();
        let removed = prune(folder, 1, &of(folder, 2)).unwrap();
        assert_eq!(removed, [of(folder, 1)]);
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

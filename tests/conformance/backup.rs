//! Backups of SQLite databases: made while commits go on, cut off and refused.

use super::{merchant, put, settings};
use stampcard::capabilities::storage::{
    BackupError, Contents, Marks, Outcome, Sqlite, Storage, Write, restore,
};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

const SHOPS: usize = 4;

fn go_on() -> Arc<AtomicBool> {
    Arc::new(AtomicBool::new(false))
}

pub(crate) fn backup(sqlite: &Sqlite, to: &Path) -> Result<u64, BackupError> {
    sqlite.backup(to, &go_on()).map(|made| made.bytes)
}

fn value(sqlite: &Sqlite, shop: &str, key: &str) -> Option<String> {
    let found = sqlite.read(&merchant(shop), &[key.to_owned()]).unwrap();
    found.into_iter().find_map(|one| one.value)
}

/// A line for whoever reads the test's output.
fn say(text: &str) {
    drop(writeln!(std::io::stderr(), "{text}"));
}

/// One commit of a shop's counting: the number, an entry for it, and the entry before the last is taken away.
pub(crate) fn count(sqlite: &Sqlite, shop: &str, number: u64, filling: &str) {
    let mut writes = vec![
        put("count", &number.to_string()),
        put(&format!("entry/{number:08}"), filling),
    ];
    if let Some(old) = number.checked_sub(2).filter(|old| *old > 0 && old % 2 == 0) {
        writes.push(Write {
            value: None,
            ..put(&format!("entry/{old:08}"), "")
        });
    }
    let done = sqlite.commit(&merchant(shop), writes).unwrap();
    assert_eq!(done, Outcome::Committed);
}

/// The number up to which a shop of a restored database has counted; all up to there is there, and nothing behind it.
pub(crate) fn counted(sqlite: &Sqlite, shop: &str) -> u64 {
    let number: u64 = value(sqlite, shop, "count").unwrap().parse().unwrap();
    for at in 1..=number + 3 {
        let taken = at % 2 == 0 && at + 2 <= number;
        let there = value(sqlite, shop, &format!("entry/{at:08}")).is_some();
        assert_eq!(there, at <= number && !taken, "{shop}: {at} of {number}");
    }
    number
}

pub(crate) fn at(sqlite: &Path) -> Sqlite {
    Sqlite::open(sqlite).unwrap()
}

#[test]
fn under_load_it_has_all_that_was_acknowledged_before_and_nothing_half() {
    for settings in settings() {
        let folder = tempfile::tempdir().unwrap();
        let sqlite = Sqlite::open_with(&folder.path().join("shop.db"), &settings).unwrap();
        sqlite.set_mark(&merchant("shop-0"), "replay", "x").unwrap();
        let told: [AtomicU64; SHOPS] = Default::default();
        let stop = AtomicBool::new(false);
        let (sqlite, told, stop) = (&sqlite, &told, &stop);
        std::thread::scope(|scope| {
            for (shop, told) in told.iter().enumerate() {
                scope.spawn(move || {
                    let mut number = 0;
                    while !stop.load(Ordering::Relaxed) {
                        number += 1;
                        count(sqlite, &format!("shop-{shop}"), number, &"x".repeat(300));
                        told.store(number, Ordering::SeqCst);
                    }
                });
            }
            for round in 0..6 {
                std::thread::sleep(Duration::from_millis(60));
                let before: Vec<u64> = told.iter().map(|one| one.load(Ordering::SeqCst)).collect();
                let file = folder.path().join(format!("backup-{round}.db"));
                let made = sqlite.backup(&file, &go_on()).unwrap();
                let after: Vec<u64> = told.iter().map(|one| one.load(Ordering::SeqCst)).collect();
                assert_eq!(made.bytes, std::fs::metadata(&made.file).unwrap().len());
                let put_back = folder.path().join(format!("restored-{round}.db"));
                restore(&file, &put_back, false).unwrap();
                let restored = at(&put_back);
                assert_eq!(restored.merchants().unwrap().len(), SHOPS);
                let mark = restored.mark(&merchant("shop-0"), "replay").unwrap();
                assert_eq!(mark.as_deref(), Some("x"));
                for (shop, (before, after)) in before.iter().zip(after).enumerate() {
                    let number = counted(&restored, &format!("shop-{shop}"));
                    // The one under way may have been made without that anybody was told.
                    assert!(
                        (*before..=after + 1).contains(&number),
                        "{before} {number} {after}"
                    );
                }
            }
            stop.store(true, Ordering::Relaxed);
        });
    }
}

#[test]
fn commits_are_not_held_up_for_long() {
    let folder = tempfile::tempdir().unwrap();
    let sqlite = at(&folder.path().join("large.db"));
    let filling = "x".repeat(900);
    for page in 0..250_u64 {
        let rows = (0..400).map(|row| put(&format!("row/{:08}", page * 400 + row), &filling));
        sqlite.commit(&merchant("large"), rows.collect()).unwrap();
    }
    let (stop, sqlite) = (AtomicBool::new(false), &sqlite);
    let measure = |stop: &AtomicBool| {
        let mut times = Vec::new();
        let mut number = 0;
        while !stop.load(Ordering::Relaxed) {
            number += 1;
            let began = Instant::now();
            let key = format!("count/{}", number % 500);
            sqlite
                .commit(&merchant("shop"), vec![put(&key, "x")])
                .unwrap();
            times.push(began.elapsed());
        }
        times.sort();
        times
    };
    let alone = std::thread::scope(|scope| {
        let commits = scope.spawn(|| measure(&stop));
        std::thread::sleep(Duration::from_secs(1));
        stop.store(true, Ordering::Relaxed);
        commits.join().unwrap()
    });
    stop.store(false, Ordering::Relaxed);
    let (times, made) = std::thread::scope(|scope| {
        let commits = scope.spawn(|| measure(&stop));
        let made = sqlite.backup(&folder.path().join("backup.db"), &go_on());
        stop.store(true, Ordering::Relaxed);
        (commits.join().unwrap(), made.unwrap())
    });
    assert!(made.bytes > 90_000_000, "{}", made.bytes);
    let quantile =
        |times: &[Duration], per_mille: usize| times[(times.len() - 1) * per_mille / 1000];
    say(&format!("{} MB in {:?}", made.bytes / 1_000_000, made.time));
    for (what, times) in [("meanwhile", &times), ("without it", &alone)] {
        let [median, late, longest] = [500, 990, 1000].map(|place| quantile(times, place));
        let count = times.len();
        say(&format!(
            "{count} commits {what}: median {median:?}, p99 {late:?}, longest {longest:?}"
        ));
    }
    assert!(times.len() > 20, "{} commits", times.len());
    // A writer that waited for the copy would take as long, however slow the disk is.
    let (late, most) = (quantile(&times, 990), made.time / 2);
    let most = most.max(Duration::from_millis(100));
    assert!(late < most, "{late:?} of {:?}", made.time);
    // A copy of that size is looked at many times on its way.
    let stopped = folder.path().join("stopped.db");
    let told = sqlite.backup(&stopped, &Arc::new(AtomicBool::new(true)));
    assert!(matches!(told, Err(BackupError::Stopped)), "{told:?}");
    assert!(!stopped.exists() && !left_over(folder.path()));
}

/// Whether half of a backup lies in the folder.
fn left_over(folder: &Path) -> bool {
    let left = std::fs::read_dir(folder).unwrap();
    let mut left = left.map(|entry| entry.unwrap().path());
    left.any(|file| file.to_string_lossy().contains(".part"))
}

#[test]
fn targets_that_can_not_be_are_refused_by_type_and_stay() {
    let folder = tempfile::tempdir().unwrap();
    let sqlite = at(&folder.path().join("shop.db"));
    count(&sqlite, "shop", 1, "x");
    let there = folder.path().join("there.db");
    std::fs::write(&there, "mine").unwrap();
    let error = backup(&sqlite, &there).unwrap_err();
    assert!(matches!(error, BackupError::Exists { .. }), "{error:?}");
    assert_eq!(std::fs::read(&there).unwrap(), b"mine");
    for nowhere in ["no/such/folder.db", "there.db/below.db"] {
        let error = backup(&sqlite, &folder.path().join(nowhere)).unwrap_err();
        assert!(matches!(error, BackupError::File { .. }), "{error:?}");
    }
    assert!(!left_over(folder.path()));
}

/// A file system of so many MiB, where one can be mounted; it is gone when this is dropped.
pub(crate) struct Small(PathBuf);

impl Small {
    pub(crate) fn mount(at: &Path, size: u32) -> Option<Self> {
        std::fs::create_dir(at).unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={size}m"), "tmpfs"]);
        let mounted = mount.arg(at).output();
        if mounted.is_ok_and(|done| done.status.success()) {
            return Some(Self(at.to_owned()));
        }
        say("skipped: no small file system can be mounted here");
        None
    }

    /// Has it have so many MiB, if it hasn't more already.
    fn resize(&self, size: u32) {
        let mut mount = Command::new("mount");
        mount.args(["-o", &format!("remount,size={size}m")]);
        drop(mount.arg(&self.0).output().unwrap());
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        drop(Command::new("umount").arg(&self.0).status());
    }
}

#[test]
fn a_full_disk_is_told_as_such_and_commits_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let small = folder.path().join("small");
    let Some(_small) = Small::mount(&small, 1) else {
        return;
    };
    let sqlite = at(&folder.path().join("shop.db"));
    let large = "x".repeat(100_000);
    for number in 1..=40 {
        count(&sqlite, "shop", number, &large);
    }
    let error = backup(&sqlite, &small.join("backup.db")).unwrap_err();
    assert!(matches!(error, BackupError::Full { .. }), "{error:?}");
    assert_eq!(std::fs::read_dir(&small).unwrap().count(), 0);
    count(&sqlite, "shop", 41, "x");
    backup(&sqlite, &folder.path().join("backup.db")).unwrap();
}

#[test]
fn a_disk_that_becomes_full_meanwhile_is_told_as_such() {
    let folder = tempfile::tempdir().unwrap();
    let small = folder.path().join("small");
    let Some(disk) = Small::mount(&small, 200) else {
        return;
    };
    let sqlite = at(&folder.path().join("shop.db"));
    let large = "x".repeat(1_000_000);
    let rows = (0..100).map(|row| put(&format!("row/{row}"), &large));
    for write in rows {
        sqlite.commit(&merchant("large"), vec![write]).unwrap();
    }
    let [target, part] = ["backup.db", "backup.db.part"].map(|name| small.join(name));
    // It shrinks once the copy was begun; now and then the copy is quicker.
    let full = (0..20).any(|_| {
        let done = AtomicBool::new(false);
        let made = std::thread::scope(|scope| {
            scope.spawn(|| {
                let begun = || std::fs::metadata(&part).is_ok_and(|data| data.len() > 0);
                while !begun() && !done.load(Ordering::Relaxed) {
                    std::thread::sleep(Duration::from_micros(200));
                }
                disk.resize(80);
            });
            let made = backup(&sqlite, &target);
            done.store(true, Ordering::Relaxed);
            made
        });
        disk.resize(200);
        match made {
            Ok(_) => std::fs::remove_file(&target).is_err(),
            Err(error) => {
                assert!(matches!(error, BackupError::Full { .. }), "{error:?}");
                assert_eq!(std::fs::read_dir(&small).unwrap().count(), 0);
                true
            }
        }
    });
    assert!(full, "every backup was made before the disk was full");
    backup(&sqlite, &target).unwrap();
}

/// Set for the process that is killed: the folder in which it makes backups.
const VICTIM: &str = "STAMPCARD_TEST_BACKUP_VICTIM";

#[test]
fn one_that_is_killed_leaves_no_file_under_its_name_and_the_next_works() {
    if let Some(folder) = std::env::var_os(VICTIM) {
        let sqlite = at(&Path::new(&folder).join("shop.db"));
        drop(backup(&sqlite, &Path::new(&folder).join("backup.db")));
        std::thread::sleep(Duration::from_secs(60));
        std::process::exit(1);
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.db");
    let sqlite = at(&path);
    for number in 1..=30 {
        count(&sqlite, "shop", number, &"x".repeat(1_000_000));
    }
    drop(sqlite);
    let (target, part) = ["backup.db", "backup.db.part"]
        .map(|name| folder.path().join(name))
        .into();
    let mut cut_off = 0;
    for _ in 0..20 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "one_that_is_killed_leaves_no_file_under_its_name_and_the_next_works",
                "--nocapture",
            ])
            .env(VICTIM, folder.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let began = Instant::now();
        let written = |file: &Path| std::fs::metadata(file).is_ok_and(|data| data.len() > 0);
        while !written(&part) && !target.exists() {
            assert!(
                began.elapsed() < Duration::from_secs(30),
                "no backup was begun"
            );
            std::thread::sleep(Duration::from_micros(200));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        if part.exists() {
            assert!(!target.exists());
            cut_off += 1;
            break;
        }
        std::fs::remove_file(&target).unwrap();
    }
    assert!(
        cut_off > 0,
        "every backup was made before its process was killed"
    );
    let sqlite = at(&path);
    backup(&sqlite, &target).unwrap();
    assert!(!part.exists());
    let put_back = folder.path().join("restored.db");
    restore(&target, &put_back, false).unwrap();
    assert_eq!(counted(&at(&put_back), "shop"), 30);
}

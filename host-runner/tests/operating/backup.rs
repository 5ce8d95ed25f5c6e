//! The program backs its database up while it serves and while it doesn't, and puts a backup back.

use crate::program::{KEY, Server, ask, done, refused, run, settings};
use stampcard::capabilities::Merchant;
use stampcard::capabilities::storage::{Sqlite, Storage, Write as Put};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A folder with settings, and a database in which the shop's word stands.
fn folder(more: &str) -> (TempDir, SocketAddr) {
    let (folder, operator) = settings(more);
    say(folder.path(), "first");
    (folder, operator)
}

fn database(folder: &Path) -> PathBuf {
    folder.join("stampcard.db")
}

fn say(folder: &Path, word: &str) {
    let put = Put {
        key: "word".to_owned(),
        value: Some(word.to_owned()),
        expect: None,
    };
    let sqlite = Sqlite::open(&database(folder)).unwrap();
    sqlite
        .commit(&Merchant::new("tea").unwrap(), vec![put])
        .unwrap();
}

fn said(database: &Path) -> Option<String> {
    let sqlite = Sqlite::open(database).unwrap();
    let key = ["word".to_owned()];
    let found = sqlite.read(&Merchant::new("tea").unwrap(), &key).unwrap();
    found.into_iter().find_map(|one| one.value)
}

/// The files in the folder of backups.
fn backups(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder.join("backups"));
    let mut files: Vec<_> = entries
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

#[test]
fn a_running_server_is_asked_and_nobody_else_may() {
    let (folder, operator) = folder("");
    let path = folder.path();
    let health = ["health", "--config", "stampcard.toml"];
    assert_eq!(run(path, &health).status.code(), Some(1));
    let server = Server::start(path);
    assert_eq!(done(&run(path, &health)), "ready\n");
    for wrong in [None, Some("no")] {
        let answer = ask(operator, "POST", "/backup", wrong);
        assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    }
    let answer = ask(operator, "GET", "/backup", Some(KEY));
    assert!(answer.starts_with("HTTP/1.1 405"), "{answer}");
    assert!(
        !ask(operator, "GET", "/metrics", None)
            .contains("stampcard_backup_last_success_timestamp_seconds{")
    );
    assert!(backups(path).is_empty());

    let told = done(&run(
        path,
        &["backup", "--config", "stampcard.toml", "--to", "away.db"],
    ));
    assert!(told.starts_with("away.db has "), "{told}");
    let kept = backups(path);
    assert_eq!(kept.len(), 1);
    // Two within a second, most likely.
    for more in [2, 3] {
        let answer = ask(operator, "POST", "/backup", Some(KEY));
        assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
        assert_eq!(backups(path).len(), more);
    }
    assert_eq!(
        std::fs::read(&kept[0]).unwrap(),
        std::fs::read(path.join("away.db")).unwrap()
    );
    let figures = ask(operator, "GET", "/metrics", None);
    for figure in [
        "stampcard_backup_last_success_timestamp_seconds{} 1",
        "stampcard_backup_duration_seconds{} 0.",
    ] {
        assert!(figures.contains(figure), "{figures}");
    }
    let again = refused(&run(
        path,
        &["backup", "--config", "stampcard.toml", "--to", "away.db"],
    ));
    assert!(again.contains("away.db is there already"), "{again}");
    // Where the server has the database, nothing takes its place.
    let from = [
        "restore",
        "--from",
        "away.db",
        "--to",
        "stampcard.db",
        "--replace",
    ];
    let living = refused(&run(path, &from));
    assert!(living.contains("in use by another host"), "{living}");
    server.stop();

    say(path, "second");
    let told = done(&run(path, &from));
    assert!(told.contains("stampcard.db.replaced"), "{told}");
    assert_eq!(said(&database(path)).as_deref(), Some("first"));
    assert_eq!(
        said(&path.join("stampcard.db.replaced")).as_deref(),
        Some("second")
    );
    drop(Server::start(path));
}

#[test]
fn a_database_that_nobody_has_is_copied_at_once() {
    let (folder, _) = folder("");
    let path = folder.path();
    done(&run(path, &["backup", "--config", "stampcard.toml"]));
    done(&run(
        path,
        &["backup", "--config", "stampcard.toml", "--to", "away.db"],
    ));
    let kept = backups(path);
    let name = kept[0].to_str().unwrap();
    done(&run(path, &["restore", "--from", name, "--to", "one.db"]));
    done(&run(
        path,
        &["restore", "--from", "away.db", "--to", "other.db"],
    ));
    for file in ["one.db", "other.db"] {
        assert_eq!(said(&path.join(file)).as_deref(), Some("first"));
    }
    std::fs::write(path.join("bad.db"), "no database").unwrap();
    let foreign = refused(&run(
        path,
        &["restore", "--from", "bad.db", "--to", "third.db"],
    ));
    assert!(
        foreign.contains("bad.db is no database of this program"),
        "{foreign}"
    );
    let there = refused(&run(
        path,
        &["restore", "--from", "away.db", "--to", "one.db"],
    ));
    assert!(there.contains("one.db is there already"), "{there}");
}

#[test]
fn it_is_made_by_itself_at_the_start_and_the_latest_are_kept() {
    let (folder, operator) = folder("[backup]\nkeep = 2\nevery-hours = 1\n");
    let path = folder.path();
    std::fs::create_dir(path.join("backups")).unwrap();
    let old = ["20200101T000000Z", "20210101T000000Z", "20220101T000000Z"];
    for time in old {
        let file = format!("backups/stampcard-{time}.db");
        std::fs::write(path.join(file), "old").unwrap();
    }
    std::fs::write(
        path.join("backups/stampcard-20220101T000000Z.db.part"),
        "cut off",
    )
    .unwrap();
    let server = Server::start(path);
    let began = Instant::now();
    while backups(path).len() != 2 {
        assert!(
            began.elapsed() < Duration::from_secs(20),
            "{:?}",
            backups(path)
        );
        std::thread::sleep(Duration::from_millis(50));
    }
    let kept = backups(path);
    assert!(
        kept[0].ends_with("stampcard-20220101T000000Z.db"),
        "{kept:?}"
    );
    let figures = ask(operator, "GET", "/metrics", None);
    assert!(
        figures.contains("stampcard_backup_last_success_timestamp_seconds{} 1"),
        "{figures}"
    );
    server.stop();
    // The next start finds one that is young enough.
    let server = Server::start(path);
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(backups(path), kept);
    server.stop();
    done(&run(
        path,
        &[
            "restore",
            "--from",
            kept[1].to_str().unwrap(),
            "--to",
            "one.db",
        ],
    ));
    assert_eq!(said(&path.join("one.db")).as_deref(), Some("first"));
}

#[test]
fn postgresql_is_left_to_its_own_means() {
    let (folder, _) = folder("[postgres]\nurl = \"postgres://a@127.0.0.1:9/b\"\n");
    let path = folder.path();
    let server = "postgres://a@127.0.0.1:9/b";
    for arguments in [
        ["backup", "--config", "stampcard.toml"].as_slice(),
        &["restore", "--from", "a.db", "--to", server],
    ] {
        let told = refused(&run(path, arguments));
        assert!(told.contains("pg_dump"), "{told}");
    }
}

#[test]
fn without_an_operators_key_the_server_is_not_asked() {
    let (folder, _) = folder("");
    let path = folder.path();
    let settings = std::fs::read_to_string(path.join("stampcard.toml")).unwrap();
    let without = settings.replace("operator-key-file = \"key\"\n", "");
    std::fs::write(path.join("stampcard.toml"), without).unwrap();
    let _server = Server::start(path);
    let told = refused(&run(path, &["backup", "--config", "stampcard.toml"]));
    assert!(told.contains("no operator-key-file"), "{told}");
}

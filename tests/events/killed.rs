//! Two hosts on one PostgreSQL, killed in turn: each order is done once and told once. And a database that goes away.

use crate::world::{World, wait};
use serde_json::json;
use stampcard::capabilities::storage::postgres::Settings as Database;
use stampcard::capabilities::storage::{Postgres, Storage};
use stampcard_tests::measure::postgres::{Postgres as DatabaseServer, programs};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

/// Set for a process that is a host: its settings.
const HOST: &str = "STAMPCARD_TEST_EVENTS_HOST";

const ORDERS: usize = 200;

/// A host in a process of its own, killed when it is dropped.
struct Running(Child);

impl Running {
    fn start(settings: &Path) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args([
                "killed::hosts_that_are_killed_in_turn",
                "--exact",
                "--nocapture",
            ])
            .env(HOST, settings)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap() == "listening"));
        std::thread::spawn(move || lines.for_each(drop));
        Self(process)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Serves until it is killed, or the process that began it is gone.
fn serve(file: &Path) -> ! {
    let server = crate::world::serve(file);
    let mut out = std::io::stdout();
    writeln!(out, "\nlistening").unwrap();
    drop(std::io::stdin().read(&mut [0]));
    drop(server);
    std::process::exit(0)
}

fn database() -> Option<(tempfile::TempDir, DatabaseServer, Arc<dyn Storage>)> {
    if programs().is_none() {
        drop(std::io::stderr().write_all(b"skipped: PostgreSQL's programs are not here\n"));
        return None;
    }
    let data = tempfile::tempdir().unwrap();
    let database = DatabaseServer::start(data.path()).unwrap();
    let storage = Postgres::open(&Database::new(&database.url())).unwrap();
    Some((data, database, Arc::new(storage)))
}

#[test]
fn hosts_that_are_killed_in_turn() {
    if let Some(settings) = std::env::var_os(HOST) {
        serve(Path::new(&settings));
    }
    let Some((_data, database, storage)) = database() else {
        return;
    };
    let Some(world) = World::on(storage, &[]) else {
        return;
    };
    let of_server = format!(
        "ticking = false\n[postgres]\nurl = \"{}\"\nconnections = 4",
        database.url()
    );
    let settings = world.settings(&of_server, "", "at-once = 4");
    let mut hosts = [Running::start(&settings), Running::start(&settings)];
    let made = wait(|| {
        world
            .with(async |jetstream| jetstream.get_stream("stampcard-poison").await.is_ok())
            .then_some(())
    });
    assert!(made.is_some());
    for number in 1..=ORDERS {
        world.order(&format!("A-{number}"), number);
        if number % 20 == 0 {
            hosts[number / 20 % 2] = Running::start(&settings);
        }
    }
    let told = world.until("out", ORDERS);
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for one in told {
        *times
            .entry(one.json()["key"].as_str().unwrap().to_owned())
            .or_default() += 1;
    }
    assert_eq!(times.len(), ORDERS);
    assert!(times.values().all(|times| *times == 1), "{times:?}");
    assert_eq!(
        world.points(),
        json!((1..=ORDERS).sum::<usize>().to_string())
    );
    assert!(world.all("poison").is_empty());
}

#[test]
fn a_database_that_is_away_holds_events_up_and_poisons_none() {
    let Some((_data, mut database, storage)) = database() else {
        return;
    };
    let Some(mut world) = World::on(storage, &[]) else {
        return;
    };
    world.host("deliveries = 2");
    world.until_ready("connected");
    database.kill().unwrap();
    for number in 1..=12 {
        world.order(&format!("A-{number}"), number);
    }
    let waits = wait(|| {
        world
            .log()
            .into_iter()
            .find(|line| line.contains("has to wait"))
    });
    assert!(waits.is_some(), "{:?}", world.log());
    // Longer than it takes JetStream to hand out what nobody tells of, several times over.
    std::thread::sleep(Duration::from_secs(7));
    database.again().unwrap();
    let told = world.until("out", 12);
    assert_eq!(told.len(), 12);
    assert_eq!(world.points(), json!((1..=12).sum::<usize>().to_string()));
    assert!(world.all("poison").is_empty());
    assert!(world.figures().contains("outcome=\"retried\"}"));
}

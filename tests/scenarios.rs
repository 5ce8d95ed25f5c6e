//! Every scenario file, natively, in the sandbox on memory, on SQLite, on PostgreSQL where that is here, with a warm
//! instance, ahead of the disk, and by turns with a released component; the same file, the same result. What that one has wrong fails
//! there.

#![expect(
    clippy::unwrap_used,
    reason = "a folder of scenarios that can't be read is a failed test"
)]

use libtest_mimic::{Arguments, Failed, Trial};
use stampcard::capabilities::storage::Postgres;
use stampcard::capabilities::storage::postgres::Settings;
use stampcard_tests::measure::postgres::{Postgres as Server, programs};
use stampcard_tests::stages::{Bench, PLACES, POSTGRES, RELEASED, TURNS, share};
use stampcard_tests::turns::{MENDED, WORDED};
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "yaml") {
            found.push(path);
        }
    }
}

fn main() {
    let arguments = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut found = Vec::new();
    files(&root, &mut found);
    assert!(!found.is_empty(), "there are no scenario files");
    let server = (programs().is_some() && !arguments.list).then(server);
    let more = server.iter().map(|_| POSTGRES);
    let places: Vec<&str> = PLACES.into_iter().chain(TURNS).chain(more).collect();
    let trials = found.iter().flat_map(|file| {
        let name = file.strip_prefix(&root).unwrap().display().to_string();
        let apart = [&MENDED[..], &WORDED].concat().contains(&name.as_str());
        let places = places.iter();
        let places = places.filter(move |place| !(apart && TURNS.contains(place)));
        places.map(move |place| {
            let (file, place) = (file.clone(), *place);
            Trial::test(format!("{name} ({place})"), move || play(&file, place))
        })
    });
    let mended = MENDED.into_iter().map(|name| {
        let file = root.join(name);
        Trial::test(format!("{name} ({RELEASED})"), move || {
            match file.exists() && play(&file, RELEASED).is_err() {
                true => Ok(()),
                false => Err("the released component has it right: play it by turns".into()),
            }
        })
    });
    let conclusion = libtest_mimic::run(&arguments, trials.chain(mended).collect());
    drop(server);
    conclusion.exit();
}

/// Plays a file in a place.
fn play(file: &Path, place: &str) -> Result<(), Failed> {
    let scenario =
        stampcard::scenario::load(file).map_err(|error| Failed::from(error.to_string()))?;
    stampcard::scenario::play(&scenario, &mut Bench::new(place))
        .map_err(|failure| Failed::from(failure.to_string()))
}

/// A server with the database that all scenarios on it share; it stops when this is dropped.
fn server() -> (Server, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path()).unwrap();
    let storage = Postgres::open(&Settings::new(&server.url())).unwrap();
    share(Arc::new(storage));
    (server, folder)
}

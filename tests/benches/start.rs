//! How soon the program answers: from its start, with the component compiled before, to the answer of
//! `merchant.current` on a database that is there; and how large the component is.
//!
//! `./dev bench start`.
#![expect(
    clippy::expect_used,
    clippy::float_arithmetic,
    reason = "a bench stops at the first thing that goes wrong, and its figures are rough"
)]

use stampcard::capabilities::storage::Sqlite;
use stampcard::plugin::COMPONENT;
use stampcard_tests::measure::shop::{self, NOON};
use stampcard_tests::measure::till::{self, Native};
use stampcard_tests::measure::{Bench, Contender, Demand, Figures, take_turns, timed};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;

fn main() {
    let mut bench = Bench::begin("start: the program's first answer, and the component's size");
    let rounds = bench.rounds(25);
    bench.heading("start to first answer", "ms");
    match program() {
        Ok(program) => measure(&mut bench, &program, rounds),
        Err(why) => bench.skipped("merchant.current", &why),
    }
    bench.heading("component", "KiB");
    let length = u32::try_from(COMPONENT.len()).expect("a component's length");
    bench.bound(
        "size of the file, all time zones in it",
        &Figures(vec![f64::from(length) / 1024.0]),
        Demand::AtMost(1_536.0),
        Demand::AtMost(768.0),
    );
    bench.end();
}

/// The program lies beside the folder of this one; `cargo bench` builds it only on demand.
fn program() -> Result<PathBuf, String> {
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    let folder = own.parent().and_then(|folder| folder.parent());
    let program = folder.map(|folder| folder.join("stampcard"));
    program
        .filter(|program| program.is_file())
        .ok_or_else(|| "the program isn't built: cargo build --release --bin stampcard".to_owned())
}

fn measure(bench: &mut Bench, program: &std::path::Path, rounds: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join("stampcard.db");
    {
        let storage = Arc::new(Sqlite::open(&database).expect("a database"));
        let merchant = till::merchant("tea-house");
        Native::new(storage, &merchant, NOON).configure(&shop::ten_rules());
    }
    let run = || {
        let mut command = Command::new(program);
        command
            .args(["call", "merchant.current", "--merchant", "tea-house"])
            .arg("--database")
            .arg(&database)
            .stdout(Stdio::null());
        let (time, status) = timed(|| command.status());
        assert!(status.expect("the program").success(), "it answers");
        time.as_secs_f64() * 1e3
    };
    let mut contenders: [Contender<'_>; 1] = [("start", Box::new(|_| run()))];
    let figures = take_turns(rounds, &mut contenders);
    if let [figures] = figures.as_slice() {
        bench.bound(
            "merchant.current, process start included",
            figures,
            Demand::AtMost(100.0),
            Demand::AtMost(20.0),
        );
    }
}

//! The nightly check: posting what lapsed. 1,000,000 lots that are due among as many members, through the sandboxed
//! component on SQLite, against one statement over sets that does the same in PostgreSQL; and 10,000 that are due among
//! 10,000,000 members against 10,000 among as many.
//!
//! `./dev bench nightly`. Both sides are loaded before, and commit durably: WAL with synchronous=FULL here, fsync and
//! synchronous_commit there; by the system's clock both.
#![expect(
    clippy::expect_used,
    clippy::float_arithmetic,
    reason = "a bench stops at the first thing that goes wrong, and its figures are rough"
)]

use stampcard::capabilities::storage::{Memory, Sqlite, Storage};
use stampcard::sandbox::Mode;
use stampcard_tests::measure::crowd::{self, Crowd};
use stampcard_tests::measure::postgres::Postgres;
use stampcard_tests::measure::{
    Bench, Contender, Demand, Figures, micros_each, take_turns, timed, worked,
};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The program's allocator, since this stands for the program at night.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Members who lose points in one night.
const MEMBERS: usize = 1_000_000;

/// Members of whom few lose points.
const MANY: usize = 10_000_000;

/// Those few.
const FEW: usize = 10_000;

fn main() {
    let mut bench = Bench::begin("nightly: the check that posts what lapsed, on disk");
    share(&mut bench);
    everybody(&mut bench);
    few(&mut bench);
    bench.end();
}

/// What of it is the component's own work: the same on storage in memory.
fn share(bench: &mut Bench) {
    let (rounds, members) = (bench.rounds(9), bench.size(FEW));
    let crowd = Crowd::new(1);
    let loaded = || {
        let storage: Arc<dyn Storage> = Arc::new(Memory::new());
        crowd.load(storage.as_ref(), 0..members, |_| 0);
        storage
    };
    let native = |_| {
        let storage = loaded();
        let (time, posted) = worked(|| crowd.natively(&storage, 0));
        assert_eq!(posted, members, "accounts posted");
        micros_each(time, members)
    };
    let sandboxed = |_| {
        let storage = loaded();
        let mut sandbox = crowd.sandbox(&storage, 0, Mode::Fresh);
        let (time, posted) = worked(|| crowd::ticks(&mut sandbox));
        assert_eq!(posted, members, "accounts posted");
        micros_each(time, members)
    };
    let mut contenders: Vec<Contender<'_>> = vec![
        ("native", Box::new(native)),
        ("fresh sandboxes", Box::new(sandboxed)),
    ];
    let figures = take_turns(rounds, &mut contenders);
    bench.heading("storage in memory", "µs each");
    for ((name, _), figures) in contenders.iter().zip(&figures) {
        bench.row(name, figures);
    }
}

/// All members lose points.
fn everybody(bench: &mut Bench) {
    let (rounds, members) = (bench.rounds(3), bench.size(MEMBERS));
    bench.say(&format!(
        "{members} lots due among as many members; {rounds} rounds"
    ));
    let crowd = Crowd::new(1);
    let scratch = tempfile::tempdir().expect("a folder");
    let postgres = Postgres::start(scratch.path());
    let ours = |helped| {
        let folder = tempfile::tempdir().expect("a folder");
        let storage = open(&folder.path().join("nightly.db"));
        crowd.load(storage.as_ref(), 0..members, |_| 0);
        settle();
        check(&crowd, &storage, 0, members, helped)
    };
    let mut contenders: Vec<Contender<'_>> = vec![
        ("SQLite, one caller and a helper", Box::new(|_| ours(true))),
        ("SQLite, one caller", Box::new(|_| ours(false))),
    ];
    if let Ok(postgres) = &postgres {
        contenders.push((
            "PostgreSQL, one statement over sets",
            Box::new(move |_| {
                prepare(postgres, members);
                settle();
                let (time, done) = timed(|| postgres.run(&peer("nightly.sql"), &[]));
                done.expect("the statement");
                per_second(members, time)
            }),
        ));
    }
    let figures = take_turns(rounds, &mut contenders);
    bench.heading("everybody's lots", "per second");
    for ((name, _), figures) in contenders.iter().zip(&figures) {
        bench.row(name, figures);
    }
    drop(contenders);
    match (figures.as_slice(), &postgres) {
        ([helped, alone, sets], _) => {
            // The server has a helper.
            bench.bound(
                "SQLite, with a helper ÷ PostgreSQL",
                &helped.over(sets),
                Demand::AtLeast(1.5),
                Demand::AtLeast(4.0),
            );
            bench.row("SQLite, alone ÷ PostgreSQL", &alone.over(sets));
        }
        (_, Err(why)) => bench.skipped("PostgreSQL, one statement over sets", &why.to_string()),
        _ => {}
    }
}

/// A few members of many lose points, another few each night.
fn few(bench: &mut Bench) {
    let (rounds, many, few) = (bench.rounds(5), bench.size(MANY), bench.size(FEW));
    let nights = rounds + 1;
    bench.say(&format!(
        "\n{few} lots due among {many} members, and among {few}; {rounds} rounds"
    ));
    // Who loses nothing in these nights stands behind the last of them.
    let crowd = Crowd::new(nights + 400);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("large.db");
    let large = open(&file);
    let apart = many / few;
    let night = |member: usize| {
        let place = member / apart;
        if member % apart < nights {
            member % apart
        } else {
            nights + place % 400
        }
    };
    let (time, ()) = timed(|| crowd.load(large.as_ref(), 0..many, night));
    bench.say(&format!("loaded in {:.1} s", time.as_secs_f64()));
    drop(large);
    settle();
    // Opened anew for each night: what was written an hour ago or a year ago is found in the tables, and not in memory.
    let of_night = |file: &Path, night| {
        let storage = open(file);
        1e6 / check(&crowd, &storage, night, few, false)
    };
    let of_large = |night| of_night(&file, night);
    let of_small = |night| {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("small.db");
        crowd.load(open(&file).as_ref(), 0..few, |_| night);
        settle();
        of_night(&file, night)
    };
    let mut contenders: Vec<Contender<'_>> = vec![
        ("among many", Box::new(of_large)),
        ("among as many", Box::new(of_small)),
    ];
    let figures: Vec<Figures> = take_turns(rounds, &mut contenders);
    bench.heading("few lots", "µs each");
    for ((name, _), figures) in contenders.iter().zip(&figures) {
        bench.row(name, figures);
    }
    drop(contenders);
    if let [large, small] = figures.as_slice() {
        bench.bound(
            "among many ÷ among as many",
            &large.over(small),
            Demand::AtMost(1.5),
            Demand::AtMost(1.1),
        );
    }
}

/// Runs the check of a night to its end, with a helper or without; lots a second.
fn check(
    crowd: &Crowd,
    storage: &Arc<dyn Storage>,
    night: usize,
    lots: usize,
    helped: bool,
) -> f64 {
    let mut sandbox = crowd.sandbox(storage, night, Mode::Fresh);
    let done = AtomicBool::new(!helped);
    let (time, posted) = timed(|| {
        std::thread::scope(|scope| {
            let helper = scope.spawn(|| {
                let mut sandbox = crowd.sandbox(storage, night, Mode::Fresh);
                crowd::help(&mut sandbox, &done)
            });
            let posted = crowd::ticks(&mut sandbox);
            done.store(true, Ordering::Relaxed);
            posted + helper.join().expect("a helper")
        })
    });
    assert_eq!(posted, lots, "accounts posted");
    per_second(lots, time)
}

fn per_second(things: usize, time: std::time::Duration) -> f64 {
    u32::try_from(things).map_or(f64::MAX, f64::from) / time.as_secs_f64()
}

fn open(file: &Path) -> Arc<dyn Storage> {
    Arc::new(Sqlite::open(file).expect("a database"))
}

/// Makes the tables anew, with so many members.
fn prepare(postgres: &Postgres, members: usize) {
    postgres.run(&peer("drop.sql"), &[]).expect("no tables");
    postgres.run(&peer("schema.sql"), &[]).expect("tables");
    let members = members.to_string();
    postgres
        .run(&peer("members.sql"), &[("members", &members)])
        .expect("members");
}

fn peer(file: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("benches/peers/postgres")
        .join(file)
}

/// Has the system write what was left to be written, so that nobody pays for another's loading.
fn settle() {
    let done = std::process::Command::new("sync").status();
    assert!(
        done.is_ok_and(|status| status.success()),
        "the disk takes all"
    );
}

//! How many small durable commits and reads a second the storage backends do.
//!
//! `./dev bench storage`. A commit is what earning on an order writes: the
//! account, and a new lot, order, due item and idempotency record, of about 300 bytes each. Members are
//! drawn at random from 100,000, loaded before the timing; orders are numbered as they come, as shops
//! do, so that their records lie side by side, and in a run of its own at random. Each figure is the
//! median of the rounds, with the least and the greatest.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::float_arithmetic,
    clippy::as_conversions,
    reason = "a bench stops at the first thing that goes wrong, and its figures are rough"
)]

use stampcard::capabilities::Merchant;
use stampcard::capabilities::storage::{Memory, Outcome, Settings, Sqlite, Storage, Write};
use std::io::Write as _;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

const MEMBERS: u64 = 100_000;
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(2);
/// How long a round is when few and short ones were asked for.
const QUICK: Duration = Duration::from_millis(200);

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    writeln!(
        out,
        "{cores} cores; commits of 5 writes, about 300 bytes each; reads of 5 keys\n"
    )?;
    writeln!(
        out,
        "{:38}{:>12}{:>24}",
        "", "per second", "least to greatest"
    )?;

    let memory = Memory::new();
    load(&memory);
    for threads in [1, 64] {
        report(
            &mut out,
            "memory, commits",
            threads,
            &rounds(&memory, threads, &commit),
        )?;
        report(
            &mut out,
            "memory, reads",
            threads,
            &rounds(&memory, threads, &read),
        )?;
    }

    let folder = tempfile::tempdir()?;
    let confirmed = confirmation(folder.path())?;
    writeln!(
        out,
        "\nThe disk confirms 256 KiB in {:.2} ms (median).",
        confirmed * 1e3
    )?;
    let path = folder.path().join("bench.db");
    let sqlite = Sqlite::open_with(&path, &Settings::default()).unwrap();
    load(&sqlite);
    for threads in [1, 8, 64, 256] {
        report(
            &mut out,
            "SQLite, commits",
            threads,
            &rounds(&sqlite, threads, &commit),
        )?;
    }
    report(
        &mut out,
        "SQLite, scattered",
        64,
        &rounds(&sqlite, 64, &scattered),
    )?;
    for threads in [1, 64] {
        report(
            &mut out,
            "SQLite, reads",
            threads,
            &rounds(&sqlite, threads, &read),
        )?;
        report(
            &mut out,
            "SQLite, read and commit",
            threads,
            &rounds(&sqlite, threads, &both),
        )?;
    }
    Ok(())
}

/// How long the disk takes to confirm what a group of commits writes, in seconds: it bounds all the
/// figures that follow, and differs widely between machines and with what else they do.
fn confirmation(folder: &std::path::Path) -> std::io::Result<f64> {
    let mut file = std::fs::File::create(folder.join("confirmed"))?;
    let block = vec![b'x'; 256 * 1024];
    let mut seconds = Vec::new();
    for _ in 0..101 {
        let began = Instant::now();
        file.write_all(&block)?;
        file.sync_data()?;
        seconds.push(began.elapsed().as_secs_f64());
    }
    seconds.sort_by(f64::total_cmp);
    Ok(*seconds.get(50).unwrap())
}

fn report(
    out: &mut impl std::io::Write,
    what: &str,
    threads: usize,
    figures: &[f64],
) -> std::io::Result<()> {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (least, most) = (sorted.first().unwrap(), sorted.last().unwrap());
    let median = sorted.get(sorted.len() / 2).unwrap();
    let what = format!("{what}, {threads} threads");
    writeln!(
        out,
        "{what:38}{median:>12.0}{:>24}",
        format!("{least:.0} to {most:.0}")
    )?;
    out.flush()
}

/// One thread's share of the work, over and over.
type Step = dyn Fn(&dyn Storage, &Merchant, &mut Random) + Sync;

/// Runs the step on so many threads; what they did a second, for each round.
fn rounds(storage: &dyn Storage, threads: usize, step: &Step) -> Vec<f64> {
    let merchant = merchant();
    let quick = std::env::args().any(|argument| argument == "--quick");
    let run = || {
        let (stop, done) = (AtomicBool::new(false), AtomicU64::new(0));
        let start = Barrier::new(threads + 1);
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    let mut random = Random::new();
                    start.wait();
                    while !stop.load(Ordering::Relaxed) {
                        step(storage, &merchant, &mut random);
                        done.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
            start.wait();
            let began = Instant::now();
            std::thread::sleep(if quick { QUICK } else { ROUND });
            let counted = done.load(Ordering::Relaxed);
            let rate = counted as f64 / began.elapsed().as_secs_f64();
            stop.store(true, Ordering::Relaxed);
            rate
        })
    };
    (0..ROUNDS).map(|_| run()).collect()
}

fn commit(storage: &dyn Storage, merchant: &Merchant, random: &mut Random) {
    static ORDERS: AtomicU64 = AtomicU64::new(1 << 60);
    earn(
        storage,
        merchant,
        random.next() % MEMBERS,
        ORDERS.fetch_add(1, Ordering::Relaxed),
    );
}

fn scattered(storage: &dyn Storage, merchant: &Merchant, random: &mut Random) {
    earn(
        storage,
        merchant,
        random.next() % MEMBERS,
        random.next() >> 8,
    );
}

fn earn(storage: &dyn Storage, merchant: &Merchant, member: u64, order: u64) {
    let new = |key: String| put(key, Some(0));
    let writes = [
        put(format!("account/m{member:06}/points"), None),
        new(format!("lot/m{member:06}/points/{order:016x}")),
        new(format!("order/{order:016x}")),
        new(format!("due/{order:016x}/m{member:06}")),
        new(format!("key/points.earn/{order:016x}")),
    ];
    let outcome = storage.commit(merchant, writes.into()).unwrap();
    assert_eq!(outcome, Outcome::Committed);
}

fn read(storage: &dyn Storage, merchant: &Merchant, random: &mut Random) {
    let (member, order) = (random.next() % MEMBERS, random.next());
    let keys = [
        format!("account/m{member:06}/points"),
        format!("member/m{member:06}"),
        format!("order/{order:016x}"),
        format!("key/points.earn/{order:016x}"),
        "configuration".to_owned(),
    ];
    let found = storage.read(merchant, &keys).unwrap();
    assert!(found.first().is_some_and(|account| account.value.is_some()));
}

fn both(storage: &dyn Storage, merchant: &Merchant, random: &mut Random) {
    read(storage, merchant, random);
    commit(storage, merchant, random);
}

fn load(storage: &dyn Storage) {
    let merchant = merchant();
    let members: Vec<u64> = (0..MEMBERS).collect();
    for some in members.chunks(1000) {
        let writes: Vec<Write> = some
            .iter()
            .map(|m| put(format!("account/m{m:06}/points"), None))
            .collect();
        storage.commit(&merchant, writes).unwrap();
    }
}

fn put(key: String, expect: Option<u64>) -> Write {
    Write {
        key,
        value: Some("0123456789".repeat(30)),
        expect,
    }
}

fn merchant() -> Merchant {
    Merchant::new("bench").expect("the name is a sound one")
}

/// Splitmix64, seeded differently for every thread of every round.
struct Random(u64);

impl Random {
    fn new() -> Self {
        static SEEDS: AtomicU64 = AtomicU64::new(1);
        Self(
            SEEDS
                .fetch_add(1, Ordering::Relaxed)
                .wrapping_mul(0x2545_f491_4f6c_dd1d),
        )
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

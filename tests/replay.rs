//! A replay's totals against a count of their own: whole dollars are points, which lapse 365 local
//! days later. The count shares nothing with the program, not even the reading of the file.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test's helpers fail by panicking, and say what was skipped or how quick it was"
)]

#[path = "replay/notices.rs"]
mod notices;

use stampcard::capabilities::Merchant;
use stampcard::capabilities::clock::Manual;
use stampcard::capabilities::http::Denied;
use stampcard::capabilities::logging::{Level, Stderr};
use stampcard::capabilities::messaging::Directory;
use stampcard::capabilities::storage::Sqlite;
use stampcard::engine::{Engine, Settings};
use stampcard::limits::Limits;
use stampcard::plugin::{COMPONENT, Plugin};
use stampcard::replay::{Error, Replay, Report, Rules, Sandboxed, Stage, THREADS, ZONE};
use stampcard::replay::{generate, orders};
use stampcard::sandbox::{Host, Mode};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Year and month.
type Month = (i64, i64);

/// What a file must come to.
#[derive(Debug, PartialEq, Eq)]
struct Count {
    orders: u64,
    free: u64,
    members: u64,
    /// Issued, lapsed and outstanding at the month's end.
    months: BTreeMap<String, (i64, i64, i64)>,
}

/// Counts days from 1 March of year 0, so that a leap day is the last of its year.
fn day_number((year, month): Month, day: i64) -> i64 {
    let (year, month) = if month < 3 {
        (year - 1, month + 9)
    } else {
        (year, month - 3)
    };
    365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1
}

fn next(month: Month) -> Month {
    if month.1 == 12 {
        (month.0 + 1, 1)
    } else {
        (month.0, month.1 + 1)
    }
}

/// Counts up to the end of the month of the last order. All orders are at noon, and a lot lapses at
/// noon 365 days later, summer time or not: only the dates matter.
fn count(file: &str) -> Count {
    let mut lots: Vec<(Month, i64, i64)> = Vec::new();
    let (mut free, mut members) = (0, BTreeSet::new());
    for line in file.lines().skip(1) {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let date: i64 = fields[1].parse().unwrap();
        let (dollars, cents) = fields[3].split_once('.').unwrap();
        let (dollars, cents): (i64, i64) = (dollars.parse().unwrap(), cents.parse().unwrap());
        free += u64::from(dollars == 0 && cents == 0);
        members.insert(fields[0].to_owned());
        lots.push(((date / 10_000, date / 100 % 100), date % 100, dollars));
    }
    let first = lots.iter().map(|lot| lot.0).min().unwrap();
    let last = lots.iter().map(|lot| lot.0).max().unwrap();
    let mut months = BTreeMap::new();
    let (mut month, mut outstanding) = (first, 0);
    while month <= last {
        let days = day_number(month, 1)..day_number(next(month), 1);
        let issued: i64 = lots
            .iter()
            .filter(|lot| lot.0 == month)
            .map(|lot| lot.2)
            .sum();
        let lapses = |lot: &&(Month, i64, i64)| days.contains(&(day_number(lot.0, lot.1) + 365));
        let lapsed: i64 = lots.iter().filter(lapses).map(|lot| lot.2).sum();
        outstanding += issued - lapsed;
        months.insert(
            format!("{:04}-{:02}", month.0, month.1),
            (issued, lapsed, outstanding),
        );
        month = next(month);
    }
    let sizes = (
        u64::try_from(lots.len()).unwrap(),
        u64::try_from(members.len()).unwrap(),
    );
    Count {
        orders: sizes.0,
        free,
        members: sizes.1,
        months,
    }
}

fn counted(report: &Report) -> Count {
    let [totals] = report.programmes.as_slice() else {
        panic!("one programme")
    };
    let points = |points: &dyn ToString| points.to_string().parse::<i64>().unwrap();
    let month = |month: &stampcard::replay::Month| {
        let figures = (points(&month.sums.issued), points(&month.sums.lapsed));
        (
            month.month.clone(),
            (figures.0, figures.1, points(&month.outstanding)),
        )
    };
    let months: BTreeMap<_, _> = totals.months.iter().map(month).collect();
    let sum = |figure: fn(&(i64, i64, i64)) -> i64| months.values().map(figure).sum::<i64>();
    assert_eq!(points(&totals.sums.issued), sum(|month| month.0));
    assert_eq!(points(&totals.sums.lapsed), sum(|month| month.1));
    assert_eq!(
        points(&totals.outstanding),
        months.values().next_back().unwrap().2
    );
    assert_eq!(
        (points(&totals.sums.redeemed), points(&totals.sums.other)),
        (0, 0)
    );
    let (orders, free, members) = (report.orders, report.orders_free, report.members);
    Count {
        orders,
        free,
        members,
        months,
    }
}

fn stage(folder: &Path) -> Sandboxed {
    let engine = Engine::new(&Settings::default()).unwrap();
    let plugin = Plugin::load(&engine, COMPONENT, None).unwrap();
    let storage = Arc::new(Sqlite::open(&folder.join("replay.db")).unwrap());
    let (clock, log) = (Manual::default(), Arc::new(Stderr { from: Level::Warn }));
    let host = Arc::new(Host {
        storage: storage.clone(),
        clock: Arc::new(clock.clone()),
        messaging: Arc::new(Directory::new(&folder.join("messages"), log.clone())),
        http: Arc::new(Denied),
        log,
    });
    let (merchant, limits) = (Merchant::new("shop").unwrap(), Arc::new(Limits::default()));
    Sandboxed {
        plugin,
        host,
        clock,
        marks: storage,
        merchant,
        limits,
        mode: Mode::Fresh,
    }
}

fn play(stage: &Sandboxed, file: &str) -> Result<Report, Error> {
    let mut subject = stage.subject();
    let document = Rules::default_document(subject.as_mut(), ZONE, false);
    let rules = Rules::check(subject.as_mut(), document)?;
    let orders = orders::read(file.as_bytes(), 2).unwrap();
    let replay = Replay {
        orders: &orders,
        rules: &rules,
        until: None,
        threads: THREADS,
    };
    let played = replay.run(stage, &mut |_| {})?;
    Report::read(subject.as_mut(), &rules, &orders, played, &mut |_| ())
}

#[test]
fn the_count_by_hand() {
    let file = "customer_id date number_of_cds dollar_value
a 20240228 1 5.99
a 20240301 1 7.00
b 20250131 1 0.00
b 20250228 1 1.50
";
    let count = count(file);
    assert_eq!((count.orders, count.free, count.members), (4, 1, 2));
    assert_eq!(count.months.len(), 13);
    // 28 February 2024 and 365 days is 27 February 2025; 1 March 2024 and 365 days is 1 March 2025.
    assert_eq!(count.months["2024-03"], (7, 0, 12));
    assert_eq!(count.months["2025-02"], (1, 5, 8));
}

#[test]
fn generated_orders_come_to_what_was_counted() {
    let folder = tempfile::tempdir().unwrap();
    let stage = stage(folder.path());
    let file = generate(600);
    let first = play(&stage, &file).unwrap();
    assert_eq!(counted(&first), count(&file));
    let again = play(&stage, &file).unwrap();
    assert!(again.all_done);
    assert_eq!(again.programmes, first.programmes);
    assert!(matches!(
        play(&stage, &generate(601)),
        Err(Error::OtherFile { .. })
    ));
}

#[test]
fn real_orders_come_to_what_was_counted() {
    let path = std::env::var_os("STAMPCARD_CDNOW").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/cdnow/orders.txt"),
        PathBuf::from,
    );
    let Ok(file) = std::fs::read_to_string(&path) else {
        println!(
            "skipped: {} can't be read; STAMPCARD_CDNOW names it",
            path.display()
        );
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let report = play(&stage(folder.path()), &file).unwrap();
    println!(
        "{} orders, {} a second",
        report.orders, report.orders_per_second
    );
    let expected = count(&file);
    assert_eq!(
        (expected.orders, expected.free, expected.members),
        (69_659, 80, 23_570)
    );
    assert_eq!(counted(&report), expected);
}

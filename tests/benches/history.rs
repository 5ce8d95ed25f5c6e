//! Whether a long history makes a member slow: one earn and one redemption of members with 10,000 past
//! entries against those of members with 10, in memory and on SQLite, by the component's code natively.
//!
//! `./dev bench history`. Histories of two sorts: earned and spent by turns, so that few lots are open,
//! and earned only, so that all are.
#![expect(
    clippy::expect_used,
    reason = "a bench stops at the first thing that goes wrong"
)]

use stampcard::capabilities::storage::{Memory, Sqlite, Storage};
use stampcard_tests::measure::shop::{self, GRANTED_PLAIN, NOON, Sale};
use stampcard_tests::measure::till::{self, Native, Till};
use stampcard_tests::measure::{Bench, Contender, Demand, micros_each, take_turns, timed};
use std::sync::Arc;

/// Entries of a short history.
const SHORT: usize = 10;

/// Entries of a long history.
const LONG: usize = 10_000;

/// Members with a history of each sort and length.
const MEMBERS: usize = 8;

/// Commands of one member in a round, so that a round is long enough to be timed.
const COMMANDS: usize = 5;

/// What a redemption takes: less than any lot holds.
const SPENT: &str = "1";

/// What is done to each member.
const PARTS: [&str; 2] = ["earn", "redeem"];

/// How entries came to be.
#[derive(Clone, Copy)]
struct Sort {
    name: &'static str,
    spends: bool,
}

const SORTS: [Sort; 2] = [
    Sort {
        name: "earned and spent by turns",
        spends: true,
    },
    Sort {
        name: "earned only, all lots open",
        spends: false,
    },
];

fn main() {
    let mut bench = Bench::begin("history: a member with 10,000 past entries against one with 10");
    let (rounds, long) = (bench.rounds(15), bench.size(LONG));
    bench.say(&format!(
        "{long} and {SHORT} entries; {rounds} rounds of {COMMANDS} commands of {MEMBERS} members each"
    ));
    bench.say("in memory the thread's processor time counts, on SQLite the clock's");
    for sort in SORTS {
        let (time, memory) = timed(|| histories(sort, rounds, long));
        bench.say(&format!(
            "\n{}: loaded in {:.1} s",
            sort.name,
            time.as_secs_f64()
        ));
        let folder = tempfile::tempdir().expect("a folder");
        let sqlite = Sqlite::open(&folder.path().join("bench.db")).expect("a database");
        let merchant = till::merchant("tea-house");
        let (time, ()) = timed(|| till::copy(memory.as_ref(), &merchant, &sqlite, &merchant));
        bench.say(&format!("copied to SQLite in {:.1} s", time.as_secs_f64()));
        compare(&mut bench, "memory", memory, rounds);
        compare(&mut bench, "SQLite", Arc::new(sqlite), rounds);
    }
    bench.end();
}

/// Members with long histories, some for either part, because what is earned in one would change how many lots are open in
/// the other; and with short ones, a fresh set of these for each round, because a short history does not stay short.
fn histories(sort: Sort, rounds: usize, past: usize) -> Arc<dyn Storage> {
    let storage: Arc<dyn Storage> = Arc::new(Memory::new());
    let merchant = till::merchant("tea-house");
    // An entry a minute, the last one a day before.
    let at = |entries: usize, count: usize| {
        let minutes = u64::try_from(entries - count).unwrap_or(0);
        Native::new(
            Arc::clone(&storage),
            &merchant,
            NOON - 86_400 - 60 * minutes,
        )
    };
    at(past, 0).configure(&shop::plain());
    let fill = |members: &[String], entries: usize| {
        for count in 0..entries {
            let sale = |member: &String| Sale {
                member: member.clone(),
                order: format!("{member}-{count}"),
            };
            let sales: Vec<Sale> = members.iter().map(sale).collect();
            let mut till = at(entries, count);
            // The last entry of either sort is an earn, so that points are there to be spent.
            if sort.spends && count % 2 == 1 && count + 1 < entries {
                till.redeem(&sales, GRANTED_PLAIN);
            } else {
                till.earn(&sales, GRANTED_PLAIN);
            }
        }
    };
    for round in 0..PARTS.len() * (rounds + 1) {
        fill(&short(round), SHORT);
    }
    for part in 0..PARTS.len() {
        fill(&long(part), past);
    }
    storage
}

fn members(group: &str) -> Vec<String> {
    (0..MEMBERS).map(|n| format!("{group}-{n}")).collect()
}

fn long(part: usize) -> Vec<String> {
    members(&format!("long-{part}"))
}

fn short(round: usize) -> Vec<String> {
    members(&format!("short-{round}"))
}

fn compare(bench: &mut Bench, place: &str, storage: Arc<dyn Storage>, rounds: usize) {
    let merchant = till::merchant("tea-house");
    bench.heading(place, "µs");
    for (part, what) in PARTS.into_iter().enumerate() {
        let run = |is_long: bool, round: usize| {
            let mut till = Native::new(Arc::clone(&storage), &merchant, NOON);
            let group = if is_long {
                long(part)
            } else {
                short(part * (rounds + 1) + round)
            };
            let sale = |(member, count): (&String, usize)| Sale {
                member: member.clone(),
                order: format!("{what}-{member}-{round}-{count}"),
            };
            let each =
                (0..COMMANDS).flat_map(|count| group.iter().map(move |member| (member, count)));
            let sales: Vec<Sale> = each.map(sale).collect();
            // Once without a trace, so that both find their records at hand.
            till.dry_run(&sales, GRANTED_PLAIN);
            let (elapsed, worked) = timed(|| match what {
                "earn" => till.earn(&sales, GRANTED_PLAIN),
                _ => till.redeem(&sales, SPENT),
            });
            let time = if place == "memory" { worked } else { elapsed };
            micros_each(time, sales.len())
        };
        let mut contenders: [Contender<'_>; 2] = [
            ("10 entries", Box::new(|round| run(false, round))),
            ("10,000 entries", Box::new(|round| run(true, round))),
        ];
        let figures = take_turns(rounds, &mut contenders);
        let [short, long] = figures.as_slice() else {
            continue;
        };
        bench.row(&format!("{what}, short history"), short);
        bench.row(&format!("{what}, long history"), long);
        bench.bound(
            &format!("{what}, long ÷ short"),
            &long.over(short),
            Demand::AtMost(1.2),
            Demand::AtMost(1.05),
        );
    }
}

//! Durable earns by many at once: sandboxes of 64 merchants on one SQLite database, an order of each under way, against
//! a stored procedure that does the same on PostgreSQL, called by 64 clients; and both with 16, which is kinder to PostgreSQL.
//! As the server does it, a thread goes on with another merchant's order while the disk confirms one. One that waits for each is shown beside it.
//!
//! `./dev bench durable`. Both are loaded before, on the same disk, take turns, and commit durably: WAL
//! with synchronous=FULL here, fsync and synchronous_commit there; by the system's clock both.
#![expect(
    clippy::expect_used,
    clippy::float_arithmetic,
    reason = "a bench stops at the first thing that goes wrong, and its figures are rough"
)]

use stampcard::capabilities::clock::{Clock, System};
use stampcard::capabilities::storage::{Memory, Sqlite, Storage};
use stampcard::sandbox::{Ahead, Mode, Sandbox};
use stampcard_tests::measure::postgres::Postgres;
use stampcard_tests::measure::shop::{self, GRANTED_PLAIN, Sale};
use stampcard_tests::measure::till::{self, Native, Till};
use stampcard_tests::measure::{Bench, Contender, Demand, take_turns, timed};
use std::collections::VecDeque;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, OnceLock};
use std::time::{Duration, Instant};

/// The program's allocator, since this stands for the program under load.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Merchants, and as many clients.
const MERCHANTS: usize = 64;

/// Orders under way, or clients, where there are fewer.
const FEWER: usize = 16;

/// Members of each, loaded before with one order each.
const MEMBERS: usize = 200;

/// How orders are reported.
#[derive(Clone, Copy)]
struct Load {
    mode: Mode,
    /// Each has as many merchants as any other.
    threads: usize,
    /// Orders of a thread that the disk has yet to confirm, when it reports another one; 0: it waits for each.
    ahead: usize,
}

/// An order of each merchant under way.
const MANY: Load = Load {
    mode: Mode::Fresh,
    threads: 8,
    ahead: MERCHANTS / 8 - 1,
};

/// Fewer.
const FEW: Load = Load {
    mode: Mode::Fresh,
    threads: 4,
    ahead: FEWER / 4 - 1,
};

/// A thread for each merchant.
const EACH: Load = Load {
    mode: Mode::Fresh,
    threads: MERCHANTS,
    ahead: 0,
};

/// How long each contender runs in a round: long enough for its database to take in what gathers, and for clients that
/// have just come to be warm.
const ROUND: Duration = Duration::from_secs(6);

fn main() {
    let mut bench = Bench::begin("durable: earns by many merchants at once, on disk");
    let rounds = bench.rounds(9);
    bench.say(&format!(
        "{MERCHANTS} merchants of {MEMBERS} members, as many orders under way or clients, 5-line orders, 1 rule; \
         {rounds} rounds of {} s",
        ROUND.as_secs()
    ));
    let folder = tempfile::tempdir().expect("a folder");
    // Each contender has a database of its own, so that all find as much history.
    let names = ["fresh", "warm", "fewer", "each"];
    let (time, databases) =
        timed(|| names.map(|name| (name, load(&folder.path().join(format!("{name}.db"))))));
    bench.say(&format!(
        "four SQLite databases loaded in {:.1} s",
        time.as_secs_f64()
    ));
    let scratch = ["many", "fewer"].map(|_| tempfile::tempdir().expect("a folder"));
    let (time, postgres) = timed(|| {
        let [many, fewer] = &scratch;
        prepare(many.path()).and_then(|many| Ok([many, prepare(fewer.path())?]))
    });
    if postgres.is_ok() {
        bench.say(&format!(
            "two PostgreSQL servers started and loaded in {:.1} s",
            time.as_secs_f64()
        ));
    }

    let warm = Load {
        mode: Mode::Warm { commands: 1_000 },
        ..MANY
    };
    let loads = [
        ("SQLite, fresh sandboxes", MANY),
        ("SQLite, warm sandboxes", warm),
        ("SQLite, fresh sandboxes, 16 under way", FEW),
        ("SQLite, fresh sandboxes, 64 threads that wait", EACH),
    ];
    let mut contenders: Vec<Contender<'_>> = Vec::new();
    for ((name, load), (series, storage)) in loads.into_iter().zip(&databases) {
        let run = move |round| {
            settle();
            earns(storage, load, series, round)
        };
        contenders.push((name, Box::new(run)));
    }
    if let Ok([of_many, of_fewer]) = &postgres {
        for (name, clients, postgres) in [
            ("PostgreSQL, stored procedure", MERCHANTS, of_many),
            ("PostgreSQL, 16 clients", FEWER, of_fewer),
        ] {
            let script = script();
            let run = move |_| {
                settle();
                let rate = postgres.bench(&script, clients, ROUND).expect("pgbench");
                rest(postgres);
                rate
            };
            contenders.push((name, Box::new(run)));
        }
    }
    let figures = take_turns(rounds, &mut contenders);
    let names: Vec<&str> = contenders.iter().map(|(name, _)| *name).collect();
    bench.heading("durable earns", "per second");
    for (name, figures) in names.iter().zip(&figures) {
        bench.row(name, figures);
    }
    drop(contenders);
    match (figures.as_slice(), &postgres) {
        ([fresh, warm, fewer, each, procedure, of_fewer], _) => {
            for (name, ours) in [("fresh", fresh), ("warm", warm)] {
                bench.bound(
                    &format!("SQLite with {name} sandboxes ÷ PostgreSQL"),
                    &ours.over(procedure),
                    Demand::AtLeast(2.0),
                    Demand::AtLeast(5.0),
                );
            }
            for (name, ours, theirs) in [
                ("64 threads that wait ÷ PostgreSQL", each, procedure),
                ("16 under way ÷ PostgreSQL, 16 clients", fewer, of_fewer),
            ] {
                bench.row(name, &ours.over(theirs));
            }
        }
        (_, Err(why)) => bench.skipped("PostgreSQL, stored procedure", &why.to_string()),
        _ => {}
    }
    bench.end();
}

/// Has the contender before put into its tables what has gathered, which it does within five seconds, and the system write what it left to
/// be written, so that this one doesn't pay for it.
fn settle() {
    std::thread::sleep(Duration::from_secs(6));
    let done = std::process::Command::new("sync").status();
    assert!(
        done.is_ok_and(|status| status.success()),
        "the disk takes all"
    );
}

/// Has a PostgreSQL server do at once what it would do in the minutes that follow, while others take their turns: vacuum, and write
/// out what it changed.
fn rest(postgres: &Postgres) {
    for statement in ["VACUUM ANALYZE", "CHECKPOINT"] {
        postgres.say(statement).expect("psql");
    }
}

fn merchant(number: usize) -> stampcard::capabilities::Merchant {
    till::merchant(&format!("shop-{number}"))
}

/// The database with all merchants: one is filled in memory and copied under each one's name.
fn load(file: &Path) -> Arc<dyn Storage> {
    let memory: Arc<dyn Storage> = Arc::new(Memory::new());
    let model = till::merchant("model");
    let mut native = Native::new(Arc::clone(&memory), &model, System.now().seconds - 86_400);
    native.configure(&shop::plain());
    native.earn(&shop::sales("first", 0..MEMBERS), GRANTED_PLAIN);
    let sqlite = Sqlite::open(file).expect("a database");
    for number in 1..=MERCHANTS {
        till::copy(memory.as_ref(), &model, &sqlite, &merchant(number));
    }
    Arc::new(sqlite)
}

/// One round: every thread earns on order after order, of its merchants' members in turn; how many a second, from when
/// all of them are there, as pgbench counts.
fn earns(storage: &Arc<dyn Storage>, load: Load, series: &str, round: usize) -> f64 {
    let done = AtomicUsize::new(0);
    let (ready, since) = (Barrier::new(load.threads), OnceLock::new());
    std::thread::scope(|scope| {
        for thread in 1..=load.threads {
            let (done, ready, since) = (&done, &ready, &since);
            scope.spawn(move || {
                let mut tills = tills(storage, load, thread);
                let each = tills.len();
                let mut under_way = VecDeque::new();
                ready.wait();
                let since = since.get_or_init(Instant::now);
                for count in 0.. {
                    if since.elapsed() >= ROUND {
                        break;
                    }
                    let sale = Sale {
                        member: format!("m{:06}", (count / each * 7) % MEMBERS),
                        order: format!("{series}-{round}-{count}"),
                    };
                    let till = tills.get_mut(count % each).expect("a merchant's");
                    under_way.push_back(till.ahead(|till| till::sell(till, &sale, GRANTED_PLAIN)));
                    if under_way.len() > load.ahead
                        && let Some(first) = under_way.pop_front()
                    {
                        confirm(first, done);
                    }
                }
                under_way.into_iter().for_each(|order| confirm(order, done));
            });
        }
    });
    let done = u32::try_from(done.into_inner()).expect("a count");
    let since = since.get().expect("a round was run");
    f64::from(done) / since.elapsed().as_secs_f64()
}

/// The sandboxes of a thread's merchants.
fn tills(storage: &Arc<dyn Storage>, load: Load, thread: usize) -> Vec<Sandbox> {
    let till = |number| {
        let (storage, clock) = (Arc::clone(storage), Arc::new(System));
        till::sandbox(till::plugin(), storage, &merchant(number), clock, load.mode)
    };
    let merchants = (thread..=MERCHANTS).step_by(load.threads);
    merchants.map(till).collect()
}

/// Waits until an order is durable, and counts it.
fn confirm(order: Ahead<()>, done: &AtomicUsize) {
    order.wait().expect("it is stored");
    done.fetch_add(1, Ordering::Relaxed);
}

/// A PostgreSQL server with the procedure and the same merchants and members.
fn prepare(folder: &Path) -> std::io::Result<Postgres> {
    let postgres = Postgres::start(folder)?;
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/postgres");
    postgres.run(&own.join("schema.sql"), &[])?;
    let variables = [
        ("merchants", MERCHANTS.to_string()),
        ("members", MEMBERS.to_string()),
        ("lines", shop::lines().to_string()),
    ];
    let variables = variables
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    postgres.run(&own.join("load.sql"), &variables)?;
    Ok(postgres)
}

/// What each client of pgbench does.
fn script() -> String {
    // pgbench takes a colon before a letter for a variable, and a quote or a semicolon for an end.
    let lines = shop::lines().to_string().replace(":null", ": null");
    assert!(!lines.contains(['\'', ';']), "the order's lines are plain");
    let last = MEMBERS - 1;
    format!(
        "\\set merchant random(1, {MERCHANTS})\n\\set member random(0, {last})\n\
         SELECT earn(:merchant, 'm' || lpad((:member)::text, 6, '0'), number, number, '{lines}') \
         FROM (SELECT 'o-' || nextval('order_numbers')) AS next(number);\n"
    )
}

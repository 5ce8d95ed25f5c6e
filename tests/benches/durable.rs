//! Durable earns by many at once: sandboxes of 64 merchants in 64 threads on one SQLite database, against
//! a stored procedure that does the same on PostgreSQL, called by 64 clients; and both with 16, which is kinder to PostgreSQL.
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
use stampcard::sandbox::{Mode, Sandbox};
use stampcard_tests::measure::postgres::Postgres;
use stampcard_tests::measure::shop::{self, GRANTED_PLAIN, Sale};
use stampcard_tests::measure::till::{self, Native, Till};
use stampcard_tests::measure::{Bench, Contender, Demand, Figures, take_turns, timed};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, OnceLock};
use std::time::{Duration, Instant};

/// The program's allocator, since this stands for the program under load.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Merchants, and as many threads or clients.
const MERCHANTS: usize = 64;

/// Threads or clients where there are fewer; each thread serves several merchants in turn.
const FEWER: usize = 16;

/// Members of each, loaded before with one order each.
const MEMBERS: usize = 200;

/// How long each contender runs in a round: long enough for its database to take in what gathers, and for clients that
/// have just come to be warm.
const ROUND: Duration = Duration::from_secs(6);

fn main() {
    let mut bench = Bench::begin("durable: earns by many merchants at once, on disk");
    let rounds = bench.rounds(9);
    bench.say(&format!(
        "{MERCHANTS} merchants of {MEMBERS} members, {MERCHANTS} threads or clients, 5-line orders, 1 rule; \
         {rounds} rounds of {} s",
        ROUND.as_secs()
    ));
    let folder = tempfile::tempdir().expect("a folder");
    // Each contender has a database of its own, so that all find as much history.
    let (time, [of_fresh, of_warm, of_fewer]) =
        timed(|| ["fresh.db", "warm.db", "fewer.db"].map(|name| load(&folder.path().join(name))));
    bench.say(&format!(
        "three SQLite databases loaded in {:.1} s",
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

    let fresh = |round| {
        settle();
        earns(&of_fresh, Mode::Fresh, MERCHANTS, "fresh", round)
    };
    let fewer = |round| {
        settle();
        earns(&of_fewer, Mode::Fresh, FEWER, "fewer", round)
    };
    let warm = |round| {
        settle();
        earns(
            &of_warm,
            Mode::Warm { commands: 1_000 },
            MERCHANTS,
            "warm",
            round,
        )
    };
    let mut contenders: Vec<Contender<'_>> = vec![
        ("SQLite, fresh sandboxes", Box::new(fresh)),
        ("SQLite, warm sandboxes", Box::new(warm)),
        ("SQLite, fresh sandboxes, 16 threads", Box::new(fewer)),
    ];
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
        ([fresh, warm, fewer, procedure, of_fewer], _) => bounds(
            &mut bench,
            &[
                ("SQLite with fresh sandboxes ÷ PostgreSQL", fresh, procedure),
                ("SQLite with warm sandboxes ÷ PostgreSQL", warm, procedure),
                ("the same with 16, fresh ÷ PostgreSQL", fewer, of_fewer),
            ],
        ),
        (_, Err(why)) => bench.skipped("PostgreSQL, stored procedure", &why.to_string()),
        _ => {}
    }
    bench.end();
}

fn bounds(bench: &mut Bench, compared: &[(&str, &Figures, &Figures)]) {
    for (name, ours, procedure) in compared {
        bench.bound(
            name,
            &ours.over(procedure),
            Demand::AtLeast(2.0),
            Demand::AtLeast(5.0),
        );
    }
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
fn earns(
    storage: &Arc<dyn Storage>,
    mode: Mode,
    threads: usize,
    series: &str,
    round: usize,
) -> f64 {
    let done = AtomicUsize::new(0);
    let (ready, since) = (Barrier::new(threads), OnceLock::new());
    std::thread::scope(|scope| {
        for thread in 1..=threads {
            let (done, ready, since) = (&done, &ready, &since);
            scope.spawn(move || {
                let sandbox = |number| {
                    till::sandbox(
                        till::plugin(),
                        Arc::clone(storage),
                        &merchant(number),
                        Arc::new(System),
                        mode,
                    )
                };
                let merchants = (thread..=MERCHANTS).step_by(threads);
                let mut sandboxes: Vec<Sandbox> = merchants.map(sandbox).collect();
                let each = sandboxes.len();
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
                    let sandbox = sandboxes.get_mut(count % each).expect("a merchant's");
                    till::sell(sandbox, &sale, GRANTED_PLAIN);
                    done.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    let done = u32::try_from(done.into_inner()).expect("a count");
    let since = since.get().expect("a round was run");
    f64::from(done) / since.elapsed().as_secs_f64()
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

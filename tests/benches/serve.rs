//! The HTTP server under load: 64 clients, each with a connection of its own and a merchant of its own, on SQLite and on
//! PostgreSQL. Orders are durable commits under idempotency keys, balances are reads; both go through fresh sandboxes.
//!
//! At the end, 10,000 merchants in one host, and its memory.
//!
//! `./dev bench serve`. Clients, server and databases share the machine, so a figure is of all three. Latency is that of the
//! client, from its first byte to the answer's last.
#![expect(
    clippy::expect_used,
    clippy::float_arithmetic,
    reason = "a bench stops at the first thing that goes wrong, and its figures are rough"
)]

use stampcard::capabilities::storage::postgres::Settings as Database;
use stampcard::capabilities::storage::{Postgres, Sqlite, Storage};
use stampcard_tests::measure::postgres::Postgres as DatabaseServer;
use stampcard_tests::measure::served::{Client, Served};
use stampcard_tests::measure::{Bench, Contender, Demand, Figures, take_turns, till};
use std::cell::RefCell;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, OnceLock};
use std::time::{Duration, Instant};

/// The program's allocator, since this stands for the program under load.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Merchants, and as many clients.
const MERCHANTS: usize = 64;

/// Members of each, loaded before with one order each.
const MEMBERS: usize = 50;

/// Merchants of one host.
const CROWD: usize = 10_000;

/// How long each contender runs in a round.
const ROUND: Duration = Duration::from_secs(5);

/// What a client asks.
#[derive(Clone, Copy)]
enum Work {
    Orders,
    Balances,
}

fn main() {
    let mut bench = Bench::begin("serve: requests by many clients at once, durable");
    let rounds = bench.rounds(5);
    bench.say(&format!(
        "{MERCHANTS} clients of as many merchants, one connection each; {rounds} rounds of {} s",
        ROUND.as_secs()
    ));
    let (folder, data) = (scratch(), scratch());
    let sqlite = Sqlite::open(&folder.path().join("serve.db")).expect("a database");
    let mut served = vec![("SQLite", serve(Arc::new(sqlite), folder.path()))];
    let other = scratch();
    let database = DatabaseServer::start(data.path());
    match &database {
        Ok(database) => {
            let storage = Postgres::open(&Database::new(&database.url())).expect("a database");
            served.push(("PostgreSQL", serve(Arc::new(storage), other.path())));
        }
        Err(why) => bench.skipped("PostgreSQL", &why.to_string()),
    }
    for (what, work) in [("orders", Work::Orders), ("balances", Work::Balances)] {
        measure(&bench, rounds, (what, work), &served);
    }
    for (_, served) in served {
        assert!(served.server.stop(), "the server stopped");
    }
    everybody(&mut bench);
    bench.end();
}

/// What so many merchants take of a host's memory, each of whom had a command.
fn everybody(bench: &mut Bench) {
    let crowd = bench.size(CROWD);
    let folder = scratch();
    let sqlite = Sqlite::open(&folder.path().join("serve.db")).expect("a database");
    let before = resident();
    let began = Instant::now();
    let components = till::plugin().clone().into();
    let served = Served::start((crowd, 1), Arc::new(sqlite), components, folder.path());
    let loaded = began.elapsed();
    let (next, began) = (AtomicUsize::new(0), Instant::now());
    std::thread::scope(|threads| {
        for _ in 0..8 {
            threads.spawn(|| {
                loop {
                    let shop = next.fetch_add(1, Ordering::Relaxed);
                    if shop >= crowd {
                        break;
                    }
                    served.client(shop).report(&format!("A-{shop}"), 0);
                }
            });
        }
    });
    let time = began.elapsed();
    bench.say(&format!(
        "\n{crowd} merchants loaded in {:.1} s; an order of each, on a connection of its own, in {:.1} s",
        loaded.as_secs_f64(),
        time.as_secs_f64()
    ));
    bench.heading("a host with all of them", "MiB");
    let (must, aim) = (Demand::AtMost(512.0), Demand::AtMost(256.0));
    bench.row("resident before", &Figures(vec![before]));
    bench.bound("resident after", &Figures(vec![resident()]), must, aim);
    assert!(served.server.stop(), "the server stopped");
}

/// Memory of this process that is there, in mebibytes, clients and what the benches before left included.
fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("what the system knows");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB"));
    kib.and_then(|kib| kib.trim().parse::<f64>().ok())
        .expect("a figure")
        / 1024.0
}

fn scratch() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

/// What a round's requests took, the shortest first.
type Latencies = RefCell<Vec<Vec<Duration>>>;

/// One table: requests a second, and what half of them and 99 of 100 took at most.
fn measure(bench: &Bench, rounds: usize, (what, work): (&str, Work), served: &[(&str, Served)]) {
    let latencies: Vec<Latencies> = served.iter().map(|_| RefCell::default()).collect();
    let all = served.iter().zip(&latencies);
    let all = all.map(|((name, served), taken)| contender(name, work, served, taken));
    let mut contenders: Vec<Contender<'_>> = all.collect();
    let rates = take_turns(rounds, &mut contenders);
    drop(contenders);
    bench.heading(what, "");
    for (((name, _), rates), taken) in served.iter().zip(&rates).zip(&latencies) {
        bench.row(&format!("{name}, a second"), rates);
        for (part, place) in [("half of them", 50), ("99 of 100", 99)] {
            let rounds = taken.borrow();
            let longest = rounds.iter().map(|times| {
                let place = times.len() * place / 100;
                times.get(place).expect("a request").as_secs_f64() * 1e3
            });
            let figures = Figures(longest.collect());
            bench.row(&format!("{name}, {part}, ms at most"), &figures);
        }
    }
}

/// Runs the rounds of one server, and notes what their requests took.
fn contender<'a>(
    name: &'a str,
    work: Work,
    served: &'a Served,
    taken: &'a Latencies,
) -> Contender<'a> {
    let run = move |round| {
        let (rate, times) = played(served, work, round);
        // The first round only warms, as its rate does.
        if round > 0 {
            taken.borrow_mut().push(times);
        }
        rate
    };
    (name, Box::new(run))
}

/// A server on this storage, with its merchants loaded.
fn serve(storage: Arc<dyn Storage>, folder: &Path) -> Served {
    let crowd = (MERCHANTS, MEMBERS);
    Served::start(crowd, storage, till::plugin().clone().into(), folder)
}

/// One round of all clients: how many requests a second were answered, and what each took, the shortest first.
fn played(served: &Served, work: Work, round: usize) -> (f64, Vec<Duration>) {
    let clients: Vec<Client> = (0..MERCHANTS).map(|shop| served.client(shop)).collect();
    let ready = Barrier::new(clients.len());
    let since = OnceLock::new();
    let mut times: Vec<Duration> = std::thread::scope(|threads| {
        let start = |(number, mut client): (usize, Client)| {
            let (ready, since) = (&ready, &since);
            threads.spawn(move || {
                ready.wait();
                since.get_or_init(Instant::now);
                asked(&mut client, work, &format!("{round}-{number}"))
            })
        };
        let working: Vec<_> = clients.into_iter().enumerate().map(start).collect();
        let done = working
            .into_iter()
            .map(|client| client.join().expect("a client"));
        done.flatten().collect()
    });
    let began: &Instant = since.get().expect("a round was run");
    let rate =
        f64::from(u32::try_from(times.len()).expect("a count")) / began.elapsed().as_secs_f64();
    times.sort();
    (rate, times)
}
/// Asks until the round is over; what each request took.
fn asked(client: &mut Client, work: Work, series: &str) -> Vec<Duration> {
    let began = Instant::now();
    let mut times = Vec::new();
    for count in 0.. {
        if began.elapsed() >= ROUND {
            break;
        }
        let member = (count * 7) % MEMBERS;
        let since = Instant::now();
        match work {
            Work::Orders => client.report(&format!("{series}-{count}"), member),
            Work::Balances => client.balance(member),
        }
        times.push(since.elapsed());
    }
    times
}

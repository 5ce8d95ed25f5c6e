//! What hostile merchants do to the others: sixteen merchants report orders at half of what the server can do, alone and beside
//! four whose component loops, grows its memory, calls capabilities without end or answers garbage, as fast as the server lets them.
//!
//! `./dev bench neighbours`. An order's time runs from when it should have gone out, so that a server that holds a client up is
//! seen in all the orders that wait behind. Clients and server share the machine.
#![expect(
    clippy::expect_used,
    clippy::float_arithmetic,
    reason = "a bench stops at the first thing that goes wrong, and its figures are rough"
)]

use serde_json::json;
use stampcard::capabilities::clock::{Clock, System};
use stampcard::capabilities::storage::{Sqlite, Storage};
use stampcard::keys::Keys;
use stampcard::merchants::{Register, Standing};
use stampcard::plugin::Plugin;
use stampcard::server::Components;
use stampcard_tests::forge;
use stampcard_tests::measure::served::{Client, Served, all_keys};
use stampcard_tests::measure::{Bench, Contender, Demand, Figures, take_turns, till};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// The program's allocator, since this stands for the program under load.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Merchants who only do business, a client each.
const MERCHANTS: u32 = 16;

/// Members of each.
const MEMBERS: usize = 50;

/// Clients of each hostile merchant.
const HAMMERS: usize = 4;

/// How long a round goes on.
const ROUND: Duration = Duration::from_secs(5);

/// What a hostile component does: a name, and the body of `merchant.schema`.
const HOSTILE: [(&str, &str); 4] = [
    ("loops", "(loop br 0) unreachable"),
    (
        "grows",
        "(loop i32.const 1 memory.grow drop br 0) unreachable",
    ),
    ("calls", "(loop i32.const 0 call 0 br 0) unreachable"),
    // A string that lies behind its memory.
    (
        "garbles",
        "i32.const 8 i32.const -8 i32.store i32.const 12 i32.const 1000 i32.store i32.const 8",
    ),
];

fn main() {
    let mut bench = Bench::begin("neighbours: merchants beside hostile ones, by HTTP");
    let rounds = bench.rounds(5);
    let folder = tempfile::tempdir().expect("a folder");
    let storage = Sqlite::open(&folder.path().join("neighbours.db")).expect("a database");
    let storage: Arc<dyn Storage> = Arc::new(storage);
    let usual = till::plugin();
    let hostile = |(name, body): (&str, &str)| {
        let plugin = Plugin::load(usual.engine(), &forge::with_schema(body), None);
        (name.to_owned(), plugin.expect("a component"))
    };
    let register = Register::new(storage.clone());
    for (name, _) in HOSTILE {
        let standing = Standing {
            component: Some(name.to_owned()),
            ..Standing::default()
        };
        let made = register.set(&till::merchant(name), &standing, System.now());
        assert!(made.expect("a merchant"), "a new merchant");
    }
    let components = Components {
        usual: usual.clone(),
        named: HOSTILE.into_iter().map(hostile).collect(),
    };
    let served = Served::start(
        (count(MERCHANTS), MEMBERS),
        storage,
        components,
        folder.path(),
    );
    let keys = Keys::open(&folder.path().join("api-keys.json")).expect("a file of keys");
    let evil = all_keys(&keys, &HOSTILE.map(|(name, _)| name.to_owned()));
    // The server looks at the file once a second.
    std::thread::sleep(Duration::from_millis(1_500));

    let (most, _) = orders(&served, "whole", None);
    // Of each client, so that all together come to half.
    let pace = Duration::from_secs_f64(2.0 * f64::from(MERCHANTS) / most);
    bench.say(&format!(
        "{MERCHANTS} merchants, {most:.0} orders a second at most; {rounds} rounds of {} s at half of that, beside {} hostile merchants with {HAMMERS} clients each",
        ROUND.as_secs(),
        HOSTILE.len()
    ));
    let stopped = AtomicUsize::new(0);
    let alone = |round| last_of_hundred(&orders(&served, &format!("alone-{round}"), Some(pace)).1);
    let beside = |round| {
        let over = AtomicBool::new(false);
        std::thread::scope(|threads| {
            for key in evil.iter().flat_map(|key| [key; HAMMERS]) {
                let client = Client::new(served.server.address(), key.clone());
                let (over, stopped) = (&over, &stopped);
                threads.spawn(move || hammer(client, over, stopped));
            }
            let times = orders(&served, &format!("beside-{round}"), Some(pace)).1;
            over.store(true, Ordering::Relaxed);
            last_of_hundred(&times)
        })
    };
    let mut contenders: Vec<Contender<'_>> = vec![
        ("alone", Box::new(alone)),
        ("beside hostile merchants", Box::new(beside)),
    ];
    let figures = take_turns(rounds, &mut contenders);
    drop(contenders);
    bench.heading("99 of 100 orders took at most", "ms");
    if let [alone, beside] = figures.as_slice() {
        bench.row("alone", alone);
        bench.row("beside hostile merchants", beside);
        let ratio: Figures = beside.over(alone);
        let (must, aim) = (Demand::AtMost(2.0), Demand::AtMost(1.2));
        bench.bound("beside ÷ alone", &ratio, must, aim);
    }
    let stopped = stopped.load(Ordering::Relaxed);
    bench.say(&format!("hostile commands that were stopped: {stopped}"));
    assert!(stopped > 0, "nothing hostile ran");
    assert!(served.server.stop(), "the server stopped");
    bench.end();
}

/// Reports orders by all clients for a round, one every so often or one after the other; how many a second, and what each took.
fn orders(served: &Served, series: &str, pace: Option<Duration>) -> (f64, Vec<Duration>) {
    let began = Instant::now();
    let mut times: Vec<Duration> = std::thread::scope(|threads| {
        let start = |shop: u32| {
            let mut client = served.client(count(shop));
            threads.spawn(move || {
                let mut times = Vec::new();
                for number in 0.. {
                    let due = match pace {
                        // Not all clients at the same instants.
                        Some(pace) => {
                            let shift = pace * shop / MERCHANTS;
                            began + shift + pace * number
                        }
                        None => Instant::now(),
                    };
                    if due.duration_since(began) >= ROUND {
                        break;
                    }
                    std::thread::sleep(due.saturating_duration_since(Instant::now()));
                    let member = count(number) % MEMBERS;
                    client.report(&format!("{series}-{number}"), member);
                    times.push(due.elapsed());
                }
                times
            })
        };
        let clients: Vec<_> = (0..MERCHANTS).map(start).collect();
        let done = clients
            .into_iter()
            .map(|client| client.join().expect("a client"));
        done.flatten().collect()
    });
    let all = f64::from(u32::try_from(times.len()).expect("a count"));
    times.sort();
    (all / began.elapsed().as_secs_f64(), times)
}

/// Calls the hostile function until the round is over; none of the calls may go well.
fn hammer(mut client: Client, over: &AtomicBool, stopped: &AtomicUsize) {
    while !over.load(Ordering::Relaxed) {
        let (status, answer) = client.ask("merchant/schema", None, &json!({}));
        assert_ne!(status, 200, "{answer}");
        if status != 503 {
            stopped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

fn count(number: u32) -> usize {
    usize::try_from(number).expect("a count")
}

fn last_of_hundred(times: &[Duration]) -> f64 {
    let place = times.len() * 99 / 100;
    times.get(place).expect("an order").as_secs_f64() * 1e3
}

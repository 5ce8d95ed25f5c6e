//! The HTTP server under load: 64 clients, each with a connection of its own and a merchant of its own, on SQLite and on
//! PostgreSQL. Orders are durable commits under idempotency keys, balances are reads; both go through fresh sandboxes.
//!
//! `./dev bench serve`. Clients, server and databases share the machine, so a figure is of all three. Latency is that of the
//! client, from its first byte to the answer's last.
#![expect(
    clippy::expect_used,
    clippy::float_arithmetic,
    reason = "a bench stops at the first thing that goes wrong, and its figures are rough"
)]

use chrono::DateTime;
use serde_json::{Value, json};
use stampcard::capabilities::clock::{Clock, System};
use stampcard::capabilities::http::Denied;
use stampcard::capabilities::logging::Collected;
use stampcard::capabilities::storage::postgres::Settings as Database;
use stampcard::capabilities::storage::{Memory, Postgres, Sqlite, Storage};
use stampcard::keys::{Keys, Role};
use stampcard::server::{AccessLog, Parts, Server, Settings};
use stampcard_tests::measure::postgres::Postgres as DatabaseServer;
use stampcard_tests::measure::shop::{self, GRANTED_PLAIN};
use stampcard_tests::measure::till::{self, Native, Till};
use stampcard_tests::measure::{Bench, Contender, Figures, take_turns};
use std::cell::RefCell;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::{Arc, Barrier, OnceLock};
use std::time::{Duration, Instant};

/// The program's allocator, since this stands for the program under load.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Merchants, and as many clients.
const MERCHANTS: usize = 64;

/// Members of each, loaded before with one order each.
const MEMBERS: usize = 50;

/// How long each contender runs in a round.
const ROUND: Duration = Duration::from_secs(5);

/// What a client asks.
#[derive(Clone, Copy)]
enum Work {
    Orders,
    Balances,
}

/// Keeps no line: a server of a platform writes them to a pipe.
struct Silent;

impl AccessLog for Silent {
    fn line(&self, _: &str) {}
}

/// A server on a storage, and its clients' keys.
struct Served {
    server: Server,
    keys: Vec<String>,
}

fn main() {
    let bench = Bench::begin("serve: requests by many clients at once, durable");
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
    bench.end();
}

fn scratch() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

/// What a round's requests took, the shortest first.
type Latencies = RefCell<Vec<Vec<Duration>>>;

/// One table: requests a second, and what half of them and 99 of 100 took at most.
fn measure(bench: &Bench, rounds: usize, (what, work): (&str, Work), served: &[(&str, Served)]) {
    let latencies: Vec<Latencies> = served.iter().map(|_| RefCell::default()).collect();
    let contender = |((name, served), taken)| -> Contender<'_> {
        let (served, taken): (&Served, &Latencies) = (served, taken);
        let run = move |round| {
            let (rate, times) = served.round(work, round);
            // The first round only warms, as its rate does.
            if round > 0 {
                taken.borrow_mut().push(times);
            }
            rate
        };
        (*name, Box::new(run))
    };
    let mut contenders: Vec<Contender<'_>> = served
        .iter()
        .map(|(name, served)| (name, served))
        .zip(&latencies)
        .map(contender)
        .collect();
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

/// A server on this storage, with its settings in the folder, and its merchants loaded.
fn serve(storage: Arc<dyn Storage>, folder: &Path) -> Served {
    let memory: Arc<dyn Storage> = Arc::new(Memory::new());
    let model = till::merchant("model");
    let mut native = Native::new(Arc::clone(&memory), &model, System.now().seconds - 86_400);
    native.configure(&shop::plain());
    native.earn(&shop::sales("first", 0..MEMBERS), GRANTED_PLAIN);
    let keys = Keys::open(&folder.join("api-keys.json")).expect("a file of keys");
    let made = DateTime::from_timestamp(0, 0).expect("a time");
    let mut settings =
        String::from("listen = \"127.0.0.1:0\"\n[limits]\nrequests-per-second = 10000\n");
    let mut open = Vec::new();
    for number in 0..MERCHANTS {
        let name = format!("shop-{number}");
        let merchant = till::merchant(&name);
        till::copy(memory.as_ref(), &model, storage.as_ref(), &merchant);
        settings.push_str(&format!("[merchants.{name}]\n"));
        let key = keys.create(&merchant, Role::Administrator, "bench", made);
        open.push(key.expect("a key").1);
    }
    let file = folder.join("stampcard.toml");
    std::fs::write(&file, settings).expect("a file");
    let parts = Parts {
        components: till::plugin().clone().into(),
        storage,
        clock: Arc::new(System),
        http: Arc::new(Denied),
        log: Arc::new(Collected::default()),
        access: Arc::new(Silent),
    };
    let settings = Settings::read(&file).expect("settings");
    Served {
        server: Server::start(&settings, parts).expect("a server"),
        keys: open,
    }
}

impl Served {
    /// One round of all clients: how many requests a second were answered, and what each took, the shortest first.
    fn round(&self, work: Work, round: usize) -> (f64, Vec<Duration>) {
        let address = self.server.address();
        let clients = self
            .keys
            .iter()
            .map(|key| Client::new(address, key.clone()));
        let clients: Vec<Client> = clients.collect();
        let ready = Barrier::new(clients.len());
        let since = OnceLock::new();
        let mut times: Vec<Duration> = std::thread::scope(|threads| {
            let start = |(number, mut client): (usize, Client)| {
                let (ready, since) = (&ready, &since);
                threads.spawn(move || {
                    ready.wait();
                    since.get_or_init(Instant::now);
                    client.work(work, &format!("{round}-{number}"))
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
}

/// A connection that stays.
struct Client {
    stream: BufReader<TcpStream>,
    key: String,
}

impl Client {
    fn new(address: SocketAddr, key: String) -> Self {
        let stream = TcpStream::connect(address).expect("a connection");
        stream.set_nodelay(true).expect("a connection");
        Self {
            stream: BufReader::new(stream),
            key,
        }
    }

    /// Asks until the round is over; what each request took.
    fn work(&mut self, work: Work, series: &str) -> Vec<Duration> {
        let began = Instant::now();
        let mut times = Vec::new();
        for count in 0.. {
            if began.elapsed() >= ROUND {
                break;
            }
            let member = format!("m{:06}", (count * 7) % MEMBERS);
            let since = Instant::now();
            let answer = match work {
                Work::Orders => {
                    let order = format!("{series}-{count}");
                    let body = json!({ "order": order, "member": member, "state": "paid", "lines": shop::lines() });
                    self.ask("points/report-order", Some(&order), &body)
                }
                Work::Balances => self.ask("points/balance", None, &json!({ "member": member })),
            };
            times.push(since.elapsed());
            if matches!(work, Work::Orders) {
                assert_eq!(answer["granted"], GRANTED_PLAIN, "{answer}");
            }
        }
        times
    }

    fn ask(&mut self, function: &str, key: Option<&str>, body: &Value) -> Value {
        let body = body.to_string();
        let own = key.map_or(String::new(), |key| format!("idempotency-key: {key}\r\n"));
        let request = format!(
            "POST /v1/{function} HTTP/1.1\r\nhost: points.example\r\nauthorization: Bearer {}\r\n{own}\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.key,
            body.len()
        );
        let stream = self.stream.get_mut();
        stream.write_all(request.as_bytes()).expect("a request");
        let (mut line, mut length, mut status) = (String::new(), 0, String::new());
        loop {
            line.clear();
            let bytes = self.stream.read_line(&mut line).expect("a line");
            assert!(bytes > 0, "the server closed the connection");
            let field = line.trim_end().to_ascii_lowercase();
            if status.is_empty() {
                status = field;
            } else if let Some(bytes) = field.strip_prefix("content-length: ") {
                length = bytes.parse().expect("a length");
            } else if field.is_empty() {
                break;
            }
        }
        let mut answer = vec![0; length];
        self.stream.read_exact(&mut answer).expect("a body");
        let answer = serde_json::from_slice(&answer).expect("JSON");
        assert!(status.contains(" 200 "), "{status} {answer}");
        answer
    }
}

//! Three hosts on one PostgreSQL, killed in turn under load: whatever a client was told is in the ledger once, no message goes
//! out twice, and what a killed host had in hand is taken over within seconds. Where PostgreSQL's programs are missing, it says
//! so and does nothing.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test stops at the first thing that goes wrong, and its hosts are killed in real time"
)]

#[path = "hosts/client.rs"]
mod client;
#[path = "hosts/process.rs"]
mod process;

use chrono::DateTime;
use client::ask;
use process::{Afternoon, HOST, Running, serve};
use serde_json::{Value, json};
use stampcard::call::{Call, Execution, Subject};
use stampcard::capabilities::Merchant;
use stampcard::capabilities::http::Denied;
use stampcard::capabilities::logging::Stderr;
use stampcard::capabilities::messaging::Simulated;
use stampcard::capabilities::storage::postgres::Settings as Database;
use stampcard::capabilities::storage::{Lease, Postgres, Storage};
use stampcard::keys::{Keys, Role};
use stampcard::limits::Limits;
use stampcard::loopback::{self, Act, Answer};
use stampcard::sandbox::{Host, Mode, Sandbox};
use stampcard::terms::confirmed;
use stampcard_tests::measure::postgres::{Postgres as DatabaseServer, programs};
use stampcard_tests::measure::shop;
use stampcard_tests::stages::plugin;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const SHOPS: usize = 4;
const MEMBERS: usize = 5;
const ORDERS: usize = 240;

/// How long a killed host's work may lie: its leases last 8 seconds, and each host looks at each merchant every 10. A notice
/// that was being handed over is told of below.
const TAKEN_OVER: Duration = Duration::from_secs(25);

/// The database, and three hosts.
struct World {
    hosts: Vec<Mutex<Running>>,
    settings: PathBuf,
    /// By shop.
    keys: Vec<String>,
    /// How often the provider was asked to send a text to a number. Texts tell the points, of which no order has as many.
    sent: Arc<Mutex<BTreeMap<[String; 2], usize>>>,
    storage: Arc<dyn Storage>,
    clock: u64,
    // In this order: the provider and the database go last.
    _provider: loopback::Server,
    _database: DatabaseServer,
    _folder: tempfile::TempDir,
    _data: tempfile::TempDir,
}

fn mobile(shop: usize, member: usize) -> String {
    format!("+8869{shop:04}{member:04}")
}

impl World {
    fn new() -> Self {
        let (data, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let database = DatabaseServer::start(data.path()).unwrap();
        let sent: Arc<Mutex<BTreeMap<[String; 2], usize>>> = Arc::default();
        let counted = sent.clone();
        let provider = loopback::Server::start("127.0.0.1:0".parse().unwrap(), move |asked| {
            let told: Value = serde_json::from_slice(&asked.body).unwrap();
            let message = [&told["to"], &told["text"]].map(|it| it.as_str().unwrap().to_owned());
            *counted.lock().unwrap().entry(message).or_default() += 1;
            // Long enough for a host to be killed while it waits.
            Act::Late(
                Duration::from_millis(30),
                Answer::new(200, "application/json", "{}"),
            )
        });
        let provider = provider.unwrap();
        let began = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap()
            .as_secs();
        std::fs::write(folder.path().join("began"), began.to_string()).unwrap();
        let sms = |shop| {
            format!(
                "[merchants.shop-{shop}.sms]\nprovider = \"http\"\nbase-url = \"http://{}\"\npath = \"/\"\n\
                 body = {{ to = \"{{to}}\", text = \"{{text}}\" }}\n",
                provider.address()
            )
        };
        let messaging: String = (0..SHOPS).map(sms).collect();
        std::fs::write(folder.path().join("messaging.toml"), messaging).unwrap();
        let settings = folder.path().join("stampcard.toml");
        let text = format!(
            "listen = \"127.0.0.1:0\"\nmessaging = \"messaging.toml\"\n[postgres]\nurl = \"{}\"\nconnections = 8\n\
             [limits]\nrequests-per-second = 10000\n",
            database.url()
        );
        std::fs::write(&settings, text).unwrap();
        let storage: Arc<dyn Storage> =
            Arc::new(Postgres::open(&Database::new(&database.url())).unwrap());
        let keys = Keys::open(&folder.path().join("api-keys.json")).unwrap();
        let made = DateTime::from_timestamp(0, 0).unwrap();
        let key = |shop: usize| {
            let shop = Merchant::new(&format!("shop-{shop}")).unwrap();
            keys.create(&shop, Role::Administrator, "test", made)
                .unwrap()
                .1
        };
        let keys = (0..SHOPS).map(key).collect();
        let mut world = Self {
            hosts: Vec::new(),
            settings,
            keys,
            sent,
            storage,
            clock: began,
            _provider: provider,
            _database: database,
            _folder: folder,
            _data: data,
        };
        (0..SHOPS).for_each(|shop| world.open(shop));
        let start = |_| Mutex::new(Running::start(&world.settings));
        world.hosts = (0..3).map(start).collect();
        world
    }

    fn sandbox(&self, shop: usize) -> Sandbox {
        let host = Host {
            storage: self.storage.clone(),
            clock: Arc::new(Afternoon(self.clock)),
            messaging: Arc::new(Simulated::default()),
            http: Arc::new(Denied),
            log: Arc::new(Stderr::default()),
        };
        let merchant = Merchant::new(&format!("shop-{shop}")).unwrap();
        let limits = Arc::new(Limits::default());
        Sandbox::new(
            plugin().clone(),
            Arc::new(host),
            merchant,
            limits,
            Mode::Fresh,
        )
    }

    fn call(&self, shop: usize, function: &str, key: Option<&str>, request: Value) -> Value {
        let call = Call {
            function: function.to_owned(),
            execution: key.map(|key| Execution::Commit(key.to_owned())),
            request: Some(request),
        };
        self.sandbox(shop).call(&call).unwrap().result.unwrap()
    }

    /// A merchant with its rules and members, each of whom is told by SMS of every grant.
    fn open(&self, shop: usize) {
        let mut document = shop::plain();
        document["notices"] =
            json!({ "channels": [{ "channel": "sms", "kinds": ["points-granted"] }] });
        let document = confirmed(&mut self.sandbox(shop), &document, "amy");
        let request = json!({ "document": document.to_string() });
        self.call(shop, "merchant.apply", Some("document"), request);
        for member in 0..MEMBERS {
            let name = format!("m-{member}");
            let request =
                json!({ "member": name, "mobile": mobile(shop, member), "language": "en" });
            self.call(shop, "members.put", Some(&name), request);
        }
    }

    /// Reports an order to one host after another until one of them answers.
    fn report(&self, number: usize) {
        let hosts = (0..self.hosts.len()).cycle().skip(number).take(600);
        let done = hosts
            .map(|host| self.report_to(host, number))
            .find(Option::is_some);
        assert!(done.is_some(), "order {number} was never answered");
    }

    /// Reports an order to a host; none: it was not there, or too busy.
    fn report_to(&self, host: usize, number: usize) -> Option<()> {
        let (shop, member) = (number % SHOPS, number / SHOPS % MEMBERS);
        let order = format!("A-{number}");
        let line =
            json!({ "sku": "tea", "quantity": "1", "amount": (100 * (number + 1)).to_string() });
        let request = json!({ "order": order, "member": format!("m-{member}"), "state": "paid", "lines": [line] });
        let address = self.hosts[host].lock().unwrap().address;
        let path = "/v1/points/report-order";
        match ask(address, path, &self.keys[shop], &order, &request) {
            Some((200, _)) => Some(()),
            Some((503 | 409, _)) | None => {
                std::thread::sleep(Duration::from_millis(50));
                None
            }
            Some((status, body)) => unreachable!("{order}: {status} {body}"),
        }
    }

    /// A member's notices of this channel by state.
    fn notices(&self, shop: usize, member: usize) -> BTreeMap<String, usize> {
        let request = json!({ "member": format!("m-{member}"), "limit": 200 });
        let page = self.call(shop, "notices.of-member", None, request);
        let mut states = BTreeMap::new();
        for notice in page["notices"].as_array().unwrap() {
            let state = notice["state"].as_str().unwrap().to_owned();
            *states.entry(state).or_default() += 1;
        }
        states
    }

    /// How many notices are in one of these states.
    fn count(&self, wanted: &[&str]) -> usize {
        let all = (0..SHOPS).flat_map(|shop| (0..MEMBERS).map(move |member| (shop, member)));
        let open = |(shop, member)| {
            let states = self.notices(shop, member);
            let open = states
                .iter()
                .filter(|(state, _)| wanted.contains(&state.as_str()));
            open.map(|(_, count)| count).sum::<usize>()
        };
        all.map(open).sum()
    }

    /// All hosts are killed, and start again so much later.
    fn later(&self, seconds: u64) {
        let began = (self.clock - seconds).to_string();
        std::fs::write(self.settings.with_file_name("began"), began).unwrap();
        (0..self.hosts.len()).for_each(|host| self.restart(host));
    }

    fn restart(&self, host: usize) {
        self.kill(host);
        // Meanwhile clients find nobody there, and go on to the others.
        let again = Running::start(&self.settings);
        *self.hosts[host].lock().unwrap() = again;
    }

    fn kill(&self, host: usize) {
        let mut running = self.hosts[host].lock().unwrap();
        running.process.kill().unwrap();
        running.process.wait().unwrap();
    }
}

fn wait(what: &str, time: Duration, mut done: impl FnMut() -> bool) -> Duration {
    let began = std::time::Instant::now();
    while !done() {
        assert!(began.elapsed() < time, "{what}");
        std::thread::sleep(Duration::from_millis(100));
    }
    began.elapsed()
}

#[test]
fn hosts_that_are_killed_in_turn() {
    if let Some(settings) = std::env::var_os(HOST) {
        serve(Path::new(&settings));
    }
    if programs().is_none() {
        drop(std::io::stderr().write_all(b"skipped: PostgreSQL's programs are not here\n"));
        return;
    }
    let world = World::new();
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|threads| {
        for _ in 0..4 {
            threads.spawn(|| {
                while let Some(number) =
                    Some(next.fetch_add(1, Ordering::Relaxed)).filter(|n| *n < ORDERS)
                {
                    world.report(number);
                    done.fetch_add(1, Ordering::Relaxed);
                    std::thread::sleep(Duration::from_millis(60));
                }
            });
        }
        // An end in any case, so that a client that failed is heard of.
        for round in 0..120 {
            if done.load(Ordering::Relaxed) == ORDERS {
                assert!(round > 2, "only {round} hosts were killed");
                break;
            }
            std::thread::sleep(Duration::from_millis(700));
            world.restart(round % 3);
        }
    });
    let minute = Duration::from_secs(60);
    let none = |states: &[&str]| world.count(states) == 0;
    wait("notices wait for good", minute, || none(&["queued"]));
    // What was being handed over when its host was killed is left alone for ten minutes. Nobody can tell whether it went out,
    // and it is not sent again.
    world.later(700);
    wait("notices hang for good", minute, || {
        none(&["queued", "sending"])
    });
    let sent = world.sent.lock().unwrap().clone();
    assert!(sent.values().all(|times| *times == 1), "{sent:?}");
    let mut most = 0;
    for (shop, member) in (0..SHOPS).flat_map(|shop| (0..MEMBERS).map(move |member| (shop, member)))
    {
        let own = (0..ORDERS)
            .filter(|number| number % SHOPS == shop && number / SHOPS % MEMBERS == member);
        let points: usize = own.map(|number| number + 1).sum();
        let request = json!({ "member": format!("m-{member}") });
        let balance = world.call(shop, "points.balance", None, request);
        assert_eq!(balance["available"], json!(points.to_string()), "{balance}");
        let states = world.notices(shop, member);
        let all: usize = states.values().sum();
        let own = sent.keys().filter(|[to, _]| *to == mobile(shop, member));
        let told = own.count();
        let accepted = states.get("accepted").copied().unwrap_or_default();
        most += accepted;
        assert!(
            accepted <= told && told <= all,
            "{told} messages of {states:?}"
        );
    }
    let unknown = world.count(&["unknown"]);
    assert_eq!(most + unknown, ORDERS, "{most} accepted, {unknown} unknown");
    assert!(most > ORDERS / 2, "only {most} were accepted");
    // One tells a client that it is done and is killed, and another host has a merchant's lease and is gone: nobody asks
    // anything any more, and the third one does what is left.
    let before: usize = world.sent.lock().unwrap().values().sum();
    world.kill(1);
    let stranger = Merchant::new("shop-2").unwrap();
    let lease = world
        .storage
        .lease(&stranger, "gone", Duration::from_secs(8));
    assert_eq!(lease.unwrap(), Lease::Own);
    let last = (0..SHOPS).map(|shop| ORDERS * SHOPS + shop);
    last.for_each(|number| world.report_to(0, number).unwrap());
    world.kill(0);
    wait("nobody took over", TAKEN_OVER, || none(&["queued"]));
    // One that was being handed over when its host was killed is left alone for longer.
    let sent: usize = world.sent.lock().unwrap().values().sum();
    let open = world.count(&["sending"]);
    assert!(sent + open >= before + SHOPS, "{sent} sent, {open} open");
}

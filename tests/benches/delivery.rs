//! Delivery: 100,000 notices that are due, handed to a provider that takes 50 ms for each, through fresh sandboxes on SQLite.
//!
//! `./dev bench delivery`. The notices are made before the clock runs. One after the other would be 20 a second; what is
//! faster than that is concurrency. The process's memory is read at the beginning and at the end.
#![expect(
    clippy::expect_used,
    clippy::float_arithmetic,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "a bench stops at the first thing that goes wrong, and its figures are rough"
)]

use serde_json::json;
use stampcard::bindings::upkeep::TickRequest;
use stampcard::capabilities::clock::{Clock, System};
use stampcard::capabilities::http::Denied;
use stampcard::capabilities::logging::{Collected, LogSink};
use stampcard::capabilities::messaging::{Channels, Messaging};
use stampcard::capabilities::storage::{Memory, Sqlite, Storage};
use stampcard::limits::Limits;
use stampcard::sandbox::{Host, Mode, Sandbox};
use stampcard_guest::api;
use stampcard_guest::bindings::exports::stampcard::plugin::{members, merchant, notices};
use stampcard_guest::bindings::stampcard::plugin::types;
use stampcard_tests::measure::provider::Provider;
use stampcard_tests::measure::{Bench, Demand, Figures, till, timed};
use stampcard_tests::native::NativePorts;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// The program's allocator, since this stands for the program.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Notices that are due.
const NOTICES: usize = 100_000;

/// What the provider takes for one.
const LATENCY: Duration = Duration::from_millis(50);

fn main() {
    let mut bench = Bench::begin("delivery: notices to a provider that takes 50 ms for each");
    let (rounds, count) = (bench.rounds(3), bench.size(NOTICES));
    let shop = till::merchant("tea-house");
    let made: Arc<dyn Storage> = Arc::new(Memory::new());
    let (loading, ()) = timed(|| make(&made, &shop, count));
    bench.say(&format!(
        "{count} notices, made in {:.1} s; {rounds} rounds",
        loading.as_secs_f64()
    ));
    let (mut rates, mut at_once, mut growth) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rounds {
        let provider = Provider::start(LATENCY).expect("a port");
        let folder = tempfile::tempdir().expect("a folder");
        let storage: Arc<dyn Storage> =
            Arc::new(Sqlite::open(&folder.path().join("delivery.db")).expect("a database"));
        till::copy(made.as_ref(), &shop, storage.as_ref(), &shop);
        let mut sandbox = sender(storage, &provider, folder.path());
        let early = deliver(&mut sandbox, &provider, count / 10);
        let before = resident();
        let (time, sent) = timed(|| deliver(&mut sandbox, &provider, count));
        assert_eq!(early + sent, count, "notices handed over");
        assert_eq!(provider.taken(), count, "messages taken");
        growth.push(resident() - before);
        rates.push(sent as f64 / time.as_secs_f64());
        at_once.push(provider.at_once() as f64);
    }
    bench.heading("a tenth is sent before the clock runs", "");
    let rates = Figures(rates);
    bench.row("notices a second", &rates);
    bench.row("messages under way at once, at most", &Figures(at_once));
    let alone = Figures(
        rates
            .0
            .iter()
            .map(|_| 1.0 / LATENCY.as_secs_f64())
            .collect(),
    );
    bench.bound(
        "÷ one after the other",
        &rates.over(&alone),
        Demand::AtLeast(10.0),
        Demand::AtLeast(40.0),
    );
    bench.bound(
        "memory that came while nine tenths were sent, MiB",
        &Figures(growth),
        Demand::AtMost(16.0),
        Demand::AtMost(4.0),
    );
    bench.end();
}

/// A merchant whose members are all to be told of a shipment.
fn make(storage: &Arc<dyn Storage>, shop: &stampcard::capabilities::Merchant, count: usize) {
    let ports = NativePorts {
        storage: Arc::clone(storage),
        merchant: shop.clone(),
        clock: Arc::new(System),
        messaging: Arc::new(stampcard::capabilities::messaging::Simulated::default()),
        http: Arc::new(Denied),
    };
    let document = json!({
        "zone": "Asia/Taipei",
        "currency": "TWD",
        "programmes": { "points": { "worth": { "points": "1", "money": "1" }, "earn": [], "expiry": "never" } },
        "notices": { "channels": [
            { "channel": "line-push", "kinds": ["shipped"], "quota": 1_000_000, "per-second": 1_000 },
        ] },
    });
    let document = merchant::Document {
        document: document.to_string(),
    };
    let how = |key: &str| types::Execution::Commit(key.to_owned());
    api::merchant::apply(&ports, &how("document"), &document).expect("the document");
    let now = System.now();
    let event = types::Instant {
        seconds: now.seconds,
        nanoseconds: 0,
    };
    for nth in 0..count {
        let member = format!("member-{nth:07}");
        let record = members::Member {
            member: member.clone(),
            name: None,
            language: None,
            birthday: None,
            registration: None,
            tier: None,
            tags: None,
            mobile: None,
            email: None,
            line_users: Some(vec![members::LineUser {
                channel: "shop".to_owned(),
                user: format!("U{nth:032x}"),
            }]),
            guest: None,
            consents: None,
        };
        api::members::put(&ports, &how(&member), &record).expect("a member");
        let shipped = notices::Submission {
            member: member.clone(),
            kind: notices::Kind::Shipped,
            subject: format!("A-{nth}"),
            event,
            extended: None,
            from: None,
            until: None,
            buyer: None,
            registration: None,
            acted_before: None,
            marketing: None,
            item: None,
            amount: None,
            contact: None,
            words: None,
            buttons: None,
        };
        api::notices::submit(&ports, &how(&member), &shipped).expect("a notice");
    }
}

/// A sandbox whose LINE push goes to that provider.
fn sender(storage: Arc<dyn Storage>, provider: &Provider, folder: &Path) -> Sandbox {
    std::fs::write(folder.join("token"), "token").expect("a file");
    let settings = format!(
        "[merchants.tea-house.line-push]\nprovider = \"line\"\ntoken-file = \"token\"\nconcurrency = 64\nbase-url = \"http://{}\"\n",
        provider.address
    );
    let file = folder.join("messaging.toml");
    std::fs::write(&file, settings).expect("a file");
    let clock: Arc<dyn Clock> = Arc::new(System);
    let log: Arc<dyn LogSink> = Arc::new(Collected::default());
    let channels = Channels::read(&file, &clock, &log).expect("the settings");
    let messaging: Arc<dyn Messaging> = Arc::new(channels);
    let host = Host {
        storage,
        clock,
        messaging,
        http: Arc::new(Denied),
        log,
    };
    Sandbox::new(
        till::plugin().clone(),
        Arc::new(host),
        till::merchant("tea-house"),
        Arc::new(Limits::default()),
        Mode::Fresh,
    )
}

/// Ticks until the provider has taken so many, waiting where the component says so; gives how many were handed over.
fn deliver(sandbox: &mut Sandbox, provider: &Provider, until: usize) -> usize {
    let mut sent = 0;
    while provider.taken() < until {
        let request = TickRequest { limit: Some(1_000) };
        let (report, _) = sandbox.upkeep().tick(&request).expect("a call");
        let report = report.expect("a report");
        sent += usize::try_from(report.notices_sent).expect("a count");
        if let Some(next) = report.next {
            let now = System.now();
            if next.seconds > now.seconds + 5 {
                break;
            }
            let nanos =
                |seconds: u64, nanos: u32| u128::from(seconds) * 1_000_000_000 + u128::from(nanos);
            let wait = nanos(next.seconds, next.nanoseconds)
                .saturating_sub(nanos(now.seconds, now.nanoseconds));
            std::thread::sleep(Duration::from_nanos(u64::try_from(wait).unwrap_or(0)));
        }
    }
    sent
}

/// The process's resident memory in MiB.
fn resident() -> f64 {
    let pages = std::fs::read_to_string("/proc/self/statm").expect("the process's memory");
    let pages: f64 = pages
        .split(' ')
        .nth(1)
        .and_then(|pages| pages.parse().ok())
        .expect("a number of pages");
    pages * 4_096.0 / 1_048_576.0
}

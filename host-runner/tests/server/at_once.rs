//! Commands whose threads don't wait for the disk: many at once on one member, callers that hang up, and a disk that stands still or fails.

use crate::Shop;
use crate::client::{Answer, connect, head};
use crate::gate::Gate;
use crate::metrics::{figures, wait};
use serde_json::{Value, json};
use stampcard::capabilities::storage::{Error, Outcome};
use stampcard::keys::Role;
use std::io::Write;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

/// With figures, and as many requests as a test has.
const SETTINGS: &str =
    "operator = \"127.0.0.1:0\"\nlimits = { requests-per-second = 10000, workers = 8 }\n";

/// One thread, and one command of a merchant at once.
const NARROW: &str = "operator = \"127.0.0.1:0\"\n\
    limits = { requests-per-second = 10000, workers = 1, merchant-commands = 1, wait-seconds = 1 }\n";

struct Caller<'a> {
    shop: &'a Shop,
    key: String,
}

impl<'a> Caller<'a> {
    fn new(shop: &'a Shop) -> Self {
        let (_, key) = shop.key("shop", Role::Administrator);
        // The server looks at the file once a second.
        thread::sleep(Duration::from_millis(1_100));
        Self { shop, key }
    }

    fn headers(&self, key: Option<&str>) -> String {
        let key = key.map(|key| format!("idempotency-key: {key}\r\n"));
        let key = key.unwrap_or_default();
        format!(
            "authorization: Bearer {}\r\ncontent-type: application/json\r\n{key}",
            self.key
        )
    }

    fn ask(&self, path: &str, key: Option<&str>, request: &Value) -> Answer {
        (self.shop).ask("POST", path, &self.headers(key), &request.to_string())
    }

    fn give(&self, gift: &str) -> Answer {
        self.ask("/v1/points/grant", Some(gift), &point(gift))
    }

    /// Asks for a gift and hangs up.
    fn leave(&self, gift: &str) {
        let (headers, body) = (self.headers(Some(gift)), point(gift).to_string());
        let mut stream = connect(self.shop.address());
        let head = head("POST", "/v1/points/grant", &headers, body.len());
        stream.write_all((head + &body).as_bytes()).unwrap();
        // Long enough to be read, since a request whose caller is gone by then is not begun.
        thread::sleep(Duration::from_millis(500));
    }

    fn available(&self) -> String {
        let answer = self.ask("/v1/points/balance", None, &json!({ "member": "mei" }));
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()["available"].as_str().unwrap().to_owned()
    }
}

fn point(gift: &str) -> Value {
    json!({ "to": { "member": "mei" }, "points": "1", "reason": gift, "actor": "amy" })
}

/// Each stands in the others' way, and two senders have each of them, and come to it at different times.
#[test]
fn commands_at_once_are_each_done_once() {
    const GIFTS: usize = 24;
    let shop = Shop::on_disk(SETTINGS);
    let caller = Caller::new(&shop);
    thread::scope(|scope| {
        for sender in 0..8 {
            let caller = &caller;
            scope.spawn(move || {
                for gift in 0..GIFTS {
                    let gift = (gift + sender % 2 * 3) % GIFTS;
                    let gift = format!("gift-{}-{gift}", sender / 2);
                    // Who is always outrun by the others is told to come again.
                    while caller.give(&gift).status == 503 {}
                }
            });
        }
    });
    assert_eq!(caller.available(), (4 * GIFTS).to_string());
    // It was tried here that some came to nothing and were made once more.
    wait(
        &shop,
        "stampcard_commands_again_total{function=\"points.grant\"}",
    );
}

/// Waits until so many commits wait at the gate.
fn wait_for(gate: &Gate, waiting: usize) {
    let began = Instant::now();
    while gate.waiting() != waiting {
        assert!(began.elapsed() < Duration::from_secs(20), "{waiting}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// The figure of gifts that were given, or made again.
fn gifts(shop: &Shop, figure: &str) -> Option<String> {
    let figures = figures(shop);
    let begins = format!("stampcard_{figure}{{function=\"points.grant\"");
    let mut lines = figures.lines().filter(|line| line.starts_with(&begins));
    let line = lines.next()?;
    assert!(lines.next().is_none(), "{figures}");
    line.rsplit(' ').next().map(str::to_owned)
}

#[test]
fn who_hangs_up_has_the_command_done_and_counted_all_the_same() {
    let gate = Arc::new(Gate::default());
    let shop = Shop::on(|_| gate.clone(), SETTINGS);
    let caller = Caller::new(&shop);
    for (gift, void) in [("kept", None), ("void", Some(Ok(Outcome::Conflict)))] {
        gate.shut();
        caller.leave(gift);
        wait_for(&gate, 1);
        gate.open(void.as_ref());
    }
    wait(&shop, "stampcard_commands_again_total");
    let began = Instant::now();
    while gifts(&shop, "commands_total").as_deref() != Some("2") {
        assert!(began.elapsed() < Duration::from_secs(20), "not counted");
        thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(gifts(&shop, "commands_again_total").as_deref(), Some("1"));
    assert_eq!(caller.available(), "2");
}

#[test]
fn a_disk_that_stands_still_keeps_the_merchants_turn_and_no_thread() {
    let gate = Arc::new(Gate::default());
    let shop = Shop::on(|_| gate.clone(), NARROW);
    let caller = Caller::new(&shop);
    gate.shut();
    thread::scope(|scope| {
        let first = scope.spawn(|| caller.give("first"));
        wait_for(&gate, 1);
        wait(&shop, "stampcard_commands_running 0");
        wait(&shop, "stampcard_commands_under_way 1");
        let second = caller.give("second");
        assert_eq!(second.status, 503, "{}", second.body);
        gate.open(None);
        let first = first.join().unwrap();
        assert_eq!(first.status, 200, "{}", first.body);
    });
    assert_eq!(caller.give("second").status, 200);
    assert_eq!(caller.available(), "2");
    wait(&shop, "stampcard_commands_under_way 0");
}

#[test]
fn a_disk_that_fails_is_told_to_the_operator_and_the_command_is_made_again() {
    let gate = Arc::new(Gate::default());
    let shop = Shop::on(|_| gate.clone(), NARROW);
    let told = {
        let caller = Caller::new(&shop);
        gate.shut();
        thread::scope(|scope| {
            let gift = scope.spawn(|| caller.give("gift"));
            wait_for(&gate, 1);
            gate.open(Some(&Err(Error::Unavailable("sector 7".to_owned()))));
            gift.join().unwrap()
        })
    };
    assert_eq!(told.status, 200, "{}", told.body);
    assert_eq!(gifts(&shop, "commands_again_total").as_deref(), Some("1"));
    let lines = shop.told();
    assert!(
        lines.iter().any(|line| line.contains("sector 7")),
        "{lines:?}"
    );
}

//! Commands on a database on disk, whose threads don't wait for it: many at once on one member, and callers that hang up.

use crate::Shop;
use crate::client::{Answer, connect, head};
use crate::metrics::wait;
use serde_json::{Value, json};
use stampcard::keys::Role;
use std::io::Write;
use std::thread;
use std::time::{Duration, Instant};

/// With figures.
const SETTINGS: &str = "operator = \"127.0.0.1:0\"\n";

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
        let answer = (self.shop).ask("POST", path, &self.headers(key), &request.to_string());
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer
    }

    fn give(&self, gift: &str) {
        self.ask("/v1/points/grant", Some(gift), &point(gift));
    }

    fn available(&self) -> String {
        let answer = self.ask("/v1/points/balance", None, &json!({ "member": "mei" }));
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
                    caller.give(&format!("gift-{}-{gift}", sender / 2));
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

#[test]
fn who_hangs_up_has_the_command_done_and_counted_all_the_same() {
    let shop = Shop::on_disk(SETTINGS);
    let caller = Caller::new(&shop);
    for number in 0..20 {
        let gift = format!("gift-{number}");
        let (headers, body) = (caller.headers(Some(&gift)), point(&gift).to_string());
        let mut stream = connect(shop.address());
        let head = head("POST", "/v1/points/grant", &headers, body.len());
        stream.write_all((head + &body).as_bytes()).unwrap();
        // Some have gone before the command has a thread: those are not begun.
        thread::sleep(Duration::from_millis(number));
        drop(stream);
    }
    let count = || caller.available().parse::<u64>().unwrap();
    let began = Instant::now();
    let mut done = count();
    loop {
        thread::sleep(Duration::from_millis(200));
        let now = count();
        if now == done {
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "{now}");
        done = now;
    }
    assert!(done > 0, "none was begun");
    let line = "stampcard_commands_total{function=\"points.grant\",outcome=\"done\"}";
    wait(&shop, &format!("{line} {done}"));
}

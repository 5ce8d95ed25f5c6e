//! Other parties' servers that take a connection and say nothing: whoever waits for them holds up nobody else.

use crate::Shop;
use serde_json::{Value, json};
use stampcard::keys::Role;
use std::fmt::Write as _;
use std::io::Read;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

/// How long whoever waits for nobody may take. The provider is given up after 60 s.
const SOON: Duration = Duration::from_secs(20);

/// A provider that reads and never answers; its connections as they come.
fn provider() -> (SocketAddr, Receiver<TcpStream>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, told) = channel();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut head = [0; 64];
            if stream.read(&mut head).is_ok() && tell.send(stream).is_err() {
                return;
            }
        }
    });
    (address, told)
}

/// A server with one place for ticks and one worker, and two merchants, `one` and `two`, whose provider is silent; keys of theirs and of
/// the third, `shop`.
fn shop(at: SocketAddr, ticking: bool) -> (Shop, [String; 3], tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("secret"), "x").unwrap();
    let (mut providers, mut merchants) = (String::new(), String::new());
    let file = folder.path().join("silent.toml");
    for merchant in ["one", "two"] {
        write!(
            providers,
            "[merchants.{merchant}.sms]\nprovider = \"http\"\nbase-url = \"http://{at}\"\npath = \"/\"\ntimeout = 60\n\
             body = {{ to = \"{{to}}\", text = \"{{text}}\" }}\n"
        )
        .unwrap();
        write!(merchants, "[merchants.{merchant}]\nmessaging = {file:?}\n").unwrap();
    }
    std::fs::write(&file, providers).unwrap();
    let more = format!("ticking = {ticking}\nlimits = {{ ticks = 1, workers = 1 }}\n{merchants}");
    let shop = Shop::with(&more);
    let keys = ["one", "two", "shop"].map(|merchant| shop.key(merchant, Role::Administrator).1);
    // Until the server looks at the file of keys again.
    thread::sleep(Duration::from_millis(1_500));
    (shop, keys, folder)
}

/// Has a merchant serve the member `mei`, with shop's rules, and owe her a notice.
fn owes_a_notice(shop: &Shop, key: &str, own: &str) {
    let current = shop.ask("POST", "/v1/merchant/current", &bearer(own), "");
    let current: Value = serde_json::from_str(&current.body).unwrap();
    let document = &current["document"];
    let gift = json!({ "to": { "member": "mei" }, "points": "5", "reason": "r", "actor": "a" });
    let mei = json!({ "member": "mei", "mobile": "+886912345678", "language": "en" });
    for (path, request) in [
        ("/v1/merchant/apply", json!({ "document": document })),
        ("/v1/members/put", mei),
        ("/v1/points/grant", gift),
    ] {
        let headers = format!("{}idempotency-key: own\r\n", bearer(key));
        let answer = shop.ask("POST", path, &headers, &request.to_string());
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    }
}

fn bearer(key: &str) -> String {
    format!("authorization: Bearer {key}\r\ncontent-type: application/json\r\n")
}

#[test]
fn a_silent_provider_leaves_ticks_to_others() {
    let (at, connections) = provider();
    let (mut shop, [one, two, own], _folder) = shop(at, true);
    for key in [one, two] {
        owes_a_notice(&shop, &key, &own);
    }
    shop.at(2);
    // Both wait now, though there is one place.
    let both = [(); 2].map(|()| connections.recv_timeout(SOON).unwrap());
    let line = json!([{ "sku": "tea", "quantity": "1", "amount": "300" }]);
    let order = json!({ "order": "A-1", "member": "mei", "state": "paid", "lines": line });
    let headers = format!("{}idempotency-key: A-1\r\n", bearer(&own));
    let answer = shop.ask(
        "POST",
        "/v1/points/report-order",
        &headers,
        &order.to_string(),
    );
    assert_eq!(answer.status, 200, "{}", answer.body);
    shop.at(4);
    let began = Instant::now();
    let tried = |shop: &mut Shop| {
        let page = shop.call("notices.of-member", None, json!({ "member": "mei" }));
        let mut notices = page["notices"].as_array().unwrap().iter();
        notices.any(|notice| notice["channel"] == "sms" && notice["tries"] == 1)
    };
    while !tried(&mut shop) {
        assert!(began.elapsed() < SOON, "{:?}", shop.told());
        thread::sleep(Duration::from_millis(50));
    }
    drop(both);
}

#[test]
fn a_tick_that_is_asked_for_leaves_the_workers_to_others() {
    let (at, connections) = provider();
    let (shop, [key, _, own], _folder) = shop(at, false);
    owes_a_notice(&shop, &key, &own);
    shop.at(2);
    thread::scope(|threads| {
        let shop = &shop;
        let ticking =
            threads.spawn(move || shop.ask("POST", "/v1/upkeep/tick", &bearer(&key), "{}"));
        let waits = connections.recv_timeout(SOON).unwrap();
        let began = Instant::now();
        let asked = json!({ "member": "mei" }).to_string();
        let balance = shop.ask("POST", "/v1/points/balance", &bearer(&own), &asked);
        assert_eq!(balance.status, 200, "{}", balance.body);
        assert_eq!(shop.ask("GET", "/ready", "", "").status, 200);
        assert!(began.elapsed() < SOON);
        drop((waits, connections));
        assert_eq!(ticking.join().unwrap().status, 200);
    });
}

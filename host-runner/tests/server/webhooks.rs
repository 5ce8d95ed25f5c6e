//! Events as signed webhooks: the merchant's own alone, of about now, each once.

use crate::Shop;
use crate::client::Answer;
use crate::shop::NOW;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;
use serde_json::{Value, json};
use std::io::Write;

const KEY: [u8; 32] = [7; 32];

const PATH: &str = "/events/shop";

/// A shop whose webhooks are signed by a key of its own; `OLD` was so before.
fn shop(more: &str) -> (Shop, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, key: &[u8]| {
        let path = folder.path().join(name);
        let mut file = std::fs::File::create(&path).unwrap();
        write!(file, "whsec_{}", STANDARD.encode(key)).unwrap();
        path.display().to_string()
    };
    let (new, old) = (file("new", &KEY), file("old", &[8; 32]));
    let shop = Shop::with(&format!(
        "{more}\n[events.webhooks.shop]\nsecret-file = \"{new}\"\nprevious-secret-file = \"{old}\"\n"
    ));
    (shop, folder)
}

/// What a sender writes.
struct Sent<'a> {
    key: &'a [u8],
    id: &'a str,
    at: u64,
    body: String,
}

impl Sent<'_> {
    fn order(id: &str, points: usize) -> Sent<'_> {
        let line = json!([{ "sku": "tea", "quantity": "1", "amount": (100 * points).to_string() }]);
        let request = json!({ "order": id, "member": "mei", "state": "paid", "lines": line });
        Sent {
            key: &KEY,
            id,
            at: NOW,
            body: json!({ "function": "points.report-order", "request": request }).to_string(),
        }
    }

    fn headers(&self) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.key);
        let signed = format!("{}.{}.{}", self.id, self.at, self.body);
        let signature = STANDARD.encode(hmac::sign(&key, signed.as_bytes()));
        format!(
            "webhook-id: {}\r\nwebhook-timestamp: {}\r\nwebhook-signature: v1,{signature}\r\n",
            self.id, self.at
        )
    }

    fn to(&self, shop: &Shop) -> Answer {
        shop.ask("POST", PATH, &self.headers(), &self.body)
    }
}

fn points(shop: &mut Shop) -> Value {
    shop.call("points.balance", None, json!({ "member": "mei" }))["available"].clone()
}

fn kind(answer: &Answer) -> String {
    let kind = answer.json()["type"].as_str().unwrap().to_owned();
    kind.trim_start_matches("urn:stampcard:problem:").to_owned()
}

#[test]
fn an_event_is_done_once_and_answered_as_the_api_does() {
    let (mut shop, _folder) = shop("operator = \"127.0.0.1:0\"");
    let order = Sent::order("A-1", 7);
    let first = order.to(&shop);
    assert_eq!(first.status, 200, "{}", first.body);
    assert_eq!(first.header("content-type"), Some("application/json"));
    // It comes again, as it was and signed anew.
    let later = Sent {
        at: NOW + 60,
        ..Sent::order("A-1", 7)
    };
    for again in [order.to(&shop), later.to(&shop)] {
        assert_eq!((again.status, &again.body), (200, &first.body));
    }
    assert_eq!(points(&mut shop), json!("7"));
    let other = Sent::order("A-1", 8).to(&shop);
    assert_eq!((other.status, kind(&other)), (422, "key-reused".to_owned()));
    // A secret that takes its turn, and a refusal of the plugin.
    let refund = json!({ "order": "none", "what": "all" });
    let refund = Sent {
        key: &[8; 32],
        id: "R-1",
        at: NOW,
        body: json!({ "function": "points.refund", "request": refund }).to_string(),
    };
    let refused = refund.to(&shop);
    assert_eq!(refused.status, 404, "{}", refused.body);
    assert!(refused.json()["error"].is_object(), "{}", refused.body);
    let figures = crate::ask(
        shop.server.operator_address().unwrap(),
        "GET",
        "/metrics",
        "",
        "",
    );
    for line in ["outcome=\"done\"} 3", "outcome=\"refused\"} 2"] {
        let line = format!("stampcard_events_total{{by=\"webhook\",{line}");
        assert!(figures.body.contains(&line), "{line}\n{}", figures.body);
    }
}

#[test]
fn who_did_not_sign_it_now_is_not_heard() {
    let (mut shop, _folder) = shop("");
    let good = Sent::order("A-1", 7);
    let cases = [
        (
            good.headers(),
            good.body.replace("700", "900"),
            "not-signed",
        ),
        (
            good.headers().replace("A-1", "A-2"),
            good.body.clone(),
            "not-signed",
        ),
        (String::new(), good.body.clone(), "not-signed"),
        (
            format!("{0}{0}", good.headers()),
            good.body.clone(),
            "not-signed",
        ),
        (
            Sent {
                key: &[9; 32],
                ..Sent::order("A-1", 7)
            }
            .headers(),
            good.body.clone(),
            "not-signed",
        ),
        (
            Sent {
                at: NOW - 301,
                ..Sent::order("A-1", 7)
            }
            .headers(),
            good.body.clone(),
            "stale",
        ),
        (
            Sent {
                at: NOW + 301,
                ..Sent::order("A-1", 7)
            }
            .headers(),
            good.body.clone(),
            "stale",
        ),
    ];
    for (headers, body, expected) in cases {
        let answer = shop.ask("POST", PATH, &headers, &body);
        assert_eq!(
            (answer.status, kind(&answer)),
            (401, expected.to_owned()),
            "{headers}"
        );
    }
    assert_eq!(points(&mut shop), json!("0"));
    // Recorded when it was good, and sent again too late.
    assert_eq!(good.to(&shop).status, 200);
    shop.at(301);
    let replayed = good.to(&shop);
    assert_eq!(
        (replayed.status, kind(&replayed)),
        (401, "stale".to_owned())
    );
    assert_eq!(points(&mut shop), json!("7"));
    // Nobody is there for a merchant without a secret, and for none.
    for path in ["/events/korea", "/events/nobody"] {
        let answer = shop.ask("POST", path, &good.headers(), &good.body);
        assert_eq!(answer.status, 404, "{path}");
    }
    assert_eq!(shop.ask("GET", PATH, "", "").status, 405);
    assert!(
        shop.told()
            .iter()
            .any(|line| line.starts_with("warn a webhook: "))
    );
}

#[test]
fn what_is_wrong_is_told() {
    let (mut shop, _folder) = shop("");
    let sent = |id: &str, body: &str| {
        Sent {
            key: &KEY,
            id,
            at: NOW,
            body: body.to_owned(),
        }
        .to(&shop)
    };
    let adjust = json!({ "function": "accounts.adjust", "request": {} }).to_string();
    let shape = json!({ "function": "points.report-order", "request": { "order": 7 } }).to_string();
    let array = json!(["members.put", { "member": "bob" }]).to_string();
    let doubled = r#"{"function":"members.put","request":{"member":"bob","member":"mei"}}"#;
    let long = "k".repeat(129);
    for (id, body, status, expected) in [
        ("A-1", "{", 400, "no-json"),
        ("A-1", "{}", 400, "no-json"),
        (
            "A-1",
            r#"{"function":"a.b","request":{},"more":1}"#,
            400,
            "no-json",
        ),
        ("A-1", array.as_str(), 400, "no-json"),
        ("A-1", adjust.as_str(), 404, "unknown-function"),
        (long.as_str(), shape.as_str(), 400, "key"),
        ("A-1", shape.as_str(), 400, "shape"),
        ("A-1", doubled, 400, "shape"),
    ] {
        let answer = sent(id, body);
        assert_eq!(
            (answer.status, kind(&answer)),
            (status, expected.to_owned()),
            "{body}"
        );
    }
    assert_eq!(sent("A-1", &shape).json()["pointer"], "/order");
    assert_eq!(sent("A-1", doubled).json()["pointer"], "/member");
    assert_eq!(points(&mut shop), json!("0"));
}

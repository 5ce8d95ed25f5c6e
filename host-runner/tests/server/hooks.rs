//! Providers' reports: believed only with proof, and harmless when they come again.

use crate::Shop;
use crate::shop::{SECRET, USER};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use ring::hmac;
use serde_json::{Value, json};
use std::thread;
use std::time::Duration;

const PUSH: &str = "/hooks/shop/line-push";

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn signed(body: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    let signature = STANDARD.encode(hmac::sign(&key, body.as_bytes()));
    format!("x-line-signature: {signature}\r\n")
}

fn mitake(id: &str, flag: &str) -> String {
    format!(
        "/hooks/shop/sms/{SECRET}?msgid={id}&dstaddr=0912345678&donetime=20261125130000&StatusFlag={flag}"
    )
}

fn friend(kind: &str, user: &str, event: &str) -> String {
    let event = json!({ "type": kind, "timestamp": 1_795_579_300_000_u64, "webhookEventId": event,
        "source": { "type": "user", "userId": user } });
    json!({ "destination": "U0", "events": [event] }).to_string()
}

#[test]
fn a_delivery_by_line_is_taken_in_once() {
    let mut shop = Shop::open();
    let sent = shop.sell("A-1", "1");
    assert_eq!(shop.states("line-notification"), ["accepted"]);
    let own = sent
        .iter()
        .find(|message| message.channel.name() == "line-notification");
    let detail: Value = serde_json::from_str(own.unwrap().detail.as_ref().unwrap()).unwrap();
    let event = json!({ "type": "delivery", "timestamp": 1_795_579_300_000_u64, "webhookEventId": "e1",
        "delivery": { "data": detail["tag"] } });
    let body = json!({ "destination": "U0", "events": [event] }).to_string();

    for (headers, why) in [
        (String::new(), "no signature"),
        (signed("{}"), "of another body"),
        ("x-line-signature: !\r\n".to_owned(), "no base64"),
        (format!("{}{}", signed(&body), signed(&body)), "two of them"),
    ] {
        let answer = shop.ask("POST", PUSH, &headers, &body);
        assert_eq!(answer.status, 401, "{why}");
        assert_eq!(
            answer.header("content-type"),
            Some("application/problem+json")
        );
    }
    assert_eq!(shop.states("line-notification"), ["accepted"]);
    let told = shop.told();
    assert_eq!(told.len(), 4, "{told:?}");
    assert!(
        told[0].starts_with("warn a report by line-push: not the provider's"),
        "{told:?}"
    );

    // Whichever of its channels LINE sends it to, and again.
    for path in [PUSH, "/hooks/shop/line-notification", PUSH] {
        let answer = shop.ask("POST", path, &signed(&body), &body);
        assert_eq!((answer.status, answer.body.as_str()), (200, "{}"), "{path}");
        assert_eq!(shop.states("line-notification"), ["delivered"]);
    }
    assert_eq!(shop.told(), Vec::<String>::new());
    // Whether somebody listens.
    let empty = r#"{"destination":"U0","events":[]}"#;
    assert_eq!(shop.ask("POST", PUSH, &signed(empty), empty).status, 200);
    let lines = shop.lines.all();
    let line: Value = serde_json::from_str(lines.last().unwrap()).unwrap();
    assert_eq!(line["route"], "/hooks/{merchant}/{channel}");
    assert_eq!(
        (&line["merchant"], &line["status"]),
        (&json!("shop"), &json!(200))
    );
}

#[test]
fn who_blocks_the_account_gets_no_push_until_it_is_unblocked() {
    let mut shop = Shop::open();
    let mut tell = |kind: &str, user: &str, event: &str| {
        let body = friend(kind, user, event);
        assert_eq!(shop.ask("POST", PUSH, &signed(&body), &body).status, 200);
        let closed = shop.reach()["closed"].clone();
        let closed = closed.as_array().unwrap().iter();
        closed
            .map(|one| format!("{} {}", one["channel"], one["why"]))
            .collect::<String>()
    };
    let blocked = r#""line-push" "blocked""#;
    assert_eq!(tell("follow", USER, "e0"), "");
    assert_eq!(tell("unfollow", USER, "e1"), blocked);
    assert_eq!(tell("unfollow", USER, "e1"), blocked);
    assert_eq!(tell("follow", USER, "e2"), "");
    // What came late by a second way changes nothing that came after it.
    assert_eq!(tell("unfollow", USER, "e1"), "");
    assert_eq!(tell("unfollow", USER, "e3"), blocked);
    assert_eq!(tell("follow", "Usomebodyelse", "e4"), blocked);
    let told = shop.told();
    assert_eq!(
        told,
        ["info a report by line-push: 1 of a person whom nobody knows"]
    );
}

#[test]
fn a_channel_that_was_closed_for_another_reason_stays_closed() {
    let mut shop = Shop::open();
    let why = json!({ "member": "mei", "channel": "line-push", "why": "complained" });
    shop.call("notices.close", Some("c"), why);
    let body = friend("follow", USER, "e1");
    assert_eq!(shop.ask("POST", PUSH, &signed(&body), &body).status, 200);
    assert_eq!(shop.reach()["closed"][0]["why"], "complained");
}

#[test]
fn mitake_is_known_by_its_address() {
    let mut shop = Shop::open();
    shop.sell("A-1", "0012");
    shop.sell("A-2", "0013");
    let wrong = mitake("0012", "4").replace(SECRET, "hush-hush-hush-hush");
    for path in [
        wrong.as_str(),
        "/hooks/shop/sms?msgid=0012&donetime=20261125130000&StatusFlag=4",
    ] {
        assert_eq!(shop.ask("GET", path, "", "").status, 401, "{path}");
    }
    assert_eq!(shop.ask("GET", &mitake("0012", "x"), "", "").status, 400);
    assert_eq!(shop.ask("GET", &mitake("0012", "1"), "", "").status, 200);
    assert_eq!(shop.states("sms"), ["accepted", "accepted"]);
    assert_eq!(shop.ask("GET", &mitake("0012", "4"), "", "").status, 200);
    assert_eq!(shop.ask("POST", &mitake("0013", "8"), "", "").status, 200);
    let mut states = shop.states("sms");
    states.sort();
    assert_eq!(states, ["delivered", "undelivered"]);
    // What came first stands.
    assert_eq!(shop.ask("GET", &mitake("0012", "8"), "", "").status, 200);
    assert!(shop.states("sms").contains(&"delivered".to_owned()));
    shop.told();
    // Nobody gave this one out: it must not come again and again.
    assert_eq!(shop.ask("GET", &mitake("9999", "4"), "", "").status, 200);
    let told = shop.told();
    assert_eq!(
        told,
        ["info a report by sms: 1 of a notice that nobody knows"]
    );
}

#[test]
fn the_other_providers_are_known_by_their_headers() {
    let shop = Shop::open();
    let nhn = r#"{"event":"MESSAGE_RESULT_UPDATE","hooks":[{"requestId":"r","recipientSeq":1,"resultCode":"MRC01"}]}"#;
    let solapi = r#"[{"messageId":"M","groupId":"G","statusCode":"4000"}]"#;
    let custom = r#"{"id":"c","state":"OK"}"#;
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    let proof = hex(digest(&SHA1_FOR_LEGACY_USE_ONLY, SECRET.as_bytes()).as_ref());
    let event = "x-solapi-event-name: SINGLE-REPORT\r\n";
    let table = [
        (
            "/hooks/shop/alimtalk",
            nhn,
            format!("x-toast-webhook-signature: {SECRET}\r\n"),
        ),
        (
            "/hooks/korea/alimtalk",
            solapi,
            format!("{event}x-solapi-secret: {proof}\r\n"),
        ),
        (
            "/hooks/korea/sms",
            custom,
            format!(
                "x-signature: {}\r\n",
                hex(hmac::sign(&key, custom.as_bytes()).as_ref())
            ),
        ),
    ];
    for (path, body, headers) in table {
        assert_eq!(shop.ask("POST", path, "", body).status, 401, "{path}");
        assert_eq!(shop.ask("POST", path, &headers, body).status, 200, "{path}");
        if !path.ends_with("sms") {
            assert_eq!(shop.ask("POST", path, &headers, "[").status, 400, "{path}");
        }
        // The signature of this one is over the body.
        if path.ends_with("sms") {
            assert_eq!(shop.ask("POST", path, &headers, "[").status, 401, "{path}");
        }
    }
}

#[test]
fn garbage_and_wrong_addresses_get_a_plain_no() {
    let shop = Shop::open();
    for body in [
        "",
        "[]",
        "\u{0}",
        "{\"events\":1}",
        "點",
        &"[".repeat(100_000),
    ] {
        let answer = shop.ask("POST", PUSH, &signed(body), body);
        assert_eq!(answer.status, 400, "{}", answer.body);
    }
    let table = [
        ("POST", "/hooks/shop/email", 404),
        ("POST", "/hooks/shop/fax", 404),
        ("POST", "/hooks/nobody/line-push", 404),
        ("POST", "/hooks/Shop%2F..%2F/line-push", 404),
        ("POST", "/hooks/shop", 404),
        ("GET", "/", 404),
        ("DELETE", PUSH, 405),
        ("POST", "/health", 405),
        ("GET", "/health", 200),
    ];
    for (method, path, status) in table {
        let answer = shop.ask(method, path, "", "");
        assert_eq!(answer.status, status, "{method} {path}");
        assert!(answer.header("x-request-id").is_some());
        if status != 200 {
            assert_eq!(answer.json()["status"], status);
        }
    }
}

#[test]
fn two_at_once_are_as_one_after_the_other() {
    let mut shop = Shop::open();
    for number in 0..8 {
        shop.sell(&format!("A-{number}"), &format!("00{number}"));
    }
    let address = shop.address();
    thread::scope(|scope| {
        for number in 0..16 {
            let path = mitake(&format!("00{}", number / 2), "4");
            scope.spawn(move || assert_eq!(crate::ask(address, "GET", &path, "", "").status, 200));
        }
    });
    assert_eq!(shop.states("sms"), ["delivered"; 8]);
}

#[test]
fn a_report_that_was_quicker_than_the_sending_is_not_lost() {
    let mut shop = Shop::with("limits = { report-again-seconds = 2 }");
    assert_eq!(shop.ask("GET", &mitake("0044", "4"), "", "").status, 200);
    shop.sell("A-1", "0044");
    assert_eq!(shop.states("sms"), ["accepted"]);
    thread::sleep(Duration::from_secs(4));
    assert_eq!(shop.states("sms"), ["delivered"]);
}

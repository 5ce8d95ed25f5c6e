//! Traces: what a request and a tick waited for comes to a collector, hangs together, and holds nothing of anybody's.

use crate::Shop;
use crate::client::{Answer, ask};
use crate::collector::{Collector, attribute};
use crate::shop::{SECRET, USER};
use serde_json::{Value, json};
use stampcard::keys::Role;
use stampcard::loopback::Act;
use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const CALLER: &str = "b7ad6b7169203331";

/// A caller with an administrator's key.
fn headers(shop: &Shop, more: &str) -> String {
    let (_, key) = shop.key("shop", Role::Administrator);
    // The server looks at the file once a second.
    thread::sleep(Duration::from_millis(1_100));
    format!("authorization: Bearer {key}\r\ncontent-type: application/json\r\n{more}")
}

fn balance(shop: &Shop, headers: &str) -> Answer {
    let request = json!({ "member": "mei" }).to_string();
    shop.ask("POST", "/v1/points/balance", headers, &request)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The last line of the access log.
fn line(shop: &Shop) -> Value {
    serde_json::from_str(shop.lines.all().last().unwrap()).unwrap()
}

#[test]
fn a_request_and_what_it_waited_for_join_the_callers_trace() {
    let collector = Collector::start();
    let shop = Shop::with(&collector.settings());
    let more = format!("idempotency-key: gift-1\r\ntraceparent: 00-{TRACE}-{CALLER}-01\r\n");
    let gift =
        json!({ "to": { "member": "mei" }, "points": "5", "reason": "sorry", "actor": "amy" });
    let headers = headers(&shop, &more);
    let answer = shop.ask("POST", "/v1/points/grant", &headers, &gift.to_string());
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(line(&shop)["trace"], TRACE);

    let request = collector.wait("POST /v1/{interface}/{function}");
    assert_eq!(hex(&request.trace_id), TRACE);
    assert_eq!(hex(&request.parent_span_id), CALLER);
    assert_eq!((request.kind, request.trace_state.as_str()), (2, ""));
    for (name, value) in [
        ("http.request.method", json!("POST")),
        ("http.route", json!("/v1/{interface}/{function}")),
        ("http.response.status_code", json!(200)),
        ("stampcard.request", line(&shop)["request"].clone()),
        ("stampcard.merchant", json!("shop")),
        ("error.type", Value::Null),
    ] {
        assert_eq!(attribute(&request, name), value, "{name}");
    }
    assert_eq!(
        answer.header("x-request-id").map(|id| json!(id)),
        Some(attribute(&request, "stampcard.request"))
    );
    collector.below(&request, "wait for a worker");
    let command = collector.below(&request, "points.grant");
    assert_eq!(attribute(&command, "stampcard.outcome"), "done");
    assert_eq!(attribute(&command, "stampcard.dry_run"), false);
    assert_eq!(attribute(&command, "stampcard.storage.commit.calls"), 1);
    for name in [
        "stampcard.fuel",
        "stampcard.memory",
        "stampcard.capability_calls",
        "stampcard.storage.read.calls",
        "stampcard.storage.read.duration",
        "stampcard.storage.commit.duration",
    ] {
        let told = attribute(&command, name).as_f64();
        assert!(told.is_some_and(|told| told > 0.0), "{name} is {told:?}");
    }
    let commit = collector.below(&command, "storage.commit");
    assert!(attribute(&commit, "stampcard.storage.keys").as_u64() > Some(0));

    // It goes where the settings say, with the secret in its header alone.
    let asked = &collector.asked()[0];
    assert_eq!(asked.target, "/v1/traces");
    assert_eq!(asked.header("authorization"), Some(SECRET));
    assert_eq!(asked.header("content-type"), Some("application/x-protobuf"));
}

#[test]
fn refusals_are_no_errors_and_names_are_all_that_is_told_of_them() {
    let collector = Collector::start();
    let shop = Shop::with(&collector.settings());
    let headers = headers(&shop, "idempotency-key: B-1\r\n");
    let spent = json!({ "member": "mei", "order": "B-1", "points": "99" });
    let answer = shop.ask("POST", "/v1/points/redeem", &headers, &spent.to_string());
    assert_eq!(answer.status, 409, "{}", answer.body);
    let request = collector.wait("POST /v1/{interface}/{function}");
    assert_eq!(request.parent_span_id, Vec::<u8>::new());
    assert_eq!(line(&shop)["trace"], json!(hex(&request.trace_id)));
    let command = collector.below(&request, "points.redeem");
    assert_eq!(attribute(&command, "stampcard.outcome"), "refused");
    assert_eq!(
        attribute(&command, "stampcard.refusal"),
        "insufficient-points"
    );
    for span in [request, command] {
        assert_eq!(span.status.map(|status| status.code), Some(0));
    }
    assert_eq!(shop.ask("BREW", "/nothing/mei", "", "").status, 404);
    let none = collector.wait("HTTP");
    assert_eq!(attribute(&none, "http.request.method"), "_OTHER");
    assert_eq!(attribute(&none, "http.route"), Value::Null);
}

#[test]
fn a_tick_is_a_trace_of_its_own_with_what_it_handed_over() {
    let collector = Collector::start();
    let shop = Shop::with(&format!("ticking = true\n{}", collector.settings()));
    let gift =
        json!({ "to": { "member": "mei" }, "points": "5", "reason": "sorry", "actor": "amy" });
    let headers = headers(&shop, "idempotency-key: g\r\n");
    let answer = shop.ask("POST", "/v1/points/grant", &headers, &gift.to_string());
    assert_eq!(answer.status, 200, "{}", answer.body);
    shop.at(2);
    let sent = collector.wait("messaging.send");
    assert_eq!(attribute(&sent, "stampcard.messages"), 1);
    assert_eq!(
        attribute(&sent, "stampcard.messages.channels"),
        json!(["sms"])
    );
    // The spans around it end later.
    let began = Instant::now();
    let tick = loop {
        let spans = collector.spans();
        let mut ticks = spans.iter().filter(|span| span.name == "tick");
        if let Some(tick) = ticks.find(|tick| tick.trace_id == sent.trace_id) {
            break tick.clone();
        }
        assert!(began.elapsed() < Duration::from_secs(20));
        thread::sleep(Duration::from_millis(50));
    };
    assert_eq!(tick.parent_span_id, Vec::<u8>::new());
    assert_eq!(attribute(&tick, "stampcard.merchant"), "shop");
    assert!(attribute(&tick, "stampcard.tick.delay").is_f64());
    let command = collector.below(&tick, "upkeep.tick");
    assert_eq!(attribute(&command, "stampcard.messaging.calls"), 1);
    assert_eq!(sent.parent_span_id, command.span_id);
}

#[test]
fn nothing_of_anybodys_stands_in_any_of_it() {
    let collector = Collector::start();
    let mut shop = Shop::with(&format!("ticking = true\n{}", collector.settings()));
    let jo = json!({
        "member": "planted-member", "email": "planted@example.com", "mobile": "+886955512345", "language": "en",
        "line-users": [{ "channel": "shop", "user": "Uplanted" }],
        "registration": { "at": "2026-01-01T00:00:00Z", "way": "on-line" },
    });
    shop.call("members.put", Some("jo"), jo);
    let held = headers(
        &shop,
        "idempotency-key: planted-key\r\ntracestate: planted=1\r\n",
    );
    let gift = json!({ "to": { "member": "planted-member" }, "points": "5", "reason": "planted-reason", "actor": "planted-actor" });
    let answer = shop.ask("POST", "/v1/points/grant", &held, &gift.to_string());
    assert_eq!(answer.status, 200, "{}", answer.body);
    let wrong = json!({ "member": "planted-member", "planted-field": 1 });
    let answer = shop.ask("POST", "/v1/points/grant", &held, &wrong.to_string());
    assert_eq!(answer.status, 400, "{}", answer.body);
    let hook = format!(
        "/hooks/shop/sms/{SECRET}?msgid=planted&dstaddr=0955512345&donetime=20261125130000&StatusFlag=4"
    );
    assert_eq!(shop.ask("GET", &hook, "", "").status, 200);
    let link = shop.server.unsubscribe_link(
        &stampcard::capabilities::Merchant::new("shop").unwrap(),
        "planted-member",
        "points-expiring",
        "email",
    );
    let link = link.unwrap();
    let path = link.strip_prefix("https://points.example").unwrap();
    let click = shop.ask("POST", path, "", "List-Unsubscribe=One-Click");
    assert_eq!(click.status, 200, "{}", click.body);
    shop.ask(
        "GET",
        "/planted/path?planted=query",
        "user-agent: planted\r\n",
        "",
    );
    shop.at(2);
    collector.wait("messaging.send");
    collector.wait("POST /unsubscribe/{token}");
    let key = held.split_once("Bearer ").unwrap().1;
    let key = key.split_once("\r\n").unwrap().0;
    let token = path.strip_prefix("/unsubscribe/").unwrap();
    assert!(shop.server.stop());
    let asked = collector.asked();
    let bytes: Vec<u8> = asked.into_iter().flat_map(|asked| asked.body).collect();
    for own in ["planted", "955512345", SECRET, USER, key, token, "account/"] {
        let found = bytes.windows(own.len()).any(|part| part == own.as_bytes());
        assert!(!found, "{own} stands in a span");
    }
    // Commands by links and reports are told of, too.
    collector.wait("notices.prefer");
    collector.wait("notices.report");
}

#[test]
fn who_does_not_sample_gets_no_spans_and_who_writes_nonsense_is_nobodys_child() {
    let collector = Collector::start();
    let shop = Shop::with(&collector.settings());
    let held = headers(&shop, "");
    let unsampled = format!("{held}traceparent: 00-{TRACE}-{CALLER}-00\r\n");
    assert_eq!(balance(&shop, &unsampled).status, 200);
    assert_eq!(line(&shop)["trace"], TRACE);
    let twice = format!("traceparent: 00-{TRACE}-{CALLER}-01\r\n").repeat(2);
    for nonsense in ["traceparent: 00-mei-01\r\n", &twice] {
        assert_eq!(balance(&shop, &format!("{held}{nonsense}")).status, 200);
        assert_ne!(line(&shop)["trace"], TRACE);
    }
    // Providers and members are not part of the same system.
    let stranger = format!("traceparent: 00-{TRACE}-{CALLER}-01\r\n");
    shop.ask("POST", "/hooks/shop/line-push", &stranger, "{}");
    assert_ne!(line(&shop)["trace"], TRACE);
    assert!(shop.server.stop());
    let spans = collector.spans();
    let roots = spans.iter().filter(|span| span.parent_span_id.is_empty());
    assert_eq!(roots.count(), 3, "{spans:?}");
    assert!(spans.iter().all(|span| hex(&span.trace_id) != TRACE));
}

#[test]
fn a_collector_that_is_away_or_slow_costs_nothing() {
    let slow = Collector::that(|| Act::Stall);
    let away = TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = format!(
        "[traces]\nendpoint = \"http://{}\"\n",
        away.local_addr().unwrap()
    );
    drop(away);
    for settings in [slow.settings(), nobody] {
        let shop = Shop::with(&format!("operator = \"127.0.0.1:0\"\n{settings}"));
        let held = headers(&shop, "");
        let began = Instant::now();
        for _ in 0..100 {
            assert_eq!(balance(&shop, &held).status, 200);
        }
        // The first batch is being posted meanwhile.
        thread::sleep(Duration::from_millis(1_500));
        assert_eq!(balance(&shop, &held).status, 200);
        let took = began.elapsed();
        assert!(took < Duration::from_secs(6), "{took:?}");
        let operator = shop.server.operator_address().unwrap();
        assert_eq!(ask(operator, "GET", "/ready", "", "").status, 200);
        let began = Instant::now();
        assert!(shop.server.stop());
        let took = began.elapsed();
        assert!(took < Duration::from_secs(9), "{took:?}");
    }
}

#[test]
fn without_the_table_nothing_is_told() {
    let shop = Shop::open();
    let held = headers(&shop, &format!("traceparent: 00-{TRACE}-{CALLER}-01\r\n"));
    assert_eq!(balance(&shop, &held).status, 200);
    assert_eq!(line(&shop)["trace"], Value::Null);
}

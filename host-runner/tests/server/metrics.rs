//! The operator's figures: on an address of their own, of everything that happens, and without anything of anybody's.

use crate::Shop;
use crate::client::ask;
use crate::shop::{SECRET, USER};
use serde_json::json;
use stampcard::keys::Role;
use std::thread;
use std::time::{Duration, Instant};

const JSON: &str = "Content-Type: application/json\r\n";

pub(crate) fn figures(shop: &Shop) -> String {
    let address = shop.server.operator_address().unwrap();
    let answer = ask(address, "GET", "/metrics", "", "");
    assert_eq!(answer.status, 200, "{}", answer.body);
    for own in [SECRET, USER, "mei", "912345678", "shop", "A-1"] {
        assert!(!answer.body.contains(own), "{own} in {}", answer.body);
    }
    answer.body
}

/// Waits until a line is there.
pub(crate) fn wait(shop: &Shop, line: &str) {
    let began = Instant::now();
    while !figures(shop).lines().any(|it| it.starts_with(line)) {
        assert!(
            began.elapsed() < Duration::from_secs(20),
            "{line}\n{}",
            figures(shop)
        );
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn what_is_called_and_ticked_and_sent_is_counted() {
    let shop = Shop::with("operator = \"127.0.0.1:0\"\nticking = true\n");
    let (_, key) = shop.key("shop", Role::Administrator);
    // The server looks at the file once a second.
    thread::sleep(Duration::from_millis(1_100));
    let held = format!("{JSON}Authorization: Bearer {key}\r\n");
    let with_key = format!("{held}Idempotency-Key: A-1\r\n");
    let order = json!({ "order": "A-1", "member": "mei", "state": "paid", "lines": [{ "sku": "tea", "quantity": "1", "amount": "300" }] });
    let answer = shop.ask(
        "POST",
        "/v1/points/report-order",
        &with_key,
        &order.to_string(),
    );
    assert_eq!(answer.status, 200, "{}", answer.body);
    let spent = json!({ "member": "mei", "order": "B-1", "points": "99" });
    let with_key = format!("{held}Idempotency-Key: B-1\r\n");
    let answer = shop.ask("POST", "/v1/points/redeem", &with_key, &spent.to_string());
    assert_eq!(answer.status, 409, "{}", answer.body);
    assert_eq!(shop.ask("GET", "/v1/nothing", "", "").status, 404);
    let route = "route=\"/v1/{interface}/{function}\"";
    for line in [
        format!("stampcard_http_requests_total{{method=\"POST\",{route},status=\"200\"}} 1"),
        format!("stampcard_http_requests_total{{method=\"POST\",{route},status=\"409\"}} 1"),
        "stampcard_commands_total{function=\"points.report-order\",outcome=\"done\"} 1".to_owned(),
        "stampcard_commands_total{function=\"points.redeem\",outcome=\"refused\"} 1".to_owned(),
        "stampcard_command_fuel_total{function=\"points.redeem\"} ".to_owned(),
        "stampcard_merchants 2".to_owned(),
        "stampcard_connections ".to_owned(),
    ] {
        wait(&shop, &line);
    }
    wait(&shop, "stampcard_ticks_total{outcome=\"done\"} ");
    // A command's tick is due within a second, and the clock here stands still.
    shop.at(5);
    // Nobody listens where the text message goes: whether it was taken nobody knows, or it is to be tried again.
    wait(&shop, "stampcard_messages_total{channel=\"sms\",outcome=");
    assert!(figures(&shop).contains("stampcard_tick_delay_seconds_bucket"));
}

#[test]
fn the_world_has_no_figures_and_the_operator_no_functions() {
    let shop = Shop::with("operator = \"127.0.0.1:0\"\n");
    assert_eq!(shop.ask("GET", "/metrics", "", "").status, 404);
    let address = shop.server.operator_address().unwrap();
    assert_eq!(ask(address, "GET", "/ready", "", "").status, 200);
    for path in ["/v1/points/redeem", "/openapi.json", "/unsubscribe/A"] {
        assert_eq!(ask(address, "GET", path, "", "").status, 404, "{path}");
    }
    assert!(shop.server.stop());
    assert!(std::net::TcpStream::connect(address).is_err());
}

#[test]
fn without_the_setting_there_are_none() {
    assert_eq!(Shop::open().server.operator_address(), None);
}

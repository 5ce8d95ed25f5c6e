//! Every function by HTTP: who may call it, what it answers, and what is wrong with what it was asked.

use crate::Shop;
use crate::client::Answer;
use serde_json::{Value, json};
use stampcard::keys::Role;
use std::thread;
use std::time::Duration;

const JSON: &str = "content-type: application/json\r\n";

/// A caller with a key.
struct Caller<'a> {
    shop: &'a Shop,
    key: String,
}

impl<'a> Caller<'a> {
    fn new(shop: &'a Shop, merchant: &str, role: Role) -> Self {
        let (_, key) = shop.key(merchant, role);
        // The server looks at the file once a second.
        thread::sleep(Duration::from_millis(1_100));
        Self { shop, key }
    }

    fn call(&self, path: &str, headers: &str, body: &str) -> Answer {
        let headers = format!("authorization: Bearer {}\r\n{headers}", self.key);
        self.shop
            .ask("POST", &format!("/v1/{path}"), &headers, body)
    }

    /// A question, which takes no idempotency key.
    fn ask(&self, path: &str, request: &Value) -> Answer {
        self.call(path, JSON, &request.to_string())
    }

    /// A command.
    fn tell(&self, path: &str, key: &str, request: &Value) -> Answer {
        let headers = format!("{JSON}idempotency-key: {key}\r\n");
        self.call(path, &headers, &request.to_string())
    }
}

#[test]
fn a_command_is_done_once_under_its_key() {
    let shop = Shop::open();
    let caller = Caller::new(&shop, "shop", Role::Administrator);
    let gift =
        json!({ "to": { "member": "jo" }, "points": "77", "reason": "sorry", "actor": "amy" });
    let answer = caller.ask("points/grant", &gift);
    assert_eq!(answer.status, 400);
    assert!(
        answer.body.contains("no-idempotency-key"),
        "{}",
        answer.body
    );
    let balance = || {
        let answer = caller.ask("points/balance", &json!({ "member": "jo" }));
        (answer.status, answer.json()["available"].clone())
    };
    let introduced = caller.tell("members/put", "jo", &json!({ "member": "jo" }));
    assert_eq!(introduced.status, 200, "{}", introduced.body);

    let dry = caller.call("points/grant?dry-run=true", JSON, &gift.to_string());
    assert_eq!(dry.status, 200, "{}", dry.body);
    assert_eq!(balance(), (200, json!("0")));
    let first = caller.tell("points/grant", "gift-1", &gift);
    assert_eq!(first.status, 200, "{}", first.body);
    assert_eq!(first.header("content-type"), Some("application/json"));
    // The same key, in quotes, with the same payload.
    let again = caller.tell("points/grant", "\"gift-1\"", &gift);
    assert_eq!((again.status, &again.body), (200, &first.body));
    assert_eq!(balance(), (200, json!("77")));
    let mut other = gift.clone();
    other["points"] = json!("78");
    let reused = caller.tell("points/grant", "gift-1", &other);
    assert_eq!(reused.status, 422);
    assert_eq!(reused.json()["error"], "key-reused");
    assert_eq!(reused.json()["type"], "urn:stampcard:problem:key-reused");
    let twice = "points/grant?dry-run=true&dry-run=false";
    let twice = caller.call(
        twice,
        &format!("{JSON}idempotency-key: b\r\n"),
        &gift.to_string(),
    );
    assert_eq!(twice.status, 400, "{}", twice.body);
    let both = caller.call(
        "points/grant?dry-run=true",
        &format!("{JSON}idempotency-key: a\r\n"),
        &gift.to_string(),
    );
    assert_eq!(both.status, 400);
    assert_eq!(
        caller
            .tell("points/balance", "a", &json!({ "member": "jo" }))
            .status,
        400
    );
}

#[test]
fn what_is_wrong_is_told_where_it_is_wrong() {
    let shop = Shop::with("limits = { body-kib = 1 }");
    let caller = Caller::new(&shop, "shop", Role::Supervisor);
    let balance = |body: &str| {
        let answer = caller.call("points/balance", JSON, body);
        assert_eq!(
            answer.header("content-type"),
            Some("application/problem+json")
        );
        answer
    };
    let answer = balance("{\n  \"member\": mei }");
    assert_eq!(answer.status, 400);
    assert_eq!(
        answer.json()["detail"],
        "the body is no JSON at line 2, column 13"
    );
    let answer = balance(r#"{"member":7}"#);
    assert_eq!(
        (answer.status, answer.json()["pointer"].clone()),
        (400, json!("/member"))
    );
    assert_eq!(
        balance(r#"{"member":"mei","fax":1}"#).json()["pointer"],
        "/fax"
    );
    let answer = balance(r#"{"member":"mei","member":"bob"}"#);
    assert_eq!(
        (answer.status, answer.json()["pointer"].clone()),
        (400, json!("/member"))
    );
    assert_eq!(balance("").status, 400);
    let answer = balance(r#"{"member":""}"#);
    assert_eq!(answer.status, 422);
    assert_eq!(
        answer.json()["error"]["invalid-input"][0]["path"],
        "/member"
    );
    let answer = balance(r#"{"member":"mei","programme":"gold"}"#);
    assert_eq!(answer.status, 404);
    assert_eq!(answer.json()["error"]["unknown-programme"]["id"], "gold");
    assert_eq!(
        balance(&format!("{{\"member\":\"{}\"}}", "m".repeat(1_100))).status,
        413
    );
    assert_eq!(balance(&"[".repeat(1_000)).status, 400);
    let plain = caller.call("points/balance", "content-type: text/plain\r\n", "{}");
    assert_eq!(plain.status, 415);
    let redeem = json!({ "member": "mei", "order": "B-1", "points": "5" });
    let answer = caller.tell("points/redeem", "b-1", &redeem);
    assert_eq!(answer.status, 409);
    let shortage = json!({ "requested": "5", "available": "0" });
    assert_eq!(answer.json()["error"]["insufficient-points"], shortage);
    assert_eq!(caller.ask("points/nothing", &json!({})).status, 404);
    assert_eq!(caller.ask("merchant/schema", &Value::Null).status, 400);
    let schema = caller.call("merchant/schema", "", "");
    assert_eq!(schema.status, 200);
}

#[test]
fn nobody_gets_in_without_a_key_that_holds() {
    let shop = Shop::open();
    let (id, key) = shop.key("shop", Role::Administrator);
    thread::sleep(Duration::from_millis(1_100));
    let balance = r#"{"member":"mei"}"#;
    let with = |authorization: &str| {
        let headers = format!("{JSON}{authorization}");
        shop.ask("POST", "/v1/points/balance", &headers, balance)
    };
    for wrong in [
        "",
        "authorization: Bearer \r\n",
        "authorization: Bearer stampcard_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n",
        &format!("authorization: Basic {key}\r\n"),
        &format!("authorization: {key}\r\n"),
        &format!("authorization: Bearer {id}\r\n"),
        &format!("authorization: Bearer {key}\r\nauthorization: Bearer {id}\r\n"),
    ] {
        let answer = with(wrong);
        assert_eq!(answer.status, 401, "{wrong}");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
    }
    let good = format!("authorization: bearer {key}\r\n");
    assert_eq!(with(&good).status, 200);
    let now = chrono::DateTime::from_timestamp(1, 0).unwrap();
    shop.keys().revoke(&id, now).unwrap();
    thread::sleep(Duration::from_millis(1_100));
    assert_eq!(with(&good).status, 401);
    let told = format!("{:?}{:?}", shop.told(), shop.lines.all());
    assert!(
        !told.contains(&key) && !told.contains("stampcard_"),
        "{told}"
    );
}

#[test]
fn a_key_opens_its_own_merchant_and_its_roles_functions() {
    let shop = Shop::open();
    let staff = Caller::new(&shop, "shop", Role::SalesStaff);
    let korea = Caller::new(&shop, "korea", Role::Administrator);
    let mei = json!({ "member": "mei" });
    assert_eq!(staff.ask("members/get", &mei).status, 200);
    let refused = staff.tell("points/grant", "a", &json!({}));
    assert_eq!(refused.status, 403);
    // Whether there is such a function is nobody's business who may not call it.
    let unknown = staff.ask("points/nothing", &json!({}));
    assert_eq!((unknown.status, &unknown.body), (403, &refused.body));
    let manager = Caller::new(&shop, "shop", Role::CustomerServiceManager);
    let unknown = manager.ask("points/nothing", &json!({}));
    assert_eq!((unknown.status, &unknown.body), (403, &refused.body));
    assert_eq!(manager.ask("members/get", &mei).status, 200);
    // Another merchant knows neither the member nor the rules.
    let answer = korea.ask("members/get", &mei);
    assert_eq!(answer.json()["error"], "not-configured", "{}", answer.body);
    assert_eq!(answer.status, 409);
}

#[test]
fn a_key_that_asks_too_often_has_to_wait() {
    let shop = Shop::with("limits = { requests-per-second = 1 }");
    let caller = Caller::new(&shop, "shop", Role::Administrator);
    let mei = json!({ "member": "mei" });
    let statuses: Vec<u16> = (0..4)
        .map(|_| caller.ask("members/get", &mei).status)
        .collect();
    assert_eq!(statuses, [200, 200, 429, 429]);
    let answer = caller.ask("members/get", &mei);
    assert_eq!(
        (answer.status, answer.header("retry-after")),
        (429, Some("1"))
    );
    let other = Caller::new(&shop, "shop", Role::Administrator);
    assert_eq!(other.ask("members/get", &mei).status, 200);
}

#[test]
fn the_server_says_whether_it_is_ready() {
    let shop = Shop::open();
    let answer = shop.ask("GET", "/ready", "", "");
    assert_eq!(
        (answer.status, answer.json()["status"].clone()),
        (200, json!("ready"))
    );
}

//! Merchants that come, are suspended and go while the server runs, and settings that are read again.

use crate::Shop;
use crate::client::{Answer, ask};
use crate::shop::SECRET;
use serde_json::{Value, json};
use stampcard::keys::Role;
use std::time::Duration;

pub(crate) const OPERATOR: &str = "operator = \"127.0.0.1:0\"\noperator-key-file = \"secret\"\n";

pub(crate) fn operator(shop: &Shop, method: &str, path: &str, body: &str) -> Answer {
    let address = shop.server.operator_address().unwrap();
    let header = format!("Authorization: Bearer {SECRET}\r\n");
    ask(address, method, path, &header, body)
}

/// A call by HTTP with an API key.
pub(crate) fn call(
    shop: &Shop,
    key: &str,
    function: &str,
    id: Option<&str>,
    request: &Value,
) -> Answer {
    let id = id.map_or_else(String::new, |id| format!("Idempotency-Key: {id}\r\n"));
    let headers = format!("Authorization: Bearer {key}\r\nContent-Type: application/json\r\n{id}");
    let path = format!("/v1/{}", function.replace('.', "/"));
    let body = if request.is_null() {
        String::new()
    } else {
        request.to_string()
    };
    ask(shop.address(), "POST", &path, &headers, &body)
}

/// A key with all rights, which the server knows: it looks at the file once a second.
pub(crate) fn key(shop: &Shop, merchant: &str) -> String {
    let (_, key) = shop.key(merchant, Role::Administrator);
    std::thread::sleep(Duration::from_millis(1_100));
    key
}

pub(crate) fn rules() -> Value {
    let document = json!({
        "zone": "Asia/Taipei", "currency": "TWD",
        "programmes": { "points": {
            "worth": { "points": "1", "money": "1" },
            "earn": [{ "id": "base", "kind": "order", "state": "paid", "award": { "step": { "points": "1", "per": "100" } } }],
            "expiry": "never",
        } },
    });
    json!({ "document": document.to_string() })
}

pub(crate) fn order(name: &str) -> Value {
    let line = json!([{ "sku": "tea", "quantity": "1", "amount": "300" }]);
    json!({ "order": name, "member": "mei", "state": "paid", "lines": line })
}

fn ids(list: &Value) -> Vec<&str> {
    let merchants = list["merchants"].as_array().unwrap().iter();
    merchants
        .map(|one| one["merchant"].as_str().unwrap())
        .collect()
}

#[test]
fn a_merchant_from_its_making_to_its_end() {
    let shop = Shop::with(&format!("ticking = true\n{OPERATOR}"));
    // A key by itself opens nothing.
    let (_, early) = shop.key("tea", Role::Administrator);
    let id = Some("document");
    assert_eq!(
        call(&shop, &early, "merchant.apply", id, &rules()).status,
        401
    );
    assert_eq!(operator(&shop, "GET", "/merchants/tea", "").status, 404);
    let made = operator(&shop, "PUT", "/merchants/tea", "{}");
    assert_eq!(
        (made.status, made.json()["state"].as_str()),
        (201, Some("active"))
    );
    assert_eq!(made.json()["since"], "2026-11-25T04:00:00Z");
    assert_eq!(operator(&shop, "PUT", "/merchants/tea", "{}").status, 200);
    let list = operator(&shop, "GET", "/merchants", "").json();
    assert_eq!(
        (ids(&list), &list["next"]),
        (vec!["korea", "shop", "tea"], &Value::Null)
    );
    let behind = operator(&shop, "GET", "/merchants?after=korea", "").json();
    assert_eq!(ids(&behind), ["shop", "tea"]);
    // Keys of the file are seen within a second.
    wait(|| call(&shop, &early, "merchant.apply", id, &rules()).status == 200);
    let earned = call(&shop, &early, "points.report-order", Some("A"), &order("A"));
    assert_eq!(earned.json()["granted"], "3", "{}", earned.body);

    // What isn't suspended is neither written out nor deleted.
    assert_eq!(
        operator(&shop, "GET", "/merchants/tea/export", "").status,
        409
    );
    assert_eq!(operator(&shop, "DELETE", "/merchants/tea", "").status, 409);
    let suspended = r#"{"state":"suspended"}"#;
    assert_eq!(
        operator(&shop, "PUT", "/merchants/tea", suspended).status,
        200
    );
    let refused = call(&shop, &early, "points.report-order", Some("B"), &order("B"));
    assert_eq!(refused.status, 403);
    assert_eq!(refused.json()["type"], "urn:stampcard:problem:suspended");
    let other = key(&shop, "shop");
    let balance = json!({ "member": "mei" });
    assert_eq!(
        call(&shop, &other, "points.balance", None, &balance).status,
        200
    );
    let file = operator(&shop, "GET", "/merchants/tea/export", "");
    assert_eq!(file.header("content-type"), Some("application/x-ndjson"));
    let lines: Vec<Value> = lines(&file.body);
    assert_eq!(
        lines.first(),
        Some(&json!({ "format": "stampcard-merchant-1" }))
    );
    assert_eq!(lines.last(), Some(&json!({ "records": lines.len() - 2 })));
    assert!(lines.iter().any(|line| line["record"]["key"] == "order/A"));

    // Back, and what was refused goes through.
    assert_eq!(operator(&shop, "PUT", "/merchants/tea", "{}").status, 200);
    let earned = call(&shop, &early, "points.report-order", Some("B"), &order("B"));
    assert_eq!(earned.status, 200);
    assert_eq!(
        operator(&shop, "PUT", "/merchants/tea", suspended).status,
        200
    );

    let gone = operator(&shop, "DELETE", "/merchants/tea", "");
    assert_eq!((gone.status, &gone.json()["ended-keys"]), (202, &json!(1)));
    assert_eq!(
        call(&shop, &early, "points.balance", None, &balance).status,
        401
    );
    for body in ["{}", suspended] {
        assert_eq!(operator(&shop, "PUT", "/merchants/tea", body).status, 409);
    }
    assert_eq!(
        operator(&shop, "GET", "/merchants/tea/export", "").status,
        409
    );
    let state = operator(&shop, "GET", "/merchants/tea", "").json();
    assert_eq!(state["state"], "deleting");
    // Another host would have seen it by now.
    shop.at(70);
    wait(|| operator(&shop, "GET", "/merchants/tea", "").status == 404);
    let list = operator(&shop, "GET", "/merchants", "").json();
    assert_eq!(ids(&list), ["korea", "shop"]);

    // One of the same name is another one, and old keys stay closed.
    assert_eq!(operator(&shop, "PUT", "/merchants/tea", "{}").status, 201);
    let new = key(&shop, "tea");
    wait(|| call(&shop, &new, "merchant.current", None, &Value::Null).status != 401);
    let nothing = call(&shop, &new, "merchant.current", None, &Value::Null);
    assert_eq!(
        nothing.json()["error"],
        "not-configured",
        "{}",
        nothing.body
    );
    assert_eq!(
        call(&shop, &early, "points.balance", None, &balance).status,
        401
    );
    let told = shop.told();
    for step in [
        "active",
        "suspended",
        "exported, ",
        "is being deleted",
        "deleted",
    ] {
        assert!(
            told.iter().any(|line| line.contains(step)),
            "{step}: {told:?}"
        );
    }
}

fn lines(body: &str) -> Vec<Value> {
    let whole = body.lines().filter(|line| line.starts_with('{'));
    whole
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

pub(crate) fn wait(mut done: impl FnMut() -> bool) {
    let began = std::time::Instant::now();
    while !done() {
        assert!(began.elapsed() < Duration::from_secs(20));
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn what_may_not_be_said_of_a_merchant_is_told_and_changes_nothing() {
    let shop = Shop::with(OPERATOR);
    let table = [
        ("/merchants/Tea", "{}", 422, None),
        ("/merchants/_host", "{}", 422, None),
        ("/merchants/tea", "{", 400, None),
        ("/merchants/tea", r#"{"state":"gone"}"#, 422, None),
        ("/merchants/tea", r#"{"states":"active"}"#, 422, None),
        (
            "/merchants/tea",
            r#"{"state":"deleting"}"#,
            422,
            Some("/state"),
        ),
        (
            "/merchants/tea",
            r#"{"component":"none"}"#,
            422,
            Some("/component"),
        ),
        (
            "/merchants/tea",
            r#"{"limits":{"fuel":1}}"#,
            422,
            Some("/limits/fuel"),
        ),
        ("/merchants/tea", r#"{"limits":{"fuel":1.5}}"#, 422, None),
        ("/merchants/tea", "[]", 422, None),
        ("/merchants/tea", r#"["suspended"]"#, 422, None),
        ("/merchants/tea", r#"{"limits":[1000000]}"#, 422, None),
        (
            "/merchants/tea",
            r#"{"state":"active","state":"suspended"}"#,
            422,
            None,
        ),
    ];
    for (path, body, status, pointer) in table {
        let answer = operator(&shop, "PUT", path, body);
        assert_eq!(answer.status, status, "{body}");
        let told = answer.json()["pointer"].as_str().map(str::to_owned);
        assert_eq!(told.as_deref(), pointer, "{body}");
    }
    for (method, path) in [
        ("GET", "/merchants/tea"),
        ("DELETE", "/merchants/tea"),
        ("GET", "/merchants/tea/export"),
        ("GET", "/merchants/Tea"),
        ("DELETE", "/merchants/_host"),
    ] {
        let answer = operator(&shop, method, path, "");
        assert_eq!(answer.status, 404, "{method} {path}");
        assert_eq!(answer.json()["detail"], "there is no such merchant");
    }
    assert_eq!(
        operator(&shop, "GET", "/merchants?behind=a", "").status,
        400
    );
    let list = operator(&shop, "GET", "/merchants", "").json();
    assert_eq!(ids(&list), ["korea", "shop"]);
    // The world's address has none of it.
    let header = format!("Authorization: Bearer {SECRET}\r\n");
    for method in ["GET", "PUT", "DELETE"] {
        assert_eq!(
            shop.ask(method, "/merchants/shop", &header, "{}").status,
            404
        );
    }
}

#[test]
fn a_merchants_own_limits_hold_for_it_alone() {
    let shop = Shop::with(OPERATOR);
    let key = key(&shop, "shop");
    let lines = |count: usize| {
        let line = json!({ "sku": "tea", "quantity": "1", "amount": "300" });
        vec![line; count]
    };
    let large = |name: &str| json!({ "order": name, "member": "mei", "state": "paid", "lines": lines(300) });
    let small = r#"{"limits":{"fuel":1000000}}"#;
    assert_eq!(operator(&shop, "PUT", "/merchants/shop", small).status, 200);
    let stopped = call(&shop, &key, "points.report-order", Some("L"), &large("L"));
    assert_eq!(stopped.status, 422, "{}", stopped.body);
    assert!(stopped.body.contains("1000000 units"), "{}", stopped.body);
    let shown = operator(&shop, "GET", "/merchants/shop", "").json();
    assert_eq!(shown["limits"], json!({ "fuel": 1_000_000 }));
    // With an instance that is kept, and places for one at a time.
    let kept = r#"{"limits":{"warm":3,"commands":1}}"#;
    assert_eq!(operator(&shop, "PUT", "/merchants/shop", kept).status, 200);
    for round in 0..5 {
        let name = format!("L-{round}");
        let done = call(
            &shop,
            &key,
            "points.report-order",
            Some(&name),
            &large(&name),
        );
        assert_eq!(done.status, 200, "{}", done.body);
    }
}

#[test]
fn a_suspended_merchants_members_may_still_unsubscribe() {
    let shop = Shop::with(OPERATOR);
    let merchant = "shop".parse().unwrap();
    let link = (shop.server).unsubscribe_link(&merchant, "mei", "points-expiring", "email");
    let link = link.unwrap();
    let path = link.trim_start_matches("https://points.example");
    let suspended = r#"{"state":"suspended"}"#;
    assert_eq!(
        operator(&shop, "PUT", "/merchants/shop", suspended).status,
        200
    );
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    let taken = shop.ask("POST", path, form, "List-Unsubscribe=One-Click");
    assert_eq!(taken.status, 200, "{}", taken.body);
}

#[test]
fn settings_that_are_read_again_hold_at_once_or_not_at_all() {
    let mut shop = Shop::with(OPERATOR);
    let coffee = key(&shop, "coffee");
    let (nothing, id) = (Value::Null, Some("document"));
    assert_eq!(
        call(&shop, &coffee, "merchant.apply", id, &rules()).status,
        401
    );
    let held = shop
        .reload("[limits]\nworkers = 3\n[merchants.coffee]\n")
        .unwrap();
    assert_eq!(held, ["operator", "operator-key", "limits"]);
    assert_eq!(
        call(&shop, &coffee, "merchant.apply", id, &rules()).status,
        200
    );
    // A wrong file changes nothing.
    let wrong = shop.reload("[merchants.coffee]\nmessaging = \"none.toml\"\n");
    assert!(wrong.unwrap_err().contains("none.toml"));
    let unfit = shop.reload("[events]\nfunctions = [\"members.nope\"]\n[merchants.tea]\n");
    let unfit = unfit.unwrap_err();
    assert!(unfit.contains("no function members.nope"), "{unfit}");
    assert_eq!(
        call(&shop, &coffee, "merchant.current", None, &nothing).status,
        200
    );
    shop.reload(OPERATOR).unwrap();
    assert_eq!(
        call(&shop, &coffee, "merchant.current", None, &nothing).status,
        401
    );
}

#[test]
fn a_merchant_may_have_another_component() {
    let mut shop = Shop::with(OPERATOR);
    let next = r#"{"component":"next"}"#;
    assert_eq!(operator(&shop, "PUT", "/merchants/shop", next).status, 200);
    let key = key(&shop, "shop");
    let balance = json!({ "member": "mei" });
    assert_eq!(
        call(&shop, &key, "points.balance", None, &balance).status,
        200
    );
    for (query, status) in [
        ("", 200),
        ("?component=next", 200),
        ("?component=none", 404),
        ("?a", 400),
    ] {
        let path = format!("/openapi.json{query}");
        assert_eq!(shop.ask("GET", &path, "", "").status, status, "{query}");
    }
    // Settings without it are refused for as long as somebody runs by it.
    let refused = shop.reload_without_components(OPERATOR).unwrap_err();
    assert!(
        refused.contains("no next any more, by which shop runs"),
        "{refused}"
    );
    assert_eq!(
        call(&shop, &key, "points.balance", None, &balance).status,
        200
    );
    assert_eq!(operator(&shop, "PUT", "/merchants/shop", "{}").status, 200);
    shop.reload_without_components(OPERATOR).unwrap();
    assert_eq!(
        call(&shop, &key, "points.balance", None, &balance).status,
        200
    );
}

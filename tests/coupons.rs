//! Coupons that many ask for at once, each in a sandbox of its own, on SQLite.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that goes wrong"
)]

use serde_json::{Value, json};
use stampcard::call::{Call, Execution, Subject};
use stampcard::capabilities::storage::{Range, Row, Sqlite, Storage};
use stampcard::sandbox::{Mode, Sandbox};
use stampcard_tests::measure::till;
use std::collections::BTreeSet;
use std::sync::{Arc, Barrier};

/// Threads that ask at the same time.
const MANY: usize = 12;

const KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

/// Does it, or tells what it was refused for.
fn commit(
    sandbox: &mut Sandbox,
    function: &str,
    key: &str,
    request: Value,
) -> Result<Value, Value> {
    let call = Call {
        function: function.to_owned(),
        execution: Some(Execution::Commit(key.to_owned())),
        request: Some(request),
    };
    sandbox.call(&call).unwrap().result
}

/// A shop with one template, and coupons of it that are nobody's.
fn shop(template: &Value, coupons: usize) -> (tempfile::TempDir, Arc<dyn Storage>, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let sqlite = Sqlite::open(&folder.path().join("shop.db")).unwrap();
    let storage: Arc<dyn Storage> = Arc::new(sqlite);
    let mut sandbox = sandbox(&storage);
    let document = json!({
        "zone": "Asia/Taipei", "currency": "TWD",
        "programmes": { "points": {
            "worth": { "points": "1", "money": "1" }, "earn": [], "expiry": "never"
        } },
        "coupons": { "flash": template },
    });
    let document = json!({ "document": document.to_string() });
    commit(&mut sandbox, "merchant.apply", "apply", document).unwrap();
    commit(
        &mut sandbox,
        "coupons.set-code-key",
        "key",
        json!({ "key": KEY }),
    )
    .unwrap();
    let request = json!({ "template": "flash", "to": { "nobody": coupons } });
    let issued = commit(&mut sandbox, "coupons.issue", "issue", request).unwrap();
    let codes = issued["coupons"].as_array().unwrap().iter();
    let codes = codes.map(|coupon| coupon["code"].as_str().unwrap().to_owned());
    (folder, storage, codes.collect())
}

fn sandbox(storage: &Arc<dyn Storage>) -> Sandbox {
    let merchant = till::merchant("shop");
    till::sandbox(
        till::plugin(),
        Arc::clone(storage),
        &merchant,
        till::noon(),
        Mode::Fresh,
    )
}

/// Every thread reserves a coupon for an order of its own; how they fared.
fn race(
    storage: &Arc<dyn Storage>,
    code: impl Fn(usize) -> String + Sync,
) -> Vec<Result<Value, Value>> {
    let ready = Barrier::new(MANY);
    std::thread::scope(|scope| {
        let threads: Vec<_> =
            (0..MANY)
                .map(|number| {
                    let (ready, code) = (&ready, &code);
                    scope.spawn(move || {
                    let mut sandbox = sandbox(storage);
                    let request = json!({
                        "order": format!("A-{number}"), "codes": [code(number)],
                        "cart": { "lines": [{ "sku": "tea", "quantity": "1", "amount": "100" }] },
                    });
                    ready.wait();
                    commit(&mut sandbox, "coupons.reserve", &format!("r-{number}"), request)
                })
                })
                .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    })
}

/// Why the others were refused.
fn reasons(outcomes: &[Result<Value, Value>]) -> Vec<&str> {
    let refused = outcomes.iter().filter_map(|outcome| outcome.as_ref().err());
    let reasons = refused.map(|error| &error["coupons-refused"][0]["reason"]);
    reasons
        .map(|reason| reason.as_str().unwrap_or("another error"))
        .collect()
}

#[test]
fn of_many_orders_one_gets_the_coupon() {
    let template = json!({ "benefit": { "amount": "10" }, "validity": { "days": { "days": 30 } } });
    let (_folder, storage, codes) = shop(&template, 1);
    let outcomes = race(&storage, |_| codes[0].clone());
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert_eq!(reasons(&outcomes), ["reserved"; MANY - 1]);
}

#[test]
fn of_many_coupons_no_more_are_used_than_may_be() {
    let template = json!({
        "benefit": { "amount": "10" }, "validity": { "days": { "days": 30 } }, "limits": { "total": 3 },
    });
    let (_folder, storage, codes) = shop(&template, MANY);
    let outcomes = race(&storage, |number| codes[number].clone());
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 3);
    assert_eq!(reasons(&outcomes), ["limit"; MANY - 3]);
}

#[test]
fn of_many_hosts_each_coupon_of_a_bulk_is_made_by_one() {
    let template = json!({ "benefit": { "amount": "10" }, "validity": { "days": { "days": 30 } } });
    let (_folder, storage, _codes) = shop(&template, 1);
    let mut host = sandbox(&storage);
    for place in 0..70 {
        let member = json!({ "member": format!("m-{place}") });
        commit(&mut host, "members.put", &format!("m-{place}"), member).unwrap();
    }
    for (key, to) in [
        ("everyone", json!("everyone")),
        ("print", json!({ "nobody": 900 })),
    ] {
        let request = json!({ "template": "flash", "to": to });
        commit(&mut host, "coupons.issue", key, request).unwrap();
    }
    let ready = Barrier::new(MANY);
    std::thread::scope(|scope| {
        for _ in 0..MANY {
            let (ready, storage) = (&ready, &storage);
            scope.spawn(move || {
                let mut host = sandbox(storage);
                let tick = Call {
                    function: "upkeep.tick".to_owned(),
                    execution: None,
                    request: Some(json!({ "limit": 10_000 })),
                };
                ready.wait();
                host.call(&tick).unwrap().result.unwrap();
            });
        }
    });
    let request = json!({ "template": "flash", "to": { "nobody": 1 } });
    let last = commit(&mut host, "coupons.issue", "last", request).unwrap();
    assert_eq!(last["coupons"][0]["serial"], 972);
    let range = Range {
        start: "coupon/".to_owned(),
        end: "coupon0".to_owned(),
        limit: 1_000,
        backward: false,
    };
    let rows = storage.scan(&till::merchant("shop"), &range).unwrap();
    assert_eq!(rows.len(), 972);
    let holder = |row: &Row| {
        let coupon: Value = serde_json::from_str(&row.value).unwrap();
        coupon["member"].as_str().map(str::to_owned)
    };
    let holders: Vec<String> = rows.iter().filter_map(holder).collect();
    let members: BTreeSet<&String> = holders.iter().collect();
    assert_eq!((holders.len(), members.len()), (70, 70));
}

#[test]
fn the_code_key_stands_in_its_own_record_only() {
    let template = json!({ "benefit": { "amount": "10" }, "validity": { "days": { "days": 30 } } });
    let (_folder, storage, _codes) = shop(&template, 2);
    let range = Range {
        start: String::new(),
        end: "~".to_owned(),
        limit: 1_000,
        backward: false,
    };
    let rows = storage.scan(&till::merchant("shop"), &range).unwrap();
    let holding = rows.iter().filter(|row| row.value.contains(KEY));
    let keys: Vec<&str> = holding.map(|row| row.key.as_str()).collect();
    assert_eq!(keys, ["code-key"]);
}

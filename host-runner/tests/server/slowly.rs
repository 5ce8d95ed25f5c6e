//! Requests whose bodies take their time.

use crate::Shop;
use crate::client::{Answer, connect, head, rest};
use crate::merchants::{OPERATOR, call, key, operator, order, rules};
use serde_json::{Value, json};
use std::io::Write;
use std::time::Duration;

/// A call whose body stops in the middle until the rest is let go.
fn slowly(shop: &Shop, key: &str, id: &str) -> impl FnOnce() -> Answer + use<> {
    let body = order(id).to_string();
    let headers = format!(
        "Authorization: Bearer {key}\r\nContent-Type: application/json\r\nIdempotency-Key: {id}\r\n"
    );
    let mut stream = connect(shop.address());
    let head = head("POST", "/v1/points/report-order", &headers, body.len());
    let (first, last) = body.split_at(10);
    stream
        .write_all(format!("{head}{first}").as_bytes())
        .unwrap();
    let last = last.to_owned();
    move || {
        stream.write_all(last.as_bytes()).unwrap();
        Answer::parse(&rest(&mut stream)).unwrap()
    }
}

#[test]
fn a_body_that_comes_slowly_outlives_neither_key_nor_merchant() {
    let shop = Shop::with(OPERATOR);
    assert_eq!(operator(&shop, "PUT", "/merchants/tea", "{}").status, 201);
    let key = key(&shop, "tea");
    let applied = call(&shop, &key, "merchant.apply", Some("document"), &rules());
    assert_eq!(applied.status, 200);
    let put = |state: &str| {
        let body = json!({ "state": state }).to_string();
        assert_eq!(operator(&shop, "PUT", "/merchants/tea", &body).status, 200);
    };
    let [first, second, third] = ["A", "B", "C"].map(|id| slowly(&shop, &key, id));
    // They are read before anything else happens.
    assert_eq!(
        call(&shop, &key, "merchant.current", None, &Value::Null).status,
        200
    );
    put("suspended");
    assert_eq!(first().status, 403);
    put("active");
    assert_eq!(second().status, 200);
    let keys = operator(&shop, "GET", "/merchants/tea/keys", "").json();
    let path = format!(
        "/merchants/tea/keys/{}",
        keys["keys"][0]["id"].as_str().unwrap()
    );
    assert_eq!(operator(&shop, "DELETE", &path, "").status, 204);
    // Keys are looked at once a second.
    std::thread::sleep(Duration::from_millis(1_100));
    let ended = third();
    assert_eq!(ended.status, 401);
    assert_eq!(ended.header("www-authenticate"), Some("Bearer"));
}

//! API keys of merchants by the operator's address.

use crate::Shop;
use crate::merchants::{OPERATOR, call, operator, wait};
use serde_json::json;
use stampcard::keys::Role;

#[test]
fn a_merchants_keys_are_made_replaced_and_ended_by_the_operator() {
    let shop = Shop::with(OPERATOR);
    let ask = |method: &str, path: &str, body: &str| operator(&shop, method, path, body);
    let wanted = r#"{"role":"sales-staff","name":"till 1"}"#;
    let made = ask("POST", "/merchants/shop/keys", wanted);
    assert_eq!(made.status, 201, "{}", made.body);
    let (id, key) = (made.json()["id"].clone(), made.json()["key"].clone());
    let (id, key) = (id.as_str().unwrap(), key.as_str().unwrap());
    let balance = json!({ "member": "mei" });
    wait(|| call(&shop, key, "points.balance", None, &balance).status == 200);
    let list = ask("GET", "/merchants/shop/keys", "");
    assert_eq!(list.json()["keys"][0]["role"], "sales-staff");
    assert!(!list.body.contains(key.trim_start_matches("stampcard_")));
    // By another merchant's address there is no such key.
    for (method, end) in [("DELETE", ""), ("POST", "/rotate")] {
        let path = format!("/merchants/korea/keys/{id}{end}");
        assert_eq!(ask(method, &path, "").status, 404);
    }
    let path = format!("/merchants/shop/keys/{id}/rotate");
    let long = ask("POST", &path, r#"{"keep-hours":721}"#);
    assert_eq!(
        (long.status, long.json()["pointer"].as_str()),
        (422, Some("/keep-hours"))
    );
    assert_eq!(ask("POST", &path, "[0]").status, 422);
    let new = ask("POST", &path, r#"{"keep-hours":0}"#);
    let new = new.json()["key"].as_str().unwrap().to_owned();
    wait(|| call(&shop, &new, "points.balance", None, &balance).status == 200);
    assert_eq!(
        call(&shop, key, "points.balance", None, &balance).status,
        401
    );
    let id = ask("GET", "/merchants/shop/keys", "").json()["keys"][1]["id"].clone();
    let path = format!("/merchants/shop/keys/{}", id.as_str().unwrap());
    assert_eq!(ask("DELETE", &path, "").status, 204);
    wait(|| call(&shop, &new, "points.balance", None, &balance).status == 401);
    for body in [
        "",
        "{}",
        r#"{"role":"root","name":"x"}"#,
        r#"{"role":"marketing","name":""}"#,
        r#"["marketing","n"]"#,
    ] {
        assert_eq!(
            ask("POST", "/merchants/shop/keys", body).status,
            422,
            "{body}"
        );
    }
    assert_eq!(ask("POST", "/merchants/nobody/keys", wanted).status, 404);
}

#[test]
fn a_file_of_keys_that_is_damaged_or_gone_is_told_of() {
    let shop = Shop::open();
    let (_, key) = shop.key("shop", Role::SalesStaff);
    let balance = json!({ "member": "mei" });
    wait(|| call(&shop, &key, "points.balance", None, &balance).status == 200);
    let file = shop.keys_file();
    let kept = std::fs::read_to_string(&file).unwrap();
    let told = |shop: &Shop, what: &str| shop.told().iter().any(|line| line.contains(what));
    std::fs::write(&file, "{\"keys\":[").unwrap();
    wait(|| {
        assert_eq!(
            call(&shop, &key, "points.balance", None, &balance).status,
            200
        );
        told(&shop, "it is no file of keys")
    });
    std::fs::remove_file(&file).unwrap();
    wait(|| call(&shop, &key, "points.balance", None, &balance).status == 401);
    assert!(told(&shop, "api-keys.json is gone"));
    std::fs::write(&file, kept).unwrap();
    wait(|| call(&shop, &key, "points.balance", None, &balance).status == 200);
    assert!(!told(&shop, "api-keys.json"));
}

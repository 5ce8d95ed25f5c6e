//! The operator's address: what is open there, and what needs the key.

use crate::Shop;
use crate::client::{Answer, ask};
use crate::merchants;
use crate::shop::SECRET;

const SETTINGS: &str = "operator = \"127.0.0.1:0\"\n";
const WITH_KEY: &str = "operator = \"127.0.0.1:0\"\noperator-key-file = \"secret\"\n";

fn operator(shop: &Shop, method: &str, path: &str, key: Option<&str>) -> Answer {
    let address = shop.server.operator_address().unwrap();
    let header = key.map_or_else(String::new, |key| {
        format!("Authorization: Bearer {key}\r\n")
    });
    ask(address, method, path, &header, "")
}

#[test]
fn everything_but_figures_and_health_needs_the_key() {
    let shop = Shop::with(WITH_KEY);
    for open in ["/metrics", "/health", "/ready"] {
        assert_eq!(operator(&shop, "GET", open, None).status, 200, "{open}");
    }
    for open in ["/metrics", "/health", "/ready"] {
        let answer = operator(&shop, "POST", open, None);
        let kind = answer.header("content-type");
        let expected = (405, Some("application/problem+json"));
        assert_eq!((answer.status, kind), expected, "{open}");
    }
    for (method, path) in [("GET", "/nothing"), ("POST", "/nothing"), ("DELETE", "/")] {
        for wrong in [None, Some("no"), Some(&SECRET[1..])] {
            let answer = operator(&shop, method, path, wrong);
            assert_eq!(answer.status, 401, "{method} {path}");
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
        }
        assert_eq!(operator(&shop, method, path, Some(SECRET)).status, 404);
    }
    assert!(shop.lines.all().iter().all(|line| !line.contains(SECRET)));
}

#[test]
fn without_a_key_in_the_settings_nobody_is_the_operator() {
    let shop = Shop::with(SETTINGS);
    assert_eq!(operator(&shop, "GET", "/metrics", None).status, 200);
    for key in [None, Some(""), Some(SECRET)] {
        assert_eq!(operator(&shop, "POST", "/nothing", key).status, 404);
    }
}

#[test]
fn a_merchant_that_the_settings_name_is_taken_out_of_them_first() {
    let shop = Shop::with(WITH_KEY);
    let suspended = r#"{"state":"suspended"}"#;
    let deleted = || merchants::operator(&shop, "DELETE", "/merchants/shop", "");
    let told = |answer: Answer| (answer.status, answer.json()["type"].clone());
    let of = |name: &str| (409, format!("urn:stampcard:problem:{name}").into());
    assert_eq!(told(deleted()), of("not-suspended"));
    assert_eq!(
        merchants::operator(&shop, "PUT", "/merchants/shop", suspended).status,
        200
    );
    assert_eq!(told(deleted()), of("in-settings"));
    assert_eq!(
        merchants::operator(&shop, "PUT", "/merchants/shop", "{}").status,
        200
    );
}

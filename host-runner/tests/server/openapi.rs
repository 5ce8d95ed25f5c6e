//! The OpenAPI document describes what the server does.

use crate::Shop;
use serde_json::Value;
use std::collections::HashSet;

/// Every `$ref` in a document.
fn references<'a>(value: &'a Value, found: &mut HashSet<&'a str>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str));
            fields.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[test]
fn each_function_is_an_operation_with_its_words_and_types() {
    let shop = Shop::open();
    let document = shop.ask("GET", "/openapi.json", "", "").json();
    assert_eq!(document["openapi"], "3.1.0");
    let paths = document["paths"].as_object().unwrap();
    assert!(paths.len() > 50, "{}", paths.len());
    let mut ids = HashSet::new();
    for (path, item) in paths {
        let operation = &item["post"];
        assert!(
            operation["description"]
                .as_str()
                .is_some_and(|text| !text.is_empty()),
            "{path}"
        );
        assert!(
            ids.insert(operation["operationId"].as_str().unwrap()),
            "{path}"
        );
        assert!(operation["responses"]["200"]["content"]["application/json"]["schema"].is_object());
    }
    let balance = &document["paths"]["/v1/points/balance"]["post"];
    let request = &balance["requestBody"]["content"]["application/json"]["schema"]["$ref"];
    assert_eq!(request, "#/components/schemas/points.account");
    assert!(balance.get("parameters").is_none());
    assert_eq!(balance["requestBody"]["required"], true);
    let tick = &document["paths"]["/v1/upkeep/tick"]["post"];
    assert_eq!(tick["requestBody"]["required"], false);
    let redeem = &document["paths"]["/v1/points/redeem"]["post"];
    assert_eq!(redeem["parameters"][0]["name"], "Idempotency-Key");
    let key = &redeem["parameters"][0]["schema"]["pattern"];
    assert!(key.as_str().unwrap().starts_with("^([!#-~]"), "{key}");
    let instant = &document["components"]["schemas"]["types.instant"];
    assert!(instant["pattern"].is_string(), "{instant}");
    let account = &document["components"]["schemas"]["points.account"];
    assert_eq!(account["required"], serde_json::json!(["member"]));
    assert_eq!(account["additionalProperties"], false);
    let error = &document["components"]["schemas"]["types.error"]["oneOf"];
    assert!(error.as_array().unwrap().len() > 20);
    let mut found = HashSet::new();
    references(&document, &mut found);
    assert!(found.len() > 50, "{}", found.len());
    for reference in &found {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
    // And nothing is described that nobody can meet.
    for name in document["components"]["schemas"]
        .as_object()
        .unwrap()
        .keys()
    {
        let reference = format!("#/components/schemas/{name}");
        assert!(found.contains(reference.as_str()), "{name}");
    }
}

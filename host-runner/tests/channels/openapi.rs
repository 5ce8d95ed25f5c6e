//! LINE's own OpenAPI document, made as strict as LINE is.

use serde_json::{Map, Value, json};

/// The document with its kinds of objects told apart, numbers hashed, and notification messages by template.
///
/// As published, a base such as `Message` is an object with a type of any text, so that a judge by schema takes whatever
/// says that it is a message. Each base becomes a choice of its kinds, and each kind has its one type.
pub(crate) fn strict(mut document: Value) -> (Value, usize) {
    let schemas = document["components"]["schemas"].as_object_mut().unwrap();
    let bases: Vec<String> = schemas
        .iter()
        .filter(|(_, schema)| schema.get("discriminator").is_some())
        .map(|(name, _)| name.clone())
        .collect();
    for name in &bases {
        open_up(schemas, name);
    }
    let number = &mut schemas["PnpMessagesRequest"]["properties"]["to"];
    number["pattern"] = json!("^[0-9a-f]{64}$");
    let to = number.clone();
    let mut by_template = document["paths"]["/bot/pnp/push"].clone();
    let post = &mut by_template["post"];
    post["operationId"] = json!("pushTemplatedMessagesByPhone");
    post["requestBody"]["content"]["application/json"]["schema"] = templated(&to);
    let responses = post["responses"].as_object_mut().unwrap();
    let accepted = responses.remove("200").unwrap();
    responses.insert("202".to_owned(), accepted);
    document["paths"]["/v2/bot/message/pnp/templated/push"] = by_template;
    (document, bases.len())
}

/// Makes a base a choice of its kinds. What they took from it by reference stands in each, with its one type.
fn open_up(schemas: &mut Map<String, Value>, name: &str) {
    let base = schemas[name].clone();
    let property = base["discriminator"]["propertyName"].as_str().unwrap();
    let mapping = base["discriminator"]["mapping"].as_object().unwrap();
    let mut required = base["required"].as_array().cloned().unwrap_or_default();
    if !required.contains(&json!(property)) {
        required.push(json!(property));
    }
    let own = reference(name);
    let mut kinds = Vec::new();
    for (kind, target) in mapping {
        let target = target.as_str().unwrap().rsplit('/').next().unwrap();
        let mut exact = json!({
            "type": "object",
            "properties": base["properties"],
            "required": required,
        });
        exact["properties"][property] = json!({ "type": "string", "enum": [kind] });
        let parts = schemas[target]["allOf"].as_array_mut().unwrap();
        let part = parts.iter_mut().find(|part| **part == own);
        *part.unwrap_or_else(|| panic!("{target} is no {name}")) = exact;
        kinds.push(reference(target));
    }
    schemas.insert(name.to_owned(), json!({ "oneOf": kinds }));
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// The request of a notification message by template, as LINE's reference describes it.
fn templated(to: &Value) -> Value {
    let item = |most: u32| {
        json!({
            "type": "object",
            "required": ["itemKey", "content"],
            "additionalProperties": false,
            "properties": {
                "itemKey": { "type": "string" },
                "content": { "type": "string", "maxLength": most },
            },
        })
    };
    let button = json!({
        "type": "object",
        "required": ["buttonKey", "url"],
        "additionalProperties": false,
        "properties": {
            "buttonKey": { "type": "string" },
            "url": { "type": "string", "maxLength": 1000 },
        },
    });
    let body = json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "emphasizedItem": item(15),
            "items": { "type": "array", "maxItems": 15, "items": item(300) },
            "buttons": { "type": "array", "maxItems": 2, "items": button },
        },
    });
    json!({
        "type": "object",
        "required": ["to", "templateKey", "body"],
        "additionalProperties": false,
        "properties": { "to": to, "templateKey": { "type": "string" }, "body": body },
    })
}

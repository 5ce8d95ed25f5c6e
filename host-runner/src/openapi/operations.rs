//! The document: an operation for each exported function.

use super::docs;
use super::schemas::Schemas;
use crate::plugin::{Function, Plugin};
use serde_json::{Map, Value, json};
use wasmtime::component::Type;

/// Where schemas stand in the document.
const SCHEMAS: &str = "#/components/schemas/";

/// The OpenAPI 3.1 document of a plugin's exports, the same for the same component.
#[must_use]
pub fn document(plugin: &Plugin) -> Value {
    let schemas = Schemas::of(plugin);
    let mut paths = Map::new();
    let mut tags: Vec<Value> = Vec::new();
    for function in plugin.functions() {
        let Some((interface, name)) = function.name().split_once('.') else {
            continue;
        };
        if tags.last().is_none_or(|tag| tag["name"] != interface) {
            tags.push(json!({ "name": interface, "description": docs::of(interface).unwrap_or_default() }));
        }
        let operation = operation(function, interface, &schemas);
        paths.insert(
            format!("/v1/{interface}/{name}"),
            json!({ "post": operation }),
        );
    }
    let mut all = schemas.all();
    let typed = all.contains_key("types.error");
    all.insert("problem".to_owned(), problem(typed));
    let all = used(all, &paths);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Stampcard",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Points, coupons, notices and message policy of one merchant.",
            "description": "Decimals are strings, instants RFC 3339 in UTC. A command that changes something takes an \
                idempotency key, kept for good: the same key and request again answer what they answered. With `dry-run=true` it answers \
                what would happen, and stores nothing.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "security": [{ "key": [] }],
        "tags": tags,
        "paths": paths,
        "components": {
            "securitySchemes": { "key": {
                "type": "http",
                "scheme": "bearer",
                "description": "An API key. It is one merchant's, and has a role.",
            } },
            "schemas": all,
        },
    })
}

/// The schemas that paths refer to, by others too.
fn used(mut all: Map<String, Value>, paths: &Map<String, Value>) -> Map<String, Value> {
    let mut used = Map::new();
    let mut names = Vec::new();
    paths.values().for_each(|path| references(path, &mut names));
    while let Some(name) = names.pop() {
        if let Some(schema) = all.remove(&name) {
            references(&schema, &mut names);
            used.insert(name, schema);
        }
    }
    used
}

/// The names of the schemas that a part refers to.
fn references(part: &Value, names: &mut Vec<String>) {
    match part {
        Value::Object(fields) => {
            let reference = fields.get("$ref").and_then(Value::as_str);
            let name = reference.and_then(|reference| reference.strip_prefix(SCHEMAS));
            names.extend(name.map(str::to_owned));
            fields.values().for_each(|part| references(part, names));
        }
        Value::Array(items) => items.iter().for_each(|part| references(part, names)),
        _ => {}
    }
}

fn operation(function: &Function, interface: &str, schemas: &Schemas) -> Value {
    let text = docs::of(function.name()).unwrap_or_default();
    let summary = text.split(['.', '\n']).next().unwrap_or_default();
    let (_, name) = function.name().split_once('.').unwrap_or_default();
    let mut operation = Map::new();
    operation.insert(
        "operationId".to_owned(),
        json!(format!("{interface}-{name}")),
    );
    operation.insert("tags".to_owned(), json!([interface]));
    operation.insert("summary".to_owned(), json!(summary));
    operation.insert("description".to_owned(), json!(text));
    let types = function.types();
    if types.executes {
        operation.insert("parameters".to_owned(), parameters());
    }
    if let Some(request) = &types.request {
        let schema = schemas.schema(request, interface);
        // Nothing is as good as an empty object where no field is demanded.
        let required = match request {
            Type::Record(record) => record
                .fields()
                .any(|field| !matches!(field.ty, Type::Option(_))),
            _ => true,
        };
        let body = json!({ "required": required, "content": { "application/json": { "schema": schema } } });
        operation.insert("requestBody".to_owned(), body);
    }
    let ok = match &types.result {
        Some(Type::Result(result)) => result.ok(),
        other => other.clone(),
    };
    let schema = ok.map_or_else(
        || json!({ "type": "null" }),
        |ty| schemas.schema(&ty, interface),
    );
    let problem = |description: &str| {
        let schema = json!({ "$ref": "#/components/schemas/problem" });
        json!({ "description": description, "content": { "application/problem+json": { "schema": schema } } })
    };
    let mut responses = Map::new();
    let good =
        json!({ "description": "Done.", "content": { "application/json": { "schema": schema } } });
    responses.insert("200".to_owned(), good);
    for (status, told) in [
        (
            "400",
            "The request is no JSON, or doesn't fit the types; or the idempotency key is missing or malformed.",
        ),
        ("401", "The API key is missing, unknown or has ended."),
        ("403", "The key's role has no right to it."),
        ("404", "What the request names doesn't exist."),
        ("409", "It can't be done as things stand."),
        ("413", "The body is too large."),
        ("415", "The body isn't said to be JSON."),
        (
            "422",
            "A field is wrong, a document can't be applied, or the key was used for another request.",
        ),
        (
            "429",
            "The key's rate is used up; `Retry-After` says for how long.",
        ),
        (
            "503",
            "It can't be done now; try again with the same idempotency key.",
        ),
        ("default", "The server failed."),
    ] {
        let mut response = problem(told);
        if let ("429" | "503", Some(response)) = (status, response.as_object_mut()) {
            response.insert("headers".to_owned(), retry_after());
        }
        responses.insert(status.to_owned(), response);
    }
    operation.insert("responses".to_owned(), Value::Object(responses));
    Value::Object(operation)
}

/// When the same may go well.
fn retry_after() -> Value {
    json!({ "Retry-After": {
        "description": "Seconds after which it may go well.",
        "required": true,
        "schema": { "type": "integer", "minimum": 0 },
    } })
}

/// An idempotency key, bare or in quotes, as the server reads it.
const KEY: &str = r#"^([!#-~]([ -~]{0,126}[!-~])?|"([ !#-\[\]-~]|\\["\\]){1,128}")$"#;

fn parameters() -> Value {
    json!([
        {
            "name": "Idempotency-Key",
            "in": "header",
            "description": "Names the command: 1 to 128 bytes of ASCII, bare or as a quoted string. Needed unless it is a dry run, which takes none.",
            "schema": { "type": "string", "pattern": KEY },
        },
        {
            "name": "dry-run",
            "in": "query",
            "description": "Answer what would happen, and store nothing.",
            "schema": { "type": "boolean" },
        },
    ])
}

/// What RFC 9457 has, and the plugin's own error.
fn problem(typed: bool) -> Value {
    let error = if typed {
        json!({ "$ref": "#/components/schemas/types.error" })
    } else {
        json!({})
    };
    json!({
        "type": "object",
        "description": "What is wrong, as RFC 9457 has it; `error` is the refusal by the plugin, if it is one.",
        "properties": {
            "type": { "type": "string", "format": "uri" },
            "title": { "type": "string" },
            "status": { "type": "integer" },
            "detail": { "type": "string" },
            "pointer": { "type": "string", "description": "JSON pointer of what doesn't fit in the request." },
            "error": error,
        },
        "required": ["type", "title", "status"],
    })
}

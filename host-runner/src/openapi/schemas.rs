//! JSON Schemas of a component's types.

use super::docs;
use crate::plugin::{Plugin, short_name};
use serde_json::{Map, Number, Value, json};
use wasmtime::component::Type;
use wasmtime::component::types::ComponentItem;

/// An instant as the host reads and writes it: in UTC, from 1970 on.
const INSTANT: &str = r"^(19[7-9][0-9]|[2-9][0-9]{3})-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-]00:00)$";

/// Named types of a component, each of which becomes a schema of its own.
pub(super) struct Schemas {
    /// `interface`, the type's name, and the type.
    named: Vec<(String, String, Type)>,
}

impl Schemas {
    /// The types that the plugin's interfaces export by name.
    pub(super) fn of(plugin: &Plugin) -> Self {
        let engine = plugin.engine().wasmtime();
        let component = plugin.component().component_type();
        let mut named = Vec::new();
        let mut take = |interface: &str, item: ComponentItem| {
            let Some(short) = short_name(interface) else {
                return;
            };
            let ComponentItem::ComponentInstance(instance) = item else {
                return;
            };
            for (name, item) in instance.exports(engine) {
                if let ComponentItem::Type(ty) = item.ty
                    && !is_plain(&ty)
                {
                    named.push((short.to_owned(), name.to_owned(), ty));
                }
            }
        };
        // The common types stand among the imports, and each interface that uses one names it again.
        for (interface, item) in component.imports(engine) {
            if short_name(interface) == Some("types") {
                take(interface, item.ty);
            }
        }
        for (interface, item) in component.exports(engine) {
            take(interface, item.ty);
        }
        Self { named }
    }

    /// All schemas by their names.
    pub(super) fn all(&self) -> Map<String, Value> {
        let mut all = Map::new();
        for (interface, name, ty) in &self.named {
            if self.name_of(ty, interface) == Some((interface.clone(), name.clone())) {
                let full = format!("{interface}.{name}");
                let mut schema = self.structure(ty, interface, &full);
                describe(&mut schema, &full);
                all.insert(full, schema);
            }
        }
        all
    }

    /// The schema of a type that is used within an interface: a reference where it has a name.
    pub(super) fn schema(&self, ty: &Type, interface: &str) -> Value {
        match self.name_of(ty, interface) {
            Some((interface, name)) => {
                json!({ "$ref": format!("#/components/schemas/{interface}.{name}") })
            }
            None => self.structure(ty, interface, ""),
        }
    }

    /// By which name a type goes: that of the common types first, then the interface's own, then any other's.
    fn name_of(&self, ty: &Type, interface: &str) -> Option<(String, String)> {
        if is_plain(ty) {
            return None;
        }
        let find = |of: Option<&str>| {
            let mut named = self.named.iter();
            named.find(|(owner, _, own)| of.is_none_or(|of| of == owner) && own == ty)
        };
        let found = find(Some("types"))
            .or_else(|| find(Some(interface)))
            .or_else(|| find(None))?;
        Some((found.0.clone(), found.1.clone()))
    }

    /// The schema of a type, `full` being its name if it has one.
    fn structure(&self, ty: &Type, interface: &str, full: &str) -> Value {
        let text = |name: &str| docs::of(&format!("{full}.{name}"));
        match ty {
            Type::Bool => json!({ "type": "boolean" }),
            Type::U8 => whole(u8::MIN, u8::MAX),
            Type::U16 => whole(u16::MIN, u16::MAX),
            Type::U32 => whole(u32::MIN, u32::MAX),
            Type::U64 => whole(u64::MIN, u64::MAX),
            Type::S8 => whole(i8::MIN, i8::MAX),
            Type::S16 => whole(i16::MIN, i16::MAX),
            Type::S32 => whole(i32::MIN, i32::MAX),
            Type::S64 => whole(i64::MIN, i64::MAX),
            Type::Float32 | Type::Float64 => json!({ "type": "number" }),
            Type::Char => json!({ "type": "string", "minLength": 1, "maxLength": 1 }),
            Type::String => json!({ "type": "string" }),
            Type::List(list) => {
                json!({ "type": "array", "items": self.schema(&list.ty(), interface) })
            }
            Type::Option(option) => {
                json!({ "anyOf": [self.schema(&option.ty(), interface), { "type": "null" }] })
            }
            Type::Record(record) => {
                let fields: Vec<_> = record.fields().collect();
                let names: Vec<&str> = fields.iter().map(|field| field.name).collect();
                if names == ["seconds", "nanoseconds"] {
                    return json!({ "type": "string", "format": "date-time", "pattern": INSTANT });
                }
                let mut properties = Map::new();
                let mut required = Vec::new();
                for field in &fields {
                    let mut schema = self.schema(&field.ty, interface);
                    if let Some(text) = text(field.name) {
                        describe_with(&mut schema, text);
                    }
                    properties.insert(field.name.to_owned(), schema);
                    if !matches!(field.ty, Type::Option(_)) {
                        required.push(field.name);
                    }
                }
                json!({
                    "type": "object",
                    "properties": properties,
                    "required": required,
                    "additionalProperties": false,
                })
            }
            Type::Variant(variant) => {
                let cases = variant.cases().map(|case| {
                    let payload = case.ty.map(|ty| self.schema(&ty, interface));
                    let mut schema = one_case(case.name, payload);
                    if let Some(text) = text(case.name) {
                        describe_with(&mut schema, text);
                    }
                    schema
                });
                json!({ "oneOf": cases.collect::<Vec<_>>() })
            }
            Type::Enum(cases) => {
                let names: Vec<&str> = cases.names().collect();
                json!({ "type": "string", "enum": names })
            }
            Type::Flags(flags) => {
                let names: Vec<&str> = flags.names().collect();
                let item = json!({ "type": "string", "enum": names });
                json!({ "type": "array", "items": item })
            }
            Type::Tuple(tuple) => {
                let items: Vec<Value> = tuple
                    .types()
                    .map(|ty| self.schema(&ty, interface))
                    .collect();
                let count = items.len();
                json!({ "type": "array", "prefixItems": items, "minItems": count, "maxItems": count })
            }
            Type::Result(result) => {
                let payload = |ty: Option<Type>| ty.map(|ty| self.schema(&ty, interface));
                let cases = [
                    one_case("ok", payload(result.ok())),
                    one_case("err", payload(result.err())),
                ];
                json!({ "oneOf": cases })
            }
            // JSON can't carry these, and no request or answer of the interface holds one.
            Type::Own(_)
            | Type::Borrow(_)
            | Type::Future(_)
            | Type::Stream(_)
            | Type::ErrorContext
            | Type::Map(_)
            | Type::FixedLengthList(_) => json!({ "not": {} }),
        }
    }
}

/// Types without a name of their own: an alias of `string` is a string.
fn is_plain(ty: &Type) -> bool {
    !matches!(
        ty,
        Type::Record(_) | Type::Variant(_) | Type::Enum(_) | Type::Flags(_)
    )
}

fn whole(least: impl Into<Number>, most: impl Into<Number>) -> Value {
    let (least, most): (Number, Number) = (least.into(), most.into());
    json!({ "type": "integer", "minimum": least, "maximum": most })
}

/// A case: its name, or an object of one field with its payload.
fn one_case(name: &str, payload: Option<Value>) -> Value {
    match payload {
        None => json!({ "const": name }),
        Some(payload) => json!({
            "type": "object",
            "properties": { name: payload },
            "required": [name],
            "additionalProperties": false,
        }),
    }
}

fn describe(schema: &mut Value, name: &str) {
    if let Some(text) = docs::of(name) {
        describe_with(schema, text);
    }
}

fn describe_with(schema: &mut Value, text: &str) {
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("description".to_owned(), json!(text));
    }
}

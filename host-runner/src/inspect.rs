//! What a component is: its imports, its exported functions as WIT has them, its sizes.

use crate::cache::hex;
use crate::plugin::Plugin;
use serde::Serialize;
use std::collections::BTreeMap;
use wasmtime::component::Type;
use wasmtime::component::types::{ComponentFunc, ComponentInstance, ComponentItem};

/// A component in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Inspection {
    /// SHA-256 of the file, in hexadecimal digits.
    pub sha256: String,
    /// Bytes of the file.
    pub size: usize,
    /// Bytes of the compiled code with its tables and initial memory.
    pub compiled_size: usize,
    /// Each imported interface with its functions.
    pub imports: BTreeMap<String, Vec<String>>,
    /// Each exported interface with its functions.
    pub exports: BTreeMap<String, Vec<String>>,
}

/// Describes a plugin.
#[must_use]
pub fn inspect(plugin: &Plugin) -> Inspection {
    let engine = plugin.engine().wasmtime();
    let ty = plugin.component().component_type();
    let instances = |items: Vec<(&str, ComponentItem)>| {
        let instances = items.into_iter().filter_map(|(name, item)| match item {
            ComponentItem::ComponentInstance(instance) => Some((name.to_owned(), instance)),
            _ => None,
        });
        instances.collect::<Vec<_>>()
    };
    let imports = instances(
        ty.imports(engine)
            .map(|(name, item)| (name, item.ty))
            .collect(),
    );
    let exports = instances(
        ty.exports(engine)
            .map(|(name, item)| (name, item.ty))
            .collect(),
    );
    let render = |instances: &[(String, ComponentInstance)]| {
        let functions = instances
            .iter()
            .map(|(name, instance)| (name.clone(), functions(plugin, instance)));
        functions.collect()
    };
    Inspection {
        sha256: hex(plugin.digest()),
        size: plugin.size(),
        compiled_size: plugin.compiled_size(),
        imports: render(&imports),
        exports: render(&exports),
    }
}

/// An interface's functions, in its order.
fn functions(plugin: &Plugin, instance: &ComponentInstance) -> Vec<String> {
    let engine = plugin.engine().wasmtime();
    let mut names = Names::default();
    let mut functions = Vec::new();
    for (name, item) in instance.exports(engine) {
        match item.ty {
            ComponentItem::Type(ty) => names.0.push((ty, name.to_owned())),
            ComponentItem::ComponentFunc(func) => functions.push((name.to_owned(), func)),
            _ => {}
        }
    }
    let rendered = functions
        .iter()
        .map(|(name, func)| names.function(name, func));
    rendered.collect()
}

/// The types that an interface gives a name. Aliases of simple types have lost theirs in the file.
#[derive(Default)]
struct Names(Vec<(Type, String)>);

impl Names {
    fn function(&self, name: &str, func: &ComponentFunc) -> String {
        let params = func
            .params()
            .map(|(name, ty)| format!("{name}: {}", self.ty(&ty)));
        let params: Vec<_> = params.collect();
        let result = func
            .results()
            .next()
            .map(|ty| format!(" -> {}", self.ty(&ty)));
        format!(
            "{name}: func({}){}",
            params.join(", "),
            result.unwrap_or_default()
        )
    }

    fn ty(&self, ty: &Type) -> String {
        let simple = match ty {
            Type::Bool => "bool",
            Type::S8 => "s8",
            Type::U8 => "u8",
            Type::S16 => "s16",
            Type::U16 => "u16",
            Type::S32 => "s32",
            Type::U32 => "u32",
            Type::S64 => "s64",
            Type::U64 => "u64",
            Type::Float32 => "f32",
            Type::Float64 => "f64",
            Type::Char => "char",
            Type::String => "string",
            Type::ErrorContext => "error-context",
            Type::List(list) => return format!("list<{}>", self.ty(&list.ty())),
            Type::Option(option) => return format!("option<{}>", self.ty(&option.ty())),
            Type::Result(result) => return self.result(result.ok(), result.err()),
            Type::Tuple(tuple) => {
                let types: Vec<_> = tuple.types().map(|ty| self.ty(&ty)).collect();
                return format!("tuple<{}>", types.join(", "));
            }
            Type::Record(_) => self.named(ty, "record"),
            Type::Variant(_) => self.named(ty, "variant"),
            Type::Enum(_) => self.named(ty, "enum"),
            Type::Flags(_) => self.named(ty, "flags"),
            Type::Own(_) | Type::Borrow(_) => "resource",
            Type::Future(_) => "future",
            Type::Stream(_) => "stream",
            Type::Map(_) => "map",
            Type::FixedLengthList(_) => "list",
        };
        simple.to_owned()
    }

    fn result(&self, ok: Option<Type>, err: Option<Type>) -> String {
        let ok = ok.map(|ty| self.ty(&ty));
        let err = err.map(|ty| self.ty(&ty));
        match (ok, err) {
            (Some(ok), Some(err)) => format!("result<{ok}, {err}>"),
            (Some(ok), None) => format!("result<{ok}>"),
            (None, Some(err)) => format!("result<_, {err}>"),
            (None, None) => "result".to_owned(),
        }
    }

    fn named(&self, wanted: &Type, kind: &'static str) -> &str {
        let found = self.0.iter().find(|(ty, _)| ty == wanted);
        found.map_or(kind, |(_, name)| name)
    }
}

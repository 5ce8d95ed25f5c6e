//! What `wit/` says of its items, for whoever shows them to people who don't read WIT.

use anyhow::{Context, Result};
use std::path::Path;
use wit_parser::{Docs, Resolve, TypeDefKind};

/// A line for each documented item: its name, a tab, its text with `\n` for line ends. Names are `interface`,
/// `interface.item`, and `interface.type.member` for fields, cases and flags.
pub(super) fn lines(wit: &Path) -> Result<String> {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(wit).context("wit/ can't be read")?;
    let mut lines = Vec::new();
    let mut put = |name: String, docs: &Docs| {
        if let Some(text) = docs.contents.as_deref() {
            let text = text.trim().replace('\\', "\\\\").replace('\n', "\\n");
            lines.push(format!("{name}\t{text}\n"));
        }
    };
    for (_, interface) in resolve.interfaces.iter() {
        let own = interface.package == Some(package);
        let Some(name) = interface.name.as_ref().filter(|_| own) else {
            continue;
        };
        put(name.clone(), &interface.docs);
        for (function, item) in &interface.functions {
            put(format!("{name}.{function}"), &item.docs);
        }
        for (ty, id) in &interface.types {
            let Some(def) = resolve.types.get(*id) else {
                continue;
            };
            put(format!("{name}.{ty}"), &def.docs);
            let mut member = |member: &str, docs: &Docs| put(format!("{name}.{ty}.{member}"), docs);
            match &def.kind {
                TypeDefKind::Record(record) => {
                    for field in &record.fields {
                        member(&field.name, &field.docs);
                    }
                }
                TypeDefKind::Variant(variant) => {
                    for case in &variant.cases {
                        member(&case.name, &case.docs);
                    }
                }
                TypeDefKind::Enum(cases) => {
                    for case in &cases.cases {
                        member(&case.name, &case.docs);
                    }
                }
                TypeDefKind::Flags(flags) => {
                    for flag in &flags.flags {
                        member(&flag.name, &flag.docs);
                    }
                }
                _ => {}
            }
        }
    }
    lines.sort();
    Ok(lines.concat())
}

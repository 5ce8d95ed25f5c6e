//! The interface is read by people who see nothing else of the project, so each of its items says what it
//! is, and since which version it stands.

use crate::Fault;
use crate::tree::top;
use std::path::Path;
use wit_parser::{Docs, Resolve, Span, Stability, Type, TypeDef, TypeDefKind, TypeOwner};

/// Items of the package without a `///` comment or an `@since`.
///
/// # Errors
/// When the folder `wit/` is no valid package.
pub(crate) fn undocumented() -> anyhow::Result<Vec<Fault>> {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(top().join("wit"))?;
    let mut faults = Vec::new();

    let mut judge = |name: &str, docs: &Docs, stability: Option<&Stability>, span: Span| {
        let mut wants = Vec::new();
        if docs
            .contents
            .as_deref()
            .is_none_or(|text| text.trim().is_empty())
        {
            wants.push("a `///` comment");
        }
        if stability.is_some_and(|stability| !matches!(stability, Stability::Stable { .. })) {
            wants.push("an `@since`");
        }
        if !wants.is_empty() {
            let (file, line) = place(&resolve.render_location(span));
            faults.push(Fault {
                file,
                line,
                what: format!("{name} lacks {}", wants.join(" and ")),
            });
        }
    };

    for (_, world) in resolve
        .worlds
        .iter()
        .filter(|(_, world)| world.package == Some(package))
    {
        // A world only lists interfaces, each of which is dated itself.
        judge(&world.name, &world.docs, None, world.span);
    }
    for (id, interface) in resolve.interfaces.iter() {
        let Some(name) = interface
            .name
            .as_ref()
            .filter(|_| interface.package == Some(package))
        else {
            continue;
        };
        judge(
            name,
            &interface.docs,
            Some(&interface.stability),
            interface.span,
        );
        for (type_name, type_id) in &interface.types {
            let Some(definition) = resolve.types.get(*type_id) else {
                continue;
            };
            if !is_use(&resolve, definition, TypeOwner::Interface(id)) {
                let name = format!("{name}.{type_name}");
                judge(
                    &name,
                    &definition.docs,
                    Some(&definition.stability),
                    definition.span,
                );
            }
        }
        for (function_name, function) in &interface.functions {
            let name = format!("{name}.{function_name}");
            judge(
                &name,
                &function.docs,
                Some(&function.stability),
                function.span,
            );
        }
    }
    Ok(faults)
}

/// Whether it is another interface's type, brought in by `use`; that one is documented at its place.
fn is_use(resolve: &Resolve, definition: &TypeDef, owner: TypeOwner) -> bool {
    let TypeDefKind::Type(Type::Id(target)) = definition.kind else {
        return false;
    };
    resolve
        .types
        .get(target)
        .is_some_and(|target| target.owner != owner)
}

/// File from the checkout's top and line, of the parser's `path:line:column`.
fn place(location: &str) -> (String, usize) {
    let mut parts = location.rsplitn(3, ':');
    let line = parts
        .nth(1)
        .and_then(|line| line.parse().ok())
        .unwrap_or_default();
    let path = Path::new(parts.next().unwrap_or(location));
    let path = path.strip_prefix(top()).unwrap_or(path);
    (path.to_string_lossy().into_owned(), line)
}

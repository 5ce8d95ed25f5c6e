//! The component without what nobody reads: names that only hold its parts together.
//!
//! Each interface that it exports is a component within it, and what that one imports is named once there and once where it is made; each
//! function's name stands once where the module gives it and once where the component takes it up. Those names are seen by nobody, and are numbers here. The names of types and instances for debuggers are left out, too: those of the module's
//! functions, which stacks are told by, lie beside it.

use anyhow::{Context, Result};
use std::collections::HashMap;
use std::convert::Infallible;
use wasm_encoder::reencode::{Error, Reencode, ReencodeComponent, component_utils};
use wasm_encoder::{
    Alias, Component, ComponentAliasSection, ComponentExportKind, ComponentImportSection,
    ComponentInstanceSection, ExportSection,
};
use wasmparser::{
    ComponentAliasSectionReader, ComponentImportSectionReader, ComponentInstance,
    CustomSectionReader, Export, KnownCustom, Parser,
};

/// How the encoder's names of inner imports begin. None of the interface's own does: they name a package.
const INNER: &str = "import-";

/// The same component in fewer bytes.
pub(super) fn brief(component: &[u8]) -> Result<Vec<u8>> {
    let mut brief = Component::new();
    Brief::default()
        .parse_component(&mut brief, Parser::new(0), component)
        .context("the component can't be written anew")?;
    Ok(brief.finish())
}

/// What stands in the name of each function of an interface that the module exports, and in no other.
const OF_INTERFACE: char = '#';

/// Numbers by name.
#[derive(Default)]
struct Brief {
    inner: Numbers,
    between: Numbers,
}

#[derive(Default)]
struct Numbers(HashMap<String, usize>);

impl Numbers {
    fn of(&mut self, name: &str) -> usize {
        let next = self.0.len();
        *self.0.entry(name.to_owned()).or_insert(next)
    }
}

impl Brief {
    /// What stands for a name of an inner import; none: it is another one, and stays.
    fn inner(&mut self, name: &str) -> Option<String> {
        let inner = name.starts_with(INNER);
        inner.then(|| format!("i{}", self.inner.of(name)))
    }

    /// What stands for a name between the module and the component.
    fn between(&mut self, name: &str) -> String {
        if name.contains(OF_INTERFACE) {
            format!("f{}", self.between.of(name))
        } else {
            name.to_owned()
        }
    }
}

impl Reencode for Brief {
    type Error = Infallible;

    fn parse_export(
        &mut self,
        exports: &mut ExportSection,
        export: Export<'_>,
    ) -> Result<(), Error> {
        let index = self.external_index(export.kind, export.index)?;
        exports.export(
            &self.between(export.name),
            self.export_kind(export.kind)?,
            index,
        );
        Ok(())
    }
}

impl ReencodeComponent for Brief {
    fn parse_component_alias_section(
        &mut self,
        aliases: &mut ComponentAliasSection,
        section: ComponentAliasSectionReader<'_>,
    ) -> Result<(), Error> {
        for alias in section {
            let alias = self.component_alias(alias?)?;
            let Alias::CoreInstanceExport {
                instance,
                kind,
                name,
            } = alias
            else {
                aliases.alias(alias);
                continue;
            };
            aliases.alias(Alias::CoreInstanceExport {
                instance,
                kind,
                name: &self.between(name),
            });
        }
        Ok(())
    }

    fn parse_component_custom_section(
        &mut self,
        component: &mut Component,
        section: CustomSectionReader<'_>,
    ) -> Result<(), Error> {
        if !matches!(section.as_known(), KnownCustom::ComponentName(_)) {
            component.section(&self.custom_section(section)?);
        }
        Ok(())
    }

    fn parse_component_import_section(
        &mut self,
        imports: &mut ComponentImportSection,
        section: ComponentImportSectionReader<'_>,
    ) -> Result<(), Error> {
        for import in section {
            let import = import?;
            let ty = self.component_type_ref(import.ty)?;
            match self.inner(import.name.name) {
                Some(name) => imports.import(&name, ty),
                None => imports.import(import.name, ty),
            };
        }
        Ok(())
    }

    fn parse_component_instance(
        &mut self,
        instances: &mut ComponentInstanceSection,
        instance: ComponentInstance<'_>,
    ) -> Result<(), Error> {
        let ComponentInstance::Instantiate {
            component_index,
            args,
        } = instance
        else {
            return component_utils::parse_component_instance(self, instances, instance);
        };
        let mut given = Vec::with_capacity(args.len());
        for arg in args {
            let name = self.inner(arg.name).unwrap_or_else(|| arg.name.to_owned());
            let kind = ComponentExportKind::from(arg.kind);
            given.push((name, kind, arg.index));
        }
        instances.instantiate(component_index, given);
        Ok(())
    }
}

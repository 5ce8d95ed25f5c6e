//! The component without what nobody reads: names that only hold its parts together.
//!
//! Each interface that it exports is a component within it, and what that one imports is named once there and once where it is made. Those
//! names are seen by nobody, and are numbers here. The names of types and instances for debuggers are left out, too: those of the module's
//! functions, which stacks are told by, lie beside it.

use anyhow::{Context, Result};
use std::collections::HashMap;
use std::convert::Infallible;
use wasm_encoder::reencode::{Error, Reencode, ReencodeComponent, component_utils};
use wasm_encoder::{
    Component, ComponentExportKind, ComponentImportSection, ComponentInstanceSection,
    ComponentSectionId, RawSection,
};
use wasmparser::{
    ComponentImportSectionReader, ComponentInstance, CustomSectionReader, KnownCustom, Parser,
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

/// Numbers by name.
#[derive(Default)]
struct Brief(HashMap<String, usize>);

impl Brief {
    /// What stands for a name of an inner import; none: it is another one, and stays.
    fn inner(&mut self, name: &str) -> Option<String> {
        name.starts_with(INNER).then(|| {
            let next = self.0.len();
            let number = self.0.entry(name.to_owned()).or_insert(next);
            format!("i{number}")
        })
    }
}

impl Reencode for Brief {
    type Error = Infallible;
}

impl ReencodeComponent for Brief {
    /// The module is finished already.
    fn parse_component_submodule(
        &mut self,
        component: &mut Component,
        _: Parser,
        module: &[u8],
    ) -> Result<(), Error> {
        component.section(&RawSection {
            id: ComponentSectionId::CoreModule.into(),
            data: module,
        });
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

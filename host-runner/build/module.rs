//! The compiler's module on its way to a component: without what the linker had to leave in it.
//!
//! Numbers are written anew without the padding that the linker needs room for, the names of functions are put into a text
//! of their own, custom sections that only tell of the build are dropped, and so are calls of empty functions. Those are the compiler's marks of the allocator, one before
//! each allocation; in the sandbox every call is metered.

use super::names;
use anyhow::{Context, Result};
use std::collections::HashSet;
use wasm_encoder::reencode::{self, Reencode};
use wasm_encoder::{CodeSection, ExportSection, Function, Module, NameSection};
use wasmparser::{
    CompositeInnerType, CustomSectionReader, Export, FunctionBody, ImportSectionReader, Name,
    Operator, Parser, Payload, TypeRef,
};

/// What the guest brings along for the compiler's sake (`guest/src/component/compare.rs`): nobody's but the module's own.
const OWN: [&str; 2] = ["bcmp", "memcmp"];

/// The module's own name in the component, by which the host knows whose functions a trap's stack tells of.
const MODULE: &str = "stampcard";

/// The module as it goes into the component, and its functions' names: line n is that of function n.
pub(super) fn finish(module: &[u8]) -> Result<(Vec<u8>, String)> {
    let mut finish = Finish {
        empty: empty_functions(module).context("the module can't be read")?,
        names: String::new(),
    };
    let mut finished = Module::new();
    finish
        .parse_core_module(&mut finished, Parser::new(0), module)
        .context("the module can't be written anew")?;
    Ok((finished.finish(), finish.names))
}

struct Finish {
    /// Indexes of functions that do nothing.
    empty: HashSet<u32>,
    /// One a line, from function 0.
    names: String,
}

impl Reencode for Finish {
    type Error = std::convert::Infallible;

    fn parse_function_body(
        &mut self,
        code: &mut CodeSection,
        body: FunctionBody<'_>,
    ) -> Result<(), reencode::Error> {
        let mut function: Function = self.new_function_with_parsed_locals(&body)?;
        for operator in body.get_operators_reader()? {
            let operator = operator?;
            if !matches!(operator, Operator::Call { function_index } if self.empty.contains(&function_index))
            {
                function.instruction(&self.instruction(operator)?);
            }
        }
        code.function(&function);
        Ok(())
    }

    fn parse_export(
        &mut self,
        exports: &mut ExportSection,
        export: Export<'_>,
    ) -> Result<(), reencode::Error> {
        if OWN.contains(&export.name) {
            return Ok(());
        }
        reencode::utils::parse_export(self, exports, export)
    }

    /// The WIT types stay, which the component is made by, and the names.
    fn parse_custom_section(
        &mut self,
        module: &mut Module,
        section: CustomSectionReader<'_>,
    ) -> Result<(), reencode::Error> {
        let name = section.name();
        if ["producers", "target_features"].contains(&name) || name.starts_with(".debug_") {
            return Ok(());
        }
        reencode::utils::parse_custom_section(self, module, section)
    }

    /// The names of functions, shortened, go into their own text; they would be a tenth of the component.
    fn parse_custom_name_subsection(
        &mut self,
        names: &mut NameSection,
        section: Name<'_>,
    ) -> Result<(), reencode::Error> {
        if let Name::Function(functions) = section {
            let mut next = 0;
            for naming in functions {
                let naming = naming?;
                for _ in next..naming.index {
                    self.names.push('\n');
                }
                next = naming.index;
                self.names.push_str(&names::short(naming.name));
            }
            names.module(MODULE);
        }
        Ok(())
    }
}

/// How many functions the module takes from elsewhere: they have the first numbers.
pub(super) fn imported_functions(section: ImportSectionReader<'_>) -> Result<usize> {
    let mut imported = 0;
    for import in section.into_imports() {
        imported += usize::from(matches!(import?.ty, TypeRef::Func(_)));
    }
    Ok(imported)
}

/// A function's number, where `number` has the new one of each.
pub(super) fn renumbered(number: &[u32], function: u32) -> u32 {
    let place = usize::try_from(function).ok();
    let number = place.and_then(|place| number.get(place));
    number.copied().unwrap_or(function)
}

/// The functions without parameters, results and instructions.
fn empty_functions(module: &[u8]) -> Result<HashSet<u32>> {
    let mut void = Vec::new();
    let mut types = Vec::new();
    let mut imported = 0;
    let mut bodies = 0;
    let mut empty = HashSet::new();
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::TypeSection(section) => {
                for group in section {
                    void.extend(group?.types().map(|ty| match &ty.composite_type.inner {
                        CompositeInnerType::Func(ty) => {
                            ty.params().is_empty() && ty.results().is_empty()
                        }
                        _ => false,
                    }));
                }
            }
            Payload::ImportSection(section) => {
                imported = imported_functions(section)?;
            }
            Payload::FunctionSection(section) => {
                types = section.into_iter().collect::<Result<_, _>>()?;
            }
            Payload::CodeSectionEntry(body) => {
                let ty: usize =
                    usize::try_from(*types.get(bodies).context("it has too many bodies")?)?;
                let does_nothing = |operator: &Operator<'_>| {
                    matches!(operator, Operator::Return | Operator::End | Operator::Nop)
                };
                let mut operators = body.get_operators_reader()?.into_iter();
                if void.get(ty) == Some(&true)
                    && operators
                        .all(|operator| operator.is_ok_and(|operator| does_nothing(&operator)))
                {
                    empty.insert(u32::try_from(imported + bodies)?);
                }
                bodies += 1;
            }
            _ => {}
        }
    }
    Ok(empty)
}

//! Functions that do the same, written once.
//!
//! The compiler writes a function out for each type that it serves. Where two types lie in memory alike, so do their functions, down to
//! the byte: all but the first are left out, and whoever calls them calls that one. What two functions call may itself be such a pair, so
//! it is looked again until nothing more is found. Stacks of traps tell the first one's name.

use super::module;
use anyhow::{Context, Result};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::convert::Infallible;
use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{CodeSection, Function, FunctionSection, Module};
use wasmparser::{FunctionBody, FunctionSectionReader, Parser, Payload};

/// The module with each function once, and the names of those that are left: line n is that of function n, as in `names`.
pub(super) fn fold(module: &[u8], names: &str) -> Result<(Vec<u8>, String)> {
    let mut fold = Fold::of(module).context("the module's functions can't be compared")?;
    let mut folded = Module::new();
    fold.parse_core_module(&mut folded, Parser::new(0), module)
        .context("the module can't be written without its twins")?;
    let names = names.split('\n').zip(&fold.kept);
    let names: Vec<&str> = names
        .filter_map(|(name, kept)| kept.then_some(name))
        .collect();
    Ok((folded.finish(), names.join("\n")))
}

struct Fold {
    /// The number that stands for each function.
    number: Vec<u32>,
    /// Whether a function is written.
    kept: Vec<bool>,
    /// The function whose body comes next.
    next: usize,
}

impl Fold {
    fn of(module: &[u8]) -> Result<Self> {
        let (mut imported, mut types, mut bodies) = (0, Vec::new(), Vec::new());
        for payload in Parser::new(0).parse_all(module) {
            match payload? {
                Payload::ImportSection(section) => {
                    imported = module::imported_functions(section)?;
                }
                Payload::FunctionSection(section) => {
                    types = section.into_iter().collect::<Result<Vec<u32>, _>>()?;
                }
                Payload::CodeSectionEntry(body) => bodies.push(body),
                _ => {}
            }
        }
        let count = imported + bodies.len();
        let mut fold = Self {
            number: (0..u32::try_from(count)?).collect(),
            kept: vec![true; count],
            next: imported,
        };
        while fold.look(imported, &types, &bodies)? {}
        fold.count();
        Ok(fold)
    }

    /// Finds functions that are the same, as far as is known which others are; whether there were any.
    fn look(
        &mut self,
        imported: usize,
        types: &[u32],
        bodies: &[FunctionBody<'_>],
    ) -> Result<bool> {
        let mut seen = HashMap::new();
        let mut found = false;
        for (place, (ty, body)) in types.iter().zip(bodies).enumerate() {
            let at = imported + place;
            let Some(true) = self.kept.get(at) else {
                continue;
            };
            match seen.entry((*ty, self.body(body)?)) {
                Entry::Vacant(entry) => {
                    entry.insert(u32::try_from(at)?);
                }
                Entry::Occupied(entry) => {
                    let (twin, first) = (u32::try_from(at)?, *entry.get());
                    for number in &mut self.number {
                        if *number == twin {
                            *number = first;
                        }
                    }
                    if let Some(kept) = self.kept.get_mut(at) {
                        *kept = false;
                    }
                    found = true;
                }
            }
        }
        Ok(found)
    }

    /// A body as it would be written now.
    fn body(&mut self, body: &FunctionBody<'_>) -> Result<Vec<u8>, Error> {
        let mut function: Function = self.new_function_with_parsed_locals(body)?;
        for operator in body.get_operators_reader()? {
            function.instruction(&self.instruction(operator?)?);
        }
        Ok(function.into_raw_body())
    }

    /// Numbers those that are left in their order.
    fn count(&mut self) {
        let mut next = 0;
        let left: Vec<u32> = self
            .kept
            .iter()
            .map(|kept| {
                let number = next;
                next += u32::from(*kept);
                number
            })
            .collect();
        for number in &mut self.number {
            *number = module::renumbered(&left, *number);
        }
    }
}

impl Reencode for Fold {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error> {
        Ok(module::renumbered(&self.number, function))
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Result<(), Error> {
        for (ty, kept) in section.into_iter().zip(self.kept.iter().skip(self.next)) {
            if *kept {
                functions.function(ty?);
            }
        }
        Ok(())
    }

    fn parse_function_body(
        &mut self,
        code: &mut CodeSection,
        body: FunctionBody<'_>,
    ) -> Result<(), Error> {
        let kept = self.kept.get(self.next) == Some(&true);
        self.next += 1;
        if kept {
            let written = self.body(&body)?;
            code.raw(&written);
        }
        Ok(())
    }
}

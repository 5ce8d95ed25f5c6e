//! Functions in the order that takes the fewest bytes.
//!
//! A number below 128 takes one byte, and a function's number stands wherever it is called: those that are called from the most places come
//! first. The rest keep their order, because what lies together is used together.

use super::module;
use anyhow::{Context, Result};
use std::cmp::Reverse;
use std::convert::Infallible;
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{CodeSection, FunctionSection, Module};
use wasmparser::{CodeSectionReader, FunctionSectionReader, Operator, Parser, Payload};

/// How many numbers take one byte.
const SHORT: usize = 128;

/// The module with its functions in that order, and their names: line n is that of function n, as in `names`.
pub(super) fn order(module: &[u8], names: &str) -> Result<(Vec<u8>, String)> {
    let mut order = Order::of(module).context("the module's calls can't be counted")?;
    let mut ordered = Module::new();
    order
        .parse_core_module(&mut ordered, Parser::new(0), module)
        .context("the module can't be written in another order")?;
    let lines: Vec<&str> = names.split('\n').collect();
    let (imported, own) = lines.split_at(order.imported.min(lines.len()));
    let mut names = imported.to_vec();
    for place in &order.places {
        names.push(own.get(*place).copied().unwrap_or_default());
    }
    Ok((ordered.finish(), names.join("\n")))
}

struct Order {
    /// How many functions come from elsewhere: they are always first.
    imported: usize,
    /// The places of the module's own functions, of which the first is 0, in the new order.
    places: Vec<usize>,
    /// The new number of each function.
    number: Vec<u32>,
}

impl Order {
    fn of(module: &[u8]) -> Result<Self> {
        let (mut imported, mut called, mut own) = (0, Vec::<u32>::new(), 0);
        for payload in Parser::new(0).parse_all(module) {
            match payload? {
                Payload::ImportSection(section) => {
                    imported = module::imported_functions(section)?;
                }
                Payload::CodeSectionEntry(body) => {
                    own += 1;
                    for operator in body.get_operators_reader()? {
                        if let Operator::Call { function_index } = operator? {
                            let at = usize::try_from(function_index)?;
                            called.resize(called.len().max(at + 1), 0);
                            if let Some(calls) = called.get_mut(at) {
                                *calls += 1;
                            }
                        }
                    }
                }
                _ => {}
            }
        }
        let calls = |place: &usize| called.get(imported + place).copied().unwrap_or(0);
        let mut places: Vec<usize> = (0..own).collect();
        places.sort_by_key(|place| Reverse(calls(place)));
        if let Some(rest) = places.get_mut(SHORT.saturating_sub(imported)..) {
            rest.sort_unstable();
        }
        let mut number: Vec<u32> = (0..u32::try_from(imported + own)?).collect();
        for (new, place) in places.iter().enumerate() {
            if let Some(number) = number.get_mut(imported + place) {
                *number = u32::try_from(imported + new)?;
            }
        }
        Ok(Self {
            imported,
            places,
            number,
        })
    }

    /// What stands at these places, in the new order.
    fn ordered<T: Clone>(&self, all: &[T]) -> Vec<T> {
        let places = self.places.iter();
        places
            .filter_map(|place| all.get(*place).cloned())
            .collect()
    }
}

impl Reencode for Order {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error> {
        Ok(module::renumbered(&self.number, function))
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Result<(), Error> {
        let types = section.into_iter().collect::<Result<Vec<u32>, _>>()?;
        for ty in self.ordered(&types) {
            functions.function(ty);
        }
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: CodeSectionReader<'_>,
    ) -> Result<(), Error> {
        let bodies = section.into_iter().collect::<Result<Vec<_>, _>>()?;
        for body in self.ordered(&bodies) {
            utils::parse_function_body(self, code, body)?;
        }
        Ok(())
    }
}

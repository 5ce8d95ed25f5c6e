//! Writes the canonical ABI's entry points of the exports, from `wit/`.
//!
//! wit-bindgen writes the lifting and lowering of all types out in each function that has them, which made up a fifth of
//! the component. Here each type has one function that lifts it from memory and one that lowers it, and exports call
//! them. Arguments that come in as single values are put into memory first, as if they had come there.
//!
//! Nothing is freed: the heap begins anew behind each command (`src/component/heap.rs`).

#![expect(
    clippy::indexing_slicing,
    reason = "a resolved document has what its own ids name"
)]

mod types;

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write;
use types::{Kind, snake};
use wit_parser::abi::{AbiVariant, WasmType};
use wit_parser::{Function, Resolve, SizeAlign, Type, TypeId, WorldId, WorldItem};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Writes the source.
pub(crate) fn source(folder: &str) -> Result<String> {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(folder)?;
    let world = resolve.select_world(&[package], None)?;
    let mut sizes = SizeAlign::default();
    sizes.fill(&resolve)?;
    let mut glue = Glue {
        resolve: &resolve,
        sizes,
        world,
        out: String::new(),
        lifted: BTreeSet::new(),
        lowered: BTreeSet::new(),
    };
    glue.exports()?;
    Ok(glue.out)
}

struct Glue<'r> {
    resolve: &'r Resolve,
    sizes: SizeAlign,
    world: WorldId,
    out: String,
    lifted: BTreeSet<TypeId>,
    lowered: BTreeSet<TypeId>,
}

impl Glue<'_> {
    fn exports(&mut self) -> Result<()> {
        let resolve = self.resolve;
        for item in resolve.worlds[self.world].exports.values() {
            let WorldItem::Interface { id, .. } = item else {
                return Err("the world exports interfaces only".into());
            };
            let interface = &resolve.interfaces[*id];
            let name = interface.name.as_deref().ok_or("an interface has a name")?;
            let full = resolve.id_of(*id).ok_or("an interface has an id")?;
            for function in interface.functions.values() {
                self.export(name, &full, function)?;
            }
        }
        Ok(())
    }

    fn export(&mut self, interface: &str, full: &str, function: &Function) -> Result<()> {
        let signature = self
            .resolve
            .wasm_signature(AbiVariant::GuestExport, function);
        let types: Vec<Type> = function.params.iter().map(|param| param.ty).collect();
        let offsets: Vec<usize> = self
            .sizes
            .field_offsets(types.iter())
            .into_iter()
            .map(|(offset, _)| offset.size_wasm32())
            .collect();
        let mut body = String::new();
        let parameters: Vec<String> = signature
            .params
            .iter()
            .enumerate()
            .map(|(place, flat)| format!("a{place}: {}", flat_type(*flat)))
            .collect();
        if signature.indirect_params {
            body.push_str("let p = a0 as *const u8;\n");
        } else if !types.is_empty() {
            let size = self.sizes.params(types.iter()).size.size_wasm32();
            writeln!(
                body,
                "let mut area = Area([0_u64; {}]);",
                size.div_ceil(8).max(1)
            )?;
            body.push_str("let q = area.0.as_mut_ptr().cast::<u8>();\n");
            let mut next = 0;
            for (ty, offset) in types.iter().zip(&offsets) {
                self.spill(&mut body, ty, *offset, &mut next)?;
            }
            body.push_str("let p = q.cast_const();\n");
        }
        let mut arguments = vec!["host()".to_owned()];
        for (place, (ty, offset)) in types.iter().zip(&offsets).enumerate() {
            let lift = self.lift(ty)?;
            writeln!(
                body,
                "let v{place} = ManuallyDrop::new({lift}(p.add({offset})));"
            )?;
            arguments.push(format!("&v{place}"));
        }
        let result = function.result.ok_or("every function answers")?;
        if !signature.retptr {
            return Err("every answer takes more than one value".into());
        }
        let called = format!("api::{interface}::{}", snake(&function.name));
        writeln!(body, "let answer = {called}({});", arguments.join(", "))?;
        let lower = self.lower(&result)?;
        let bytes = self.sizes.size(&result).size_wasm32();
        writeln!(body, "let r = room({bytes});")?;
        writeln!(body, "{lower}(r, answer);\nbegin_anew();\nr")?;
        let name = format!("{full}#{}", function.name);
        let local = format!("{}_{}", snake(interface), snake(&function.name));
        write!(
            self.out,
            "#[unsafe(export_name = \"{name}\")]\nunsafe extern \"C\" fn export_{local}({}) -> *mut u8 {{ unsafe {{\n{body}}} }}\n",
            parameters.join(", "),
        )?;
        Ok(())
    }

    /// Statements that put an argument, which comes in the values from `next` on, at an offset of `q`.
    fn spill(&mut self, body: &mut String, ty: &Type, at: usize, next: &mut usize) -> Result<()> {
        let one = *next;
        match self.plain(ty) {
            Some(plain) => {
                *next += 1;
                writeln!(
                    body,
                    "q.add({at}).cast::<{plain}>().write(a{one} as {plain});"
                )?;
            }
            None => match self.kind(ty)? {
                Kind::Text | Kind::List(_) => {
                    *next += 2;
                    let two = one + 1;
                    writeln!(body, "q.add({at}).cast::<u32>().write(a{one} as u32);")?;
                    writeln!(
                        body,
                        "q.add({}).cast::<u32>().write(a{two} as u32);",
                        at + 4
                    )?;
                }
                Kind::Record(fields) => {
                    let types: Vec<Type> = fields.iter().map(|(_, ty)| *ty).collect();
                    for ((_, ty), offset) in fields.iter().zip(self.offsets(&types)) {
                        self.spill(body, ty, at + offset, next)?;
                    }
                }
                Kind::Flags(bits) => {
                    *next += 1;
                    writeln!(
                        body,
                        "q.add({at}).cast::<{bits}>().write(a{one} as {bits});"
                    )?;
                }
                Kind::Cases(cases) => {
                    *next += 1;
                    writeln!(body, "q.add({at}).write(a{one} as u8);\nmatch a{one} {{")?;
                    let payload = at + self.payload(&cases);
                    let mut end = *next;
                    for (number, case) in cases.iter().enumerate() {
                        let Some(ty) = case.ty else { continue };
                        let mut own = *next;
                        writeln!(body, "{number} => {{")?;
                        self.spill(body, &ty, payload, &mut own)?;
                        body.push_str("}\n");
                        end = end.max(own);
                    }
                    body.push_str("_ => {}\n}\n");
                    *next = end;
                }
            },
        }
        Ok(())
    }

    /// The function for a type that `src/component.rs` has one for.
    fn ready(&self, way: &str, ty: &Type) -> Option<String> {
        if let Some(plain) = self.plain(ty) {
            return Some(format!("{way}_plain::<{plain}>"));
        }
        match self.behind(ty) {
            Type::Bool => Some(format!("{way}_bool")),
            Type::String => Some(format!("{way}_string")),
            _ => None,
        }
    }

    /// The function that lifts a type from memory.
    fn lift(&mut self, ty: &Type) -> Result<String> {
        if let Some(ready) = self.ready("lift", ty) {
            return Ok(ready);
        }
        let id = self.id(ty)?;
        let name = format!("lift_{}", id.index());
        if !self.lifted.insert(id) {
            return Ok(name);
        }
        let rust = self.rust(ty)?;
        let body = match self.kind(ty)? {
            Kind::Text => String::new(),
            Kind::List(item) => {
                let size = self.sizes.size(&item).size_wasm32();
                format!("lift_list(p, {size}, {})", self.lift(&item)?)
            }
            Kind::Record(fields) => {
                let types: Vec<Type> = fields.iter().map(|(_, ty)| *ty).collect();
                let offsets = self.offsets(&types);
                let mut body = format!("{rust} {{\n");
                for ((field, ty), offset) in fields.iter().zip(offsets) {
                    let lift = self.lift(ty)?;
                    writeln!(body, "{}: {lift}(p.add({offset})),", snake(field))?;
                }
                body + "}"
            }
            Kind::Flags(bits) => {
                format!("{rust}::from_bits_retain(p.cast::<{bits}>().read())")
            }
            Kind::Cases(cases) => {
                let payload = self.payload(&cases);
                let last = cases.len().saturating_sub(1);
                let mut body = "match p.read() {\n".to_owned();
                for (number, case) in cases.iter().enumerate() {
                    let pattern = if number == last {
                        "_".to_owned()
                    } else {
                        number.to_string()
                    };
                    let value = match case.ty {
                        Some(ty) => {
                            let lift = self.lift(&ty)?;
                            format!("{}({lift}(p.add({payload})))", case.path)
                        }
                        None => case.path.clone(),
                    };
                    writeln!(body, "{pattern} => {value},")?;
                }
                body + "}"
            }
        };
        write!(
            self.out,
            "#[inline(never)]\nunsafe fn {name}(p: *const u8) -> {rust} {{ unsafe {{ {body} }} }}\n"
        )?;
        Ok(name)
    }

    /// The function that lowers a type into memory.
    fn lower(&mut self, ty: &Type) -> Result<String> {
        if let Some(ready) = self.ready("lower", ty) {
            return Ok(ready);
        }
        let id = self.id(ty)?;
        let name = format!("lower_{}", id.index());
        if !self.lowered.insert(id) {
            return Ok(name);
        }
        let rust = self.rust(ty)?;
        let body = match self.kind(ty)? {
            Kind::Text => String::new(),
            Kind::List(item) => {
                let size = self.sizes.size(&item).size_wasm32();
                format!("lower_list(p, v, {size}, {})", self.lower(&item)?)
            }
            Kind::Record(fields) => {
                let types: Vec<Type> = fields.iter().map(|(_, ty)| *ty).collect();
                let offsets = self.offsets(&types);
                let mut body = String::new();
                for ((field, ty), offset) in fields.iter().zip(offsets) {
                    let lower = self.lower(ty)?;
                    writeln!(body, "{lower}(p.add({offset}), v.{});", snake(field))?;
                }
                body
            }
            Kind::Flags(bits) => format!("p.cast::<{bits}>().write(v.bits())"),
            Kind::Cases(cases) => {
                let payload = self.payload(&cases);
                let mut body = "match v {\n".to_owned();
                for (number, case) in cases.iter().enumerate() {
                    match case.ty {
                        Some(ty) => {
                            let lower = self.lower(&ty)?;
                            writeln!(
                                body,
                                "{}(v) => {{ p.write({number}); {lower}(p.add({payload}), v) }}",
                                case.path
                            )?;
                        }
                        None => writeln!(body, "{} => p.write({number}),", case.path)?,
                    }
                }
                body + "}"
            }
        };
        write!(
            self.out,
            "#[inline(never)]\nunsafe fn {name}(p: *mut u8, v: {rust}) {{ unsafe {{ {body} }} }}\n"
        )?;
        Ok(name)
    }
}

fn flat_type(flat: WasmType) -> &'static str {
    match flat {
        WasmType::I64 | WasmType::PointerOrI64 => "i64",
        WasmType::F32 => "f32",
        WasmType::F64 => "f64",
        _ => "i32",
    }
}

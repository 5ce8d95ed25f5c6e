//! What the interface's types are: what they are made of, where their parts lie, and how they are called in Rust.

use super::{Glue, Result};
use wit_parser::{Type, TypeDefKind, TypeId, TypeOwner, WorldItem};

/// What a type is made of.
pub(super) enum Kind {
    Text,
    List(Type),
    Record(Vec<(String, Type)>),
    /// At most 256 of them.
    Cases(Vec<Case>),
    /// The number that holds them, at most 32.
    Flags(&'static str),
}

pub(super) struct Case {
    /// The case in Rust.
    pub(super) path: String,
    /// What it carries.
    pub(super) ty: Option<Type>,
}

impl Case {
    pub(super) fn of(path: &str, ty: Option<Type>) -> Self {
        let path = path.to_owned();
        Self { path, ty }
    }
}

impl Glue<'_> {
    /// The Rust number that a type is, if it is one.
    pub(super) fn plain(&self, ty: &Type) -> Option<&'static str> {
        match self.behind(ty) {
            Type::U8 => Some("u8"),
            Type::S8 => Some("i8"),
            Type::U16 => Some("u16"),
            Type::S16 => Some("i16"),
            Type::U32 => Some("u32"),
            Type::S32 => Some("i32"),
            Type::U64 => Some("u64"),
            Type::S64 => Some("i64"),
            _ => None,
        }
    }

    /// What a name for another type stands for.
    pub(super) fn behind(&self, ty: &Type) -> Type {
        match ty {
            Type::Id(id) => match &self.resolve.types[*id].kind {
                TypeDefKind::Type(of) => self.behind(of),
                _ => *ty,
            },
            _ => *ty,
        }
    }

    /// The definition behind names for it.
    pub(super) fn id(&self, ty: &Type) -> Result<TypeId> {
        match self.behind(ty) {
            Type::Id(id) => Ok(id),
            other => Err(format!("{other:?} has no definition").into()),
        }
    }

    pub(super) fn kind(&self, ty: &Type) -> Result<Kind> {
        let id = match ty {
            Type::String => return Ok(Kind::Text),
            Type::Bool => {
                return Ok(Kind::Cases(vec![
                    Case::of("false", None),
                    Case::of("true", None),
                ]));
            }
            Type::Id(id) => *id,
            other => return Err(format!("{other:?} is not used yet").into()),
        };
        let definition = &self.resolve.types[id];
        Ok(match &definition.kind {
            TypeDefKind::Type(of) => self.kind(of)?,
            TypeDefKind::List(item) => Kind::List(*item),
            TypeDefKind::Record(record) => {
                let fields = record.fields.iter();
                Kind::Record(fields.map(|field| (field.name.clone(), field.ty)).collect())
            }
            TypeDefKind::Option(of) => {
                Kind::Cases(vec![Case::of("None", None), Case::of("Some", Some(*of))])
            }
            TypeDefKind::Result(of) => {
                Kind::Cases(vec![Case::of("Ok", of.ok), Case::of("Err", of.err)])
            }
            TypeDefKind::Flags(of) => Kind::Flags(match of.flags.len() {
                ..=8 => "u8",
                9..=16 => "u16",
                17..=32 => "u32",
                _ => return Err("more than 32 flags are not used yet".into()),
            }),
            TypeDefKind::Enum(of) => {
                let rust = self.rust(ty)?;
                let path = |name: &str| format!("{rust}::{}", camel(name));
                Kind::Cases(
                    of.cases
                        .iter()
                        .map(|case| Case::of(&path(&case.name), None))
                        .collect(),
                )
            }
            TypeDefKind::Variant(of) => {
                let rust = self.rust(ty)?;
                let path = |name: &str| format!("{rust}::{}", camel(name));
                let cases = of.cases.iter();
                Kind::Cases(
                    cases
                        .map(|case| Case::of(&path(&case.name), case.ty))
                        .collect(),
                )
            }
            other => return Err(format!("{} is not used yet", other.as_str()).into()),
        })
    }

    /// How the type is called in Rust.
    pub(super) fn rust(&self, ty: &Type) -> Result<String> {
        if let Some(plain) = self.plain(ty) {
            return Ok(plain.to_owned());
        }
        let id = match ty {
            Type::String => return Ok("String".to_owned()),
            Type::Bool => return Ok("bool".to_owned()),
            other => match other {
                Type::Id(id) => *id,
                _ => return Err("no such type in Rust".into()),
            },
        };
        let definition = &self.resolve.types[id];
        Ok(match &definition.kind {
            TypeDefKind::Type(of) => self.rust(of)?,
            TypeDefKind::List(item) => format!("Vec<{}>", self.rust(item)?),
            TypeDefKind::Option(of) => format!("Option<{}>", self.rust(of)?),
            TypeDefKind::Result(of) => {
                let part = |ty: &Option<Type>| match ty {
                    Some(ty) => self.rust(ty),
                    None => Ok("()".to_owned()),
                };
                format!("Result<{}, {}>", part(&of.ok)?, part(&of.err)?)
            }
            _ => {
                let TypeOwner::Interface(owner) = definition.owner else {
                    return Err("types belong to interfaces".into());
                };
                let interface = self.resolve.interfaces[owner].name.as_deref();
                let interface = interface.ok_or("an interface has a name")?;
                let exports = &self.resolve.worlds[self.world].exports;
                let own = |item: &WorldItem| matches!(item, WorldItem::Interface { id, .. } if *id == owner);
                let exports = if exports.values().any(own) {
                    "exports::"
                } else {
                    ""
                };
                let name = definition.name.as_deref().ok_or("a type has a name")?;
                format!(
                    "crate::bindings::{exports}stampcard::plugin::{}::{}",
                    snake(interface),
                    camel(name)
                )
            }
        })
    }

    pub(super) fn offsets(&self, types: &[Type]) -> Vec<usize> {
        let offsets = self.sizes.field_offsets(types.iter()).into_iter();
        offsets.map(|(offset, _)| offset.size_wasm32()).collect()
    }

    /// Where the payload of cases stands behind their number, which takes a byte.
    pub(super) fn payload(&self, cases: &[Case]) -> usize {
        let types = cases.iter().filter_map(|case| case.ty);
        let aligned = types.map(|ty| self.sizes.align(&ty).align_wasm32());
        aligned.max().unwrap_or(1)
    }
}

pub(super) fn snake(name: &str) -> String {
    name.replace('-', "_")
}

pub(super) fn camel(name: &str) -> String {
    let words = name.split('-').map(|word| {
        let mut letters = word.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    });
    words.collect()
}

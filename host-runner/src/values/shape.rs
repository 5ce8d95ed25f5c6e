//! The shapes of a component's types, read off the component once.

use crate::call;
use wasmtime::component::Type;

/// A type of the component model, without the engine's handles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `bool`.
    Bool,
    /// An unsigned integer of so many bits: 8, 16, 32 or 64.
    Unsigned(u8),
    /// A signed integer of so many bits: 8, 16, 32 or 64.
    Signed(u8),
    /// `f32` or `f64`, by its bits.
    Float(u8),
    /// `char`.
    Char,
    /// `string`.
    Text,
    /// `list`, with its items.
    List(Box<Shape>),
    /// `record`, with its fields in order.
    Record(Vec<(String, Shape)>),
    /// The record of `seconds: u64` and `nanoseconds: u32`, which JSON has as RFC 3339 text.
    Instant,
    /// `tuple`.
    Tuple(Vec<Shape>),
    /// `variant`, with its cases and their payloads.
    Variant(Vec<(String, Option<Shape>)>),
    /// `enum`, with its cases.
    Enum(Vec<String>),
    /// `option`.
    Option(Box<Shape>),
    /// `result`.
    Result {
        /// Payload of `ok`.
        ok: Option<Box<Shape>>,
        /// Payload of `err`.
        err: Option<Box<Shape>>,
    },
    /// `flags`, with their names.
    Flags(Vec<String>),
    /// A type that JSON can't carry, such as a resource; its kind.
    Foreign(&'static str),
}

impl Shape {
    /// The shape of a component's type.
    #[must_use]
    pub fn of(ty: &Type) -> Self {
        let boxed = |ty: Option<Type>| ty.map(|ty| Box::new(Self::of(&ty)));
        match ty {
            Type::Bool => Self::Bool,
            Type::U8 => Self::Unsigned(8),
            Type::U16 => Self::Unsigned(16),
            Type::U32 => Self::Unsigned(32),
            Type::U64 => Self::Unsigned(64),
            Type::S8 => Self::Signed(8),
            Type::S16 => Self::Signed(16),
            Type::S32 => Self::Signed(32),
            Type::S64 => Self::Signed(64),
            Type::Float32 => Self::Float(32),
            Type::Float64 => Self::Float(64),
            Type::Char => Self::Char,
            Type::String => Self::Text,
            Type::List(list) => Self::List(Box::new(Self::of(&list.ty()))),
            Type::Record(record) => Self::record(
                record
                    .fields()
                    .map(|field| (field.name.to_owned(), Self::of(&field.ty)))
                    .collect(),
            ),
            Type::Tuple(tuple) => Self::Tuple(tuple.types().map(|ty| Self::of(&ty)).collect()),
            Type::Variant(variant) => Self::Variant(
                variant
                    .cases()
                    .map(|case| (case.name.to_owned(), case.ty.map(|ty| Self::of(&ty))))
                    .collect(),
            ),
            Type::Enum(cases) => Self::Enum(cases.names().map(str::to_owned).collect()),
            Type::Option(option) => Self::Option(Box::new(Self::of(&option.ty()))),
            Type::Result(result) => Self::Result {
                ok: boxed(result.ok()),
                err: boxed(result.err()),
            },
            Type::Flags(flags) => Self::Flags(flags.names().map(str::to_owned).collect()),
            Type::Own(_) | Type::Borrow(_) => Self::Foreign("resource"),
            Type::Future(_) => Self::Foreign("future"),
            Type::Stream(_) => Self::Foreign("stream"),
            Type::ErrorContext => Self::Foreign("error-context"),
            Type::Map(_) => Self::Foreign("map"),
            Type::FixedLengthList(_) => Self::Foreign("list of fixed length"),
        }
    }

    /// A record; an instant if its fields are an instant's.
    #[must_use]
    pub fn record(fields: Vec<(String, Self)>) -> Self {
        match fields.as_slice() {
            [
                (seconds, Self::Unsigned(64)),
                (nanoseconds, Self::Unsigned(32)),
            ] if seconds == "seconds" && nanoseconds == "nanoseconds" => Self::Instant,
            _ => Self::Record(fields),
        }
    }

    /// As callers see it who only tell texts, instants and structure apart.
    #[must_use]
    pub fn outline(&self) -> call::Shape {
        let payload = |payload: Option<&Self>| payload.map(Self::outline);
        match self {
            Self::Text => call::Shape::Text,
            Self::Instant => call::Shape::Instant,
            Self::Option(inner) => call::Shape::Option(Box::new(inner.outline())),
            Self::List(item) => call::Shape::List(Box::new(item.outline())),
            Self::Flags(_) => call::Shape::List(Box::new(call::Shape::Text)),
            Self::Record(fields) => {
                let fields = fields.iter().map(|(name, ty)| (name.clone(), ty.outline()));
                call::Shape::Record(fields.collect())
            }
            Self::Variant(cases) => {
                let cases = cases
                    .iter()
                    .map(|(case, ty)| (case.clone(), payload(ty.as_ref())));
                call::Shape::Variant(cases.collect())
            }
            Self::Enum(cases) => {
                call::Shape::Variant(cases.iter().map(|case| (case.clone(), None)).collect())
            }
            Self::Result { ok, err } => call::Shape::Variant(vec![
                ("ok".to_owned(), payload(ok.as_deref())),
                ("err".to_owned(), payload(err.as_deref())),
            ]),
            // Tuples and what JSON can't hold stand in no request of the interface.
            Self::Bool
            | Self::Unsigned(_)
            | Self::Signed(_)
            | Self::Float(_)
            | Self::Char
            | Self::Tuple(_)
            | Self::Foreign(_) => call::Shape::Scalar,
        }
    }
}

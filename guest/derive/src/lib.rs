//! `derive(Read)`: how a type of the guest is read, as a table of its names and a number for each of its parts.
//!
//! It goes by the attributes that serde's `Serialize` has for the same type, so that a name stands once:
//!
//! | on | attributes |
//! |---|---|
//! | a struct or an enum | `rename_all = "kebab-case"`, `deny_unknown_fields` |
//! | a struct | `default`, `transparent`, `try_from = "type"` |
//! | a field | `rename`, `default`, `default = "function"`, `with = "module"`, `deserialize_with = "function"` |
//! | a variant | `rename` |
//!
//! What is read `with` a module is read by its function `read`, that takes the place to fill and the reader. What tells of writing
//! only is passed over; any other attribute is refused. A struct has at most 64 fields, and a variant carries nothing, one value, or
//! fields.

mod attributes;
mod choice;
mod part;
mod record;

use proc_macro::TokenStream;
use syn::{Data, DeriveInput, Error, GenericParam, Generics, parse_macro_input, parse_quote};

/// Writes `crate::reading::Read` for a struct or an enum; see the crate's own words for the attributes that it knows.
#[proc_macro_derive(Read, attributes(serde))]
pub fn read(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    let written = match &input.data {
        Data::Struct(data) => record::write(&input, data),
        Data::Enum(data) => choice::write(&input, data),
        Data::Union(data) => Err(Error::new(data.union_token.span, "a union can't be read")),
    };
    written.unwrap_or_else(Error::into_compile_error).into()
}

/// The type's parameters, of which each has to be readable itself.
fn readable(generics: &Generics) -> Generics {
    let mut generics = generics.clone();
    for parameter in &mut generics.params {
        if let GenericParam::Type(parameter) = parameter {
            parameter.bounds.push(parse_quote!(crate::reading::Read));
        }
    }
    generics
}

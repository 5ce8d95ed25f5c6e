//! Fields: of a struct, or of a variant that has some.

use crate::attributes::{Absent, Field};
use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::punctuated::Punctuated;
use syn::{Error, Ident, Result, Token, Type};

/// Fields of one value, at most: they are counted in the bits of a number.
const FIELDS_MAX: usize = 64;

/// A field.
pub(crate) struct Part<'a> {
    /// As the type names it.
    pub(crate) ident: &'a Ident,
    ty: &'a Type,
    name: String,
    said: Field,
    /// The whole type has a default, from which it is begun.
    whole: bool,
}

/// The fields of a list, which all have names.
pub(crate) fn parts<'a>(
    fields: &'a Punctuated<syn::Field, Token![,]>,
    kebab: bool,
    whole: bool,
) -> Result<Vec<Part<'a>>> {
    let mut parts = Vec::new();
    for field in fields {
        let Some(ident) = &field.ident else {
            return Err(Error::new_spanned(field, "a field that is read has a name"));
        };
        if parts.len() == FIELDS_MAX {
            return Err(Error::new_spanned(field, "at most 64 fields are read"));
        }
        let said = Field::of(&field.attrs)?;
        let plain = ident.unraw().to_string();
        let plain = if kebab {
            plain.replace('_', "-")
        } else {
            plain
        };
        parts.push(Part {
            ident,
            ty: &field.ty,
            name: said.name.clone().unwrap_or(plain),
            said,
            whole,
        });
    }
    Ok(parts)
}

impl Part<'_> {
    /// What it is before it is read, and stays if it isn't there.
    fn blank(&self) -> TokenStream {
        let ty = self.ty;
        match &self.said.absent {
            Absent::By(function) => quote!(#function()),
            Absent::Unsaid if self.said.with.is_none() => {
                quote!(<#ty as crate::reading::Read>::blank())
            }
            _ => quote!(<#ty as ::core::default::Default>::default()),
        }
    }

    /// Whether it has to be there.
    fn required(&self) -> TokenStream {
        let ty = self.ty;
        match &self.said.absent {
            Absent::Unsaid if self.whole => quote!(false),
            Absent::Unsaid if self.said.with.is_some() => quote!(true),
            Absent::Unsaid => quote!(!<#ty as crate::reading::Read>::OPTIONAL),
            _ => quote!(false),
        }
    }

    /// Reads it into its place.
    fn read(&self, place: &TokenStream) -> TokenStream {
        if let Some(with) = &self.said.with {
            return quote!(#with(#place, from));
        }
        match &self.said.absent {
            Absent::Unsaid if !self.whole => quote!(crate::reading::Read::read(#place, from)),
            _ => quote!(crate::reading::Read::renew(#place, from)),
        }
    }
}

/// The table of some fields.
pub(crate) fn table(parts: &[Part<'_>], strict: bool) -> TokenStream {
    let names = parts.iter().map(|part| format!("\"{}\":", part.name));
    let required = parts.iter().map(Part::required);
    quote! {
        crate::reading::Fields {
            names: &[#(#names),*],
            required: crate::reading::mask(&[#(#required),*]),
            strict: #strict,
        }
    }
}

/// Each with what it is before it is read.
pub(crate) fn blanks(parts: &[Part<'_>]) -> TokenStream {
    let idents = parts.iter().map(|part| part.ident);
    let blanks = parts.iter().map(Part::blank);
    quote!(#(#idents: #blanks),*)
}

/// Reads the field of a number `at`; the last one is that of all other numbers, so that the last one isn't asked for.
pub(crate) fn reads(parts: &[Part<'_>], place: impl Fn(&Ident) -> TokenStream) -> TokenStream {
    let mut arms: Vec<TokenStream> = parts
        .iter()
        .map(|part| part.read(&place(part.ident)))
        .collect();
    let Some(last) = arms.pop() else {
        return quote! {{
            let _ = (at, from);
            ::core::result::Result::Ok(())
        }};
    };
    if arms.is_empty() {
        return quote! {{
            let _ = at;
            #last
        }};
    }
    let numbers = 0..arms.len();
    quote! {
        match at {
            #(#numbers => #arms,)*
            _ => #last,
        }
    }
}

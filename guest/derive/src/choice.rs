//! Enums.

use crate::attributes::{Container, variant_name};
use crate::part::{self, Part};
use crate::readable;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::ext::IdentExt;
use syn::{DataEnum, DeriveInput, Error, Fields, Ident, Result, Type};

/// A case of an enum.
struct Case<'a> {
    ident: &'a Ident,
    name: String,
    carries: Carries<'a>,
}

/// What it carries.
enum Carries<'a> {
    Nothing,
    Value(&'a Type),
    Fields(Vec<Part<'a>>),
}

impl<'a> Case<'a> {
    fn of(variant: &'a syn::Variant, kebab: bool) -> Result<Self> {
        let ident = &variant.ident;
        let plain = ident.unraw().to_string();
        let plain = if kebab { hyphened(&plain) } else { plain };
        let carries = match &variant.fields {
            Fields::Unit => Carries::Nothing,
            // Hyphens are for the names of variants alone, as serde has it.
            Fields::Named(fields) => Carries::Fields(part::parts(&fields.named, false, false)?),
            Fields::Unnamed(fields) => {
                let mut values = fields.unnamed.iter();
                let (Some(value), None) = (values.next(), values.next()) else {
                    return Err(Error::new_spanned(fields, "a variant carries one value"));
                };
                Carries::Value(&value.ty)
            }
        };
        Ok(Self {
            ident,
            name: variant_name(&variant.attrs)?.unwrap_or(plain),
            carries,
        })
    }

    /// With what it carries before that is read.
    fn blank(&self) -> TokenStream {
        let ident = self.ident;
        match &self.carries {
            Carries::Nothing => quote!(Self::#ident),
            Carries::Value(ty) => {
                quote!(Self::#ident(<#ty as crate::reading::Read>::blank()))
            }
            Carries::Fields(parts) => {
                let blanks = part::blanks(parts);
                quote!(Self::#ident { #blanks })
            }
        }
    }

    /// Its row of the table.
    fn row(&self, strict: bool) -> TokenStream {
        match &self.carries {
            Carries::Nothing => quote!(crate::reading::Carries::Nothing),
            Carries::Value(_) => quote!(crate::reading::Carries::Value),
            Carries::Fields(parts) => {
                let table = part::table(parts, strict);
                quote!(crate::reading::Carries::Fields(&#table))
            }
        }
    }

    /// Reads what it carries.
    fn read(&self) -> Option<TokenStream> {
        let ident = self.ident;
        match &self.carries {
            Carries::Nothing => None,
            Carries::Value(_) => Some(quote! {
                Self::#ident(value) => crate::reading::Read::read(value, from)
            }),
            Carries::Fields(parts) => {
                let fields = parts.iter().map(|part| part.ident);
                let places = parts.iter().map(|part| place(part.ident));
                let reads = part::reads(parts, |field| {
                    let place = place(field);
                    quote!(#place)
                });
                Some(quote!(Self::#ident { #(#fields: #places),* } => #reads))
            }
        }
    }
}

/// How an enum is read.
pub(crate) fn write(input: &DeriveInput, data: &DataEnum) -> Result<TokenStream> {
    let said = Container::of(&input.attrs)?;
    let cases = data
        .variants
        .iter()
        .map(|variant| Case::of(variant, said.kebab));
    let cases: Vec<Case<'_>> = cases.collect::<Result<_>>()?;
    let bare = |case: &&Case<'_>| matches!(case.carries, Carries::Nothing);
    // One that carries nothing is the least to begin with, and is there in any enum that holds itself.
    let Some(first) = cases.iter().find(bare).or(cases.first()) else {
        let problem = "an enum that is read has a variant";
        return Err(Error::new_spanned(&input.ident, problem));
    };
    let first = first.blank();
    let numbers = 0..cases.len().saturating_sub(1);
    let (last, others) = match cases.split_last() {
        Some((last, others)) => (last.blank(), others.iter().map(Case::blank)),
        None => return Ok(TokenStream::new()),
    };
    let chosen = quote! {
        match at {
            #(#numbers => #others,)*
            _ => #last,
        }
    };
    let names = cases.iter().map(|case| &case.name);
    let names = quote!(&[#(#names),*]);
    let name = &input.ident;
    let generics = readable(&input.generics);
    let (before, behind, bounds) = generics.split_for_impl();
    if cases.iter().all(|case| bare(&case)) {
        return Ok(quote! {
            #[automatically_derived]
            impl #before crate::reading::Read for #name #behind #bounds {
                fn blank() -> Self {
                    #first
                }

                fn read(
                    &mut self,
                    from: &mut crate::reading::Reader<'_>,
                ) -> ::core::result::Result<(), crate::reading::Wrong> {
                    let at = from.one_of(#names)?;
                    *self = #chosen;
                    ::core::result::Result::Ok(())
                }
            }
        });
    }
    let rows = cases.iter().map(|case| case.row(said.strict));
    let reads = cases.iter().filter_map(Case::read);
    let others = cases
        .iter()
        .any(|case| bare(&case))
        .then(|| quote!(_ => ::core::result::Result::Ok(()),));
    Ok(quote! {
        #[automatically_derived]
        impl #before crate::reading::Read for #name #behind #bounds {
            fn blank() -> Self {
                #first
            }

            fn read(
                &mut self,
                from: &mut crate::reading::Reader<'_>,
            ) -> ::core::result::Result<(), crate::reading::Wrong> {
                from.case(&mut &mut *self, const {
                    &crate::reading::Cases {
                        names: #names,
                        carries: &[#(#rows),*],
                    }
                })
            }
        }

        #[automatically_derived]
        impl #before crate::reading::Parts for #name #behind #bounds {
            fn choose(&mut self, at: usize) {
                *self = #chosen;
            }

            fn part(
                &mut self,
                at: usize,
                from: &mut crate::reading::Reader<'_>,
            ) -> ::core::result::Result<(), crate::reading::Wrong> {
                let _ = at;
                match self {
                    #(#reads,)*
                    #others
                }
            }
        }
    })
}

/// What a field's place is called where it is read: a field's own name might be one that the code around it needs.
fn place(field: &Ident) -> Ident {
    format_ident!("place_of_{field}")
}

/// `HalfUp` as `half-up`.
fn hyphened(name: &str) -> String {
    let mut hyphened = String::new();
    for (at, letter) in name.char_indices() {
        if at > 0 && letter.is_uppercase() {
            hyphened.push('-');
        }
        hyphened.push(letter.to_ascii_lowercase());
    }
    hyphened
}

//! Structs.

use crate::attributes::Container;
use crate::part;
use crate::readable;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{DataStruct, DeriveInput, Error, Fields, Member, Result, Type};

/// How a struct is read.
pub(crate) fn write(input: &DeriveInput, data: &DataStruct) -> Result<TokenStream> {
    let said = Container::of(&input.attrs)?;
    if let Some(of) = &said.try_from {
        return Ok(made(input, &data.fields, of));
    }
    if said.transparent || matches!(data.fields, Fields::Unnamed(_)) {
        return around(input, data, said.transparent);
    }
    let name = &input.ident;
    let generics = readable(&input.generics);
    let (before, behind, bounds) = generics.split_for_impl();
    let fields = match &data.fields {
        Fields::Named(fields) => part::parts(&fields.named, said.kebab, said.default)?,
        _ => Vec::new(),
    };
    let table = part::table(&fields, said.strict);
    let reads = part::reads(&fields, |field| quote!(&mut self.#field));
    let blank = if said.default {
        quote!(<Self as ::core::default::Default>::default())
    } else {
        let blanks = part::blanks(&fields);
        quote!(Self { #blanks })
    };
    Ok(quote! {
        #[automatically_derived]
        impl #before crate::reading::Read for #name #behind #bounds {
            fn blank() -> Self {
                #blank
            }

            fn read(
                &mut self,
                from: &mut crate::reading::Reader<'_>,
            ) -> ::core::result::Result<(), crate::reading::Wrong> {
                from.object(&mut &mut *self, const { &#table })
            }

            fn renew(
                &mut self,
                from: &mut crate::reading::Reader<'_>,
            ) -> ::core::result::Result<(), crate::reading::Wrong> {
                *self = <Self as crate::reading::Read>::blank();
                crate::reading::Read::read(self, from)
            }
        }

        #[automatically_derived]
        impl #before crate::reading::Parts for #name #behind #bounds {
            fn part(
                &mut self,
                at: usize,
                from: &mut crate::reading::Reader<'_>,
            ) -> ::core::result::Result<(), crate::reading::Wrong> {
                #reads
            }
        }
    })
}

/// A struct that is read as its only field is.
fn around(input: &DeriveInput, data: &DataStruct, transparent: bool) -> Result<TokenStream> {
    let mut fields = data.fields.iter();
    let (Some(field), None) = (fields.next(), fields.next()) else {
        let problem = "only a struct of one field is read as that is";
        return Err(Error::new_spanned(&input.ident, problem));
    };
    let member = field.ident.clone().map_or(Member::from(0), Member::from);
    let ty = &field.ty;
    let name = &input.ident;
    let generics = readable(&input.generics);
    let (before, behind, bounds) = generics.split_for_impl();
    Ok(quote! {
        #[automatically_derived]
        impl #before crate::reading::Read for #name #behind #bounds {
            const OPTIONAL: bool = #transparent && <#ty as crate::reading::Read>::OPTIONAL;

            fn blank() -> Self {
                Self { #member: <#ty as crate::reading::Read>::blank() }
            }

            fn read(
                &mut self,
                from: &mut crate::reading::Reader<'_>,
            ) -> ::core::result::Result<(), crate::reading::Wrong> {
                crate::reading::Read::read(&mut self.#member, from)
            }

            fn renew(
                &mut self,
                from: &mut crate::reading::Reader<'_>,
            ) -> ::core::result::Result<(), crate::reading::Wrong> {
                crate::reading::Read::renew(&mut self.#member, from)
            }
        }
    })
}

/// A struct that is made of a value of another type.
fn made(input: &DeriveInput, fields: &Fields, of: &Type) -> TokenStream {
    let name = &input.ident;
    let members = fields.members();
    let types = fields.iter().map(|field| &field.ty);
    let generics = readable(&input.generics);
    let (before, behind, bounds) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #before crate::reading::Read for #name #behind #bounds {
            fn blank() -> Self {
                Self { #(#members: <#types as crate::reading::Read>::blank()),* }
            }

            fn read(
                &mut self,
                from: &mut crate::reading::Reader<'_>,
            ) -> ::core::result::Result<(), crate::reading::Wrong> {
                let mut of = <#of as crate::reading::Read>::blank();
                crate::reading::Read::read(&mut of, from)?;
                match <Self as ::core::convert::TryFrom<#of>>::try_from(of) {
                    ::core::result::Result::Ok(made) => {
                        *self = made;
                        ::core::result::Result::Ok(())
                    }
                    ::core::result::Result::Err(error) => {
                        ::core::result::Result::Err(crate::reading::Wrong::shape(&error))
                    }
                }
            }
        }
    }
}

//! What serde's attributes say of reading.

use syn::meta::ParseNestedMeta;
use syn::{Attribute, LitStr, Path, Result, Token, Type};

/// Of a struct or an enum.
#[derive(Default)]
pub(crate) struct Container {
    /// Names are written with hyphens and in lower case.
    pub(crate) kebab: bool,
    /// Fields that aren't known are refused.
    pub(crate) strict: bool,
    /// What isn't there is as in the type's default.
    pub(crate) default: bool,
    /// It is read as its only field is.
    pub(crate) transparent: bool,
    /// It is made of another type.
    pub(crate) try_from: Option<Type>,
}

/// Of a field.
#[derive(Default)]
pub(crate) struct Field {
    /// Its name, where it is another than the type's rule gives.
    pub(crate) name: Option<String>,
    /// What it is where it isn't there.
    pub(crate) absent: Absent,
    /// The function that reads it.
    pub(crate) with: Option<Path>,
}

/// What a field is that isn't there.
#[derive(Default)]
pub(crate) enum Absent {
    /// Its type says whether it may be.
    #[default]
    Unsaid,
    /// Its type's default.
    Default,
    /// What a function gives.
    By(Path),
}

impl Container {
    /// Those of a type.
    pub(crate) fn of(attributes: &[Attribute]) -> Result<Self> {
        let mut all = Self::default();
        each(attributes, |meta| {
            match word(meta)?.as_str() {
                "deny_unknown_fields" => all.strict = true,
                "default" => all.default = true,
                "transparent" => all.transparent = true,
                "try_from" => all.try_from = Some(text(meta)?.parse()?),
                "rename_all" => {
                    let rule = text(meta)?;
                    if rule.value() != "kebab-case" {
                        return Err(meta.error("names are as they are, or in kebab-case"));
                    }
                    all.kebab = true;
                }
                "into" => drop(text(meta)?),
                _ => return Err(meta.error("this can't be read")),
            }
            Ok(())
        })?;
        Ok(all)
    }
}

impl Field {
    /// Those of a field.
    pub(crate) fn of(attributes: &[Attribute]) -> Result<Self> {
        let mut all = Self::default();
        each(attributes, |meta| {
            match word(meta)?.as_str() {
                "rename" => all.name = Some(text(meta)?.value()),
                "default" if meta.input.peek(Token![=]) => {
                    all.absent = Absent::By(text(meta)?.parse()?);
                }
                "default" => all.absent = Absent::Default,
                "with" => {
                    let mut path: Path = text(meta)?.parse()?;
                    path.segments.push(syn::parse_quote!(read));
                    all.with = Some(path);
                }
                "deserialize_with" => all.with = Some(text(meta)?.parse()?),
                "skip_serializing_if" | "serialize_with" => drop(text(meta)?),
                _ => return Err(meta.error("this can't be read")),
            }
            Ok(())
        })?;
        Ok(all)
    }
}

/// The name that a variant is given.
pub(crate) fn variant_name(attributes: &[Attribute]) -> Result<Option<String>> {
    let mut name = None;
    each(attributes, |meta| {
        match word(meta)?.as_str() {
            "rename" => name = Some(text(meta)?.value()),
            _ => return Err(meta.error("this can't be read")),
        }
        Ok(())
    })?;
    Ok(name)
}

/// Takes each of serde's attributes.
fn each(
    attributes: &[Attribute],
    mut take: impl FnMut(&ParseNestedMeta<'_>) -> Result<()>,
) -> Result<()> {
    for attribute in attributes {
        if attribute.path().is_ident("serde") {
            attribute.parse_nested_meta(|meta| take(&meta))?;
        }
    }
    Ok(())
}

/// The attribute's own word.
fn word(meta: &ParseNestedMeta<'_>) -> Result<String> {
    let word = meta.path.get_ident().map(ToString::to_string);
    word.ok_or_else(|| meta.error("this can't be read"))
}

/// The text behind its equals sign.
fn text(meta: &ParseNestedMeta<'_>) -> Result<LitStr> {
    meta.value()?.parse()
}

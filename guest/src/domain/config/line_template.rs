//! Templates of LINE's catalogue, by which notification messages go without a review of their design. Source: reference,
//! messaging, "PNP template body".

use crate::domain::notice::{Kind, Language};
use crate::reading::Read;
use serde::Serialize;

/// A template of LINE's catalogue for one kind and language, and what stands in it.
#[derive(Clone, Debug, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LineTemplate {
    /// Of which notices.
    pub kind: Kind,
    /// For members of which language.
    pub language: Language,
    /// Its key in the catalogue, 1 to 100 letters, digits and `_-.`.
    pub key: String,
    /// What stands out; its value is cut to 15 characters. Default: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emphasized: Option<LineItem>,
    /// The lines below it, at most 15; their values are cut to 300 characters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<LineItem>,
    /// The keys of its buttons, at most 2. They lead where the message's own buttons lead, the first to the first; those
    /// that are left over don't stand there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<String>,
}

/// An item of a template.
#[derive(Clone, Debug, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LineItem {
    /// Its key in the catalogue, each once in a template.
    pub key: String,
    /// Its value: a text with placeholders, on one line. Where one of them was not told, the item is left out.
    pub text: String,
}

impl LineTemplate {
    /// What stands in it, the emphasized first.
    pub fn all(&self) -> impl Iterator<Item = &LineItem> {
        self.emphasized.iter().chain(&self.items)
    }
}

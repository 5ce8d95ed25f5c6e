//! What a campaign tells members in the merchant's own words.

use crate::domain::notice::Language;
use crate::reading::Read;
use crate::sorted_map::SortedMap;
use serde::Serialize;

/// A message whose words a merchant may write. The others are fixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum MessageKind {
    /// The invoice has passed.
    Qualified,
    /// It misses a condition, or nothing was known of it for 72 hours.
    NotQualified,
    /// It has passed before. Without own words the fixed ones go.
    Duplicate,
    /// It can't be read, or is refused by itself.
    Unreadable,
    /// The campaign is over.
    Ended,
}

impl MessageKind {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Qualified,
        Self::NotQualified,
        Self::Duplicate,
        Self::Unreadable,
        Self::Ended,
    ];

    /// Its name in settings.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Qualified => "qualified",
            Self::NotQualified => "not-qualified",
            Self::Duplicate => "duplicate",
            Self::Unreadable => "unreadable",
            Self::Ended => "ended",
        }
    }

    /// What its words may name in braces.
    #[must_use]
    pub fn placeholders(self) -> &'static [&'static str] {
        match self {
            Self::Qualified => &["campaign", "number", "date", "random", "tier", "amount"],
            Self::NotQualified => &["campaign", "number", "date", "random", "reason"],
            Self::Duplicate => &["campaign", "number", "date", "random"],
            Self::Unreadable => &["campaign", "number", "date", "random", "reason"],
            Self::Ended => &["campaign"],
        }
    }
}

/// A merchant's own words, by kind and language; each 1 to 2,000 characters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Read, Serialize)]
#[serde(transparent)]
pub struct Messages(SortedMap<MessageKind, SortedMap<Language, String>>);

impl Messages {
    /// The words of a kind in a language.
    #[must_use]
    pub fn get(&self, kind: MessageKind, language: Language) -> Option<&str> {
        self.0.get(&kind)?.get(&language).map(String::as_str)
    }

    /// All of them, in the order of kinds and languages.
    pub fn iter(&self) -> impl Iterator<Item = (MessageKind, Language, &str)> {
        self.0.iter().flat_map(|(kind, languages)| {
            languages
                .iter()
                .map(move |(language, text)| (*kind, *language, text.as_str()))
        })
    }
}

#[cfg(test)]
impl schemars::JsonSchema for Messages {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Messages".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        // The derived one leaves the names of maps out.
        schemars::json_schema!({
            "description": "A merchant's own words, by kind and language; each 1 to 2,000 characters.",
            "type": "object",
            "propertyNames": { "enum": MessageKind::ALL.map(MessageKind::name) },
            "additionalProperties": {
                "type": "object",
                "propertyNames": { "enum": Language::ALL.map(Language::tag) },
                "additionalProperties": { "type": "string" }
            }
        })
    }
}

//! A merchant's own texts, as they stand in its configuration.

use crate::domain::notice::{Channel, Kind, Language};
use crate::reading::Read;
use crate::sorted_map::SortedMap;
use serde::Serialize;

/// The texts that a merchant has written itself, by kind, channel and language. Where it has none, the built-in one is
/// used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Read, Serialize)]
#[serde(transparent)]
pub struct Texts(SortedMap<Kind, SortedMap<Channel, SortedMap<Language, Template>>>);

/// A text with placeholders in braces, such as `{points}`; `{{` and `}}` are braces themselves.
#[derive(Clone, Debug, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Template {
    /// The subject, on one line of 1 to 200 characters; mail only. Default: the built-in one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The plain text. With the longest values put in: at most 2,000 characters (sms), 1,000 (alimtalk), 5,000 UTF-16
    /// units (line-push) or 65,536 bytes (email).
    pub text: String,
    /// The same as HTML, at most 65,536 bytes; mail only. Default: the mail has plain text alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub html: Option<String>,
}

impl Texts {
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The one for a kind, channel and language.
    #[must_use]
    pub fn get(&self, kind: Kind, channel: Channel, language: Language) -> Option<&Template> {
        self.0.get(&kind)?.get(&channel)?.get(&language)
    }

    /// Whether there is one of a kind.
    #[must_use]
    pub fn has(&self, kind: Kind) -> bool {
        self.0.get(&kind).is_some()
    }

    /// Takes one in, in place of the one before.
    pub fn set(&mut self, kind: Kind, channel: Channel, language: Language, template: Template) {
        let channels = self.0.or_default(kind);
        let languages = channels.or_default(channel);
        languages.insert(language, template);
    }

    /// All of them, in the order of kinds, channels and languages.
    pub fn iter(&self) -> impl Iterator<Item = (Kind, Channel, Language, &Template)> {
        self.0.iter().flat_map(|(kind, channels)| {
            channels.iter().flat_map(move |(channel, languages)| {
                languages
                    .iter()
                    .map(move |(language, template)| (*kind, *channel, *language, template))
            })
        })
    }
}

#[cfg(test)]
impl schemars::JsonSchema for Texts {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Texts".into()
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        // The derived one leaves the names of maps out.
        schemars::json_schema!({
            "description": "A merchant's own texts, by kind, channel and language.",
            "type": "object",
            "propertyNames": { "enum": Kind::ALL.map(Kind::name) },
            "additionalProperties": {
                "type": "object",
                "propertyNames": { "enum": Channel::ALL.map(Channel::name) },
                "additionalProperties": {
                    "type": "object",
                    "propertyNames": { "enum": Language::ALL.map(Language::tag) },
                    "additionalProperties": generator.subschema_for::<Template>()
                }
            }
        })
    }
}

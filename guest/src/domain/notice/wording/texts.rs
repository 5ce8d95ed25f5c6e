//! A merchant's own texts, as they stand in its configuration.

use crate::domain::notice::{Channel, Kind, Language};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The texts that a merchant has written itself, by kind, channel and language. Where it has none, the built-in one is
/// used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(transparent)]
pub struct Texts(BTreeMap<Kind, BTreeMap<Channel, BTreeMap<Language, Template>>>);

/// A text with placeholders in braces, such as `{points}`; `{{` and `}}` are braces themselves.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
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

    /// Takes one in, in place of the one before.
    pub fn set(&mut self, kind: Kind, channel: Channel, language: Language, template: Template) {
        let channels = self.0.entry(kind).or_default();
        let languages = channels.entry(channel).or_default();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    const DOCUMENT: &str = r#"{"points-expiring":{"email":{"zh-TW":{"subject":"s","text":"t","html":"h"}},"line-push":{"ko":{"text":"t"},"en":{"text":"u"}}}}"#;

    #[test]
    fn stand_in_documents_by_name() {
        let texts: Texts = json::read(DOCUMENT).unwrap();
        let found = texts.get(Kind::PointsExpiring, Channel::LinePush, Language::En);
        assert_eq!(found.unwrap().text, "u");
        assert_eq!(texts.iter().count(), 3);
        assert_eq!(json::write(&texts), DOCUMENT);
        assert_eq!(serde_json::from_str::<Texts>(DOCUMENT).unwrap(), texts);
        assert!(json::read::<Texts>("{}").unwrap().is_empty());
    }

    #[test]
    fn no_other_names() {
        for document in [
            r#"{"points-expired":{}}"#,
            r#"{"points-lapsed":{"fax":{}}}"#,
            r#"{"points-lapsed":{"sms":{"zh":{"text":"t"}}}}"#,
            r#"{"points-lapsed":{"sms":{"ko":{"text":"t","title":"t"}}}}"#,
            r#"{"points-lapsed":{"sms":{"ko":{}}}}"#,
        ] {
            assert!(json::read::<Texts>(document).is_err(), "{document}");
        }
    }

    #[test]
    fn have_a_schema() {
        let schema = serde_json::to_string(&schemars::schema_for!(Texts)).unwrap();
        for name in ["points-expiring", "line-push", "zh-TW", "subject"] {
            assert!(schema.contains(name), "{name}: {schema}");
        }
    }
}

//! Texts with places for what differs from message to message: `{to}`, `{digits}`, `{text}`, `{key}`, `{reference}`,
//! `{secret:name}`; `{{` and `}}` are braces.

use crate::capabilities::messaging::secret::Secret;
use std::collections::BTreeMap;

/// A text with places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Template(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Fixed(String),
    To,
    Digits,
    Text,
    Key,
    Reference,
    Secret(Secret),
}

/// What the places are filled with.
#[derive(Clone, Copy)]
pub(super) struct Values<'a> {
    /// The number with its plus sign.
    pub(super) to: &'a str,
    pub(super) text: &'a str,
    pub(super) key: &'a str,
    /// What the plugin knows the message by, in a report too.
    pub(super) reference: &'a str,
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// What is wrong with it, without its text.
    pub(super) fn parse(text: &str, secrets: &BTreeMap<String, Secret>) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut fixed = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let (before, from) = rest.split_at(at);
            fixed.push_str(before);
            if let Some(after) = from.strip_prefix("{{") {
                fixed.push('{');
                rest = after;
            } else if let Some(after) = from.strip_prefix("}}") {
                fixed.push('}');
                rest = after;
            } else {
                let inner = from
                    .strip_prefix('{')
                    .and_then(|inner| inner.split_once('}'));
                let (name, after) = inner.ok_or("a brace stands alone; {{ and }} are braces")?;
                pieces.push(Piece::Fixed(std::mem::take(&mut fixed)));
                pieces.push(Piece::of(name, secrets)?);
                rest = after;
            }
        }
        fixed.push_str(rest);
        pieces.push(Piece::Fixed(fixed));
        pieces.retain(|piece| !matches!(piece, Piece::Fixed(text) if text.is_empty()));
        Ok(Self(pieces))
    }

    pub(super) fn fill(&self, values: Values<'_>) -> String {
        let pieces = self.0.iter().map(|piece| match piece {
            Piece::Fixed(text) => text,
            Piece::To => values.to,
            Piece::Digits => values.to.trim_start_matches('+'),
            Piece::Text => values.text,
            Piece::Key => values.key,
            Piece::Reference => values.reference,
            Piece::Secret(secret) => secret.reveal(),
        });
        pieces.collect()
    }

    /// Whether a place of this name is in it.
    pub(super) fn names_key(&self) -> bool {
        self.0.contains(&Piece::Key)
    }
}

impl Piece {
    fn of(name: &str, secrets: &BTreeMap<String, Secret>) -> Result<Self, String> {
        match name {
            "to" => Ok(Self::To),
            "digits" => Ok(Self::Digits),
            "text" => Ok(Self::Text),
            "key" => Ok(Self::Key),
            "reference" => Ok(Self::Reference),
            _ => {
                let secret = name
                    .strip_prefix("secret:")
                    .and_then(|name| secrets.get(name));
                let secret = secret.cloned().map(Self::Secret);
                secret.ok_or_else(|| {
                    "a place is none of {to}, {digits}, {text}, {key}, {reference} and {secret:NAME} with a name from secrets"
                        .to_owned()
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_and_others_refused() {
        let secrets = BTreeMap::from([("token".to_owned(), Secret::of("hush"))]);
        let values = Values {
            to: "+886912345678",
            text: "{key}",
            key: "k-1",
            reference: "r-1",
        };
        for (text, expected) in [
            ("Bearer {secret:token}", Some("Bearer hush")),
            (
                "{to}|{digits}|{text}|{key}|{reference}",
                Some("+886912345678|886912345678|{key}|k-1|r-1"),
            ),
            ("{{to}} {{", Some("{to} {")),
            ("", Some("")),
            ("{secret:other}", None),
            ("{name}", None),
            ("{to", None),
            ("to}", None),
            ("{}", None),
        ] {
            let found = Template::parse(text, &secrets);
            let shown = found.as_ref().ok().map(|found| found.fill(values));
            assert_eq!(shown.as_deref(), expected, "{text}");
            assert!(!format!("{found:?}").contains("hush"));
        }
    }
}

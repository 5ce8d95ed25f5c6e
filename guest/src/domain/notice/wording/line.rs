//! A template of LINE's catalogue, filled in.

use super::values::{Place, Values};
use super::{Rendered, fill};
use crate::domain::config::{LineItem, LineTemplate};
use crate::domain::notice::{Channel, Facts, Language, say};

/// Characters of what stands out, and of an item, at most; longer ones are cut. Source: reference, messaging.
const EMPHASIZED_MAX: usize = 15;
const ITEM_MAX: usize = 300;

/// What stands in a template, in place of words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    /// The template's key.
    pub key: String,
    /// What stands out: the item's key and its value.
    pub emphasized: Option<(String, String)>,
    /// The others.
    pub items: Vec<(String, String)>,
    /// The keys of its buttons.
    pub buttons: Vec<String>,
}

/// Puts facts into a template of LINE's catalogue. The text is what the person reads of it: its values, each on a line.
#[must_use]
pub fn line(template: &LineTemplate, language: Language, facts: &Facts) -> Rendered {
    let values = Values {
        facts,
        channel: Channel::LineNotification,
        language,
    };
    let mut complete = true;
    let mut item = |item: &LineItem, most: usize| {
        let mut value = String::new();
        let whole = fill(&mut value, template.kind, &item.text, values, Place::Text);
        complete &= whole;
        whole.then(|| (item.key.clone(), say::clean(&value, most)))
    };
    let emphasized = template.emphasized.as_ref();
    let emphasized = emphasized.and_then(|it| item(it, EMPHASIZED_MAX));
    let items = template.items.iter();
    let items: Vec<_> = items.filter_map(|it| item(it, ITEM_MAX)).collect();
    let read = emphasized.iter().chain(&items);
    let read: Vec<&str> = read.map(|(_, value)| value.as_str()).collect();
    Rendered {
        subject: None,
        text: read.join("\n"),
        html: None,
        own: true,
        complete,
        template: Some(Filled {
            key: template.key.clone(),
            emphasized,
            items,
            buttons: template.buttons.clone(),
        }),
    }
}

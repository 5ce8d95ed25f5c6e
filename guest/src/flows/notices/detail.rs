//! What a channel needs beside the words, as `messaging` names it.

use super::bubble::{Flex, bubble};
use super::question::{is_reminder, told};
use crate::domain::config::{ApprovedTemplate, Merchant};
use crate::domain::ids::Id;
use crate::domain::notice::wording::{Filled, Rendered};
use crate::domain::notice::{Button, Channel, Notice};
use crate::json;
use crate::sorted_map::SortedMap;
use serde::Serialize;
use std::fmt::Write;

/// What LINE takes: the tag that it gives back, and messages or a template in place of the text.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    tag: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    messages: Vec<Flex<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    template: Option<OfCatalogue<'a>>,
}

/// A template of LINE's catalogue, as LINE takes it.
#[derive(Serialize)]
struct OfCatalogue<'a> {
    key: &'a str,
    body: Body<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    emphasized_item: Option<Item<'a>>,
    items: Vec<Item<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    buttons: Vec<Leading<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item<'a> {
    item_key: &'a str,
    content: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Leading<'a> {
    button_key: &'a str,
    url: &'a str,
}

impl<'a> OfCatalogue<'a> {
    fn of(filled: &'a Filled, buttons: &'a [Button]) -> Self {
        let item = |(key, value): &'a (String, String)| Item {
            item_key: key,
            content: value,
        };
        let leading = |(key, button): (&'a String, &'a Button)| Leading {
            button_key: key,
            url: &button.url,
        };
        Self {
            key: &filled.key,
            body: Body {
                emphasized_item: filled.emphasized.as_ref().map(item),
                items: filled.items.iter().map(item).collect(),
                buttons: filled.buttons.iter().zip(buttons).map(leading).collect(),
            },
        }
    }
}

#[derive(Serialize)]
struct Template<'a> {
    template: &'a str,
    variables: SortedMap<&'static str, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    buttons: Vec<Pressed<'a>>,
}

/// A button as Kakao names it: a link on the web.
#[derive(Serialize)]
struct Pressed<'a> {
    r#type: &'a str,
    name: &'a str,
    mobile: &'a str,
    desktop: &'a str,
}

impl<'a> Pressed<'a> {
    fn of(button: &'a Button) -> Self {
        Self {
            r#type: "WL",
            name: &button.label,
            mobile: &button.url,
            desktop: &button.url,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Refused<'a> {
    list_unsubscribe: &'a str,
}

/// What an answer by LINE needs beside the words: the buttons below them.
pub(in crate::flows) fn with_buttons(text: &str, buttons: &[Button]) -> Option<String> {
    let line = Line {
        tag: None,
        messages: vec![bubble(text, buttons)],
        template: None,
    };
    (!buttons.is_empty()).then(|| json::write(&line))
}

/// The channel's own JSON, if it needs any: the tag that LINE gives back, the template that Kakao approved, the address
/// where reminders by mail are refused.
pub(super) fn detail(
    (merchant, approved): (&Merchant, Option<&ApprovedTemplate>),
    notice: &Notice,
    member: &Id,
    key: &str,
    said: &Rendered,
    variables: SortedMap<&'static str, String>,
) -> Option<String> {
    let own = merchant.notices.as_ref()?;
    let buttons = told(notice).map_or(&[][..], |told| &told.buttons);
    let bubbles = |_| bubble(&said.text, buttons);
    let template = said.template.as_ref();
    match notice.channel {
        Channel::LineNotification | Channel::LinePush => {
            let line = Line {
                tag: Some(key).filter(|_| notice.channel == Channel::LineNotification),
                messages: match template {
                    None => buttons.first().map(bubbles).into_iter().collect(),
                    Some(_) => Vec::new(),
                },
                template: template.map(|filled| OfCatalogue::of(filled, buttons)),
            };
            let says = line.tag.is_some() || !line.messages.is_empty();
            says.then(|| json::write(&line))
        }
        Channel::Alimtalk => Some(json::write(&Template {
            template: &approved?.code,
            variables,
            buttons: buttons.iter().map(Pressed::of).collect(),
        })),
        Channel::Email if is_reminder(notice.kind) => {
            let mut address = own.unsubscribe.clone()?;
            address.push(if address.contains('?') { '&' } else { '?' });
            address.push_str("member=");
            for byte in member.as_str().bytes() {
                if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
                    address.push(char::from(byte));
                } else {
                    // Writing to a String can't fail.
                    let _ = write!(address, "%{byte:02X}");
                }
            }
            address.push_str("&kind=");
            address.push_str(notice.kind.name());
            Some(json::write(&Refused {
                list_unsubscribe: &address,
            }))
        }
        Channel::Email | Channel::Sms => None,
    }
}

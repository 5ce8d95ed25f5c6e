//! A message with buttons as LINE shows it: a bubble with the words, and a link for each button below them.

use crate::domain::notice::{Button, say};
use serde::Serialize;

/// Characters of the text that stands where a bubble can't be shown, at most. Source: LINE's Messaging API.
const ALTERNATIVE_MAX: usize = 400;

/// Characters of a button's label, at most; a longer one is cut. Source: the same.
const LABEL_MAX: usize = 20;

/// A flex message.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Flex<'a> {
    r#type: &'static str,
    alt_text: String,
    contents: Bubble<'a>,
}

#[derive(Serialize)]
struct Bubble<'a> {
    r#type: &'static str,
    body: Body<'a>,
    footer: Footer<'a>,
}

#[derive(Serialize)]
struct Body<'a> {
    r#type: &'static str,
    layout: &'static str,
    contents: [Words<'a>; 1],
}

#[derive(Serialize)]
struct Words<'a> {
    r#type: &'static str,
    text: &'a str,
    wrap: bool,
}

#[derive(Serialize)]
struct Footer<'a> {
    r#type: &'static str,
    layout: &'static str,
    contents: Vec<Pressed<'a>>,
}

#[derive(Serialize)]
struct Pressed<'a> {
    r#type: &'static str,
    action: Link<'a>,
}

#[derive(Serialize)]
struct Link<'a> {
    r#type: &'static str,
    label: String,
    uri: &'a str,
}

/// The words with their buttons.
pub(super) fn bubble<'a>(text: &'a str, buttons: &'a [Button]) -> Flex<'a> {
    let pressed = |button: &'a Button| Pressed {
        r#type: "button",
        action: Link {
            r#type: "uri",
            label: say::clean(&button.label, LABEL_MAX),
            uri: &button.url,
        },
    };
    Flex {
        r#type: "flex",
        alt_text: say::clean(text, ALTERNATIVE_MAX),
        contents: Bubble {
            r#type: "bubble",
            body: Body {
                r#type: "box",
                layout: "vertical",
                contents: [Words {
                    r#type: "text",
                    text,
                    wrap: true,
                }],
            },
            footer: Footer {
                r#type: "box",
                layout: "vertical",
                contents: buttons.iter().map(pressed).collect(),
            },
        },
    }
}

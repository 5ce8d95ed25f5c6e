//! AlimTalk: templates that Kakao approved, by two providers.

mod kakao;
mod nhn;
mod solapi;

pub(super) use nhn::Nhn;
pub(super) use solapi::Solapi;

use super::Message;
use super::outgoing::{Refusal, Why};
use super::phone::{Country, Phone};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Characters of a text with its variables.
const TEXT: usize = 1_000;

/// Buttons below a text, and the characters of a label.
const BUTTONS: usize = 5;
const LABEL: usize = 14;

/// What a message's `detail` says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Detail {
    /// The template's code at the provider.
    template: String,
    /// Values by the names of variables, without `#{` and `}`.
    #[serde(default)]
    variables: BTreeMap<String, String>,
    #[serde(default)]
    buttons: Vec<Button>,
}

/// A button as the template has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Button {
    /// Kakao's type of two letters, such as `WL` for a link.
    #[serde(rename = "type")]
    kind: String,
    /// The label.
    name: String,
    /// Where it leads on a mobile.
    mobile: Option<String>,
    /// Where it leads elsewhere.
    desktop: Option<String>,
}

impl Detail {
    /// Of a message to a provider whose codes of templates have at most `code` characters.
    fn of(message: &Message, code: usize) -> Result<Self, Refusal> {
        let refused = |text: String| Refusal(Why::Template, text);
        let text = message.detail.as_deref();
        let text = text.ok_or_else(|| refused("the detail names no template".to_owned()))?;
        // The error's own text may hold a value, and with it what is somebody's own.
        let detail: Self = serde_json::from_str(text)
            .map_err(|_| refused("the detail is not template, variables and buttons".to_owned()))?;
        let count = |text: &str| text.chars().count();
        if !(1..=code).contains(&count(&detail.template)) {
            return Err(refused(format!(
                "the template's code has not 1 to {code} characters"
            )));
        }
        let fault = if detail.buttons.len() > BUTTONS {
            "there are more than 5 buttons"
        } else if detail.buttons.iter().any(|one| count(&one.name) > LABEL) {
            "a button's label has more than 14 characters"
        } else if count(&message.text) > TEXT {
            "the text has more than 1,000 characters"
        } else {
            return Ok(detail);
        };
        Err(refused(fault.to_owned()))
    }
}

/// The member's number as it is dialled in Korea.
fn mobile(message: &Message) -> Result<String, Refusal> {
    let phone = Phone::parse(&message.address);
    phone
        .and_then(|phone| phone.mobile_of(Country::Korea))
        .ok_or_else(|| Refusal::new(Why::Unreachable, "the address is no Korean mobile number"))
}

#[cfg(test)]
mod tests;

//! LINE notification messages by phone number, flexible or by template. They take no key: what may have been sent is
//! never sent again, and the delivery tag tells by webhook what became of it.

use super::{bearer, detail, messages, verdict};
use crate::capabilities::clock::Instant;
use crate::capabilities::messaging::identity::Identity;
use crate::capabilities::messaging::outgoing::{
    Answer, Provider, Refusal, Repeats, Request, Verdict, Why,
};
use crate::capabilities::messaging::phone::Phone;
use crate::capabilities::messaging::secret::Secret;
use crate::capabilities::messaging::{Channel, Message};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::ops::RangeInclusive;

/// Characters of a delivery tag.
const TAG: RangeInclusive<usize> = 16..=100;

/// LINE notification messages of one official account.
pub(in super::super) struct Notification {
    token: Secret,
}

impl Notification {
    pub(in super::super) fn new(token: Secret) -> Self {
        Self { token }
    }
}

impl Provider for Notification {
    fn channel(&self) -> Channel {
        Channel::LineNotification
    }

    fn name(&self) -> &'static str {
        "line"
    }

    fn secrets(&self) -> Vec<&Secret> {
        vec![&self.token]
    }

    fn repeats(&self) -> Repeats {
        Repeats::Never
    }

    fn request(&self, message: &Message, id: &Identity, _: Instant) -> Result<Request, Refusal> {
        let phone = Phone::parse(&message.address)
            .ok_or_else(|| Refusal::new(Why::Unreachable, "the address is no E.164 number"))?;
        let known = ["tag", "messages", "template"];
        let mut detail = detail(message.detail.as_deref(), &known)?;
        let tag = tag(detail.remove("tag"), id)?;
        let to = phone.hashed();
        let request = match detail.remove("template") {
            None => {
                let messages = messages(&mut detail, &message.text)?;
                without_media(&messages)?;
                let body = json!({ "to": to, "messages": messages });
                Request::json("/bot/pnp/push", &body)
            }
            Some(_) if detail.contains_key("messages") => {
                let told = "the detail has both messages and a template";
                return Err(Refusal::new(Why::Refused, told));
            }
            Some(template) => {
                let template = Template::of(template)?;
                let body = json!({ "to": to, "templateKey": template.key, "body": template.body });
                Request::json("/v2/bot/message/pnp/templated/push", &body)
            }
        };
        Ok(request
            .with("authorization", &bearer(&self.token))
            .with("x-line-delivery-tag", &tag))
    }

    fn verdict(&self, answer: &Answer, now: Instant) -> Verdict {
        match verdict(answer, now) {
            // No LINE user has the number, or none that lets such messages come; which of it isn't told.
            Verdict::Undeliverable(_, said) if answer.status == 422 => {
                Verdict::Undeliverable(Why::Unreachable, said)
            }
            other => other,
        }
    }
}

/// The delivery tag, which comes back with the event of the delivery; without one the message's own UUID.
fn tag(told: Option<Value>, id: &Identity) -> Result<String, Refusal> {
    match told {
        None | Some(Value::Null) => Ok(id.uuid.clone()),
        Some(Value::String(tag))
            if TAG.contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_graphic()) =>
        {
            Ok(tag)
        }
        Some(_) => {
            let told = "the tag is not 16 to 100 visible ASCII characters";
            Err(Refusal::new(Why::Refused, told))
        }
    }
}

/// Refuses the kinds of messages that may not go this way.
fn without_media(messages: &Value) -> Result<(), Refusal> {
    let mut kinds = messages.as_array().into_iter().flatten();
    let media = kinds.any(|one| {
        let kind = one.get("type").and_then(Value::as_str);
        matches!(kind, Some("image" | "video" | "audio"))
    });
    if media {
        let told = "notification messages hold no image, video or audio";
        return Err(Refusal::new(Why::Refused, told));
    }
    Ok(())
}

/// A template of LINE's catalogue, filled in.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Template {
    key: String,
    body: Value,
}

/// What LINE lets stand in a template.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Body {
    emphasized_item: Option<Item>,
    #[serde(default)]
    items: Vec<Item>,
    #[serde(default)]
    buttons: Vec<Button>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Item {
    item_key: String,
    content: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Button {
    #[serde(rename = "buttonKey")]
    _key: String,
    url: String,
}

impl Template {
    fn of(value: Value) -> Result<Self, Refusal> {
        let refused = |text: String| Refusal(Why::Template, text);
        let template: Self =
            serde_json::from_value(value).map_err(|error| refused(error.to_string()))?;
        let body = Body::deserialize(&template.body).map_err(|error| refused(error.to_string()))?;
        body.fault()
            .map_or(Ok(template), |fault| Err(refused(fault)))
    }
}

impl Body {
    fn fault(&self) -> Option<String> {
        let long = |item: &Item, most: usize| {
            (item.content.chars().count() > most)
                .then(|| format!("{} has more than {most} characters", item.item_key))
        };
        let first = self.emphasized_item.as_ref();
        let mut keys = HashSet::new();
        let twice = first
            .into_iter()
            .chain(&self.items)
            .find(|item| !keys.insert(item.item_key.as_str()));
        if self.items.len() > 15 || self.buttons.len() > 2 {
            Some("it has more than 15 items or 2 buttons".to_owned())
        } else if let Some(item) = twice {
            Some(format!("{} stands twice", item.item_key))
        } else if self
            .buttons
            .iter()
            .any(|button| button.url.chars().count() > 1_000)
        {
            Some("a button's address has more than 1000 characters".to_owned())
        } else {
            first
                .and_then(|item| long(item, 15))
                .or_else(|| self.items.iter().find_map(|item| long(item, 300)))
        }
    }
}

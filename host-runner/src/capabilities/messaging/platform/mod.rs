//! The platform's own system as a provider: it takes each message as JSON and sends it by itself.

mod stream;
mod webhook;

#[cfg(test)]
mod tests;

pub(super) use stream::{Links, Publisher, Stream};
pub(super) use webhook::Webhook;

use super::Message;
use super::identity::Identity;
use crate::capabilities::Merchant;
use serde::Serialize;

/// What the platform is handed.
#[derive(Serialize)]
struct Handed<'a> {
    r#type: &'static str,
    /// The message's UUID, by which the platform reports what became of it.
    id: &'a str,
    merchant: &'a str,
    #[serde(flatten)]
    message: &'a Message,
}

/// A message as JSON; the same for the same message.
fn json(merchant: &Merchant, id: &Identity, message: &Message) -> Vec<u8> {
    let handed = Handed {
        r#type: "notice",
        id: &id.uuid,
        merchant: merchant.as_str(),
        message,
    };
    // Texts alone are always JSON.
    serde_json::to_vec(&handed).unwrap_or_default()
}

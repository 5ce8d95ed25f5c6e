//! An event that a webhook brings.

use super::Fault;
use super::event::{Allowed, Event, json};
use crate::capabilities::Merchant;
use serde::Deserialize;
use serde_json::Value;

/// The body of a webhook.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    function: String,
    request: Value,
}

/// Reads the event of a merchant's webhook, whose id is the idempotency key.
pub(crate) fn read(
    merchant: &Merchant,
    id: &str,
    body: &[u8],
    allowed: &Allowed,
) -> Result<Event, Fault> {
    let told: Told = json(body)?;
    let place = (merchant.to_string(), told.function);
    Event::of(place, Some(id), told.request, allowed)
}

//! An event that a webhook brings.

use super::Fault;
use super::event::{Allowed, Event, distinct, unread};
use crate::capabilities::Merchant;
use crate::json::{self, Distinct};
use serde::Deserialize;

/// The body of a webhook.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    function: String,
    request: Distinct,
}

/// Reads the event of a merchant's webhook, whose id is the idempotency key.
pub(crate) fn read(
    merchant: &Merchant,
    id: &str,
    body: &[u8],
    allowed: &Allowed,
) -> Result<Event, Fault> {
    let told: Told = json::object(body).map_err(|error| unread(&error))?;
    let place = (merchant.to_string(), told.function);
    Event::of(place, Some(id), distinct(told.request)?, allowed)
}

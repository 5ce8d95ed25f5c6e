//! The platform by HTTP: a webhook for each message, signed as Standard Webhooks has it.

use super::json;
use crate::capabilities::Merchant;
use crate::capabilities::clock::Instant;
use crate::capabilities::messaging::identity::Identity;
use crate::capabilities::messaging::outgoing::{
    Answer, Provider, Refusal, Repeats, Request, Verdict, Why,
};
use crate::capabilities::messaging::{Channel, Message, Secret};
use crate::capabilities::webhook::{ID, Keys, SIGNATURE, TIMESTAMP};

/// A merchant's channel by webhook.
pub(in super::super) struct Webhook {
    pub(in super::super) merchant: Merchant,
    pub(in super::super) channel: Channel,
    /// Path and query after the base, beginning with a slash.
    pub(in super::super) path: String,
    pub(in super::super) keys: Keys,
}

impl Provider for Webhook {
    fn channel(&self) -> Channel {
        self.channel
    }

    fn name(&self) -> &'static str {
        "webhook"
    }

    /// They sign, and don't go out.
    fn secrets(&self) -> Vec<&Secret> {
        Vec::new()
    }

    /// A receiver of the scheme knows the id again, but for how long is its own matter.
    fn repeats(&self) -> Repeats {
        Repeats::WithinCall
    }

    fn request(&self, message: &Message, id: &Identity, now: Instant) -> Result<Request, Refusal> {
        let body = json(&self.merchant, id, message);
        let signature = self.keys.sign(&id.uuid, now.seconds, &body);
        let request = Request {
            path: self.path.clone(),
            headers: Vec::new(),
            content_type: "application/json",
            body,
        };
        Ok(request
            .with(ID, &id.uuid)
            .with(TIMESTAMP, &now.seconds.to_string())
            .with(SIGNATURE, &signature))
    }

    fn known_as(&self, id: &Identity) -> Option<String> {
        Some(id.uuid.clone())
    }

    fn verdict(&self, answer: &Answer, now: Instant) -> Verdict {
        let told = format!("it answered {}", answer.status);
        match answer.status {
            200..=299 => Verdict::Accepted(None),
            429 => Verdict::Busy(answer.retry_after(now)),
            // Whoever says when to come again has taken nothing.
            503 if answer.retry_after(now).is_some() => Verdict::Busy(answer.retry_after(now)),
            401 | 403 => Verdict::Operator(format!("{told}, so the signature is refused")),
            404 | 405 | 410 => Verdict::Operator(format!("{told}, so nobody takes messages there")),
            400 | 413 | 415 | 422 => Verdict::Undeliverable(Why::Refused, told),
            _ => Verdict::Failed(told),
        }
    }
}

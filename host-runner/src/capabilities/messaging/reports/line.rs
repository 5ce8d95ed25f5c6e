//! LINE's webhook.

use super::{About, Fate, Report, ReportError};
use crate::capabilities::clock::Instant;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;
use serde::Deserialize;

#[derive(Deserialize)]
struct Body {
    events: Vec<Event>,
}

#[derive(Deserialize)]
struct Event {
    #[serde(rename = "type")]
    kind: String,
    /// Milliseconds since 1970.
    timestamp: u64,
    delivery: Option<Delivery>,
}

#[derive(Deserialize)]
struct Delivery {
    data: String,
}

/// The delivered notification messages that a webhook tells of; its other events are passed over. LINE may send an event
/// twice, so that the same report may come again.
///
/// `signature` is the header `x-line-signature`, `body` the request's body byte for byte as it came, `secret` the channel's
/// secret.
///
/// # Errors
/// [`ReportError::Signature`] unless the body was signed with the secret: base64 of HMAC-SHA256.
/// [`ReportError::Unreadable`] where a signed body is no webhook.
pub fn line(secret: &str, signature: &str, body: &[u8]) -> Result<Vec<Report>, ReportError> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let signature = STANDARD
        .decode(signature)
        .map_err(|_| ReportError::Signature)?;
    // In the same time wherever they differ.
    hmac::verify(&key, body, &signature).map_err(|_| ReportError::Signature)?;
    let body: Body = serde_json::from_slice(body).map_err(|_| ReportError::Unreadable)?;
    let deliveries = body.events.into_iter().filter(|one| one.kind == "delivery");
    deliveries
        .map(|event| {
            let delivery = event.delivery.ok_or(ReportError::Unreadable)?;
            let past = u32::try_from(event.timestamp % 1_000).unwrap_or_default();
            Ok(Report {
                about: About::Tag(delivery.data),
                fate: Fate::Delivered,
                at: Instant {
                    seconds: event.timestamp / 1_000,
                    nanoseconds: past * 1_000_000,
                },
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = r#"{"destination":"U1","events":[
        {"type":"delivery","delivery":{"data":"notice-0123456789"},"webhookEventId":"w","deliveryContext":{"isRedelivery":true},"timestamp":1795608000123,"mode":"active"},
        {"type":"unfollow","timestamp":1795608000124,"source":{"type":"user","userId":"U2"}}]}"#;

    fn signed(secret: &str, body: &str) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        STANDARD.encode(hmac::sign(&key, body.as_bytes()))
    }

    #[test]
    fn deliveries_are_told_by_their_tag() {
        let signature = signed("secret", BODY);
        let report = Report {
            about: About::Tag("notice-0123456789".to_owned()),
            fate: Fate::Delivered,
            at: Instant {
                seconds: 1_795_608_000,
                nanoseconds: 123_000_000,
            },
        };
        assert_eq!(
            line("secret", &signature, BODY.as_bytes()),
            Ok(vec![report])
        );
        // LINE asks in this way whether somebody listens.
        let empty = r#"{"destination":"U1","events":[]}"#;
        let found = line("secret", &signed("secret", empty), empty.as_bytes());
        assert_eq!(found, Ok(Vec::new()));
    }

    #[test]
    fn nobody_else_is_believed() {
        let good = signed("secret", BODY);
        let changed = BODY.replace("0123456789", "9876543210");
        for (secret, signature, body) in [
            ("other", good.as_str(), BODY),
            ("secret", good.as_str(), changed.as_str()),
            ("secret", "", BODY),
            ("secret", "no base64!", BODY),
            ("secret", good.trim_end_matches('='), BODY),
            ("secret", signed("", BODY).as_str(), BODY),
        ] {
            let found = line(secret, signature, body.as_bytes());
            assert_eq!(found, Err(ReportError::Signature), "{signature}");
        }
        for body in [
            "",
            "[]",
            "{}",
            r#"{"events":[{"type":"delivery","timestamp":1}]}"#,
        ] {
            let found = line("secret", &signed("secret", body), body.as_bytes());
            assert_eq!(found, Err(ReportError::Unreadable), "{body}");
        }
    }

    #[test]
    fn the_signature_is_the_documented_hash() {
        // RFC 4231, second case, in base64.
        let signature = "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=";
        assert_eq!(signed("Jefe", "what do ya want for nothing?"), signature);
    }
}

//! LINE's webhook.

use super::{About, Fate, Friendship, News, Report, ReportError};
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
#[serde(rename_all = "camelCase")]
struct Event {
    #[serde(rename = "type")]
    kind: String,
    /// Milliseconds since 1970.
    timestamp: u64,
    webhook_event_id: Option<String>,
    delivery: Option<Delivery>,
    source: Option<Source>,
}

#[derive(Deserialize)]
struct Delivery {
    data: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Source {
    user_id: Option<String>,
}

/// The delivered notification messages that a webhook tells of, and who blocked or unblocked the account; its other
/// events are passed over. LINE may send an event twice, so that the same may come again.
///
/// `signature` is the header `x-line-signature`, `body` the request's body byte for byte as it came, `secret` the channel's
/// secret.
///
/// # Errors
/// [`ReportError::Signature`] unless the body was signed with the secret: base64 of HMAC-SHA256.
/// [`ReportError::Unreadable`] where a signed body is no webhook.
pub fn line(secret: &str, signature: &str, body: &[u8]) -> Result<News, ReportError> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let signature = STANDARD
        .decode(signature)
        .map_err(|_| ReportError::Signature)?;
    // In the same time wherever they differ.
    hmac::verify(&key, body, &signature).map_err(|_| ReportError::Signature)?;
    let body: Body = serde_json::from_slice(body).map_err(|_| ReportError::Unreadable)?;
    let mut news = News::default();
    for event in body.events {
        let past = u32::try_from(event.timestamp % 1_000).unwrap_or_default();
        let at = Instant {
            seconds: event.timestamp / 1_000,
            nanoseconds: past * 1_000_000,
        };
        match event.kind.as_str() {
            "delivery" => {
                let delivery = event.delivery.ok_or(ReportError::Unreadable)?;
                news.reports.push(Report {
                    about: About::Tag(delivery.data),
                    fate: Fate::Delivered,
                    at: Some(at),
                });
            }
            kind @ ("follow" | "unfollow") => {
                // Without an id nobody can be told by it: LINE leaves it out of what it may not tell.
                if let Some(user) = event.source.and_then(|source| source.user_id) {
                    news.friendships.push(Friendship {
                        user,
                        blocked: kind == "unfollow",
                        event: event.webhook_event_id,
                        at,
                    });
                }
            }
            _ => {}
        }
    }
    Ok(news)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = r#"{"destination":"U1","events":[
        {"type":"delivery","delivery":{"data":"notice-0123456789"},"webhookEventId":"w","deliveryContext":{"isRedelivery":true},"timestamp":1795608000123,"mode":"active"},
        {"type":"unfollow","timestamp":1795608000124,"webhookEventId":"x","source":{"type":"user","userId":"U2"}},
        {"type":"follow","timestamp":1795608001000,"source":{"type":"user","userId":"U3"}},
        {"type":"unfollow","timestamp":1795608001000,"source":{"type":"user"}},
        {"type":"message","timestamp":1795608001000,"message":{"type":"text","text":"hi"}}]}"#;

    fn signed(secret: &str, body: &str) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        STANDARD.encode(hmac::sign(&key, body.as_bytes()))
    }

    fn at(seconds: u64, millis: u32) -> Instant {
        Instant {
            seconds,
            nanoseconds: millis * 1_000_000,
        }
    }

    #[test]
    fn deliveries_are_told_by_their_tag_and_people_by_their_id() {
        let signature = signed("secret", BODY);
        let friendship = |user: &str, blocked, event: Option<&str>, at| Friendship {
            user: user.to_owned(),
            blocked,
            event: event.map(str::to_owned),
            at,
        };
        let news = News {
            reports: vec![Report {
                about: About::Tag("notice-0123456789".to_owned()),
                fate: Fate::Delivered,
                at: Some(at(1_795_608_000, 123)),
            }],
            friendships: vec![
                friendship("U2", true, Some("x"), at(1_795_608_000, 124)),
                friendship("U3", false, None, at(1_795_608_001, 0)),
            ],
        };
        assert_eq!(line("secret", &signature, BODY.as_bytes()), Ok(news));
        // LINE asks in this way whether somebody listens.
        let empty = r#"{"destination":"U1","events":[]}"#;
        let found = line("secret", &signed("secret", empty), empty.as_bytes());
        assert_eq!(found, Ok(News::default()));
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

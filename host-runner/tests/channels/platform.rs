//! The platform's own system by signed webhooks, for any channel.

use crate::server::{Act, Server};
use crate::{NOW, Sending, accepted, message};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;
use stampcard::capabilities::clock::{Clock, Instant, Manual};
use stampcard::capabilities::logging::{Collected, LogSink};
use stampcard::capabilities::messaging::{Channel, Channels, Outcome};
use std::sync::Arc;

const OK: Act = Act::Answer(202, "", "");

fn sending(server: &Server, channel: &str) -> (Sending, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    std::fs::write(&secret, format!("whsec_{}", STANDARD.encode([7; 32]))).unwrap();
    let members = format!(
        "provider = \"webhook\"\npath = \"/messages?from=stampcard\"\nsecret-file = \"{}\"\ntimeout = 1\n",
        secret.display()
    );
    (Sending::to(server.address, channel, &members), folder)
}

#[test]
fn a_message_is_handed_over_signed_and_again_under_the_same_id() {
    for channel in Channel::ALL {
        let server = Server::start(&[Act::Answer(502, "", ""), Act::HangUp], OK);
        let (sending, _folder) = sending(&server, channel.name());
        let outcome = sending.one(&message(channel, "n-1", None));
        let seen = server.seen();
        assert_eq!(seen.len(), 3);
        let id = seen[0].header("webhook-id").unwrap();
        assert_eq!(outcome, accepted(id));
        for one in &seen {
            assert_eq!(one.path, "/messages?from=stampcard");
            assert_eq!(one.header("webhook-id"), Some(id));
            let at = one.header("webhook-timestamp").unwrap();
            assert_eq!(at, NOW.to_string());
            let key = hmac::Key::new(hmac::HMAC_SHA256, &[7; 32]);
            let signature = one.header("webhook-signature").unwrap();
            let signature = STANDARD
                .decode(signature.strip_prefix("v1,").unwrap())
                .unwrap();
            let signed = format!("{id}.{at}.{}", one.body);
            hmac::verify(&key, signed.as_bytes(), &signature).unwrap();
            let body = one.json();
            assert_eq!(
                (body["id"].as_str(), body["channel"].as_str()),
                (Some(id), Some(channel.name()))
            );
        }
    }
}

#[test]
fn what_the_platform_answers_becomes_the_outcome() {
    let no = |text: &str| Outcome::Undeliverable(text.to_owned());
    for (act, expected) in [
        (
            Act::Answer(429, "retry-after: 7\r\n", ""),
            Outcome::RetryAfter(7),
        ),
        (
            Act::Answer(503, "retry-after: 9\r\n", ""),
            Outcome::RetryAfter(9),
        ),
        (Act::Answer(401, "", ""), Outcome::RetryAfter(300)),
        (Act::Answer(410, "", ""), Outcome::RetryAfter(300)),
        (Act::Answer(422, "", ""), no("refused: it answered 422")),
        (Act::Answer(500, "", ""), Outcome::Unknown),
        (Act::Garbage, Outcome::Unknown),
    ] {
        let server = Server::start(&[], act.clone());
        let (sending, _folder) = sending(&server, "sms");
        assert_eq!(
            sending.one(&message(Channel::Sms, "n-1", None)),
            expected,
            "{act:?}"
        );
    }
}

#[test]
fn a_nats_server_that_is_not_there_means_later() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("messaging.toml");
    let text = format!("[merchants.shop.sms]\nprovider = \"nats\"\nurl = \"nats://{address}\"\n");
    std::fs::write(&file, text).unwrap();
    let clock = Manual::new(Instant::at(NOW));
    let log = Arc::new(Collected::default());
    let (as_clock, as_log): (Arc<dyn Clock>, Arc<dyn LogSink>) =
        (Arc::new(clock.clone()), log.clone());
    let channels = Channels::read(&file, &as_clock, &as_log).unwrap();
    let sending = Sending {
        channels,
        clock,
        log,
    };
    let outcome = sending.one(&message(Channel::Sms, "n-1", None));
    assert_eq!(outcome, Outcome::RetryAfter(60));
    let told = sending.told();
    assert!(
        told[0].starts_with("warn sms by nats at 127.0.0.1:"),
        "{told:?}"
    );
}

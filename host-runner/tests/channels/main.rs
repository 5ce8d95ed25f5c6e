//! Messages handed to providers over HTTP, which servers on loopback play. No provider is ever called.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test's helpers fail by panicking"
)]

mod flow;
mod kakao;
mod line;
mod openapi;
mod platform;
mod prism;
mod server;
mod sms;

use server::Server;
use stampcard::capabilities::Merchant;
use stampcard::capabilities::clock::{Clock, Instant, Manual};
use stampcard::capabilities::logging::{Collected, LogSink};
use stampcard::capabilities::messaging::{Channel, Channels, Message, Messaging, Outcome};
use std::net::SocketAddr;
use std::sync::Arc;

/// 2026-11-25T12:00:00Z, nine in the evening in Korea and Japan.
const NOW: u64 = 1_795_608_000;

/// What every provider's secret is here.
const SECRET: &str = "hush-hush";

const USER: &str = "U4af4980629aaaabbbbccccddddeeeeff";

/// A merchant's providers with their clock and log.
struct Sending {
    channels: Channels,
    clock: Manual,
    log: Arc<Collected>,
}

impl Sending {
    /// One channel's provider at this address, by the members of its table.
    fn to(address: SocketAddr, channel: &str, members: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("secret"), SECRET).unwrap();
        let file = folder.path().join("messaging.toml");
        let head = format!("[merchants.shop.{channel}]\nbase-url = \"http://{address}\"\n");
        std::fs::write(&file, format!("{head}{members}")).unwrap();
        let (clock, log) = (
            Manual::new(Instant::at(NOW)),
            Arc::new(Collected::default()),
        );
        let (as_clock, as_log): (Arc<dyn Clock>, Arc<dyn LogSink>) =
            (Arc::new(clock.clone()), log.clone());
        let channels = Channels::read(&file, &as_clock, &as_log).unwrap();
        Self {
            channels,
            clock,
            log,
        }
    }

    /// LINE push or notification messages.
    fn line(server: &Server, channel: &str, more: &str) -> Self {
        let members = format!("provider = \"line\"\ntoken-file = \"secret\"\n{more}");
        Self::to(server.address, channel, &members)
    }

    fn send(&self, messages: &[Message]) -> Vec<Outcome> {
        let outcomes = self
            .channels
            .send(&Merchant::new("shop").unwrap(), messages);
        let told = format!("{outcomes:?} {:?}", self.log.lines());
        assert!(!told.contains(SECRET), "{told}");
        for address in messages.iter().map(|message| &message.address) {
            assert!(!told.contains(address.as_str()), "{told}");
        }
        outcomes
    }

    fn one(&self, message: &Message) -> Outcome {
        self.send(std::slice::from_ref(message)).remove(0)
    }

    /// The lines of the log since this was asked last, with their levels.
    fn told(&self) -> Vec<String> {
        let lines = self.log.take().into_iter();
        lines
            .map(|line| format!("{} {}", line.level.name(), line.text))
            .collect()
    }
}

fn message(channel: Channel, key: &str, detail: Option<serde_json::Value>) -> Message {
    let address = match channel {
        Channel::LinePush => USER,
        Channel::Alimtalk => "+821012345678",
        Channel::LineReply => "nHuyWiB7yP5Zw52FIkcQobQuGDXCTA",
        _ => "+886912345678",
    };
    Message {
        idempotency_key: key.to_owned(),
        channel,
        address: address.to_owned(),
        subject: None,
        text: "點數 120 點將於 12 月 31 日到期".to_owned(),
        html: None,
        detail: detail.map(|detail| detail.to_string()),
    }
}

fn accepted(id: &str) -> Outcome {
    Outcome::Accepted(Some(id.to_owned()))
}

fn undeliverable(why: &str) -> Outcome {
    Outcome::Undeliverable(why.to_owned())
}

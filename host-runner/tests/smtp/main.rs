//! Mail handed to a server that the test starts, and that fails in every way a server can.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test's helpers fail by panicking"
)]

mod connections;
mod encryption;
mod mail;
mod notice;
mod outcomes;
mod python;
mod server;
mod settings;
mod signed;

use server::Server;
use stampcard::capabilities::Merchant;
use stampcard::capabilities::clock::{Instant, Manual};
use stampcard::capabilities::logging::Collected;
use stampcard::capabilities::messaging::{
    Channel, Message, Messaging, Outcome, Smtp, SmtpSecurity, SmtpSettings,
};
use std::sync::Arc;

/// 2025-12-01T04:00:00Z.
const NOW: u64 = 1_764_561_600;

/// A backend with its log.
struct Sending {
    smtp: Smtp,
    log: Arc<Collected>,
}

impl Sending {
    fn new(settings: &SmtpSettings) -> Self {
        let log = Arc::new(Collected::default());
        let clock = Arc::new(Manual::new(Instant::at(NOW)));
        let smtp = Smtp::new(settings, clock, log.clone()).unwrap();
        Self { smtp, log }
    }

    fn to(server: &Server) -> Self {
        Self::new(&plain(server))
    }

    fn send(&self, messages: &[Message]) -> Vec<Outcome> {
        self.smtp.send(&Merchant::new("shop").unwrap(), messages)
    }

    /// The lines of the log, with their levels.
    fn told(&self) -> Vec<String> {
        let lines = self.log.take().into_iter();
        lines
            .map(|line| format!("{} {}", line.level.name(), line.text))
            .collect()
    }
}

/// Settings for a server without encryption, which waits for a second.
fn plain(server: &Server) -> SmtpSettings {
    SmtpSettings {
        port: server.address.port(),
        security: SmtpSecurity::None,
        timeout: 1,
        ..SmtpSettings::new("127.0.0.1", "紅利茶坊 <points@tea.example>")
    }
}

fn message(key: &str) -> Message {
    Message {
        idempotency_key: key.to_owned(),
        channel: Channel::Email,
        address: format!("{key}@example.com"),
        subject: Some("Points".to_owned()),
        text: "Some points lapse soon.\n".to_owned(),
        html: None,
        detail: None,
    }
}

fn accepted() -> Outcome {
    Outcome::Accepted(Some("2.0.0 queued as 42".to_owned()))
}

fn undeliverable(why: &str) -> Outcome {
    Outcome::Undeliverable(why.to_owned())
}

//! The port `messaging`: messages to members. The types mirror `wit/messaging.wit`.

mod accepting;
mod alimtalk;
mod at_once;
mod channels;
mod directory;
mod identity;
mod line;
mod outgoing;
mod phone;
mod platform;
mod recent;
pub mod reports;
mod router;
mod secret;
mod simulated;
mod sms;
mod smtp;

pub use accepting::Accepting;
pub use channels::{Channels, ChannelsError};
pub(crate) use channels::{Reader, read_table};
pub use directory::Directory;
pub use router::Router;
pub(crate) use secret::Secret;
pub use secret::{SecretError, SecretPlace};
pub use simulated::Simulated;
pub use smtp::{Dkim, Smtp, SmtpError, SmtpSecurity, SmtpSettings};

use crate::capabilities::Merchant;
use serde::Serialize;

/// Messages in one call; the sandbox refuses more before they get here.
pub const MESSAGES: usize = 1000;

/// A way to a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// Mail.
    Email,
    /// Text message.
    Sms,
    /// LINE push to a friend of the merchant's official account.
    LinePush,
    /// LINE notification message, by phone number.
    LineNotification,
    /// LINE answer to a member's own act, by its reply token.
    LineReply,
    /// AlimTalk.
    Alimtalk,
}

impl Channel {
    /// All channels.
    pub const ALL: [Self; 6] = [
        Self::Email,
        Self::Sms,
        Self::LinePush,
        Self::LineNotification,
        Self::LineReply,
        Self::Alimtalk,
    ];

    /// The name in the WIT, which also names folders and settings.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
            Self::LinePush => "line-push",
            Self::LineNotification => "line-notification",
            Self::LineReply => "line-reply",
            Self::Alimtalk => "alimtalk",
        }
    }
}

/// One message on one channel to one address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Message {
    /// The same key is never sent twice where the provider can tell.
    pub idempotency_key: String,
    /// The channel.
    pub channel: Channel,
    /// A mailbox, an E.164 number, a LINE user id, a reply token.
    pub address: String,
    /// Mail only.
    pub subject: Option<String>,
    /// The text; for mail the plain alternative to `html`.
    pub text: String,
    /// Mail only.
    pub html: Option<String>,
    /// JSON of the channel's own, such as a template's code.
    pub detail: Option<String>,
}

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The provider took it; its own id if it gave one.
    Accepted(Option<String>),
    /// It will never arrive there; why.
    Undeliverable(String),
    /// Not taken; to be tried again after so many seconds.
    RetryAfter(u32),
    /// It may have been taken or not, and must not be repeated blindly.
    Unknown,
}

/// A way to hand messages over. It never fails as a whole: each message has an outcome.
pub trait Messaging: Send + Sync {
    /// Hands over all messages and answers in their order, one outcome each.
    fn send(&self, merchant: &Merchant, messages: &[Message]) -> Vec<Outcome>;

    /// For how many seconds after it was first handed over the provider of a merchant's channel knows a message by its key again
    /// and takes it once; less by what a call may take. None, as for all that don't say: it knows no keys.
    fn key_holds(&self, _: &Merchant, _: Channel) -> Option<u32> {
        None
    }
}

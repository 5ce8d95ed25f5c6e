//! Who the host is to the server.

use super::conversation::NotOpen;
use super::reply::Reply;
use super::wire::{Until, Wire};
use crate::capabilities::messaging::secret::Secret;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// A user and a password. It has no form that prints.
pub(super) struct Login {
    user: String,
    password: Secret,
}

/// A way to log in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// User and password in one piece (RFC 4616).
    Plain,
    /// First the user, then the password.
    Login,
}

impl Way {
    /// The way by its name in upper case, as servers offer it.
    pub(super) fn of(name: &str) -> Option<Self> {
        match name {
            "PLAIN" => Some(Self::Plain),
            "LOGIN" => Some(Self::Login),
            _ => None,
        }
    }
}

impl Login {
    /// Neither text may hold a NUL.
    pub(super) fn new(user: String, password: Secret) -> Self {
        Self { user, password }
    }

    /// Logs in by the best of the ways that the server offers, and gives its last reply without the text, in which
    /// servers may repeat what they were told.
    pub(super) fn say(
        &self,
        wire: &mut Wire,
        offered: &[Way],
        until: Until,
    ) -> Result<Reply, NotOpen> {
        let mut reply = if offered.contains(&Way::Plain) {
            let both = STANDARD.encode(format!("\0{}\0{}", self.user, self.password.reveal()));
            wire.command(&format!("AUTH PLAIN {both}\r\n"), until)?
        } else if offered.contains(&Way::Login) {
            let mut reply = wire.command("AUTH LOGIN\r\n", until)?;
            for text in [self.user.as_str(), self.password.reveal()] {
                if reply.code == 334 {
                    reply = wire.command(&format!("{}\r\n", STANDARD.encode(text)), until)?;
                }
            }
            reply
        } else {
            return Err(NotOpen::Operator(
                "the server offers no way to log in that is known: PLAIN, LOGIN".to_owned(),
            ));
        };
        reply.lines.clear();
        Ok(reply)
    }
}

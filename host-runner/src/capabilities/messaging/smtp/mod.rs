//! Mail by a server that speaks SMTP (RFC 5321).

mod conversation;
mod dkim;
mod login;
mod mail;
mod reply;
mod settings;
mod stream;
mod tls;
mod wire;

pub use settings::{Dkim, SmtpError, SmtpSecurity, SmtpSettings};

use super::recent::{Known, Recent};
use super::router::no_provider;
use super::{Channel, Message, Messaging, Outcome};
use crate::capabilities::Merchant;
use crate::capabilities::clock::Clock;
use crate::capabilities::logging::{Level, LogSink};
use conversation::{Conversation, Fate, NotOpen};
use mail::{Mail, Sender};
use reply::Reply;
use settings::Server;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Seconds until mail that the server or the way to it had no room for is tried again.
const LATER: u32 = 60;

/// Seconds where the operator has to change something first.
const OPERATOR: u32 = 300;

/// Seconds for what a call had no time for.
const NEXT_CALL: u32 = 5;

/// A connection that nobody used for this long is given up; servers close theirs after some minutes.
const IDLE: Duration = Duration::from_secs(60);

/// So many connections in succession may break within one call before it gives up.
const BREAKS: u32 = 3;

/// Hands the messages of channel `email` to one mail server, those of a call by one connection in turn. Every
/// other channel is undeliverable.
///
/// What becomes of mail:
/// - The server took it: accepted, with the first line of its answer.
/// - It refused the sender, the recipient or the text with a code from 500 on, or the message can't become mail:
///   undeliverable.
/// - It refused with a code from 400 on, can't be reached, or the connection broke before the text's end had left:
///   retry after 60 seconds. Where it refuses the host itself (greeting, login, a code such as 530, TLS):
///   retry after 300, with a line in the log for the operator.
/// - The connection broke or fell silent after the text's end had left: unknown. The server may have it.
///
/// SMTP knows no idempotency keys. A merchant's key is answered again as it was before while it is among the last
/// 10,000 of this process and wasn't to be tried again. That is best effort: another process, or this one
/// started anew, sends once more. The Message-ID is made of merchant and key, so that many mailboxes show such a second
/// copy as one.
///
/// A call begins no mail after 60 seconds; the rest is to be tried again ([`SmtpSettings::longest_call`]).
/// Addresses, texts and passwords never reach the log.
pub struct Smtp {
    server: Server,
    sender: Sender,
    clock: Arc<dyn Clock>,
    log: Arc<dyn LogSink>,
    recent: Recent,
    connections: usize,
    idle: Mutex<Vec<(Conversation, Instant)>>,
}

impl Smtp {
    /// Checks the settings and reads what they name; it doesn't connect yet. Mail is dated by this clock.
    ///
    /// # Errors
    /// What is wrong with the settings.
    pub fn new(
        settings: &SmtpSettings,
        clock: Arc<dyn Clock>,
        log: Arc<dyn LogSink>,
    ) -> Result<Self, SmtpError> {
        let (server, sender) = settings.prepare()?;
        Ok(Self {
            server,
            sender,
            clock,
            log,
            recent: Recent::new(),
            connections: settings.connections,
            idle: Mutex::default(),
        })
    }

    /// A connection that was kept and still works.
    fn kept(&self) -> Option<Conversation> {
        loop {
            let (mut kept, since) = {
                let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
                idle.pop()?
            };
            if since.elapsed() < IDLE && kept.is_alive() {
                return Some(kept);
            }
        }
    }

    /// Keeps a connection for later if there is room.
    fn keep(&self, conversation: Conversation) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|(_, since)| since.elapsed() < IDLE);
        if idle.len() < self.connections {
            idle.push((conversation, Instant::now()));
        }
    }
}

impl Messaging for Smtp {
    fn send(&self, merchant: &Merchant, messages: &[Message]) -> Vec<Outcome> {
        let mut round = Round {
            smtp: self,
            merchant,
            began: Instant::now(),
            conversation: None,
            breaks: 0,
            closed: None,
            told: false,
        };
        let outcomes = messages.iter().map(|message| round.one(message)).collect();
        if let Some(conversation) = round.conversation.filter(|one| !one.is_broken()) {
            self.keep(conversation);
        }
        outcomes
    }
}

/// One call.
struct Round<'a> {
    smtp: &'a Smtp,
    merchant: &'a Merchant,
    began: Instant,
    conversation: Option<Conversation>,
    /// Connections that broke since mail last got through.
    breaks: u32,
    /// No more is tried in this call; the seconds that the rest has to wait.
    closed: Option<u32>,
    /// Whether the operator was told that the server minds the sender.
    told: bool,
}

impl Round<'_> {
    fn one(&mut self, message: &Message) -> Outcome {
        if message.channel != Channel::Email {
            return no_provider(message.channel);
        }
        let smtp = self.smtp;
        let id = mail::digest(self.merchant, &message.idempotency_key);
        match smtp.recent.begin(id) {
            Known::Settled(outcome) => return outcome,
            Known::Sending => return Outcome::RetryAfter(LATER),
            Known::New => {}
        }
        let outcome = match Mail::compose(&smtp.sender, message, &id, smtp.clock.now()) {
            Ok(mail) => self.hand_over(&mail),
            Err(refusal) => Outcome::Undeliverable(refusal.to_string()),
        };
        smtp.recent.settle(id, &outcome);
        outcome
    }

    fn hand_over(&mut self, mail: &Mail) -> Outcome {
        if self.closed.is_none() && self.began.elapsed() > settings::CALL {
            self.closed = Some(NEXT_CALL);
        }
        loop {
            let mut conversation = match self.conversation() {
                Ok(conversation) => conversation,
                Err(seconds) => return Outcome::RetryAfter(seconds),
            };
            let used = conversation.used;
            let fate = conversation.deliver(mail);
            if !conversation.is_broken() {
                self.conversation = Some(conversation);
            }
            match fate {
                Fate::Taken(reply) => {
                    self.breaks = 0;
                    return Outcome::Accepted(reply.first());
                }
                Fate::Refused(command, reply) => {
                    self.breaks = 0;
                    return self.refused(command, &reply);
                }
                // Servers close connections that had their share of mail, or waited for long. Nothing of this
                // one left, so a new connection is as good as the first.
                Fate::LostBefore(wire::Loss::Cut(_)) if used => {}
                Fate::LostBefore(loss) => {
                    self.broke(&format!("mail wasn't handed over: {}", loss.told()));
                    return Outcome::RetryAfter(LATER);
                }
                Fate::LostAfter(loss) => {
                    self.broke(&format!("mail may have arrived or not: {}", loss.told()));
                    return Outcome::Unknown;
                }
            }
        }
    }

    /// The call's connection, one that was kept, or a new one; or the seconds to wait.
    fn conversation(&mut self) -> Result<Conversation, u32> {
        if let Some(seconds) = self.closed {
            return Err(seconds);
        }
        if let Some(conversation) = self.conversation.take().or_else(|| self.smtp.kept()) {
            return Ok(conversation);
        }
        Conversation::open(&self.smtp.server).map_err(|fault| {
            let (level, why, seconds) = match fault {
                NotOpen::Later(why) => (Level::Warn, why, LATER),
                NotOpen::Operator(why) => (Level::Error, why, OPERATOR),
            };
            self.tell(level, &why);
            self.closed = Some(seconds);
            seconds
        })
    }

    fn refused(&mut self, command: &str, reply: &Reply) -> Outcome {
        if !reply.is_for_good() {
            return Outcome::RetryAfter(LATER);
        }
        // 530, 534, 535 and 538 say that the host must log in, or otherwise.
        let minds_host = matches!(reply.code, 530 | 534 | 535 | 538);
        if (minds_host || command == "MAIL") && !self.told {
            self.told = true;
            self.tell(
                Level::Error,
                &format!("{command} was answered {}", reply.told()),
            );
        }
        if minds_host {
            self.closed = Some(OPERATOR);
            return Outcome::RetryAfter(OPERATOR);
        }
        if command != "MAIL" && reply.is_no_address() {
            return Outcome::Undeliverable(format!("no-address: {}", reply.told()));
        }
        Outcome::Undeliverable(reply.told())
    }

    /// Counts a connection that broke, and tells of it.
    fn broke(&mut self, why: &str) {
        self.tell(Level::Warn, why);
        self.breaks += 1;
        if self.breaks >= BREAKS {
            self.closed = Some(LATER);
        }
    }

    fn tell(&self, level: Level, why: &str) {
        let Server { host, port, .. } = &self.smtp.server;
        let text = format!("mail server {host}:{port}: {why}");
        self.smtp.log.log(self.merchant, level, "messaging", &text);
    }
}

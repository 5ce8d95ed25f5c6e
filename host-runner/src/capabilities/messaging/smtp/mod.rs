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

use super::at_once::at_once;
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
use std::collections::HashSet;
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

/// So many connections in succession may break in one thread before the server is left alone.
const BREAKS: u32 = 3;

/// Messages for which one connection is enough: to open another takes as long as some mail.
const BY_ONE: usize = 8;

/// Hands the messages of channel `email` to one mail server, many by several connections at once. Every other channel is
/// undeliverable.
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
/// A server that can't be reached, breaks three connections in succession or refuses the host is left alone for that time, by later calls
/// too.
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
    /// Nothing is tried before this.
    closed: Mutex<Option<Instant>>,
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
            closed: Mutex::default(),
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

impl Smtp {
    /// Seconds for which nothing is tried.
    fn closed(&self) -> Option<u32> {
        let closed = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
        let left = (*closed)?.checked_duration_since(Instant::now())?;
        u32::try_from(left.as_secs() + u64::from(left.subsec_nanos() > 0)).ok()
    }

    /// Nothing is tried for so many seconds.
    fn close(&self, seconds: u32) {
        let mut closed = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
        let until = Instant::now() + Duration::from_secs(seconds.into());
        *closed = Some(closed.map_or(until, |before| before.max(until)));
    }
}

impl Messaging for Smtp {
    fn send(&self, merchant: &Merchant, messages: &[Message]) -> Vec<Outcome> {
        let call = Call {
            smtp: self,
            merchant,
            began: Instant::now(),
            told: Mutex::default(),
        };
        let threads = messages.len().div_ceil(BY_ONE).min(self.connections);
        at_once(messages, threads, || {
            let mut line = Line {
                call: &call,
                conversation: None,
                breaks: 0,
            };
            move |message| line.one(message)
        })
    }
}

/// One call.
struct Call<'a> {
    smtp: &'a Smtp,
    merchant: &'a Merchant,
    began: Instant,
    /// What the operator was told.
    told: Mutex<HashSet<String>>,
}

/// One thread of it, with a connection of its own.
struct Line<'a> {
    call: &'a Call<'a>,
    conversation: Option<Conversation>,
    /// Connections that broke since mail last got through.
    breaks: u32,
}

impl Drop for Line<'_> {
    fn drop(&mut self) {
        let whole = self.conversation.take().filter(|one| !one.is_broken());
        if let Some(conversation) = whole {
            self.call.smtp.keep(conversation);
        }
    }
}

impl Line<'_> {
    fn one(&mut self, message: &Message) -> Outcome {
        if message.channel != Channel::Email {
            return no_provider(message.channel);
        }
        let Call { smtp, merchant, .. } = self.call;
        let id = mail::digest(merchant, &message.idempotency_key);
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
        if self.call.began.elapsed() > settings::CALL {
            return Outcome::RetryAfter(NEXT_CALL);
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
        let smtp = self.call.smtp;
        if let Some(seconds) = smtp.closed() {
            return Err(seconds);
        }
        if let Some(conversation) = self.conversation.take().or_else(|| smtp.kept()) {
            return Ok(conversation);
        }
        Conversation::open(&smtp.server).map_err(|fault| {
            let (level, why, seconds) = match fault {
                NotOpen::Later(why) => (Level::Warn, why, LATER),
                NotOpen::Operator(why) => (Level::Error, why, OPERATOR),
            };
            self.tell(level, &why);
            smtp.close(seconds);
            seconds
        })
    }

    fn refused(&mut self, command: &str, reply: &Reply) -> Outcome {
        if !reply.is_for_good() {
            return Outcome::RetryAfter(LATER);
        }
        // 530, 534, 535 and 538 say that the host must log in, or otherwise.
        let minds_host = matches!(reply.code, 530 | 534 | 535 | 538);
        if minds_host || command == "MAIL" {
            self.tell(
                Level::Error,
                &format!("{command} was answered {}", reply.told()),
            );
        }
        if minds_host {
            self.call.smtp.close(OPERATOR);
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
            self.call.smtp.close(LATER);
        }
    }

    /// Tells the operator, once in a call.
    fn tell(&self, level: Level, why: &str) {
        let Call { smtp, merchant, .. } = self.call;
        let Server { host, port, .. } = &smtp.server;
        let text = format!("mail server {host}:{port}: {why}");
        let told = &self.call.told;
        let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.insert(text.clone()) {
            smtp.log.log(merchant, level, "messaging", &text);
        }
    }
}

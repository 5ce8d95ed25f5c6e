//! A message as mail: its headers and its text, the same bytes for the same message at the same time.

use super::dkim::Signatures;
use crate::capabilities::Merchant;
use crate::capabilities::clock::Instant;
use crate::capabilities::messaging::Message;
use lettre::Address;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message as Mime, MultiPart, SinglePart};
use sha2::{Digest, Sha256};
use std::time::{Duration, SystemTime};
use url::Url;

/// Bytes of a subject or an address in a header: with the header's name it stays below the 998 of a line.
const HEADER_BYTES: usize = 900;

/// Bytes of a mailbox's address, and of its part before the `@`.
const ADDRESS_BYTES: usize = 254;
const LOCAL_BYTES: usize = 64;

/// The last second of the year 9999, which is as far as a Date header goes.
const LAST_SECOND: u64 = 253_402_300_799;

/// Who mail comes from.
pub(super) struct Sender {
    pub(super) from: Mailbox,
    pub(super) reply_to: Option<Mailbox>,
    pub(super) signatures: Option<Signatures>,
}

/// Mail that is ready to be handed over.
pub(super) struct Mail {
    pub(super) from: Address,
    pub(super) to: Address,
    /// Headers and text, lines of ASCII that end in CRLF.
    pub(super) bytes: Vec<u8>,
}

/// Why a message can't become mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    #[error("the address is no mailbox")]
    NoMailbox,
    #[error("the address is not ASCII before the @, which is not supported")]
    NotAscii,
    #[error("the subject holds a line end or another control character")]
    Subject,
    #[error("the subject is longer than {HEADER_BYTES} bytes")]
    LongSubject,
    #[error("detail is no JSON object")]
    Detail,
    #[error("list-unsubscribe is no https address of at most {HEADER_BYTES} bytes")]
    Unsubscribe,
    #[error("no mail can be made of the message")]
    Mime,
    #[error("the mail can't be signed")]
    Unsigned,
}

/// What tells a message apart from all others: the same for the same merchant and key.
pub(super) fn digest(merchant: &Merchant, key: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(merchant.as_str());
    // No merchant's id has this byte, so that two pairs never read alike.
    hash.update([0]);
    hash.update(key);
    hash.finalize().into()
}

/// The address as one that mail can be sent to, its domain in ASCII.
pub(super) fn address(text: &str) -> Result<Address, Refusal> {
    let (local, domain) = text.rsplit_once('@').ok_or(Refusal::NoMailbox)?;
    // Quoted local parts are left out together with whatever could end an address early.
    let foreign = |c: char| c.is_control() || c.is_whitespace() || "<>()[],;:\\\"@".contains(c);
    if local.is_empty() || local.len() > LOCAL_BYTES || local.contains(foreign) {
        return Err(Refusal::NoMailbox);
    }
    if !local.is_ascii() {
        return Err(Refusal::NotAscii);
    }
    let domain = if domain.is_ascii() {
        domain.to_owned()
    } else {
        match url::Host::parse(domain) {
            Ok(url::Host::Domain(domain)) => domain,
            Ok(_) | Err(_) => return Err(Refusal::NoMailbox),
        }
    };
    if local.len() + 1 + domain.len() > ADDRESS_BYTES || domain.contains(foreign) {
        return Err(Refusal::NoMailbox);
    }
    Address::new(local, domain).map_err(|_| Refusal::NoMailbox)
}

impl Mail {
    /// Makes mail of a message. `digest` names it, `now` is its date.
    pub(super) fn compose(
        sender: &Sender,
        message: &Message,
        digest: &[u8; 32],
        now: Instant,
    ) -> Result<Self, Refusal> {
        let to = address(&message.address)?;
        let date = SystemTime::UNIX_EPOCH + Duration::from_secs(now.seconds.min(LAST_SECOND));
        let from = sender.from.email.clone();
        let mut builder = Mime::builder()
            .date(date)
            .from(sender.from.clone())
            .to(Mailbox::new(None, to.clone()));
        if let Some(mailbox) = &sender.reply_to {
            builder = builder.reply_to(mailbox.clone());
        }
        if let Some(subject) = &message.subject {
            builder = builder.subject(checked(subject)?);
        }
        let id = format!("<{}@{}>", hex(digest), from.domain());
        builder = builder
            .raw_header(raw("Message-ID", id))
            .raw_header(raw("Auto-Submitted", "auto-generated".to_owned()));
        if let Some(link) = unsubscribe(message)? {
            builder = builder
                .raw_header(raw("List-Unsubscribe", format!("<{link}>")))
                .raw_header(raw(
                    "List-Unsubscribe-Post",
                    "List-Unsubscribe=One-Click".to_owned(),
                ));
        }
        let plain = SinglePart::plain(lines(&message.text));
        let mime = match &message.html {
            None => builder.singlepart(plain),
            Some(html) => {
                // No text holds its own digest, so that none holds the boundary.
                let mut hash = Sha256::new();
                for part in [&digest[..], message.text.as_bytes(), html.as_bytes()] {
                    hash.update(part);
                }
                let boundary = format!("part-{}", hex(&hash.finalize().into()));
                builder.multipart(
                    MultiPart::alternative()
                        .boundary(boundary)
                        .singlepart(plain)
                        .singlepart(SinglePart::html(lines(html))),
                )
            }
        };
        let mut bytes = mime.map_err(|_| Refusal::Mime)?.formatted();
        if let Some(signatures) = &sender.signatures {
            let seconds = now.seconds.min(LAST_SECOND);
            bytes = signatures.sign(&bytes, seconds).ok_or(Refusal::Unsigned)?;
        }
        Ok(Self { from, to, bytes })
    }
}

fn checked(subject: &str) -> Result<String, Refusal> {
    let ends_line = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    if subject.contains(ends_line) {
        Err(Refusal::Subject)
    } else if subject.len() > HEADER_BYTES {
        Err(Refusal::LongSubject)
    } else {
        Ok(subject.to_owned())
    }
}

/// The address in `detail` that takes a member off the list with one request (RFC 8058).
fn unsubscribe(message: &Message) -> Result<Option<String>, Refusal> {
    let Some(detail) = &message.detail else {
        return Ok(None);
    };
    let detail: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(detail).map_err(|_| Refusal::Detail)?;
    let Some(value) = detail.get("list-unsubscribe").filter(|v| !v.is_null()) else {
        return Ok(None);
    };
    let text = value.as_str().ok_or(Refusal::Unsubscribe)?;
    if text.contains(char::is_control) {
        return Err(Refusal::Unsubscribe);
    }
    let link = Url::parse(text).map_err(|_| Refusal::Unsubscribe)?;
    let text = link.as_str();
    let ends_early = |c: char| !c.is_ascii_graphic() || matches!(c, '<' | '>');
    if link.scheme() != "https" || text.len() > HEADER_BYTES || text.contains(ends_early) {
        return Err(Refusal::Unsubscribe);
    }
    Ok(Some(text.to_owned()))
}

/// The text with line feeds alone, which become CRLF later: a bare CR must never reach a server, since
/// some take it for a line's end and others don't. The last line's end comes with the part.
fn lines(text: &str) -> String {
    let mut text = text.replace("\r\n", "\n").replace('\r', "\n");
    if text.ends_with('\n') {
        text.pop();
    }
    text
}

fn hex(digest: &[u8; 32]) -> String {
    digest
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// A header whose value is visible ASCII and stays on one line.
fn raw(name: &'static str, value: String) -> HeaderValue {
    let name = HeaderName::new_from_ascii_str(name);
    HeaderValue::dangerous_new_pre_encoded(name, value.clone(), value)
}

#[cfg(test)]
mod tests;

//! What stands in a link: whose it is, sealed, so that nobody reads it, makes one or changes one.

use crate::capabilities::messaging::Secret;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hmac;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What each token begins with, and what it is sealed for.
const VERSION: u8 = 1;
const PURPOSE: &[u8] = b"stampcard unsubscribe 1";

/// Bytes of a token's text, at most; ours are shorter.
const TEXT: usize = 700;

/// For whom a link is, and off which list it takes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct Ticket {
    /// The merchant's id.
    #[serde(rename = "s")]
    pub(super) merchant: String,
    /// The member's.
    #[serde(rename = "m")]
    pub(super) member: String,
    /// The kind of notices, as the interface names it.
    #[serde(rename = "k")]
    pub(super) kind: String,
    /// The channel, as the interface names it.
    #[serde(rename = "c")]
    pub(super) channel: String,
}

/// What seals and opens tokens. The same ticket has the same token for the same secret.
///
/// A token is a version, a nonce and the ticket under ChaCha20-Poly1305. The nonce is the beginning of the ticket's
/// HMAC-SHA256 under a second key, so that two tickets share one only by an accident of 96 bits, and without random
/// numbers.
#[derive(Clone, PartialEq, Eq)]
pub(in super::super) struct Seal {
    own: [u8; 32],
    previous: Option<[u8; 32]>,
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seal(secret)")
    }
}

impl Seal {
    /// Bytes that a secret must have at least.
    pub(in super::super) const SECRET_BYTES: usize = 32;

    /// Seals by a secret, and opens what it or the one before it has sealed.
    pub(in super::super) fn new(secret: &Secret, previous: Option<&Secret>) -> Self {
        let root = |secret: &Secret| derived(secret.reveal().as_bytes(), b"root");
        Self {
            own: root(secret),
            previous: previous.map(root),
        }
    }

    /// The token of a ticket; none only where the system's ciphers fail.
    pub(super) fn seal(&self, ticket: &Ticket) -> Option<String> {
        let mut text = serde_json::to_vec(ticket).ok()?;
        let nonce = nonce(&self.own, &text);
        let key = key(&self.own)?;
        let unique = Nonce::assume_unique_for_key(nonce);
        key.seal_in_place_append_tag(unique, Aad::from(PURPOSE), &mut text)
            .ok()?;
        let mut token = vec![VERSION];
        token.extend(nonce);
        token.extend(text);
        Some(URL_SAFE_NO_PAD.encode(token))
    }

    /// The ticket of a token that was sealed here.
    pub(super) fn open(&self, token: &str) -> Option<Ticket> {
        if token.len() > TEXT {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (nonce, sealed) = bytes
            .strip_prefix(&[VERSION])?
            .split_first_chunk::<NONCE_LEN>()?;
        let mut roots = std::iter::once(&self.own).chain(&self.previous);
        roots.find_map(|root| {
            let mut text = sealed.to_vec();
            let unique = Nonce::assume_unique_for_key(*nonce);
            let text = key(root)?
                .open_in_place(unique, Aad::from(PURPOSE), &mut text)
                .ok()?;
            serde_json::from_slice(text).ok()
        })
    }
}

fn derived(secret: &[u8], name: &[u8]) -> [u8; 32] {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let tag = hmac::sign(&key, &[PURPOSE, b" ", name].concat());
    let mut bytes = [0; 32];
    for (to, from) in bytes.iter_mut().zip(tag.as_ref()) {
        *to = *from;
    }
    bytes
}

fn key(root: &[u8; 32]) -> Option<LessSafeKey> {
    let key = UnboundKey::new(&CHACHA20_POLY1305, &derived(root, b"key")).ok()?;
    Some(LessSafeKey::new(key))
}

fn nonce(root: &[u8; 32], text: &[u8]) -> [u8; NONCE_LEN] {
    let key = hmac::Key::new(hmac::HMAC_SHA256, &derived(root, b"nonce"));
    let tag = hmac::sign(&key, text);
    let mut nonce = [0; NONCE_LEN];
    for (to, from) in nonce.iter_mut().zip(tag.as_ref()) {
        *to = *from;
    }
    nonce
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticket(member: &str) -> Ticket {
        Ticket {
            merchant: "tea-house".to_owned(),
            member: member.to_owned(),
            kind: "points-expiring".to_owned(),
            channel: "email".to_owned(),
        }
    }

    fn seal(secret: &str) -> Seal {
        Seal::new(&Secret::of(secret), None)
    }

    #[test]
    fn a_token_opens_to_its_ticket_and_shows_nothing() {
        let longest = "點".repeat(42);
        for member in ["mei", "mei@example.com", longest.as_str()] {
            let token = seal("one").seal(&ticket(member)).unwrap();
            assert_eq!(seal("one").open(&token), Some(ticket(member)));
            assert_eq!(seal("one").seal(&ticket(member)), Some(token.clone()));
            assert!(token.len() < TEXT, "{}", token.len());
            let bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
            let shown = String::from_utf8_lossy(&bytes).into_owned();
            assert!(!shown.contains(member) && !shown.contains("tea-house"));
        }
        assert_ne!(
            seal("one").seal(&ticket("a")),
            seal("one").seal(&ticket("b"))
        );
        assert_eq!(format!("{:?}", seal("hush")), "Seal(secret)");
    }

    #[test]
    fn no_other_token_opens() {
        let own = seal("one");
        let token = own.seal(&ticket("mei")).unwrap();
        for place in 0..token.len() {
            let mut other = token.clone().into_bytes();
            other[place] = if other[place] == b'A' { b'B' } else { b'A' };
            let other = String::from_utf8(other).unwrap();
            assert_eq!(own.open(&other), None, "{place}");
        }
        let cut = &token[..token.len() - 4];
        for other in ["", "AQ", "點", cut, &"A".repeat(100_000)] {
            assert_eq!(own.open(other), None);
        }
        assert_eq!(seal("two").open(&token), None);
        let rotated = Seal::new(&Secret::of("two"), Some(&Secret::of("one")));
        assert_eq!(rotated.open(&token), Some(ticket("mei")));
    }
}

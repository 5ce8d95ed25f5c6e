//! What tells a message apart at a provider.

use super::Message;
use crate::capabilities::Merchant;
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest as sha1};
use sha2::{Digest, Sha256};

/// The project's own namespace of UUIDs. It must never change: providers know messages by what comes of it.
const NAMESPACE: [u8; 16] = [
    0x5b, 0x1e, 0x0c, 0x7a, 0x3d, 0x52, 0x4c, 0x8e, 0x9a, 0x41, 0xd6, 0x07, 0x2f, 0x93, 0xb8, 0x14,
];

/// A message's identity: the same for the same merchant, channel and key, and for no others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    /// SHA-256 of all three.
    pub(super) digest: [u8; 32],
    /// A UUID of version 5, 36 characters in lower case.
    pub(super) uuid: String,
}

impl Identity {
    pub(super) fn of(merchant: &Merchant, message: &Message) -> Self {
        // No merchant's id and no channel's name has a zero byte, so that no two triples read alike.
        let name = format!(
            "{merchant}\0{}\0{}",
            message.channel.name(),
            message.idempotency_key
        );
        Self {
            digest: Sha256::digest(name.as_bytes()).into(),
            uuid: uuid5(&NAMESPACE, name.as_bytes()),
        }
    }
}

/// Hexadecimal digits in lower case.
pub(super) fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(nibble.into(), 16);
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .flatten()
        .collect()
}

/// A UUID of version 5 (RFC 9562): SHA-1 of namespace and name, which that version asks for.
fn uuid5(namespace: &[u8; 16], name: &[u8]) -> String {
    let hash = sha1(&SHA1_FOR_LEGACY_USE_ONLY, &[namespace, name].concat());
    let mut text = String::with_capacity(36);
    for (place, byte) in hash.as_ref().iter().take(16).enumerate() {
        if matches!(place, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        let byte = match place {
            6 => byte & 0x0f | 0x50,
            8 => byte & 0x3f | 0x80,
            _ => *byte,
        };
        text.push_str(&hex(&[byte]));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capabilities::messaging::Channel;

    #[test]
    fn uuids_are_those_of_the_standard() {
        // The namespace of domain names, and the standard's own example.
        let names = [
            0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4,
            0x30, 0xc8,
        ];
        let found = uuid5(&names, b"www.example.com");
        assert_eq!(found, "2ed6657d-e927-568b-95e1-2665a8aea6a2");
    }

    #[test]
    fn merchant_channel_and_key_make_the_identity() {
        let of = |merchant: &str, channel: Channel, key: &str| {
            let message = Message {
                idempotency_key: key.to_owned(),
                channel,
                address: String::new(),
                subject: None,
                text: String::new(),
                html: None,
                detail: None,
            };
            Identity::of(&Merchant::new(merchant).unwrap(), &message)
        };
        let own = of("shop", Channel::LinePush, "k");
        assert_eq!(own, of("shop", Channel::LinePush, "k"));
        assert_eq!((own.uuid.len(), hex(&own.digest).len()), (36, 64));
        for other in [
            of("shop2", Channel::LinePush, "k"),
            of("shop", Channel::Sms, "k"),
            of("shop", Channel::LinePush, "k2"),
        ] {
            assert_ne!(own.uuid, other.uuid);
            assert_ne!(own.digest, other.digest);
        }
    }
}

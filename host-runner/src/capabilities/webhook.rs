//! Webhooks signed as the public scheme Standard Webhooks has it: an id, the time, and HMAC-SHA256 over both and the body.

use super::messaging::{ChannelsError, Reader, Secret};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;
use std::fmt;

/// The header with the message's id, which is the same when it comes again.
pub(crate) const ID: &str = "webhook-id";

/// The header with the second of the sending, in Unix time.
pub(crate) const TIMESTAMP: &str = "webhook-timestamp";

/// The header with signatures, a space between them.
pub(crate) const SIGNATURE: &str = "webhook-signature";

/// Seconds that a message's time may be off.
const TOLERANCE: u64 = 300;

/// What a secret begins with.
const PREFIX: &str = "whsec_";

/// Bytes of a secret behind its base64.
const BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// Signatures of one message that are looked at.
const SIGNATURES: usize = 16;

/// The secrets of one sender: the one in force, and those that were so before.
#[derive(Clone)]
pub(crate) struct Keys(Vec<hmac::Key>);

/// What is wrong with a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unsigned {
    /// No key fits a signature, or a header is missing.
    #[error("webhook-id, webhook-timestamp and webhook-signature are not the sender's")]
    Wrong,
    /// It is good and older or newer than it may be.
    #[error("webhook-timestamp is more than 5 minutes off")]
    Stale,
}

impl Keys {
    /// Reads `secret-…` and, of secrets that take turns, `previous-secret-…` out of a table.
    pub(crate) fn read(own: &mut Reader<'_>) -> Result<Self, ChannelsError> {
        let secret = own.secret("secret")?;
        let previous = own.place("previous-secret")?.map(|place| place.read());
        let previous = previous
            .transpose()
            .map_err(|error| own.fault("previous-secret", error.to_string()))?;
        let all: Vec<&Secret> = std::iter::once(&secret).chain(&previous).collect();
        Self::new(&all).map_err(|told| own.fault("secret", told))
    }

    /// The keys of these secrets, the one in force first.
    ///
    /// # Errors
    /// What a secret has to be like; never the secret.
    pub(crate) fn new(secrets: &[&Secret]) -> Result<Self, &'static str> {
        let key = |secret: &&Secret| {
            let bytes = secret.reveal().strip_prefix(PREFIX)?;
            let bytes = STANDARD.decode(bytes).ok()?;
            BYTES
                .contains(&bytes.len())
                .then(|| hmac::Key::new(hmac::HMAC_SHA256, &bytes))
        };
        let keys: Option<Vec<_>> = secrets.iter().map(key).collect();
        let told = "it is not whsec_ and 24 to 64 bytes in base64";
        keys.map(Self).ok_or(told)
    }

    /// The value of the header for a message of this second: a signature by each key.
    pub(crate) fn sign(&self, id: &str, seconds: u64, body: &[u8]) -> String {
        let text = signed(id, &seconds.to_string(), body);
        let one = |key: &hmac::Key| format!("v1,{}", STANDARD.encode(hmac::sign(key, &text)));
        self.0.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    /// Whether a message is the sender's, by its headers, and of about now.
    ///
    /// # Errors
    /// [`Unsigned`].
    pub(crate) fn check(
        &self,
        (id, timestamp, signatures): (&str, &str, &str),
        body: &[u8],
        now: u64,
    ) -> Result<(), Unsigned> {
        let text = signed(id, timestamp, body);
        let told = signatures.split(' ').take(SIGNATURES);
        let told = told.filter_map(|one| STANDARD.decode(one.strip_prefix("v1,")?).ok());
        let good = told
            .flat_map(|one| self.0.iter().map(move |key| (key, one.clone())))
            .any(|(key, one)| hmac::verify(key, &text, &one).is_ok());
        let seconds: u64 = timestamp.parse().map_err(|_| Unsigned::Wrong)?;
        if !good {
            return Err(Unsigned::Wrong);
        }
        if seconds.abs_diff(now) > TOLERANCE {
            return Err(Unsigned::Stale);
        }
        Ok(())
    }
}

impl PartialEq for Keys {
    /// By what they sign: a key itself can't be had back.
    fn eq(&self, other: &Self) -> bool {
        let signs = |keys: &Self| -> Vec<Vec<u8>> {
            let tags = keys.0.iter().map(|key| hmac::sign(key, b""));
            tags.map(|tag| tag.as_ref().to_vec()).collect()
        };
        signs(self) == signs(other)
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({} secrets)", self.0.len())
    }
}

fn signed(id: &str, timestamp: &str, body: &[u8]) -> Vec<u8> {
    [id.as_bytes(), b".", timestamp.as_bytes(), b".", body].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The scheme's own example.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const SECONDS: u64 = 1_614_265_330;
    const SIGNED: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    fn keys(secrets: &[&str]) -> Keys {
        let secrets: Vec<Secret> = secrets.iter().map(|text| Secret::of(text)).collect();
        Keys::new(&secrets.iter().collect::<Vec<_>>()).unwrap()
    }

    fn other() -> String {
        format!("whsec_{}", STANDARD.encode([7; 24]))
    }

    #[test]
    fn signatures_are_those_of_the_scheme() {
        let keys = keys(&[SECRET]);
        assert_eq!(keys.sign(ID, SECONDS, BODY), SIGNED);
        let check = |headers, body, now| keys.check(headers, body, now);
        let told = SECONDS.to_string();
        let good = (ID, told.as_str(), SIGNED);
        for now in [SECONDS, SECONDS + 300, SECONDS - 300] {
            assert_eq!(check(good, BODY, now), Ok(()));
        }
        for now in [SECONDS + 301, SECONDS - 301] {
            assert_eq!(check(good, BODY, now), Err(Unsigned::Stale));
        }
        let later = (SECONDS + 1).to_string();
        for (headers, body) in [
            (("msg_other", told.as_str(), SIGNED), BODY),
            ((ID, later.as_str(), SIGNED), BODY),
            ((ID, "soon", SIGNED), BODY),
            ((ID, told.as_str(), &SIGNED[3..]), BODY),
            ((ID, told.as_str(), ""), BODY),
            (good, b"{}"),
        ] {
            assert_eq!(check(headers, body, SECONDS), Err(Unsigned::Wrong));
        }
    }

    #[test]
    fn secrets_take_turns() {
        let (old, new) = (keys(&[&other()]), keys(&[SECRET]));
        let both = keys(&[SECRET, &other()]);
        let told = SECONDS.to_string();
        let checks = |by: &Keys, signature: &str| {
            by.check((ID, told.as_str(), signature), BODY, SECONDS)
                .is_ok()
        };
        // A receiver with both takes either, and one with either takes what is signed by both.
        assert!(checks(&both, &old.sign(ID, SECONDS, BODY)));
        assert!(checks(&both, &new.sign(ID, SECONDS, BODY)));
        let signed = both.sign(ID, SECONDS, BODY);
        assert!(checks(&old, &signed) && checks(&new, &signed));
        assert!(!checks(&old, &new.sign(ID, SECONDS, BODY)));
        assert!(!format!("{both:?}").contains("whsec"));
        assert!(both == keys(&[SECRET, &other()]));
        for unlike in [&old, &new, &keys(&[&other(), SECRET])] {
            assert!(both != *unlike);
        }
    }

    #[test]
    fn a_secret_has_a_form() {
        let long = format!("whsec_{}", STANDARD.encode([7; 65]));
        let short = format!("whsec_{}", STANDARD.encode([7; 23]));
        for text in [
            &long,
            &short,
            "whsec_",
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "whsec_%",
        ] {
            assert!(Keys::new(&[&Secret::of(text)]).is_err(), "{text}");
        }
    }
}

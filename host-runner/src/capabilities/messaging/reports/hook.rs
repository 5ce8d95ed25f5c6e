//! What a merchant's channel believes of its provider, and how it reads it.

use super::{Custom, News, ReportError, line, mitake, nhn, same, solapi};
use crate::capabilities::messaging::secret::Secret;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;

/// A request that came in, as it came.
#[derive(Clone, Copy)]
pub struct Incoming<'a> {
    /// The last step of the address, behind merchant and channel.
    pub token: Option<&'a str>,
    /// The query of the address, without its question mark.
    pub query: &'a str,
    /// A header field by its name in lower case; none where there are several.
    pub header: &'a dyn Fn(&str) -> Option<&'a str>,
    /// The body, byte for byte.
    pub body: &'a [u8],
}

/// By what a provider proves that a request is its own, and how its reports are written.
#[derive(Debug)]
pub enum Hook {
    /// LINE: its signature by the channel's secret.
    Line(Proof),
    /// NHN Cloud: the signature that was typed in at the webhook's set-up.
    Nhn(Proof),
    /// Solapi: the hash of the webhook's secret.
    Solapi(Proof),
    /// Mitake: an address that nobody guesses.
    Mitake(Proof),
    /// A provider made of settings: an address that nobody guesses, or a signature in a header.
    Custom {
        /// How its reports are written.
        settings: Custom,
        /// The header with HMAC-SHA256 of the body in hexadecimal digits or base64; none: the address is the proof.
        signature: Option<String>,
        /// The secret behind either.
        proof: Proof,
    },
}

/// The secret of a hook, which nothing shows.
#[derive(Clone, Debug)]
pub struct Proof(Secret);

impl Proof {
    pub(crate) fn new(secret: Secret) -> Self {
        Self(secret)
    }
}

impl Hook {
    /// What a request tells.
    ///
    /// # Errors
    /// [`ReportError::Signature`] where it isn't the provider's, [`ReportError::Unreadable`] where it can't be read.
    pub fn read(&self, incoming: &Incoming<'_>) -> Result<News, ReportError> {
        let header = |name: &str| (incoming.header)(name).unwrap_or_default();
        let reports = match self {
            Self::Line(Proof(secret)) => {
                return line(secret.reveal(), header("x-line-signature"), incoming.body);
            }
            Self::Nhn(Proof(own)) => {
                let told = header("x-toast-webhook-signature");
                nhn(own.reveal(), told, incoming.body)?
            }
            Self::Solapi(Proof(secret)) => {
                let (proof, event) = (header("x-solapi-secret"), header("x-solapi-event-name"));
                solapi(secret.reveal(), proof, event, incoming.body)?
            }
            Self::Mitake(proof) => {
                // Behind a dot stands the key of the message, in the address that it was sent with.
                let (token, key) = incoming
                    .token
                    .and_then(|token| token.split_once('.'))
                    .map_or((incoming.token, None), |(token, key)| {
                        (Some(token), Some(key))
                    });
                proof.is_address(&Incoming { token, ..*incoming })?;
                vec![mitake(incoming.query, key)?]
            }
            Self::Custom {
                settings,
                signature,
                proof,
            } => {
                match signature {
                    None => proof.is_address(incoming)?,
                    Some(name) => proof.signed(header(name), incoming.body)?,
                }
                settings.read(incoming.query, incoming.body)?
            }
        };
        Ok(News {
            reports,
            friendships: Vec::new(),
        })
    }

    /// The last step of the address that the provider is given, where that is the proof.
    pub(crate) fn token(&self) -> Option<&str> {
        match self {
            Self::Mitake(Proof(secret))
            | Self::Custom {
                signature: None,
                proof: Proof(secret),
                ..
            } => Some(secret.reveal()),
            Self::Line(_) | Self::Nhn(_) | Self::Solapi(_) | Self::Custom { .. } => None,
        }
    }
}

impl Proof {
    fn is_address(&self, incoming: &Incoming<'_>) -> Result<(), ReportError> {
        let told = incoming.token.unwrap_or_default();
        if same(told, self.0.reveal()) {
            Ok(())
        } else {
            Err(ReportError::Signature)
        }
    }

    fn signed(&self, told: &str, body: &[u8]) -> Result<(), ReportError> {
        let told = told.strip_prefix("sha256=").unwrap_or(told);
        let bytes = unhex(told).or_else(|| STANDARD.decode(told).ok());
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.0.reveal().as_bytes());
        let good = bytes.is_some_and(|bytes| hmac::verify(&key, body, &bytes).is_ok());
        if good {
            Ok(())
        } else {
            Err(ReportError::Signature)
        }
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text
        .chars()
        .map(|digit| u8::try_from(digit.to_digit(16)?).ok())
        .collect::<Option<_>>()?;
    let (pairs, rest) = digits.as_chunks::<2>();
    let bytes = pairs.iter().map(|[high, low]| high << 4 | low).collect();
    rest.is_empty().then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capabilities::messaging::identity::hex;
    use crate::capabilities::messaging::reports::About;

    fn proof() -> Proof {
        Proof::new(Secret::of("hush-hush-hush-hush"))
    }

    fn read(hook: &Hook, token: Option<&str>, signature: &str) -> Result<News, ReportError> {
        let signature = signature.to_owned();
        let header = |name: &str| (name == "x-signature").then_some(signature.as_str());
        hook.read(&Incoming {
            token,
            query: "msgid=1&donetime=20261125200000&StatusFlag=4",
            header: &header,
            body: b"id=1&s=OK",
        })
    }

    fn custom(signature: Option<&str>) -> Hook {
        let text = "format = \"form\"\nid = \"id\"\nstatus = \"s\"\ndelivered = [\"OK\"]\n";
        Hook::Custom {
            settings: toml::from_str(text).unwrap(),
            signature: signature.map(str::to_owned),
            proof: proof(),
        }
    }

    #[test]
    fn an_address_that_nobody_guesses_is_proof() {
        for hook in [Hook::Mitake(proof()), custom(None)] {
            let good = read(&hook, Some("hush-hush-hush-hush"), "").unwrap();
            assert_eq!(good.reports.len(), 1);
            assert_eq!(hook.token(), Some("hush-hush-hush-hush"));
            for token in [None, Some(""), Some("hush"), Some("HUSH-HUSH-HUSH-HUSH")] {
                let found = read(&hook, token, "");
                assert_eq!(found, Err(ReportError::Signature), "{token:?}");
            }
        }
        let named = read(&Hook::Mitake(proof()), Some("hush-hush-hush-hush.k-1"), "").unwrap();
        let both = vec!["1".to_owned(), "k-1".to_owned()];
        assert_eq!(named.reports[0].about, About::OneOf(both));
        for token in [
            "hush.k-1",
            ".hush-hush-hush-hush",
            "hush-hush-hush-hush.k-1",
        ] {
            let hook = if token.starts_with("hush-") {
                custom(None)
            } else {
                Hook::Mitake(proof())
            };
            assert_eq!(
                read(&hook, Some(token), ""),
                Err(ReportError::Signature),
                "{token}"
            );
        }
        assert!(!format!("{:?}", custom(None)).contains("hush"));
    }

    #[test]
    fn a_signature_may_be_hexadecimal_or_base64() {
        let hook = custom(Some("x-signature"));
        let key = hmac::Key::new(hmac::HMAC_SHA256, b"hush-hush-hush-hush");
        let tag = hmac::sign(&key, b"id=1&s=OK");
        let digits = hex(tag.as_ref());
        for good in [
            digits.clone(),
            digits.to_uppercase(),
            format!("sha256={digits}"),
            STANDARD.encode(tag),
        ] {
            assert!(read(&hook, None, &good).is_ok(), "{good}");
        }
        for bad in ["", "sha256=", &digits[2..], "點", "zz"] {
            let found = read(&hook, Some("hush-hush-hush-hush"), bad);
            assert_eq!(found, Err(ReportError::Signature), "{bad}");
        }
        assert_eq!(hook.token(), None);
    }
}

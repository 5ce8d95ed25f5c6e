//! Signatures of mail (DKIM, RFC 6376; Ed25519 by RFC 8463), relaxed in header and body.

use super::settings::SmtpError;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::SignatureScheme;
use rustls::crypto::ring::sign::any_supported_type;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use rustls::sign::Signer;
use sha2::{Digest, Sha256};

/// Header fields that are signed, each once more than it stands there where a second one would change what is shown, so
/// that nobody adds one afterwards.
const SIGNED: [&str; 14] = [
    "from",
    "from",
    "to",
    "to",
    "subject",
    "subject",
    "date",
    "date",
    "message-id",
    "reply-to",
    "mime-version",
    "content-type",
    "list-unsubscribe",
    "list-unsubscribe-post",
];

/// Signs mail for a domain.
pub(super) struct Signatures {
    domain: String,
    selector: String,
    algorithm: &'static str,
    signer: Box<dyn Signer>,
}

impl Signatures {
    /// Takes a private key in PEM: RSA of 2,048 bits and more, or Ed25519.
    ///
    /// # Errors
    /// Which setting is wrong, without the key.
    pub(super) fn new(domain: &str, selector: &str, pem: &str) -> Result<Self, SmtpError> {
        let sound = |text: &str| {
            let label = |part: &str| {
                let letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
                (1..=63).contains(&part.len()) && part.bytes().all(letter)
            };
            text.len() <= 253 && text.split('.').all(label)
        };
        for (name, text) in [("dkim.domain", domain), ("dkim.selector", selector)] {
            if !sound(text) {
                return Err(SmtpError::Dkim(format!("{name}: it is no name in ASCII")));
            }
        }
        let fault = |text: &str| SmtpError::Dkim(format!("dkim.key: {text}"));
        let key = PrivateKeyDer::from_pem_slice(pem.as_bytes())
            .map_err(|_| fault("it is no private key in PEM"))?;
        let key = any_supported_type(&key)
            .map_err(|_| fault("it is neither RSA of 2,048 bits or more nor Ed25519"))?;
        let schemes = [
            (SignatureScheme::RSA_PKCS1_SHA256, "rsa-sha256"),
            (SignatureScheme::ED25519, "ed25519-sha256"),
        ];
        let mut signers = schemes
            .into_iter()
            .filter_map(|(scheme, name)| Some((key.choose_scheme(&[scheme])?, name)));
        let (signer, algorithm) = signers
            .next()
            .ok_or_else(|| fault("DKIM knows RSA and Ed25519 alone"))?;
        Ok(Self {
            domain: domain.to_owned(),
            selector: selector.to_owned(),
            algorithm,
            signer,
        })
    }

    /// The mail with a signature at its head; none where the key can't sign.
    pub(super) fn sign(&self, mail: &[u8], time: u64) -> Option<Vec<u8>> {
        let (head, body) = split(mail)?;
        let fields = fields(head);
        let names = listed(&fields);
        let hash = STANDARD.encode(Sha256::digest(relaxed_body(body)));
        // Folded so that no line comes near the 998 bytes of SMTP, and the signature is the last of it.
        let unsigned = format!(
            "DKIM-Signature: v=1; a={}; c=relaxed/relaxed; d={}; s={};\r\n t={time}; h={};\r\n bh={hash};\r\n b=",
            self.algorithm,
            self.domain,
            self.selector,
            names.join(":"),
        );
        let text = signed_text(&fields, &names, &unsigned);
        let signature = if self.algorithm == "rsa-sha256" {
            self.signer.sign(text.as_bytes())
        } else {
            // RFC 8463 signs the hash, not the text.
            self.signer.sign(&Sha256::digest(text.as_bytes()))
        };
        let mut signed = unsigned.into_bytes();
        let signature = STANDARD.encode(signature.ok()?);
        for (place, part) in signature.as_bytes().chunks(72).enumerate() {
            if place > 0 {
                signed.extend_from_slice(b"\r\n ");
            }
            signed.extend_from_slice(part);
        }
        signed.extend_from_slice(b"\r\n");
        signed.extend_from_slice(mail);
        Some(signed)
    }
}

/// Head and body, without the empty line between them.
fn split(mail: &[u8]) -> Option<(&str, &[u8])> {
    let end = mail.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(mail.get(..end + 2)?).ok()?;
    Some((head, mail.get(end + 4..)?))
}

/// The header fields as they stand, with their folded lines.
fn fields(head: &str) -> Vec<&str> {
    let mut fields = Vec::new();
    let (mut begin, mut at) = (0, 0);
    for line in head.split_inclusive("\r\n") {
        if at > begin && !line.starts_with([' ', '\t']) {
            fields.extend(head.get(begin..at));
            begin = at;
        }
        at += line.len();
    }
    fields.extend(head.get(begin..at).filter(|field| !field.is_empty()));
    fields
}

fn name(field: &str) -> String {
    let name = field.split(':').next().unwrap_or_default();
    name.trim_end().to_ascii_lowercase()
}

/// The names to sign: of the known ones those that are there, and those whose addition would do harm.
fn listed(fields: &[&str]) -> Vec<&'static str> {
    let there = |wanted: &str| fields.iter().any(|field| name(field) == wanted);
    let guarded = |wanted: &str| matches!(wanted, "from" | "to" | "subject" | "date");
    let names = SIGNED.into_iter();
    names
        .filter(|wanted| guarded(wanted) || there(wanted))
        .collect()
}

/// What is signed: the listed fields from the last to the first of each name, then the signature's own field.
fn signed_text(fields: &[&str], names: &[&str], own: &str) -> String {
    let mut text = String::new();
    let mut used = vec![false; fields.len()];
    for wanted in names {
        let mut places = fields.iter().zip(&mut used).rev();
        let found = places.find(|(field, used)| !**used && name(field) == *wanted);
        if let Some((field, used)) = found {
            *used = true;
            text.push_str(&relaxed_field(field));
            text.push_str("\r\n");
        }
    }
    text.push_str(&relaxed_field(own));
    text
}

/// A field with its name in lower case and each run of white space as one blank, without an end.
fn relaxed_field(field: &str) -> String {
    let (_, value) = field.split_once(':').unwrap_or((field, ""));
    let words = value.split([' ', '\t', '\r', '\n']);
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    format!("{}:{}", name(field), words.join(" "))
}

/// The body with each run of blanks as one, none at a line's end, and no empty lines at its own.
fn relaxed_body(body: &[u8]) -> Vec<u8> {
    let mut relaxed = Vec::with_capacity(body.len() + 2);
    let mut empty = 0;
    let text = body.strip_suffix(b"\r\n").unwrap_or(body);
    if text.is_empty() {
        return relaxed;
    }
    for line in text.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let mut own = Vec::with_capacity(line.len());
        for byte in line {
            match byte {
                b' ' | b'\t' if own.last() == Some(&b' ') => {}
                b' ' | b'\t' => own.push(b' '),
                _ => own.push(*byte),
            }
        }
        if own.last() == Some(&b' ') {
            own.pop();
        }
        if own.is_empty() {
            empty += 1;
            continue;
        }
        for _ in 0..std::mem::take(&mut empty) {
            relaxed.extend_from_slice(b"\r\n");
        }
        relaxed.extend_from_slice(&own);
        relaxed.extend_from_slice(b"\r\n");
    }
    relaxed
}

#[cfg(test)]
#[path = "dkim_tests.rs"]
mod tests;

//! Codes of coupons: an HMAC of the merchant's code key, so that nobody else can make or guess one.
//! Source: spec, expiry, "What a coupon takes off" (codes).

use super::super::ids::Name;
use super::super::text;
use crate::reading::{Read, Reader, Wrong};
use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};
use std::fmt;

/// The permitted form of a code.
pub const CODE_FORM: &str = "16 of 0-9 and A-Z in groups of four, such as 7H2K-9QXD-0M4T-VB3E";

/// The symbols of five bits, in the order of their values and of ASCII: Crockford's base 32.
const SYMBOLS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Bytes that SHA-256 takes at a time.
const BLOCK: usize = 64;

/// A coupon's code: 80 bits, compared as its text compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(u128);

impl Code {
    /// The code of a template's coupon with that serial: the first 80 bits of
    /// HMAC-SHA256(key, `coupon` 0 name 0 serial), the serial in 8 bytes, greatest first. A name has no 0 in it,
    /// so that two coupons never share their text.
    #[must_use]
    pub fn make(key: &[u8; 32], template: &Name, serial: u64) -> Self {
        let name = template.as_str().as_bytes();
        let hash = hmac(key, &[b"coupon\0", name, b"\0", &serial.to_be_bytes()]);
        let bytes = hash.iter().take(10);
        Self(bytes.fold(0, |bits, byte| bits << 8 | u128::from(*byte)))
    }

    /// Reads a code as people type it: lower case, with dashes anywhere or none, O for 0, I and L for 1.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut bits = 0;
        let mut count = 0_u32;
        for symbol in text.bytes().filter(|byte| *byte != b'-') {
            let symbol = match symbol.to_ascii_uppercase() {
                b'O' => b'0',
                b'I' | b'L' => b'1',
                other => other,
            };
            let value = SYMBOLS.iter().position(|known| *known == symbol)?;
            count = count.checked_add(1).filter(|count| *count <= 16)?;
            bits = bits << 5 | u128::try_from(value).ok()?;
        }
        (count == 16).then_some(Self(bits))
    }
}

/// HMAC-SHA256 of the parts, one after the other (RFC 2104).
fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let short: [u8; 32];
    let key = if key.len() > BLOCK {
        short = Sha256::digest(key).into();
        short.as_slice()
    } else {
        key
    };
    let pad = |with: u8| {
        let mut block = [with; BLOCK];
        for (byte, key) in block.iter_mut().zip(key) {
            *byte ^= key;
        }
        Sha256::new().chain_update(block)
    };
    let inner = parts
        .iter()
        .fold(pad(0x36), |hash, part| hash.chain_update(part));
    pad(0x5c).chain_update(inner.finalize()).finalize().into()
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for place in 0..16_u32 {
            if place > 0 && place % 4 == 0 {
                f.write_str("-")?;
            }
            let value = usize::try_from(self.0 >> (75 - 5 * place) & 31).unwrap_or(0);
            let symbol = SYMBOLS.get(value).copied().unwrap_or(b'0');
            fmt::Write::write_char(f, char::from(symbol))?;
        }
        Ok(())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Read for Code {
    fn blank() -> Self {
        Self(0)
    }

    #[inline(never)]
    fn read(&mut self, from: &mut Reader<'_>) -> Result<(), Wrong> {
        text::read(self, from, CODE_FORM, Self::parse)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// RFC 4231, test cases 1, 2, 3 and 6.
    #[test]
    fn the_hash_is_that_of_the_standard() {
        let table: [(&[u8], &[u8], &str); 4] = [
            (
                &[0x0b; 20],
                b"Hi There",
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
            ),
            (
                b"Jefe",
                b"what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (
                &[0xaa; 20],
                &[0xdd; 50],
                "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
            ),
            (
                &[0xaa; 131],
                b"Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
        ];
        for (key, text, hash) in table {
            assert_eq!(hex(&hmac(key, &[text])), hash);
            let (a, b) = text.split_at(3);
            assert_eq!(hex(&hmac(key, &[a, b])), hash);
        }
    }

    #[test]
    fn a_code_depends_on_key_template_and_serial() {
        let name = |text| Name::parse(text).unwrap();
        let code = Code::make(&[7; 32], &name("spring"), 1);
        assert_eq!(code, Code::make(&[7; 32], &name("spring"), 1));
        for other in [
            Code::make(&[8; 32], &name("spring"), 1),
            Code::make(&[7; 32], &name("sprin"), 1),
            Code::make(&[7; 32], &name("spring"), 2),
        ] {
            assert_ne!(code, other);
        }
        let text = code.to_string();
        assert_eq!(text.len(), 19);
        assert_eq!(Code::parse(&text), Some(code));
    }

    #[test]
    fn reads_what_people_type() {
        let code = Code::parse("01AB-CDEF-GHJK-MNPQ").unwrap();
        assert_eq!(code.to_string(), "01AB-CDEF-GHJK-MNPQ");
        for text in [
            "oiab-cdef-ghjk-mnpq",
            "OLABCDEFGHJKMNPQ",
            "0-1abcdefghjkmnp-q",
        ] {
            assert_eq!(Code::parse(text), Some(code), "{text}");
        }
        for text in [
            "",
            "----",
            "01AB-CDEF-GHJK-MNP",
            "01AB-CDEF-GHJK-MNPQR",
            "U1AB-CDEF-GHJK-MNPQ",
            "01AB CDEF GHJK MNPQ",
            "０1AB-CDEF-GHJK-MNPQ",
        ] {
            assert_eq!(Code::parse(text), None, "{text}");
        }
        let (low, high) = ("0000-0000-0000-0009", "0000-0000-0000-000A");
        assert!(low < high && Code::parse(low) < Code::parse(high));
        assert_eq!(
            Code::parse("ZZZZ-ZZZZ-ZZZZ-ZZZZ").unwrap().to_string(),
            "ZZZZ-ZZZZ-ZZZZ-ZZZZ"
        );
    }
}

//! Base64 of items, which may lack its padding where a code ends.

/// The bytes; none for signs that are not of the alphabet, for padding before the end, and for a length that no bytes have.
pub(super) fn bytes(text: &[u8]) -> Option<Vec<u8>> {
    let mut digits = text;
    for _ in 0..2 {
        digits = digits.strip_suffix(b"=").unwrap_or(digits);
    }
    if digits.len() % 4 == 1 || digits.len() < text.len() && !text.len().is_multiple_of(4) {
        return None;
    }
    let mut bytes = Vec::with_capacity(digits.len() / 4 * 3 + 2);
    let mut bits = 0_u32;
    for (place, digit) in (1_usize..).zip(digits) {
        bits = (bits << 6) & 0xff_ffff | u32::from(value(*digit)?);
        let [_, high, middle, low] = bits.to_be_bytes();
        if place % 4 == 0 {
            bytes.extend([high, middle, low]);
        }
    }
    match digits.len() % 4 {
        2 => bytes.extend((bits >> 4).to_be_bytes().last()),
        3 => {
            let [.., high, low] = (bits >> 2).to_be_bytes();
            bytes.extend([high, low]);
        }
        _ => {}
    }
    Some(bytes)
}

/// Whether a byte is of the alphabet, its padding included.
pub(super) fn is_sign(byte: &u8) -> bool {
    value(*byte).is_some() || *byte == b'='
}

fn value(digit: u8) -> Option<u8> {
    Some(match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cases of RFC 4648, section 10, and the same without their padding.
    #[test]
    fn the_standards_cases() {
        for (text, expected) in [
            ("", ""),
            ("Zg==", "f"),
            ("Zm8=", "fo"),
            ("Zm9v", "foo"),
            ("Zm9vYg==", "foob"),
            ("Zm9vYmE=", "fooba"),
            ("Zm9vYmFy", "foobar"),
            ("Zm9vYg", "foob"),
            ("Zm9vYmE", "fooba"),
        ] {
            assert_eq!(
                bytes(text.as_bytes()).as_deref(),
                Some(expected.as_bytes()),
                "{text}"
            );
        }
        for text in ["Z", "Zg=", "Zm9vY", "Zg==Zg==", "Zm8:", "====", "Zm 9v"] {
            assert_eq!(bytes(text.as_bytes()), None, "{text}");
        }
    }
}

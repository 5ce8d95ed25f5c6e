//! Numbers as text of a fixed width. Every key and record has a few of them, and a formatter takes ten times as long.

/// The last `N` decimal digits.
#[must_use]
pub fn of<const N: usize>(mut number: u32) -> [u8; N] {
    let mut digits = [b'0'; N];
    for digit in digits.iter_mut().rev() {
        *digit = b'0'.saturating_add(u8::try_from(number % 10).unwrap_or(0));
        number /= 10;
    }
    digits
}

/// Adds a number with zeros before it, of 12 digits; a larger number has more.
pub fn push(out: &mut String, number: u64) {
    let halves = (number / 1_000_000, number % 1_000_000);
    match (u32::try_from(halves.0), u32::try_from(halves.1)) {
        (Ok(upper @ ..1_000_000), Ok(lower)) => {
            out.push_str(text(&of::<6>(upper)));
            out.push_str(text(&of::<6>(lower)));
        }
        _ => out.push_str(&number.to_string()),
    }
}

/// Adds a number in base 16, of 16 digits.
pub fn push_hex(out: &mut String, number: u64) {
    let digit = |nibble: u8| if nibble < 10 { b'0' } else { b'a' - 10 }.saturating_add(nibble);
    let mut digits = [0; 16];
    for (two, byte) in digits
        .as_chunks_mut()
        .0
        .iter_mut()
        .zip(number.to_be_bytes())
    {
        *two = [digit(byte >> 4), digit(byte & 15)];
    }
    out.push_str(text(&digits));
}

/// Digits as text.
pub fn text(digits: &[u8]) -> &str {
    std::str::from_utf8(digits).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn as_a_formatter_writes_them(number: u64, small in 0_u64..2_000_000_000_000) {
            for number in [number, small, 0, u64::MAX, 999_999_999_999, 1_000_000_000_000] {
                let mut out = "n".to_owned();
                push(&mut out, number);
                prop_assert_eq!(&out, &format!("n{number:012}"));
                let mut out = "x".to_owned();
                push_hex(&mut out, number);
                prop_assert_eq!(&out, &format!("x{number:016x}"));
            }
        }
    }
}

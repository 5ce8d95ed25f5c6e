//! Numbers as text of a fixed width. Every key and record has a few of them, and a formatter takes ten times as long.

/// The last two decimal digits.
#[must_use]
#[inline]
pub const fn two(number: u32) -> [u8; 2] {
    [digit(number / 10), digit(number)]
}

/// The last decimal digit.
#[inline]
const fn digit(number: u32) -> u8 {
    let [digit, ..] = (number % 10).to_le_bytes();
    b'0'.wrapping_add(digit)
}

/// The number that two digits say.
#[must_use]
#[inline]
pub fn number_of(two: [u8; 2]) -> Option<u32> {
    let [tens, ones] = two.map(|digit| digit.wrapping_sub(b'0'));
    (tens < 10 && ones < 10).then(|| pair(tens, ones))
}

/// The number of two digits' values.
#[must_use]
#[inline]
pub const fn pair(tens: u8, ones: u8) -> u32 {
    let number = tens.wrapping_mul(10).wrapping_add(ones);
    u32::from_le_bytes([number, 0, 0, 0])
}

/// What the bytes of a text are beyond those of a form, if none is by more than it may: a digit is by 9 beyond `0`, at most, and a mark by
/// nothing.
#[must_use]
#[inline]
pub const fn beyond(form: [u8; 8], text: [u8; 8], most: [u8; 8]) -> Option<[u8; 8]> {
    let values = u64::from_le_bytes(text) ^ u64::from_le_bytes(form);
    // A byte that is more than it may be comes to 128 or more, or is.
    let room = u64::from_le_bytes([127; 8]).wrapping_sub(u64::from_le_bytes(most));
    let marks = (values.wrapping_add(room) | values) & u64::from_le_bytes([128; 8]);
    if marks == 0 {
        Some(values.to_le_bytes())
    } else {
        None
    }
}

/// The last `N` decimal digits.
#[must_use]
pub fn of<const N: usize>(mut number: u32) -> [u8; N] {
    let mut digits = [b'0'; N];
    for digit in digits.iter_mut().rev() {
        *digit = self::digit(number);
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

    #[test]
    fn a_byte_of_another_form_is_found_wherever_it_stands() {
        let (form, text) = (*b"00T00:00", *b"00T19:59");
        let most = form.map(|byte| if byte == b'0' { 9 } else { 0 });
        assert_eq!(beyond(form, text, most), Some([0, 0, 0, 1, 9, 0, 5, 9]));
        for at in 0..8 {
            for byte in 0..=u8::MAX {
                let mut text = text;
                text[at] = byte;
                let fits = if form[at] == b'0' {
                    byte.is_ascii_digit()
                } else {
                    byte == form[at]
                };
                let values = beyond(form, text, most);
                assert_eq!(values.is_some(), fits, "{byte} at {at}");
                assert!(values.is_none_or(|values| values[at] == byte ^ form[at]));
            }
        }
        assert_eq!(
            [*b"00", *b"59", *b"5:", *b"/9"].map(number_of),
            [Some(0), Some(59), None, None]
        );
        assert_eq!(
            [0, 7, 10, 99, 2_026].map(two),
            [*b"00", *b"07", *b"10", *b"99", *b"26"]
        );
    }

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

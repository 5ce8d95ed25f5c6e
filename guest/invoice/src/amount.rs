//! Decimals as invoices and verifiers write them.

use crate::fold;
use rust_decimal::Decimal;

/// Digits before the point, at most. Sums over whole invoices stay exact far beyond it.
const WHOLE_MAX: usize = 15;

/// Digits after the point, at most; further ones may only be zeros.
const FRACTION_MAX: usize = 8;

/// Reads digits with an optional sign and fraction, as in `30.32` and `-35`; none for anything else, exponents and
/// more than 15 digits before or 8 after the point included.
#[must_use]
pub fn exact(text: &str) -> Option<Decimal> {
    if let Some(value) = plain(text.as_bytes()) {
        return Some(value);
    }
    let (negative, digits) = match text.as_bytes() {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let point = digits.iter().position(|byte| *byte == b'.');
    let (whole, fraction) = match point {
        Some(at) => (digits.get(..at)?, digits.get(at + 1..)?),
        None => (digits, &[][..]),
    };
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let whole = trim_start(whole);
    let fraction = trim_end(fraction);
    if whole.len() > WHOLE_MAX || fraction.len() > FRACTION_MAX {
        return None;
    }
    let mut mantissa = 0_i64;
    for byte in whole.iter().chain(fraction) {
        if !byte.is_ascii_digit() {
            return None;
        }
        mantissa = mantissa
            .checked_mul(10)?
            .checked_add(i64::from(byte - b'0'))?;
    }
    let scale = u32::try_from(fraction.len()).ok()?;
    let value = Decimal::new(mantissa, scale);
    Some(if negative { -value } else { value })
}

/// Nine digits at most and nothing else, as nearly all figures are.
fn plain(digits: &[u8]) -> Option<Decimal> {
    if !matches!(digits.len(), 1..=9) {
        return None;
    }
    let mut value = 0_u32;
    for byte in digits {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value.wrapping_mul(10).wrapping_add(u32::from(digit));
    }
    Some(Decimal::from_parts(value, 0, 0, false, 0))
}

/// The same for what people and platforms type: full-width digits, blanks around it, and commas between groups of
/// three digits.
#[must_use]
pub fn lenient(text: &str) -> Option<Decimal> {
    // Nearly all are written plainly, and need no folding.
    exact(text).or_else(|| folded(text))
}

fn folded(text: &str) -> Option<Decimal> {
    let text = fold::typed(text);
    if !text.contains(',') {
        return exact(&text);
    }
    let whole = text.split('.').next().unwrap_or_default();
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let first = first.trim_start_matches(['-', '+']);
    let grouped = (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3);
    let plain: String = text.chars().filter(|letter| *letter != ',').collect();
    grouped.then(|| exact(&plain)).flatten()
}

/// Eight hexadecimal digits of either case.
pub(crate) fn hexadecimal(digits: &[u8]) -> Option<u32> {
    let mut value = 0_u32;
    for byte in digits {
        let digit = char::from(*byte).to_digit(16)?;
        value = value.checked_mul(16)?.checked_add(digit)?;
    }
    (!digits.is_empty()).then_some(value)
}

/// Decimal digits and nothing else.
pub(crate) fn whole(digits: &[u8]) -> Option<u32> {
    let mut value = 0_u32;
    for byte in digits {
        let digit = char::from(*byte).to_digit(10)?;
        value = value.checked_mul(10)?.checked_add(digit)?;
    }
    (!digits.is_empty()).then_some(value)
}

fn trim_start(mut digits: &[u8]) -> &[u8] {
    while let [b'0', rest @ ..] = digits {
        digits = rest;
    }
    digits
}

fn trim_end(mut digits: &[u8]) -> &[u8] {
    while let [rest @ .., b'0'] = digits {
        digits = rest;
    }
    digits
}

/// A whole number without the formatting machinery.
pub(crate) fn digits(number: u64) -> String {
    let mut digits = Vec::new();
    let mut rest = number;
    while rest > 0 || digits.is_empty() {
        digits.extend(u8::try_from(rest % 10).map(|digit| char::from(b'0' + digit)));
        rest /= 10;
    }
    digits.iter().rev().collect()
}

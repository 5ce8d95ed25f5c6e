//! Text, eight bytes at a time: in the sandbox each turn of a loop is metered.

/// Each byte of a word the same.
const fn every(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// A mark in the high bit of each byte that is this one; beside a mark there may be false ones in higher bytes, and
/// without one there is none.
#[inline]
pub const fn is(word: u64, byte: u8) -> u64 {
    let zero = word ^ every(byte);
    zero.wrapping_sub(every(1)) & !zero & every(0x80)
}

/// The same for each byte that is a control character of ASCII below a blank.
#[inline]
pub const fn is_control(word: u64) -> u64 {
    word.wrapping_sub(every(b' ')) & !word & every(0x80)
}

/// Whether a text has no control character, of ASCII or of Unicode.
#[must_use]
pub fn is_printed(text: &str) -> bool {
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let plain = |word: u64| (is_control(word) | is(word, 0x7f) | word & every(0x80)) == 0;
    let simple = words.iter().all(|word| plain(u64::from_le_bytes(*word)))
        && rest.iter().all(|byte| matches!(byte, b' '..0x7f));
    simple || !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::is_printed;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn finds_what_a_search_by_characters_finds(text in "[ -~\u{0}-\u{1f}\u{7f}-\u{a0}é€😀]{0,20}|[ -~é]{0,40}") {
            prop_assert_eq!(is_printed(&text), !text.chars().any(char::is_control));
        }
    }
}

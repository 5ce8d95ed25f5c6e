//! What stands in a text as it is.

use crate::words;

/// A quote, a backslash or a control character: what a JSON text writes in another way.
#[inline]
fn is_special(byte: &u8) -> bool {
    matches!(byte, b'"' | b'\\' | 0..b' ')
}

/// A mark in each byte of a word that is special; see [`words`].
#[inline]
fn special(word: u64) -> u64 {
    words::is(word, b'"') | words::is(word, b'\\') | words::is_control(word)
}

/// Bytes of a text before the first special one.
#[inline]
pub(super) fn length(text: &[u8]) -> usize {
    let mut at = 0;
    while let Some(word) = text.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let word = u64::from_le_bytes(*word);
        let found = special(word);
        if found != 0 {
            // The lowest mark is a true one.
            return at + usize::try_from(found.trailing_zeros() / 8).unwrap_or(0);
        }
        at += 8;
    }
    let rest = text.get(at..).unwrap_or_default();
    at + rest.iter().position(is_special).unwrap_or(rest.len())
}

/// Whether all of a text stands as it is. Nearly all texts are short, and are looked at without a loop.
#[inline]
pub(super) fn is_plain(text: &[u8]) -> bool {
    if text.len() > 32 {
        return length(text) == text.len();
    }
    let whole = |a: &[u8; 8], b: &[u8; 8]| {
        (special(u64::from_le_bytes(*a)) | special(u64::from_le_bytes(*b))) == 0
    };
    let both = |two: &[u8; 16]| matches!(two.as_chunks().0, [a, b] if whole(a, b));
    if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
        return both(first) && both(last);
    }
    if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
        return whole(first, last);
    }
    if let (Some([a, b, c, d]), Some([e, f, g, h])) = (text.first_chunk(), text.last_chunk()) {
        let both = [*a, *b, *c, *d, *e, *f, *g, *h];
        return whole(&both, &both);
    }
    !text.iter().any(is_special)
}

#[cfg(test)]
mod tests {
    use super::{is_plain, length};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn finds_what_a_search_byte_by_byte_finds(text in "[a-c\"\\\\\u{0}-\u{20}\u{7f}é€😀]{0,40}|[a-z]{0,40}") {
            let special = |byte: u8| byte < b' ' || byte == b'"' || byte == b'\\';
            let plain = text.bytes().position(special).unwrap_or(text.len());
            prop_assert_eq!(length(text.as_bytes()), plain);
            prop_assert_eq!(is_plain(text.as_bytes()), plain == text.len());
        }

        #[test]
        fn finds_one_special_byte_anywhere(length in 1_usize..40, at in 0_usize..40, special in "[\"\\\\\u{0}-\u{1f}]") {
            let mut text = "x".repeat(length);
            prop_assert!(is_plain(text.as_bytes()));
            let at = at % length;
            text.replace_range(at..=at, &special);
            prop_assert!(!is_plain(text.as_bytes()));
        }
    }
}

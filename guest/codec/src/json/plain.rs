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
    if text.len() > 16 {
        return length(text) == text.len();
    }
    let whole = |a: &[u8; 8], b: &[u8; 8]| {
        (special(u64::from_le_bytes(*a)) | special(u64::from_le_bytes(*b))) == 0
    };
    if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
        return whole(first, last);
    }
    if let (Some([a, b, c, d]), Some([e, f, g, h])) = (text.first_chunk(), text.last_chunk()) {
        let both = [*a, *b, *c, *d, *e, *f, *g, *h];
        return whole(&both, &both);
    }
    !text.iter().any(is_special)
}

/// Bytes of a text that is put down without a call. A copy of a length that isn't known when this is compiled is a call of
/// the host's.
const SHORT: usize = 16;

/// Puts a text behind another.
#[inline]
pub(super) fn push(out: &mut String, text: &str) {
    around(out, "", text, "");
}

/// Puts a text behind another, between two short ones, such as quotes, that are known when this is compiled.
#[inline(always)]
pub(super) fn around(out: &mut String, before: &'static str, text: &str, after: &'static str) {
    if text.len() > SHORT {
        out.push_str(before);
        out.push_str(text);
        out.push_str(after);
        return;
    }
    out.reserve(before.len() + SHORT + after.len());
    let start = out.len();
    // SAFETY: there is room for all three behind the text's end, they are apart from it since it is borrowed for writing,
    // all bytes up to the new length have been written, and they are three whole texts.
    #[expect(
        unsafe_code,
        reason = "one look at the room for three texts is most of what can be saved here"
    )]
    unsafe {
        let out = out.as_mut_vec();
        let mut at = out.as_mut_ptr().add(start);
        for text in [before, text, after] {
            put(at, text.as_bytes());
            at = at.add(text.len());
        }
        out.set_len(start + before.len() + text.len() + after.len());
    }
}

/// Writes a short text, as two words that may overlap.
///
/// # Safety
/// There is room for the text.
#[inline(always)]
#[expect(unsafe_code, reason = "see `around`")]
unsafe fn put(at: *mut u8, text: &[u8]) {
    let length = text.len();
    // SAFETY: the pieces lie within the text's length.
    unsafe {
        if let (Some(first), Some(last)) = (text.first_chunk::<8>(), text.last_chunk::<8>()) {
            at.cast::<[u8; 8]>().write_unaligned(*first);
            at.add(length - 8).cast::<[u8; 8]>().write_unaligned(*last);
        } else if let (Some(first), Some(last)) = (text.first_chunk::<4>(), text.last_chunk::<4>())
        {
            at.cast::<[u8; 4]>().write_unaligned(*first);
            at.add(length - 4).cast::<[u8; 4]>().write_unaligned(*last);
        } else if let (Some(first), Some(last)) = (text.first_chunk::<2>(), text.last_chunk::<2>())
        {
            at.cast::<[u8; 2]>().write_unaligned(*first);
            at.add(length - 2).cast::<[u8; 2]>().write_unaligned(*last);
        } else if let Some(byte) = text.first() {
            at.write(*byte);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{around, is_plain, length, push};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn finds_what_a_search_byte_by_byte_finds(text in "[a-c\"\\\\\u{0}-\u{20}\u{7f}é€😀]{0,40}|[a-z]{0,40}") {
            let special = |byte: u8| byte < b' ' || byte == b'"' || byte == b'\\';
            let plain = text.bytes().position(special).unwrap_or(text.len());
            prop_assert_eq!(length(text.as_bytes()), plain);
            let mut out = "x".to_owned();
            prop_assert_eq!(is_plain(text.as_bytes()), plain == text.len());
            push(&mut out, &text);
            prop_assert_eq!(&out, &format!("x{text}"));
            around(&mut out, ",\"", &text, "\":");
            prop_assert_eq!(out, format!("x{text},\"{text}\":"));
        }
    }
}

//! Texts that are put together of short ones: keys, and most of what a record is written of.

/// Bytes of a text that is put down without a call; a moment fits. A copy of a length that isn't known when this is compiled is a call
/// of the host's.
const SHORT: usize = 32;

/// Puts a text behind another.
#[inline(never)]
pub fn push(out: &mut String, text: &str) {
    around(out, "", text, "");
}

/// Puts a number behind a text.
#[inline(never)]
pub fn push_number(out: &mut String, number: u64) {
    push(out, itoa::Buffer::new().format(number));
}

/// These texts, one behind another.
#[must_use]
#[inline(never)]
pub fn joined(texts: &[&str]) -> String {
    let length: usize = texts.iter().map(|text| text.len()).sum();
    // As much as the last of them asks for.
    let mut out = String::with_capacity(length + SHORT);
    for text in texts {
        push(&mut out, text);
    }
    out
}

/// Puts a text behind another, between two short ones, such as quotes, that are known when this is compiled.
#[inline(always)]
pub(crate) fn around(out: &mut String, before: &'static str, text: &str, after: &'static str) {
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

/// Writes a short text, as two pieces that may overlap.
///
/// # Safety
/// There is room for the text.
#[inline(always)]
#[expect(unsafe_code, reason = "see `around`")]
unsafe fn put(at: *mut u8, text: &[u8]) {
    let length = text.len();
    // SAFETY: the pieces lie within the text's length.
    unsafe {
        if let (Some(first), Some(last)) = (text.first_chunk::<16>(), text.last_chunk::<16>()) {
            at.cast::<[u8; 16]>().write_unaligned(*first);
            at.add(length - 16)
                .cast::<[u8; 16]>()
                .write_unaligned(*last);
        } else if let (Some(first), Some(last)) = (text.first_chunk::<8>(), text.last_chunk::<8>())
        {
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
    use super::{around, joined, push, push_number};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn are_what_a_formatter_writes(text in "[a-c\"\u{0}-\u{20}é€😀]{0,40}|[a-z]{0,40}", other in "[a-z]{0,40}", number: u64) {
            let mut out = "x".to_owned();
            push(&mut out, &text);
            prop_assert_eq!(&out, &format!("x{text}"));
            around(&mut out, ",\"", &text, "\":");
            prop_assert_eq!(&out, &format!("x{text},\"{text}\":"));
            push_number(&mut out, number);
            prop_assert_eq!(out, format!("x{text},\"{text}\":{number}"));
            prop_assert_eq!(joined(&[&text, "/", &other, &text]), format!("{text}/{other}{text}"));
        }
    }
}

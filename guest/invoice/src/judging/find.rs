//! Words in names, found quickly: most are ruled out by one comparison of 64 bits.

use crate::fold;

/// A word as comparisons see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    text: String,
    pairs: u64,
}

/// A name as comparisons see it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Name<'a> {
    text: &'a [u8],
    pairs: u64,
}

impl Word {
    /// None where nothing is left of it but blanks.
    pub(super) fn new(text: &str) -> Option<Self> {
        let mut folded = String::new();
        fold::compared(text, &mut folded);
        (!folded.is_empty()).then(|| Self {
            pairs: pairs(folded.as_bytes()),
            text: folded,
        })
    }

    /// Whether the name contains it.
    pub(super) fn is_in(&self, name: Name<'_>) -> bool {
        let word = self.text.as_bytes();
        self.pairs & !name.pairs == 0
            && word.len() <= name.text.len()
            && name.text.windows(word.len()).any(|part| part == word)
    }
}

impl<'a> Name<'a> {
    /// Of a text that was folded before, with its pairs.
    pub(super) fn new(text: &'a [u8], pairs: u64) -> Self {
        Self { text, pairs }
    }
}

/// Which pairs of neighbouring bytes a text has, each as one of 64 bits. A text that contains another one has all of its.
pub(super) fn pairs(text: &[u8]) -> u64 {
    let mut bits = 0_u64;
    let mut before: Option<u8> = None;
    for byte in text {
        if let Some(before) = before {
            let mixed = (u32::from(*byte) | u32::from(before) << 8).wrapping_mul(0x9e37_79b1);
            bits |= 1_u64 << (mixed >> 26);
        }
        before = Some(*byte);
    }
    bits
}

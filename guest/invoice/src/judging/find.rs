//! Words in names, found quickly: most are ruled out by one comparison of 64 bits.

use crate::fold;

/// A word as comparisons see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    text: String,
    pairs: u64,
}

/// A name as comparisons see it, somewhere in a longer text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Name {
    from: usize,
    to: usize,
    pairs: u64,
}

impl Name {
    /// Folds a name and appends it to the text.
    pub(super) fn add(name: &str, text: &mut String) -> Self {
        let from = text.len();
        fold::compared(name, text);
        Self {
            from,
            to: text.len(),
            pairs: pairs(text.as_bytes().get(from..).unwrap_or_default()),
        }
    }

    /// Whether nothing is left of it.
    pub(super) fn is_blank(self) -> bool {
        self.from == self.to
    }
}

/// What a name has to have that contains one of some words, or all of them: most names are passed over by this alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sieve(u64);

impl Sieve {
    /// Of names that contain any of the words, or all.
    pub(super) fn of(words: &[Word], all: bool) -> Self {
        let pairs = words.iter().map(|word| word.pairs);
        Self(if all {
            pairs.fold(0, |pairs, more| pairs | more)
        } else {
            pairs.reduce(|pairs, more| pairs & more).unwrap_or(0)
        })
    }

    /// Whether a name may be one of them.
    #[inline]
    pub(super) fn passes(self, name: Name) -> bool {
        self.0 & !name.pairs == 0
    }
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

    /// Whether the name, which lies in `text`, contains it.
    // The first comparison decides nearly always, so it belongs where it is asked, even in a small build.
    #[inline(always)]
    pub(super) fn is_in(&self, name: Name, text: &str) -> bool {
        self.pairs & !name.pairs == 0 && self.is_part_of(text.as_bytes().get(name.from..name.to))
    }

    #[inline(never)]
    fn is_part_of(&self, name: Option<&[u8]>) -> bool {
        let word = self.text.as_bytes();
        let mut rest = name.unwrap_or_default();
        while rest.len() >= word.len() && !word.is_empty() {
            if rest.first() == word.first() && rest.starts_with(word) {
                return true;
            }
            let Some((_, after)) = rest.split_first() else {
                break;
            };
            rest = after;
        }
        false
    }
}

/// Which pairs of neighbouring bytes a text has, each as one of 64 bits. A text that contains another one has all of its.
fn pairs(text: &[u8]) -> u64 {
    let mut bits = 0_u64;
    let Some((first, rest)) = text.split_first() else {
        return bits;
    };
    let mut before = u32::from(*first);
    for byte in rest {
        let byte = u32::from(*byte);
        let mixed = (byte | before << 8).wrapping_mul(0x9e37_79b1);
        bits |= 1_u64 << (mixed >> 26);
        before = byte;
    }
    bits
}

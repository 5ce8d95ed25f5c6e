//! Evidence made ready for judging: its texts folded once, however many words they are held against.

use super::find::{Name, Sieve, Word};
use crate::evidence::{Evidence, Line};

/// An invoice ready to be judged, by one campaign's conditions or by several's.
#[derive(Clone, Debug)]
pub struct Folded<'a> {
    pub(super) evidence: &'a Evidence,
    /// Names of the seller and of all lines, one behind the other.
    text: String,
    seller: Name,
    lines: Vec<Name>,
}

/// A line as blocks see it.
#[derive(Clone, Copy, Debug)]
pub(super) struct FoldedLine<'a> {
    name: Name,
    text: &'a str,
    line: &'a Line,
}

impl<'a> Folded<'a> {
    /// Folds the names.
    #[must_use]
    pub fn new(evidence: &'a Evidence) -> Self {
        let names = evidence.lines.iter().map(|line| line.name.len());
        let length = names.fold(evidence.seller_name.len(), usize::saturating_add);
        let mut text = String::with_capacity(length);
        let seller = Name::add(&evidence.seller_name, &mut text);
        let lines = evidence.lines.iter();
        Self {
            evidence,
            seller,
            lines: lines.map(|line| Name::add(&line.name, &mut text)).collect(),
            text,
        }
    }

    /// Whether the seller has a name.
    pub(super) fn names_seller(&self) -> bool {
        !self.seller.is_blank()
    }

    /// Whether the seller's name contains a word.
    pub(super) fn sold_by(&self, word: &Word) -> bool {
        word.is_in(self.seller, &self.text)
    }

    pub(super) fn lines(&self) -> &[Line] {
        &self.evidence.lines
    }

    /// The lines whose names pass.
    #[inline]
    pub(super) fn lines_past(&self, sieve: Sieve) -> impl Iterator<Item = FoldedLine<'_>> {
        let names = self.lines.iter().enumerate();
        let passed = names.filter(move |(_, name)| sieve.passes(**name));
        passed.filter_map(|(place, name)| {
            Some(FoldedLine {
                name: *name,
                text: &self.text,
                line: self.evidence.lines.get(place)?,
            })
        })
    }
}

impl<'a> FoldedLine<'a> {
    /// Whether its name contains a word.
    #[inline(always)]
    pub(super) fn has(&self, word: &Word) -> bool {
        word.is_in(self.name, self.text)
    }

    /// The line itself.
    pub(super) fn line(self) -> &'a Line {
        self.line
    }
}

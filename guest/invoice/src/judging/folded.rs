//! Evidence made ready for judging: its texts folded once, however many words they are held against.

use super::find::{Name, pairs};
use crate::evidence::Evidence;
use crate::fold;
use rust_decimal::Decimal;

/// An invoice ready to be judged, by one campaign's conditions or by several's.
#[derive(Clone, Debug)]
pub struct Folded<'a> {
    pub(super) evidence: &'a Evidence,
    /// Names of the seller and of all lines, one behind the other.
    text: String,
    seller: Span,
    lines: Vec<Folding>,
}

/// Where a folded name lies, and its pairs of bytes.
#[derive(Clone, Copy, Debug)]
struct Span {
    from: usize,
    to: usize,
    pairs: u64,
}

#[derive(Clone, Copy, Debug)]
struct Folding {
    name: Span,
    quantity: Option<Decimal>,
    amount: Option<Decimal>,
    discount: bool,
}

/// A line as blocks see it.
#[derive(Clone, Copy, Debug)]
pub(super) struct FoldedLine<'a> {
    pub(super) name: Name<'a>,
    /// What it counts as items: 0 for a discount.
    pub(super) quantity: Option<Decimal>,
    pub(super) amount: Option<Decimal>,
}

impl<'a> Folded<'a> {
    /// Folds the names.
    #[must_use]
    pub fn new(evidence: &'a Evidence) -> Self {
        let mut text = String::with_capacity(64 + evidence.lines.len() * 32);
        let seller = add(&evidence.seller_name, &mut text);
        let lines = evidence
            .lines
            .iter()
            .map(|line| Folding {
                name: add(&line.name, &mut text),
                quantity: line.quantity,
                amount: line.amount,
                discount: line.is_discount(),
            })
            .collect();
        Self {
            evidence,
            text,
            seller,
            lines,
        }
    }

    pub(super) fn seller(&self) -> Name<'_> {
        self.name(self.seller)
    }

    pub(super) fn lines(&self) -> impl Iterator<Item = FoldedLine<'_>> {
        self.lines.iter().map(|line| FoldedLine {
            name: self.name(line.name),
            quantity: if line.discount {
                Some(Decimal::ZERO)
            } else {
                line.quantity
            },
            amount: line.amount,
        })
    }

    fn name(&self, span: Span) -> Name<'_> {
        let text = self.text.as_bytes().get(span.from..span.to);
        Name::new(text.unwrap_or_default(), span.pairs)
    }
}

fn add(name: &str, text: &mut String) -> Span {
    let from = text.len();
    fold::compared(name, text);
    Span {
        from,
        to: text.len(),
        pairs: pairs(text.as_bytes().get(from..).unwrap_or_default()),
    }
}

//! Which right code belongs to which left one, where codes of several invoices came together.

use super::code::{Kind, Payload};
use super::join::join;
use super::{Extent, Warning};

/// A left code whose fixed characters could be read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Left<'a> {
    /// Its place among all codes.
    pub(super) place: usize,
    /// The code.
    pub(super) payload: &'a Payload,
    /// What follows its fixed characters.
    pub(super) rest: &'a [u8],
}

/// For each left code the place of its right one, if it is certain.
///
/// One of each belong together. Of more, those do that come one after the other, if all of them fit; otherwise a right
/// code goes to the left one that alone it fits, and that no other right code fits.
pub(super) fn pairs(payloads: &[Payload], lefts: &[Left<'_>]) -> Vec<Option<usize>> {
    let rights: Vec<usize> = places(payloads, Kind::Right);
    let all_lefts = places(payloads, Kind::Left);
    if let ([_], [_], [right]) = (lefts, all_lefts.as_slice(), rights.as_slice()) {
        return vec![Some(*right)];
    }
    let fits = |left: &Left<'_>, right: usize| {
        let right = payloads.get(right);
        right.is_some() && fits(left, right)
    };
    for behind in [true, false] {
        let mut neighbours = Vec::new();
        for left in lefts {
            let right = if behind {
                left.place.checked_add(1)
            } else {
                left.place.checked_sub(1)
            };
            let right = right.filter(|right| rights.contains(right) && fits(left, *right));
            neighbours.extend(right);
        }
        if neighbours.len() == lefts.len() && rights.len() == lefts.len() {
            return neighbours.into_iter().map(Some).collect();
        }
    }
    let wants: Vec<Vec<usize>> = lefts
        .iter()
        .map(|left| {
            rights
                .iter()
                .copied()
                .filter(|right| fits(left, *right))
                .collect()
        })
        .collect();
    wants
        .iter()
        .map(|wanted| match wanted.as_slice() {
            [right] if wants.iter().filter(|other| other.contains(right)).count() == 1 => {
                Some(*right)
            }
            _ => None,
        })
        .collect()
}

fn places(payloads: &[Payload], kind: Kind) -> Vec<usize> {
    let places = payloads.iter().enumerate();
    places
        .filter(|(_, payload)| payload.kind == kind)
        .map(|(place, _)| place)
        .collect()
}

/// Whether the lines of both come out as the left one says.
fn fits(left: &Left<'_>, right: Option<&Payload>) -> bool {
    let content = join(left.rest, left.payload.form, right);
    let unusual = |warning: &Warning| {
        matches!(
            warning,
            Warning::Counts | Warning::DoubtfulSeam | Warning::ColonInName
        )
    };
    content.extent != Extent::Broken && !content.warnings.iter().any(unusual)
}

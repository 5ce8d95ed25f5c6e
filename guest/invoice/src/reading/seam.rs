//! Two halves made one text again: issuers cut it anywhere, before, behind or without the colon that belongs there.

use super::content::{Lines, lines, stated};

/// The text, and whether it could be another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Joined {
    pub(super) bytes: Vec<u8>,
    pub(super) doubtful: bool,
}

/// Joins what follows the left code's fixed characters and what follows the right code's two stars.
///
/// A colon is put between them only if the left half ends with a whole line, neither half has one at the seam, and the
/// lines come out as the codes say by it alone.
pub(super) fn joined(left: &[u8], right: &[u8]) -> Joined {
    let closed = left.ends_with(b":");
    let open = right.starts_with(b":");
    // One of two colons is the issuer's doing.
    let direct = [
        left,
        right.get(usize::from(closed && open)..).unwrap_or_default(),
    ]
    .concat();
    if closed || open || right.is_empty() || !ends_a_line(left) {
        return Joined {
            bytes: direct,
            doubtful: false,
        };
    }
    let apart = [left, b":", right].concat();
    let (with, without) = (rank(&apart), rank(&direct));
    Joined {
        bytes: if with > without { apart } else { direct },
        doubtful: with == without,
    }
}

/// The lines of a text, and what it says of their number.
pub(super) fn lines_of(text: &[u8]) -> Lines<'_> {
    let stated = stated(text);
    lines(stated.items.unwrap_or_default(), stated.here)
}

fn ends_a_line(left: &[u8]) -> bool {
    let stated = stated(left);
    let lines = lines(stated.items.unwrap_or_default(), None);
    stated.flag.is_some() && !stated.broken && lines.clean
}

/// How well a text comes out.
fn rank(text: &[u8]) -> u8 {
    let stated = stated(text);
    let lines = lines(stated.items.unwrap_or_default(), stated.here);
    match (lines.clean && !stated.broken, lines.are(stated.here)) {
        (false, _) => 0,
        (true, false) => 1,
        (true, true) if lines.colon => 2,
        (true, true) => 3,
    }
}

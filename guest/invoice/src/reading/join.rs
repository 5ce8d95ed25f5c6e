//! The items of a left code and of the right one that belongs to it.

use super::code::{Form, Payload};
use super::content::{Line, Lines, Stated, lines, stated};
use super::encoding::Letters;
use super::seam::{joined, lines_of};
use super::{Encoding, Extent, Item, Warning, base64};
use rust_decimal::Decimal;

/// What the codes say behind the fixed characters.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Content {
    pub(super) here: Option<u32>,
    pub(super) all: Option<u32>,
    pub(super) encoding: Option<Encoding>,
    pub(super) abroad: Option<Decimal>,
    pub(super) items: Vec<Item>,
    pub(super) extent: Extent,
    pub(super) warnings: Vec<Warning>,
}

/// A half as it came: the left one from its free area on, the right one from behind its stars.
#[derive(Clone, Debug)]
struct Half {
    bytes: Vec<u8>,
    form: Form,
}

/// Reads both halves, or the left one alone.
pub(super) fn join(left: &[u8], form: Form, right: Option<&Payload>) -> Content {
    let mut left = Half {
        bytes: left.to_vec(),
        form,
    };
    let mut right = right.map(|right| Half {
        bytes: right.bytes.strip_prefix(b"**").unwrap_or_default().to_vec(),
        form: right.form,
    });
    let flag = stated(&left.bytes).flag;
    let repaired = [Some(&left), right.as_ref()]
        .into_iter()
        .flatten()
        .any(|half| half.form == Form::Repaired);
    if let Some(right) = &mut right {
        alike(&mut left, right, preferred(flag));
    }
    let understood =
        left.form == Form::Text || right.as_ref().is_some_and(|half| half.form == Form::Text);
    if flag == Some(b'2') {
        return in_base64(
            &left.bytes,
            right.as_ref().map(|right| right.bytes.as_slice()),
        );
    }
    let whole = joined(
        &left.bytes,
        right.as_ref().map_or(&[], |right| &right.bytes),
    );
    let stated = stated(&whole.bytes);
    let text = stated.items.unwrap_or_default();
    if stated.flag == Some(b'2') {
        // Cut before the flag, so that all of the items are in one half.
        return in_base64(&whole.bytes, None);
    }
    let mut found = lines(text, stated.here);
    let mut warnings = Vec::new();
    if whole.doubtful {
        // The last price of the left half may go on in the right one.
        found = lines_of(&left.bytes);
        found.lines.pop();
        found.clean = false;
        warnings.push(Warning::DoubtfulSeam);
    } else if right.is_none() && is_cut(text, &found, &stated) {
        found.lines.pop();
        found.clean = false;
    }
    if stated.broken {
        found.clean = false;
    }
    if understood {
        return content(&stated, &found, text.is_empty(), &[Letters::Utf8], warnings);
    }
    let first = preferred(stated.flag);
    let mut content = content(
        &stated,
        &found,
        text.is_empty(),
        &[first, first.other()],
        warnings,
    );
    if repaired && content.items.iter().any(|item| !item.name.is_ascii()) {
        content.warnings.push(Warning::Repaired);
    }
    content
}

/// Whether a left code that came alone may end within its last price.
fn is_cut(text: &[u8], found: &Lines<'_>, stated: &Stated<'_>) -> bool {
    let all = found.are(stated.here) || found.are(stated.all);
    found.clean && !found.lines.is_empty() && !all && !text.ends_with(b":")
}

/// Where only one half is text, makes the other one text, too.
fn alike(left: &mut Half, right: &mut Half, letters: Letters) {
    let half = match (left.form, right.form) {
        (Form::Text, Form::Raw | Form::Repaired) => right,
        (Form::Raw | Form::Repaired, Form::Text) => left,
        _ => return,
    };
    let text = letters
        .text(&half.bytes)
        .or_else(|| letters.other().text(&half.bytes));
    if let Some(text) = text {
        half.bytes = text.into_bytes();
        half.form = Form::Text;
    }
}

fn preferred(flag: Option<u8>) -> Letters {
    if flag == Some(b'0') {
        Letters::Big5
    } else {
        Letters::Utf8
    }
}

/// Items as Base64: of both halves together or of each, whichever gives text with whole lines.
fn in_base64(left: &[u8], right: Option<&[u8]>) -> Content {
    let stated = stated(left);
    let first = upto_colon(stated.items.unwrap_or_default());
    let second = right.unwrap_or_default();
    let second = upto_colon(second.strip_prefix(b":").unwrap_or(second));
    let together = base64::bytes(&[first, second].concat());
    let halves = base64::bytes(first).zip(base64::bytes(second));
    let apart = |seam: &[u8]| {
        let (first, second) = halves.as_ref()?;
        Some([first, seam, second].concat())
    };
    // Halves that were encoded each by itself come out together only by accident, and then not as the codes say.
    let reads = |way: &Vec<u8>| std::str::from_utf8(way).is_ok();
    let text = together
        .filter(|way| reads(way) && lines(way, stated.here).clean)
        .or_else(|| apart(b"").filter(|way| reads(way) && lines(way, stated.here).are(stated.here)))
        // The colon between two lines may be in neither half.
        .or_else(|| {
            let (first, _) = halves.as_ref()?;
            let ends = lines(first, None).clean;
            apart(b":").filter(|way| {
                let found = lines(way, stated.here);
                ends && reads(way) && found.clean && found.are(stated.here)
            })
        })
        .or_else(|| base64::bytes(first).filter(|_| right.is_none()));
    let text = text.unwrap_or_default();
    let mut found = lines(&text, stated.here);
    if right.is_none() && is_cut(&text, &found, &stated) {
        found.lines.pop();
        found.clean = false;
    }
    if text.is_empty() || stated.broken {
        found.clean = false;
    }
    let nothing = first.is_empty() && second.is_empty();
    content(&stated, &found, nothing, &[Letters::Utf8], Vec::new())
}

fn upto_colon(text: &[u8]) -> &[u8] {
    text.split(|byte| *byte == b':').next().unwrap_or_default()
}

/// Names into letters, by the first of the encodings that reads all of them, and what is to be said about it; `nothing`
/// stands where items would.
fn content(
    stated: &Stated<'_>,
    found: &Lines<'_>,
    nothing: bool,
    encodings: &[Letters],
    mut warnings: Vec<Warning>,
) -> Content {
    let reads_all = |letters: &Letters| {
        found
            .lines
            .iter()
            .all(|line| letters.text(line.name).is_some())
    };
    let plain = found.lines.iter().all(|line| line.name.is_ascii());
    let first = encodings.first().copied().unwrap_or(Letters::Utf8);
    let chosen = encodings.iter().copied().find(reads_all).unwrap_or(first);
    if chosen != first {
        warnings.push(Warning::OtherEncoding);
    } else if !plain && chosen == Letters::Big5 && reads_all(&Letters::Utf8) {
        warnings.push(Warning::DoubtfulEncoding);
    }
    let items: Vec<Item> = found
        .lines
        .iter()
        .filter_map(|line| item(line, chosen))
        .collect();
    let nothing = nothing && !stated.broken;
    let none = |count: Option<u32>| matches!(count, None | Some(0));
    let lost = items.len() < found.lines.len();
    let broken = !nothing && !found.clean;
    let count = u32::try_from(items.len()).ok();
    let extent = if broken || lost {
        Extent::Broken
    } else if nothing && none(stated.here) && none(stated.all) {
        Extent::Absent
    } else if stated.all == count && !nothing {
        Extent::All
    } else {
        Extent::Part
    };
    for (warning, found) in [
        (Warning::ColonInName, found.colon),
        (Warning::UnreadableName, lost),
        (Warning::UnreadableItems, broken),
        (
            Warning::Counts,
            extent != Extent::Absent && stated.here != count,
        ),
    ] {
        if found {
            warnings.push(warning);
        }
    }
    Content {
        here: stated.here,
        all: stated.all,
        encoding: match stated.flag {
            Some(b'0') => Some(Encoding::Big5),
            Some(b'1') => Some(Encoding::Utf8),
            Some(b'2') => Some(Encoding::Base64),
            Some(b'3') => Some(Encoding::Abroad),
            _ => None,
        },
        abroad: stated.abroad,
        items,
        extent,
        warnings,
    }
}

fn item(line: &Line<'_>, letters: Letters) -> Option<Item> {
    Some(Item {
        name: letters.text(line.name)?,
        quantity: line.quantity,
        price: line.price,
    })
}

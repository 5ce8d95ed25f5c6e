//! What follows a left code's fixed characters: a free area, counts, the encoding, and the items.

use crate::amount::{exact, hexadecimal, whole};
use rust_decimal::Decimal;

/// Characters of the free area.
const FREE: usize = 10;

/// Everything before the items.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Stated<'a> {
    /// Lines in the codes.
    pub(super) here: Option<u32>,
    /// Lines of the invoice.
    pub(super) all: Option<u32>,
    /// The encoding's flag, `0` to `3`.
    pub(super) flag: Option<u8>,
    /// The total of a seller abroad.
    pub(super) abroad: Option<Decimal>,
    /// The items' text, behind its colon.
    pub(super) items: Option<&'a [u8]>,
    /// Whether something that should stand there does not.
    pub(super) broken: bool,
}

/// Reads a text that is empty or begins with a colon.
pub(super) fn stated(text: &[u8]) -> Stated<'_> {
    let text = text.strip_prefix(b":").unwrap_or(text);
    let colon = text
        .iter()
        .position(|byte| *byte == b':')
        .unwrap_or(text.len());
    // Ten characters whatever they are, colons among them; but some issuers write another number of them.
    let fixed = text.get(FREE) == Some(&b':');
    let stated = behind_free(text, if fixed { FREE } else { colon });
    if stated.broken && fixed && colon < FREE {
        let other = behind_free(text, colon);
        if !other.broken {
            return other;
        }
    }
    stated
}

/// The same with the free area's length known.
fn behind_free(text: &[u8], free: usize) -> Stated<'_> {
    let mut stated = Stated::default();
    let mut rest = text.get(free..).unwrap_or_default();
    let mut next = || {
        let text = rest.strip_prefix(b":")?;
        let end = text
            .iter()
            .position(|byte| *byte == b':')
            .unwrap_or(text.len());
        let (field, after) = text.split_at_checked(end)?;
        rest = after;
        Some(field)
    };
    let (here, all) = (next(), next());
    if matches!((here, all), (None | Some([]), None)) {
        return stated;
    }
    stated.here = here.and_then(whole);
    stated.all = all.and_then(whole);
    stated.broken = stated.here.is_none() || stated.all.is_none();
    stated.flag = match next() {
        Some([flag @ b'0'..=b'3']) => Some(*flag),
        _ => {
            stated.broken = true;
            return stated;
        }
    };
    if stated.flag == Some(b'3') {
        stated.abroad = next().and(next()).and_then(cents);
        if stated.abroad.is_none() {
            stated.broken = true;
            return stated;
        }
    }
    stated.items = rest.strip_prefix(b":");
    stated
}

/// Eight hexadecimal digits of dollars and two of cents.
fn cents(field: &[u8]) -> Option<Decimal> {
    let (dollars, cents) = field.split_at_checked(8)?;
    let cents = hexadecimal(cents).filter(|cents| *cents < 100 && field.len() == 10)?;
    Some(Decimal::from(hexadecimal(dollars)?) + Decimal::new(i64::from(cents), 2))
}

/// A line whose name is still in its encoding.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Line<'a> {
    pub(super) name: &'a [u8],
    pub(super) quantity: Decimal,
    pub(super) price: Decimal,
}

/// The lines of a text, up to the first that can't be read.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Lines<'a> {
    pub(super) lines: Vec<Line<'a>>,
    /// Whether nothing is left over but a note behind the last line.
    pub(super) clean: bool,
    /// Whether a colon was taken for part of a name.
    pub(super) colon: bool,
}

impl Lines<'_> {
    /// Whether it is as many lines as the codes say.
    pub(super) fn are(&self, here: Option<u32>) -> bool {
        here.is_some_and(|here| u32::try_from(self.lines.len()) == Ok(here) && here > 0)
    }
}

/// Reads name, quantity and price in turn; `here` is how many lines there should be.
pub(super) fn lines(text: &[u8], here: Option<u32>) -> Lines<'_> {
    let fields = fields(text);
    let mut found = Lines::default();
    let mut at = run(text, &fields, &mut found.lines);
    if at < fields.len()
        && !found.are(here)
        && let Some(with_colon) = around_colon(text, &fields, at, &found, here)
    {
        return with_colon;
    }
    // A note has any length and is no number; a number would be part of a price.
    let left = fields.get(at..).unwrap_or_default();
    if found.are(here) && left.iter().all(|field| number(text, *field).is_none()) {
        at = fields.len();
    }
    found.clean = at == fields.len();
    found
}

/// From where to where a field lies.
type Span = (usize, usize);

fn fields(text: &[u8]) -> Vec<Span> {
    let mut fields = Vec::new();
    let mut start = 0;
    for (place, byte) in text.iter().enumerate() {
        if *byte == b':' {
            fields.push((start, place));
            start = place + 1;
        }
    }
    // What ends in a colon has no further field behind it.
    if start < text.len() {
        fields.push((start, text.len()));
    }
    fields
}

fn part(text: &[u8], (start, end): Span) -> &[u8] {
    text.get(start..end).unwrap_or_default()
}

fn number(text: &[u8], field: Span) -> Option<Decimal> {
    exact(std::str::from_utf8(part(text, field).trim_ascii()).ok()?)
}

/// A line with its name in one place and its numbers behind it.
fn line<'a>(text: &'a [u8], name: Span, quantity: Span, price: Span) -> Option<Line<'a>> {
    let name = part(text, name).trim_ascii();
    if name.is_empty() {
        return None;
    }
    Some(Line {
        name,
        quantity: number(text, quantity)?,
        price: number(text, price)?,
    })
}

/// Reads whole lines as long as there are any, and gives how many fields they took.
fn run<'a>(text: &'a [u8], fields: &[Span], into: &mut Vec<Line<'a>>) -> usize {
    let mut taken = 0;
    for three in fields.chunks_exact(3) {
        let [name, quantity, price] = three else {
            break;
        };
        let Some(line) = line(text, *name, *quantity, *price) else {
            break;
        };
        into.push(line);
        taken += 3;
    }
    taken
}

/// The same lines and the rest, if one name with colons in it makes all of them come out as they should.
fn around_colon<'a>(
    text: &'a [u8],
    fields: &[Span],
    at: usize,
    found: &Lines<'a>,
    here: Option<u32>,
) -> Option<Lines<'a>> {
    let (start, _) = *fields.get(at)?;
    let rest = fields.get(at + 1..)?;
    let (place, line) = rest.windows(3).enumerate().find_map(|(place, three)| {
        let [(_, end), quantity, price] = three else {
            return None;
        };
        Some((place, line(text, (start, *end), *quantity, *price)?))
    })?;
    let mut lines = found.lines.clone();
    lines.push(line);
    let rest = rest.get(place + 3..)?;
    let taken = run(text, rest, &mut lines);
    let all = Lines {
        lines,
        clean: true,
        colon: true,
    };
    (taken == rest.len() && all.are(here)).then_some(all)
}

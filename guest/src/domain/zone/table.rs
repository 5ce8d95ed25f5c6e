//! The zones' changes of clocks, as `build.rs` wrote them down: each change from 1970 on, until a rule tells all that follow.
//! Names have an entry each; the histories behind them are shared.

use super::yearly::{Rule, Yearly};
use chrono::FixedOffset;

include!(concat!(env!("OUT_DIR"), "/zones.rs"));

/// Seconds of the table's unit of time; changes and offsets are counted in it.
const UNIT: i32 = 30;

/// Units of an hour.
const HOUR: i64 = 120;

/// The second that changes are counted from: two days before 1970 in UTC.
const FIRST: i64 = -172_800;

/// No clocks are further from UTC than this, in seconds.
pub(super) const OFFSET_MAX: i64 = 16 * 3_600;

/// A zone's name, and what its clocks do.
pub(super) struct Entry {
    /// Its IANA name; names that mean the same zone have an entry each.
    pub(super) name: &'static str,
    history: &'static History,
}

/// What the clocks of a zone do. First come the zone's own changes, then those it shares with others, then those of every year.
struct History {
    /// The offset before the first change, in units.
    before: i16,
    /// The offsets that its own changes lead to, in units.
    offsets: &'static [i16],
    /// The place in `offsets` of each of its own changes.
    places: &'static [u8],
    /// Its own changes, as [`Steps`].
    own: &'static [u8],
    /// The first of those it shares, in units after [`FIRST`].
    first: Option<u32>,
    /// The further ones, as [`Steps`].
    shared: &'static [u8],
    /// The offset from the first shared change on, and the one from the second on, and so by turns, in units.
    pair: [i16; 2],
    /// From its first change on, which is the last of the lists, it tells everything.
    yearly: Option<&'static Yearly>,
}

/// A time without a change of clocks.
pub(super) struct Span {
    /// How far the clocks are from UTC.
    pub(super) offset: FixedOffset,
    /// The second in UTC since when.
    pub(super) begin: Option<i64>,
    /// The second in UTC at which that changes.
    pub(super) end: Option<i64>,
}

impl Entry {
    /// The first one.
    pub(super) fn first() -> &'static Self {
        let [first, ..] = &ENTRIES;
        first
    }

    /// The entry of a name, which is compared letter by letter.
    pub(super) fn find(name: &str) -> Option<&'static Self> {
        let place = ENTRIES.binary_search_by_key(&name, |entry| entry.name);
        place.ok().and_then(|place| ENTRIES.get(place))
    }

    /// The span that a second in UTC lies in.
    pub(super) fn span(&self, second: i64) -> Span {
        self.history.span(second)
    }
}

impl History {
    fn span(&self, second: i64) -> Span {
        let yearly = self.yearly.filter(|yearly| second >= yearly.from);
        if let Some(turn) = yearly.and_then(|yearly| yearly.turn(second)) {
            return Span {
                offset: clocks(turn.offset),
                begin: Some(turn.begin),
                end: Some(turn.end),
            };
        }
        let now = (second - FIRST).div_euclid(UNIT.into());
        let places = self.places.iter().map(|place| usize::from(*place));
        let own = Steps::new(0, self.own).zip(places);
        let own = own.map(|(at, place)| (at, self.offsets.get(place).copied()));
        let first = self.first.map(i64::from);
        let further = first.map(|first| Steps::new(first, self.shared));
        let shared = first.into_iter().chain(further.into_iter().flatten());
        let shared = shared.zip(self.pair.into_iter().map(Some).cycle());
        let moment = |at: i64| FIRST + at * i64::from(UNIT);
        let mut span = Span {
            offset: clocks(self.before),
            begin: None,
            end: None,
        };
        for (at, offset) in own.chain(shared) {
            if at > now {
                span.end = Some(moment(at));
                break;
            }
            span.offset = clocks(offset.unwrap_or(self.before));
            span.begin = Some(moment(at));
        }
        span
    }
}

/// When clocks are changed, in units after [`FIRST`]. Each step is the time since the one before: seven bits a byte, the lowest
/// first, and the highest bit where more follow. What they spell is even and twice the hours, or odd and twice the units, and one.
struct Steps {
    at: i64,
    rest: &'static [u8],
}

impl Steps {
    fn new(at: i64, rest: &'static [u8]) -> Self {
        Self { at, rest }
    }
}

impl Iterator for Steps {
    type Item = i64;

    fn next(&mut self) -> Option<i64> {
        let mut step = 0;
        for place in (0..).step_by(7) {
            let (byte, rest) = self.rest.split_first()?;
            self.rest = rest;
            step |= i64::from(byte & 127) << place;
            if *byte < 128 {
                break;
            }
        }
        let half = step >> 1;
        self.at += if step & 1 == 0 { half * HOUR } else { half };
        Some(self.at)
    }
}

/// An offset of the table.
fn clocks(units: i16) -> FixedOffset {
    #[expect(
        clippy::expect_used,
        reason = "the table holds no offset beyond 16 hours, which build.rs sees to"
    )]
    FixedOffset::east_opt(i32::from(units) * UNIT).expect("an offset below a day")
}

#[cfg(test)]
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    ENTRIES.iter().map(|entry| entry.name)
}

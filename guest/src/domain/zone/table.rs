//! The zones' changes of clocks, as `build.rs` wrote them down: each change from 1970 to 2099, after which no clocks
//! change any more. Names have an entry each; the histories behind them are shared.

use chrono::FixedOffset;

include!(concat!(env!("OUT_DIR"), "/zones.rs"));

/// Seconds of the table's unit of time; changes and offsets are counted in it.
const UNIT: i32 = 30;

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

/// What the clocks of a zone do. First come the zone's own changes, then those it shares with others.
struct History {
    /// The offset before the first change, in units.
    before: i16,
    /// The offsets that its own changes lead to, in units.
    offsets: &'static [i16],
    /// Its own changes: units after [`FIRST`], times 16, plus the place in `offsets`.
    changes: &'static [u32],
    /// Changes between the offsets of `pair`, in units after [`FIRST`] and `shift`.
    shared: &'static [u32],
    /// Units that this zone's changes are after those of the list that it shares.
    shift: i16,
    /// The offset from the first shared change on, and the one from the second on, in units.
    pair: [i16; 2],
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
        let now = (second - FIRST).div_euclid(UNIT.into());
        let moved = now - i64::from(self.shift);
        let shared = self.shared.partition_point(|at| i64::from(*at) <= moved);
        let own = if shared > 0 {
            self.changes.len()
        } else {
            self.changes.partition_point(|it| i64::from(it >> 4) <= now)
        };
        let [odd, even] = self.pair;
        let offset = if shared > 0 {
            if shared % 2 == 1 { odd } else { even }
        } else {
            let last = own.checked_sub(1).and_then(|last| self.changes.get(last));
            let place = last.and_then(|it| usize::try_from(it & 15).ok());
            let offset = place.and_then(|place| self.offsets.get(place));
            offset.copied().unwrap_or(self.before)
        };
        let last = shared.checked_sub(1).and_then(|last| self.shared.get(last));
        let of_shared = |at: &u32| i64::from(*at) + i64::from(self.shift);
        let last = last.map(of_shared).or_else(|| {
            let last = own.checked_sub(1).and_then(|last| self.changes.get(last));
            last.map(|it| i64::from(it >> 4))
        });
        let next = self.changes.get(own).map(|it| i64::from(it >> 4));
        let next = next.or_else(|| self.shared.get(shared).map(of_shared));
        #[expect(
            clippy::expect_used,
            reason = "the table holds no offset beyond 16 hours, which build.rs sees to"
        )]
        let offset =
            FixedOffset::east_opt(i32::from(offset) * UNIT).expect("an offset below a day");
        let second = |at: i64| FIRST + at * i64::from(UNIT);
        Span {
            offset,
            begin: last.map(second),
            end: next.map(second),
        }
    }
}

#[cfg(test)]
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    ENTRIES.iter().map(|entry| entry.name)
}

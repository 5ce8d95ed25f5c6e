//! The versions of keys that were deleted of late, in memory only: what might mistake them, a command that still runs,
//! ends with the process at the latest.

use super::fingerprint::{ByPrint, Fingerprint};
use crate::capabilities::storage::REMAINS_KEPT;
use std::time::Instant;

/// Deletes that one of the two maps holds: they come to some 35 MB together.
const MOST: usize = 7 << 17;

/// What a key is answered with that is in no layer and not in the tables.
///
/// Whoever read a key as absent must find another version if it was made and deleted since. So a delete is remembered for
/// the time that [`REMAINS_KEPT`] tells, in two maps that take turns. Where more are deleted than there is room for, the
/// older map is forgotten early; then every key that is not in a map is answered with a version above all that were
/// forgotten. That costs the commands of that moment a conflict, and lasts until none of them can still run.
#[derive(Debug, Default)]
pub(super) struct Remains {
    current: Versions,
    last: Versions,
    /// What keys are answered with that no map has, and when it came to that.
    floor: Option<(u64, Instant)>,
}

#[derive(Debug, Default)]
struct Versions {
    of: ByPrint<u64>,
    /// When the first of them was noted.
    since: Option<Instant>,
    /// The greatest of them.
    latest: u64,
}

impl Remains {
    /// The version of an absent key: that of its delete, or 0.
    pub(super) fn version(&self, print: Fingerprint) -> u64 {
        let floor = || self.floor.map_or(0, |(version, _)| version);
        let mut both = [&self.current, &self.last].into_iter();
        both.find_map(|versions| versions.of.get(&print).copied())
            .unwrap_or_else(floor)
    }

    /// Remembers a delete. Keys that are written again stay: their next delete has a greater version.
    pub(super) fn note(&mut self, print: Fingerprint, version: u64, now: Instant) {
        self.note_within(MOST, print, version, now);
    }

    fn note_within(&mut self, most: usize, print: Fingerprint, version: u64, now: Instant) {
        let old = |since: Option<Instant>| {
            since.is_none_or(|since| now.duration_since(since) > REMAINS_KEPT)
        };
        if self.current.of.len() >= most || !self.current.of.is_empty() && old(self.current.since) {
            // What is in the last one was noted before this one began.
            if !self.last.of.is_empty() && !old(self.current.since) {
                self.floor = Some((self.last.latest, now));
            }
            std::mem::swap(&mut self.current, &mut self.last);
            // It keeps its room, since growing costs more than all else here.
            self.current.of.clear();
            self.current.since = None;
        }
        if self.floor.is_some_and(|(_, at)| old(Some(at))) {
            self.floor = None;
        }
        self.current.since.get_or_insert(now);
        self.current.latest = version;
        self.current.of.insert(print, version);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn deletes_are_remembered_for_their_time() {
        let mut remains = Remains::default();
        let start = Instant::now();
        remains.note((1, 1), 5, start);
        remains.note((2, 2), 6, start + REMAINS_KEPT);
        remains.note((1, 1), 7, start + REMAINS_KEPT);
        assert_eq!(
            [(1, 1), (2, 2), (3, 3)].map(|print| remains.version(print)),
            [7, 6, 0]
        );
        remains.note((3, 3), 8, start + REMAINS_KEPT + SECOND);
        remains.note((3, 3), 9, start + 2 * REMAINS_KEPT);
        assert_eq!(
            [(1, 1), (2, 2), (3, 3)].map(|print| remains.version(print)),
            [7, 6, 9]
        );
        remains.note((4, 4), 10, start + 2 * REMAINS_KEPT + 2 * SECOND);
        assert_eq!(
            [(1, 1), (2, 2), (3, 3)].map(|print| remains.version(print)),
            [0, 0, 9]
        );
    }

    #[test]
    fn what_is_forgotten_early_raises_the_version_of_all_absent_keys() {
        let mut remains = Remains::default();
        let start = Instant::now();
        let note = |remains: &mut Remains, key, version, now| {
            remains.note_within(2, (key, key), version, now);
        };
        for key in 1..=4 {
            note(&mut remains, key, key + 10, start);
        }
        assert_eq!(
            [1, 4, 9].map(|key| remains.version((key, key))),
            [11, 14, 0]
        );
        note(&mut remains, 5, 15, start + SECOND);
        let all = [1, 2, 3, 4, 5, 9].map(|key| remains.version((key, key)));
        assert_eq!(all, [12, 12, 13, 14, 15, 12]);
        // Once more: what was read while the first floor stood is another version now.
        note(&mut remains, 6, 16, start + 2 * SECOND);
        note(&mut remains, 7, 17, start + 2 * SECOND);
        assert_eq!([1, 3, 9].map(|key| remains.version((key, key))), [14; 3]);
        let later = start + 2 * SECOND + REMAINS_KEPT;
        note(&mut remains, 7, 18, later);
        assert_eq!(
            remains.version((9, 9)),
            14,
            "somebody may have read it before"
        );
        note(&mut remains, 7, 19, later + SECOND);
        assert_eq!([9, 7].map(|key| remains.version((key, key))), [0, 19]);
    }
}

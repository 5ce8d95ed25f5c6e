//! A command's capability calls: all of them counted, by kind, and those that waited for something told one by one.

use super::names::UNTOLD;
use super::span::{Past, Trace};
use opentelemetry::KeyValue;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A read from then on is told by a span of its own. Most take microseconds, and there may be hundreds.
const QUICK: Duration = Duration::from_millis(1);

/// Spans of one command's capability calls; further ones are counted.
const MOST: u32 = 128;

/// What was called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Read,
    Scan,
    Commit,
    Http,
    Messaging,
}

impl Kind {
    const ALL: [Self; 5] = [
        Self::Read,
        Self::Scan,
        Self::Commit,
        Self::Http,
        Self::Messaging,
    ];

    /// The attributes of how many there were, and of their seconds together.
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Read => (
                "stampcard.storage.read.calls",
                "stampcard.storage.read.duration",
            ),
            Self::Scan => (
                "stampcard.storage.scan.calls",
                "stampcard.storage.scan.duration",
            ),
            Self::Commit => (
                "stampcard.storage.commit.calls",
                "stampcard.storage.commit.duration",
            ),
            Self::Http => ("stampcard.http.calls", "stampcard.http.duration"),
            Self::Messaging => ("stampcard.messaging.calls", "stampcard.messaging.duration"),
        }
    }

    /// Whether it waits for a disk or another party, and is worth a span however long it took.
    fn waits(self) -> bool {
        matches!(self, Self::Commit | Self::Http | Self::Messaging)
    }
}

/// The calls of one command.
pub(super) struct Calls {
    span: Trace,
    sums: Mutex<Sums>,
}

#[derive(Default)]
struct Sums {
    /// By kind, in the order of [`Kind::ALL`].
    by: [(i64, Duration); 5],
    told: u32,
    untold: i64,
}

impl Calls {
    /// Below this span.
    pub(super) fn of(span: Trace) -> Self {
        Self {
            span,
            sums: Mutex::default(),
        }
    }

    /// Makes a call, counts it, and tells of it where that is worth it.
    pub(super) fn make<T>(
        &self,
        kind: Kind,
        call: impl FnOnce() -> T,
        past: impl FnOnce(&T) -> Past,
    ) -> T {
        let began = Instant::now();
        let done = call();
        let took = began.elapsed();
        if self.counted(kind, took) {
            self.span.past(past(&done), took);
        }
        done
    }

    /// Whether there is to be a span of it.
    fn counted(&self, kind: Kind, took: Duration) -> bool {
        let mut sums = self.lock();
        let mut all = Kind::ALL.into_iter().zip(&mut sums.by);
        if let Some((_, (calls, time))) = all.find(|(one, _)| *one == kind) {
            *calls = calls.saturating_add(1);
            *time = time.saturating_add(took);
        }
        if !kind.waits() && took < QUICK {
            return false;
        }
        if sums.told >= MOST {
            sums.untold = sums.untold.saturating_add(1);
            return false;
        }
        sums.told += 1;
        true
    }

    /// What they come to, of each kind that was called.
    pub(super) fn sums(&self) -> Vec<KeyValue> {
        let sums = self.lock();
        let all = Kind::ALL.into_iter().zip(sums.by);
        let called = all.filter(|(_, (calls, _))| *calls > 0);
        let told = called.flat_map(|(kind, (calls, time))| {
            let (count, duration) = kind.names();
            [
                KeyValue::new(count, calls),
                KeyValue::new(duration, time.as_secs_f64()),
            ]
        });
        let untold = (sums.untold > 0).then(|| KeyValue::new(UNTOLD, sums.untold));
        told.chain(untold).collect()
    }

    /// They are whole after every statement.
    fn lock(&self) -> MutexGuard<'_, Sums> {
        self.sums.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quick_reads_are_counted_and_what_waits_is_told_until_there_are_too_many() {
        let calls = Calls::of(Trace::default());
        let quick = Duration::from_micros(10);
        assert!(!calls.counted(Kind::Read, quick));
        assert!(calls.counted(Kind::Read, QUICK));
        for _ in 1..MOST {
            assert!(calls.counted(Kind::Commit, quick));
        }
        assert!(!calls.counted(Kind::Commit, quick));
        assert!(!calls.counted(Kind::Scan, quick));
        let sums = calls.sums();
        let sum = |name: &str| {
            let found = sums.iter().find(|one| one.key.as_str() == name);
            found.map(|one| one.value.clone())
        };
        assert_eq!(sum("stampcard.storage.read.calls"), Some(2_i64.into()));
        assert_eq!(
            sum("stampcard.storage.commit.calls"),
            Some(i64::from(MOST).into())
        );
        assert_eq!(sum("stampcard.storage.scan.calls"), Some(1_i64.into()));
        assert_eq!(sum("stampcard.calls_untold"), Some(1_i64.into()));
        assert_eq!(sum("stampcard.http.calls"), None);
        assert!(sum("stampcard.storage.read.duration").is_some());
    }
}

//! Whether the verifier's key may ask.

use crate::domain::instant::Instant;
use crate::reading::Read;
use serde::Serialize;

/// The key's rests: one record for all questions of a merchant.
#[derive(Clone, Debug, Default, PartialEq, Read, Serialize)]
pub struct Verifier {
    /// Seconds of all rests that are over.
    pub rested: u64,
    /// The rest that lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pause: Option<Pause>,
}

/// A rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read, Serialize)]
pub struct Pause {
    /// Since when.
    pub since: Instant,
    /// Until when; none: until an operator has seen to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
}

impl Verifier {
    /// Seconds for which the key has rested up to now.
    #[must_use]
    pub fn rested_at(&self, now: Instant) -> u64 {
        let Some(pause) = self.pause else {
            return self.rested;
        };
        let end = pause.until.map_or(now, |until| until.min(now));
        self.rested
            .saturating_add(end.seconds().saturating_sub(pause.since.seconds()))
    }

    /// The rest that lasts at an instant.
    #[must_use]
    pub fn pause_at(&self, now: Instant) -> Option<Pause> {
        self.pause
            .filter(|pause| pause.until.is_none_or(|until| now < until))
    }

    /// It rests from now on, until then. Tells whether it went on before.
    pub fn rest(&mut self, now: Instant, until: Option<Instant>) -> bool {
        let began = self.pause_at(now).is_none();
        if began {
            self.rested = self.rested_at(now);
            self.pause = Some(Pause { since: now, until });
        } else if let Some(pause) = &mut self.pause {
            // What an operator has to see to is not ended by the clock.
            pause.until = pause.until.zip(until).map(|(one, other)| one.max(other));
        }
        began
    }

    /// It goes on. Gives the rest that this ended.
    pub fn resume(&mut self, now: Instant) -> Option<Pause> {
        let rests = self.pause_at(now);
        self.rested = self.rested_at(now);
        self.pause = None;
        rests
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Instant {
        Instant::new(seconds, 0).unwrap()
    }

    #[test]
    fn rests_add_up_and_end_by_themselves() {
        let mut key = Verifier::default();
        assert!(key.rest(at(100), Some(at(150))));
        assert!(!key.rest(at(110), Some(at(160))));
        assert_eq!((key.rested_at(at(130)), key.rested_at(at(500))), (30, 60));
        assert_eq!(key.pause_at(at(160)), None);
        assert!(key.rest(at(200), None));
        assert!(!key.rest(at(210), Some(at(220))));
        assert_eq!(key.rested_at(at(300)), 160);
        assert!(key.pause_at(at(300)).is_some());
        assert!(key.resume(at(300)).is_some());
        assert!(key.resume(at(301)).is_none());
        assert_eq!(key.rested_at(at(900)), 160);
    }
}

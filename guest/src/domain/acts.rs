//! What a member did last that keeps points alive which lapse with inactivity.

use super::config::Act;
use super::instant::Instant;

/// A member's last acts in one programme.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Acts {
    /// The last that the programme or a lot counted.
    pub last: Option<Instant>,
    /// Since when each that counted came within the time that the one before gave; none: since the last.
    pub since: Option<Instant>,
    /// The last of each kind; empty: kinds were not told apart, and `last` is that of all.
    pub kinds: Vec<(Act, Instant)>,
}

impl Acts {
    /// The last of these kinds.
    #[must_use]
    pub fn of(&self, kinds: &[Act]) -> Option<Instant> {
        if self.kinds.is_empty() {
            return self.last;
        }
        let own = self.kinds.iter().filter(|(act, _)| kinds.contains(act));
        own.map(|(_, at)| *at).max()
    }

    /// Notes one of a kind.
    pub fn note(&mut self, act: Act, at: Instant) {
        self.tell_apart();
        match self.kinds.iter_mut().find(|(known, _)| *known == act) {
            Some((_, last)) => *last = at.max(*last),
            None => self.kinds.push((act, at)),
        }
    }

    /// Adds another member's. When either began is of no use to the lots of the other.
    pub fn join(&mut self, mut other: Self) {
        self.tell_apart();
        other.tell_apart();
        for (act, at) in other.kinds {
            self.note(act, at);
        }
        self.last = self.last.max(other.last);
        self.since = None;
    }

    fn tell_apart(&mut self) {
        if let (true, Some(last)) = (self.kinds.is_empty(), self.last) {
            self.kinds = Act::ALL.map(|act| (act, last)).to_vec();
        }
    }
}

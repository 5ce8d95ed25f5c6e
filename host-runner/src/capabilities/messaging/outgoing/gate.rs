//! When the next request may go: the rate, the provider's own pauses, and the circuit breaker.

use std::time::Duration;

/// So many failures in a row open the breaker.
const FAILURES: u32 = 5;

/// It stays open for so long at first, and each time twice as long if the first request afterwards fails, too.
const OPEN: Duration = Duration::from_secs(10);

/// It never stays open for longer.
const OPEN_MOST: Duration = Duration::from_secs(300);

/// Lets requests to one provider through, evenly and while the provider works.
#[derive(Debug)]
pub(super) struct Gate {
    /// Between two requests.
    interval: Duration,
    /// The first moment that nobody has taken.
    free: Duration,
    /// Nothing goes before this.
    closed: Duration,
    /// Failures since something last worked.
    failures: u32,
    /// How often it opened since something last worked.
    opened: u32,
    /// Whether one request is under way to see if it works again.
    trial: bool,
}

/// What is said to who wants to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pass {
    /// At this moment.
    At(Duration),
    /// Not before so long.
    Closed(Duration),
}

impl Gate {
    /// So many requests a second, at least one.
    pub(super) fn new(per_second: u32) -> Self {
        Self {
            interval: Duration::from_secs(1) / per_second.max(1),
            free: Duration::ZERO,
            closed: Duration::ZERO,
            failures: 0,
            opened: 0,
            trial: false,
        }
    }

    /// Takes the next moment, unless that is past the deadline.
    pub(super) fn take(&mut self, now: Duration, deadline: Duration) -> Pass {
        if let Some(wait) = self.is_closed(now) {
            return Pass::Closed(wait);
        }
        let at = self.free.max(now);
        if at > deadline {
            return Pass::Closed(at.saturating_sub(now));
        }
        self.free = at.saturating_add(self.interval);
        if self.is_broken() {
            // One goes to see whether it works again; the others wait for as long as they would have to if it didn't.
            self.closed = now.saturating_add(self.pause());
            self.trial = true;
        }
        Pass::At(at)
    }

    /// For how long nothing goes. Who has waited for a moment of its own looks again.
    pub(super) fn is_closed(&self, now: Duration) -> Option<Duration> {
        Some(self.closed.saturating_sub(now)).filter(|wait| !wait.is_zero())
    }

    /// An answer came that the provider meant.
    pub(super) fn worked(&mut self, now: Duration) {
        if self.is_broken() {
            self.closed = now;
        }
        (self.failures, self.opened, self.trial) = (0, 0, false);
    }

    /// The provider or the way to it failed; whether the breaker opened by this.
    pub(super) fn failed(&mut self, now: Duration) -> bool {
        self.failures = self.failures.saturating_add(1);
        // Those that were under way when it opened say nothing new.
        let opens = if self.is_broken() {
            std::mem::take(&mut self.trial)
        } else {
            self.failures >= FAILURES
        };
        if opens {
            self.opened = self.opened.saturating_add(1);
            self.pause_for(now, self.pause());
        }
        opens
    }

    /// Nothing goes for so long, since the provider said so.
    pub(super) fn pause_for(&mut self, now: Duration, time: Duration) {
        self.closed = self.closed.max(now.saturating_add(time));
    }

    fn is_broken(&self) -> bool {
        self.opened > 0
    }

    fn pause(&self) -> Duration {
        let doubled = 1_u32.checked_shl(self.opened.saturating_sub(1));
        OPEN.saturating_mul(doubled.unwrap_or(u32::MAX))
            .min(OPEN_MOST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAR: Duration = Duration::from_secs(60);

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn requests_go_evenly_and_none_past_the_deadline() {
        let mut gate = Gate::new(4);
        let at = |millis| Pass::At(Duration::from_millis(millis));
        for millis in [0, 250, 500, 750, 1000] {
            assert_eq!(gate.take(Duration::ZERO, FAR), at(millis));
        }
        // Time that nobody used isn't made up for.
        assert_eq!(gate.take(seconds(10), FAR), at(10_000));
        assert_eq!(gate.take(seconds(10), FAR), at(10_250));
        let late = gate.take(seconds(10), seconds(10));
        assert_eq!(late, Pass::Closed(Duration::from_millis(500)));
        assert_eq!(gate.take(seconds(10), FAR), at(10_500), "it took no place");
    }

    #[test]
    fn the_breaker_opens_after_failures_in_a_row_and_lets_one_through_to_see() {
        let mut gate = Gate::new(1000);
        for _ in 0..4 {
            assert!(!gate.failed(seconds(1)));
        }
        gate.worked(seconds(1));
        for _ in 0..4 {
            assert!(!gate.failed(seconds(1)));
        }
        assert!(gate.failed(seconds(1)), "the fifth in a row");
        assert!(!gate.failed(seconds(2)), "it was under way");
        assert_eq!(gate.take(seconds(3), FAR), Pass::Closed(seconds(8)));
        // One sees whether it works; it doesn't, and the pause is twice as long.
        assert_eq!(gate.take(seconds(11), FAR), Pass::At(seconds(11)));
        assert_eq!(gate.take(seconds(11), FAR), Pass::Closed(seconds(10)));
        assert!(gate.failed(seconds(12)));
        assert_eq!(gate.take(seconds(12), FAR), Pass::Closed(seconds(20)));
        // It works: everything goes.
        assert_eq!(gate.take(seconds(32), FAR), Pass::At(seconds(32)));
        gate.worked(seconds(33));
        assert_eq!(gate.take(seconds(33), FAR), Pass::At(seconds(33)));
        assert!(!gate.failed(seconds(33)), "it counts anew");
    }

    #[test]
    fn the_pause_is_bounded_and_a_lost_trial_is_followed_by_another() {
        let mut gate = Gate::new(1000);
        let mut now = seconds(0);
        for _ in 0..5 {
            gate.failed(now);
        }
        for _ in 0..20 {
            let wait = gate.is_closed(now).unwrap();
            assert!(wait <= OPEN_MOST);
            now += wait;
            assert_eq!(gate.take(now, now), Pass::At(now));
            gate.failed(now);
        }
        assert_eq!(gate.is_closed(now), Some(OPEN_MOST));
        now += OPEN_MOST;
        assert_eq!(gate.take(now, now), Pass::At(now));
        assert_eq!(gate.take(now, now), Pass::Closed(OPEN_MOST));
        now += OPEN_MOST;
        assert_eq!(gate.take(now, now), Pass::At(now));
    }

    #[test]
    fn what_the_provider_asks_for_is_kept() {
        let mut gate = Gate::new(1000);
        gate.pause_for(seconds(1), seconds(7));
        gate.worked(seconds(2));
        assert_eq!(gate.take(seconds(3), FAR), Pass::Closed(seconds(5)));
        assert_eq!(gate.take(seconds(8), FAR), Pass::At(seconds(8)));
    }
}

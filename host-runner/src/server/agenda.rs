//! When each merchant is ticked: once at a time, in the order in which they became due.

use crate::capabilities::Merchant;
use crate::capabilities::clock::Instant;
use std::collections::{BTreeSet, HashMap, HashSet};

/// A merchant is looked after at least so often, in seconds, where this host alone has the database.
const LONGEST: u64 = 3_600;

/// Where other hosts may have given it something to do, and gone since, it is looked after at least so often, in seconds.
const LONGEST_SHARED: u64 = 10;

/// With more than a thousand merchants it is a second more for each so many, so that looks don't fill a host's time.
const LOOKS_A_SECOND: u64 = 100;

/// A merchant's ticks that were asked for by commands are so many seconds apart, so that busy merchants are not ticked for
/// each command.
const SHORTEST: u64 = 1;

/// The first pause after a tick that failed, in seconds; it doubles up to the longest.
const PAUSE: u64 = 5;

/// How a tick ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// The plugin wants to be called again then; none: never, unless something changes.
    Next(Option<Instant>),
    /// It failed, and is tried again after a pause.
    Failed,
    /// It could not be: another host is at it, or the storage is away. It is looked at again after so many seconds.
    Not(u64),
}

/// The merchants with their times.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    /// By time, then by turn: who became due first comes first.
    due: BTreeSet<(Instant, u64, Merchant)>,
    states: HashMap<Merchant, State>,
    turn: u64,
    /// Whether other hosts have the database, too.
    shared: bool,
}

#[derive(Clone, Copy, Debug, Default)]
struct State {
    /// The place in `due`; none while it is being ticked.
    place: Option<(Instant, u64)>,
    /// It was asked for while it was being ticked.
    again: bool,
    /// Its last tick left work to be done at once.
    goes_on: bool,
    last: Instant,
    failures: u32,
}

impl Agenda {
    /// All of these are due at once: what they were due for before is in their plugins' keeping.
    pub(super) fn new(
        merchants: impl Iterator<Item = Merchant>,
        now: Instant,
        shared: bool,
    ) -> Self {
        let mut agenda = Self {
            shared,
            ..Self::default()
        };
        agenda.keep(merchants, now);
        agenda
    }

    /// Sees to these merchants and no others. Who is new is due at once.
    pub(super) fn keep(&mut self, merchants: impl Iterator<Item = Merchant>, now: Instant) {
        let all: Vec<Merchant> = merchants.collect();
        let wanted: HashSet<&Merchant> = all.iter().collect();
        let (states, due) = (&mut self.states, &mut self.due);
        states.retain(|merchant, state| {
            let stays = wanted.contains(merchant);
            if let Some((at, turn)) = state.place.filter(|_| !stays) {
                due.remove(&(at, turn, merchant.clone()));
            }
            stays
        });
        for merchant in all {
            if !self.states.contains_key(&merchant) {
                self.states.insert(merchant.clone(), State::default());
                self.put(&merchant, now);
            }
        }
    }

    /// The next merchant to be ticked now, which is then being ticked.
    pub(super) fn take(&mut self, now: Instant) -> Option<Merchant> {
        let first = self.due.first()?;
        if first.0 > now {
            return None;
        }
        let (_, _, merchant) = self.due.pop_first()?;
        if let Some(state) = self.states.get_mut(&merchant) {
            state.place = None;
            state.again = false;
            state.last = now;
        }
        Some(merchant)
    }

    /// Whether the merchant's last tick couldn't do all that was due.
    pub(super) fn goes_on(&self, merchant: &Merchant) -> bool {
        let state = self.states.get(merchant);
        state.is_some_and(|state| state.goes_on)
    }

    /// A merchant is looked after at least so often, in seconds.
    fn longest(&self) -> u64 {
        if !self.shared {
            return LONGEST;
        }
        let merchants = u64::try_from(self.states.len()).unwrap_or(u64::MAX);
        (merchants / LOOKS_A_SECOND).clamp(LONGEST_SHARED, LONGEST)
    }

    /// A tick has ended.
    pub(super) fn done(&mut self, merchant: &Merchant, ended: Ended, now: Instant) {
        let latest = later(now, self.longest());
        let Some(state) = self.states.get_mut(merchant) else {
            return;
        };
        state.goes_on = matches!(ended, Ended::Next(Some(next)) if next <= now);
        let mut at = match ended {
            Ended::Next(next) => {
                state.failures = 0;
                next.map_or(latest, |next| next.clamp(now, latest))
            }
            Ended::Not(pause) => later(now, pause),
            Ended::Failed => {
                let pause = PAUSE.checked_shl(state.failures).unwrap_or(LONGEST);
                state.failures = state.failures.saturating_add(1).min(16);
                later(now, pause.min(LONGEST))
            }
        };
        if state.again {
            at = at.min(later(state.last, SHORTEST).max(now));
        }
        self.put(merchant, at);
    }

    /// Something may have become due at a merchant. True where it is to be ticked earlier now.
    pub(super) fn nudge(&mut self, merchant: &Merchant, now: Instant) -> bool {
        let Some(state) = self.states.get_mut(merchant) else {
            return false;
        };
        let soon = later(state.last, SHORTEST)
            .max(now)
            .min(later(now, SHORTEST));
        match state.place {
            None => {
                state.again = true;
                false
            }
            Some((at, _)) if at <= soon => false,
            Some((at, turn)) => {
                self.due.remove(&(at, turn, merchant.clone()));
                self.put(merchant, soon);
                true
            }
        }
    }

    /// When the next one is due.
    pub(super) fn next(&self) -> Option<Instant> {
        self.due.first().map(|(at, _, _)| *at)
    }

    /// How many are due and wait for their ticks.
    pub(super) fn waiting(&self, now: Instant) -> usize {
        self.due.iter().take_while(|(at, _, _)| *at <= now).count()
    }

    fn put(&mut self, merchant: &Merchant, at: Instant) {
        let turn = self.turn;
        self.turn = self.turn.wrapping_add(1);
        if let Some(state) = self.states.get_mut(merchant) {
            state.place = Some((at, turn));
            self.due.insert((at, turn, merchant.clone()));
        }
    }
}

fn later(now: Instant, seconds: u64) -> Instant {
    Instant {
        seconds: now.seconds.saturating_add(seconds),
        nanoseconds: now.nanoseconds,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shop(name: &str) -> Merchant {
        Merchant::new(name).unwrap()
    }

    fn agenda(names: &[&str]) -> Agenda {
        Agenda::new(names.iter().map(|name| shop(name)), at(100), false)
    }

    fn at(seconds: u64) -> Instant {
        Instant::at(seconds)
    }

    #[test]
    fn all_are_due_at_the_start_and_then_when_they_said() {
        let mut agenda = agenda(&["a", "b"]);
        assert_eq!(agenda.take(at(99)), None);
        assert_eq!((agenda.waiting(at(99)), agenda.waiting(at(100))), (0, 2));
        assert_eq!(agenda.take(at(100)), Some(shop("a")));
        assert_eq!(agenda.take(at(100)), Some(shop("b")));
        assert_eq!(agenda.take(at(100)), None);
        agenda.done(&shop("a"), Ended::Next(Some(at(150))), at(101));
        agenda.done(&shop("b"), Ended::Next(None), at(101));
        assert!(!agenda.goes_on(&shop("a")) && !agenda.goes_on(&shop("b")));
        assert_eq!(agenda.next(), Some(at(150)));
        assert_eq!(agenda.take(at(149)), None);
        assert_eq!(agenda.take(at(150)), Some(shop("a")));
        // Nobody is left alone for longer than an hour.
        assert_eq!(agenda.next(), Some(at(101 + 3_600)));
    }

    #[test]
    fn merchants_come_and_go() {
        let mut agenda = agenda(&["a", "b"]);
        assert_eq!(agenda.take(at(100)), Some(shop("a")));
        agenda.keep(["b", "c"].map(shop).into_iter(), at(101));
        // What ends of one that went is nothing.
        agenda.done(&shop("a"), Ended::Next(Some(at(90))), at(102));
        assert!(!agenda.nudge(&shop("a"), at(102)));
        assert_eq!(agenda.take(at(102)), Some(shop("b")));
        assert_eq!(agenda.take(at(102)), Some(shop("c")));
        assert_eq!(agenda.take(at(9_999)), None);
        agenda.done(&shop("b"), Ended::Next(Some(at(200))), at(102));
        agenda.keep(std::iter::empty(), at(103));
        assert_eq!((agenda.next(), agenda.waiting(at(9_999))), (None, 0));
    }

    #[test]
    fn a_large_merchant_leaves_the_others_their_turns() {
        let mut agenda = agenda(&["large", "b", "c"]);
        let mut order = Vec::new();
        for _ in 0..6 {
            let merchant = agenda.take(at(100)).unwrap();
            order.push(merchant.as_str().to_owned());
            // More is due at once.
            agenda.done(&merchant, Ended::Next(Some(at(90))), at(100));
            assert!(agenda.goes_on(&merchant));
        }
        assert_eq!(order, ["large", "b", "c", "large", "b", "c"]);
    }

    #[test]
    fn none_is_ticked_twice_at_once_and_none_forgotten() {
        let mut agenda = agenda(&["a"]);
        assert_eq!(agenda.take(at(100)), Some(shop("a")));
        assert!(!agenda.nudge(&shop("a"), at(100)));
        assert_eq!(agenda.take(at(500)), None);
        agenda.done(&shop("a"), Ended::Next(None), at(105));
        assert_eq!(agenda.take(at(105)), Some(shop("a")));
        agenda.done(&shop("a"), Ended::Next(Some(at(900))), at(106));
        // A command comes: at once, but not more often than each second.
        assert!(agenda.nudge(&shop("a"), at(107)));
        assert!(!agenda.nudge(&shop("a"), at(107)));
        assert_eq!(agenda.take(at(107)), Some(shop("a")));
        agenda.done(&shop("a"), Ended::Next(None), at(107));
        assert!(agenda.nudge(&shop("a"), at(107)));
        assert_eq!(agenda.take(at(107)), None);
        assert_eq!(agenda.take(at(108)), Some(shop("a")));
        assert!(!agenda.nudge(&shop("other"), at(108)));
    }

    #[test]
    fn what_fails_is_tried_less_and_less_often() {
        let mut agenda = agenda(&["a"]);
        let mut now = 100;
        let mut pauses = Vec::new();
        for _ in 0..12 {
            assert!(agenda.take(at(now)).is_some());
            agenda.done(&shop("a"), Ended::Failed, at(now));
            let next = agenda.next().unwrap().seconds;
            pauses.push(next - now);
            now = next;
        }
        assert_eq!(pauses[..4], [5, 10, 20, 40]);
        assert_eq!(pauses.last(), Some(&3_600));
        assert!(agenda.take(at(now)).is_some());
        agenda.done(&shop("a"), Ended::Next(None), at(now));
        assert!(agenda.take(at(now + 3_600)).is_some());
        agenda.done(&shop("a"), Ended::Failed, at(now));
        assert_eq!(agenda.next(), Some(at(now + 5)));
    }

    #[test]
    fn where_other_hosts_are_nobody_is_left_alone_for_long() {
        let mut agenda = Agenda::new([shop("a")].into_iter(), at(100), true);
        assert!(agenda.take(at(100)).is_some());
        agenda.done(&shop("a"), Ended::Next(None), at(100));
        assert_eq!(agenda.next(), Some(at(110)));
        let many = (0..5_000).map(|number| shop(&format!("s-{number}")));
        let mut agenda = Agenda::new(many, at(100), true);
        let first = agenda.take(at(100)).unwrap();
        agenda.done(&first, Ended::Next(Some(at(9_000))), at(100));
        assert_eq!(agenda.due.last().map(|due| due.0), Some(at(150)));
    }

    #[test]
    fn what_could_not_be_is_looked_at_again_soon_however_often() {
        let mut agenda = agenda(&["a"]);
        for round in 0..20 {
            assert!(agenda.take(at(100 + 5 * round)).is_some());
            agenda.done(&shop("a"), Ended::Not(5), at(100 + 5 * round));
            assert_eq!(agenda.next(), Some(at(105 + 5 * round)));
        }
    }

    #[test]
    fn a_clock_that_is_set_back_stops_nobody_for_long() {
        let mut agenda = agenda(&["a"]);
        assert!(agenda.take(at(100)).is_some());
        agenda.done(&shop("a"), Ended::Next(Some(at(200))), at(50));
        assert!(agenda.nudge(&shop("a"), at(50)));
        assert!(agenda.next() <= Some(at(51)));
    }
}

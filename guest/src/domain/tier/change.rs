//! What changes a member's sums and level.

use super::Tier;
use super::ladder::{Ladder, Term, best};
use crate::domain::amount::Amount;
use crate::domain::ids::Name;
use crate::domain::instant::Instant;

/// Periods that are kept beyond the window: those that grace reaches back to.
const KEPT: u32 = 14;

/// The greatest sum that is kept; an amount can be no more.
const SUM_MAX: i64 = 1_000_000_000_000;

/// A change of a member's level.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Counts the member's changes from 1.
    pub sequence: u64,
    /// The level before.
    pub previous: Option<Name>,
    /// The level after.
    pub level: Option<Name>,
    /// When it became true.
    pub at: Instant,
    /// Why: one of the WIT's words.
    pub cause: String,
    /// The sum that decided.
    pub sum: Amount,
    /// By hand: why, and who.
    pub by: Option<(String, String)>,
}

/// Why a level changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// A sum came to its threshold.
    Reached,
    /// Its time was over.
    Ended,
    /// By the merchant's staff.
    ByHand,
    /// Another member was merged into this one.
    Merged,
    /// The configuration has the old level no more.
    Configuration,
}

impl Cause {
    fn word(self) -> &'static str {
        match self {
            Self::Reached => "reached",
            Self::Ended => "ended",
            Self::ByHand => "by-hand",
            Self::Merged => "merged",
            Self::Configuration => "configuration",
        }
    }
}

impl Tier {
    /// That of a member of whom nothing was counted before `at`.
    #[must_use]
    pub fn new(ladder: &Ladder<'_>, at: Instant) -> Self {
        Self {
            level: ladder.tiers.base_level().cloned(),
            since: None,
            hand: None,
            falls: Vec::new(),
            basis: ladder.basis(),
            from: at,
            width: ladder.width(),
            sums: Vec::new(),
            changes: 0,
            journal: Vec::new(),
        }
    }

    /// Counts what was spent or earned at `at`. Gives the level that this reached.
    pub fn add(
        &mut self,
        ladder: &Ladder<'_>,
        amount: Amount,
        at: Instant,
        now: Instant,
    ) -> Option<Name> {
        let mut start = self.kept();
        // What is kept for good goes by the sums that it came from; other sums end that with their period.
        if self.align(ladder, now) && start == Term::ever() {
            start = ladder.term_of(now);
        }
        // By hand it stands, whatever the sums are: only a further threshold leads on.
        let hand = self.by_hand(now);
        let before = hand.then(|| self.earned(ladder, now));
        self.count(ladder.period(at), amount);
        self.trim(ladder.period(now));
        self.judge(ladder, start, before, now)
    }

    /// Takes back of what was counted at `at`. The level stays to the period's end at least.
    pub fn take(&mut self, ladder: &Ladder<'_>, amount: Amount, at: Instant, now: Instant) {
        self.align(ladder, now);
        if at < self.from || amount.is_zero() {
            return;
        }
        self.count(ladder.period(at), -amount);
        let (kept, end) = (self.kept(), ladder.term_of(now));
        let start = if kept.until < end.until { kept } else { end };
        let terms = ladder.terms(&self.sums, now);
        self.plan(ladder, &terms, start, now);
    }

    /// Sets a level by hand, to `until` or for good; without a level, the one that the sums give.
    pub fn set(
        &mut self,
        ladder: &Ladder<'_>,
        level: Option<&Name>,
        until: Option<Instant>,
        by: (&str, &str),
        now: Instant,
    ) {
        self.align(ladder, now);
        let period = ladder.period(now);
        let terms = ladder.terms(&self.sums, now);
        let earned = best(&terms, now).and_then(|rank| ladder.name(rank));
        self.hand = level.map(|_| until.unwrap_or_else(Instant::last));
        let given = level.cloned().or(earned);
        let sum = self.sum(period);
        self.change(given, now, Cause::ByHand, sum, Some(by));
        self.plan(ladder, &terms, Term { until: now, period }, now);
    }

    /// Takes over the sums of a member that is merged into this one, and its level if that is higher. What is left of the
    /// other is its history, and the level that it had.
    pub fn take_over(&mut self, ladder: &Ladder<'_>, other: &mut Self, now: Instant) {
        self.align(ladder, now);
        other.align(ladder, now);
        self.from = self.from.min(other.from);
        for (period, sum) in std::mem::take(&mut other.sums) {
            self.count(period, sum);
        }
        let rank = |tier: &Self| tier.level.as_ref().and_then(|name| ladder.tiers.rank(name));
        let (own, others) = (rank(self), rank(other));
        let mut kept = self.kept();
        let mut level = self.level.clone();
        if others > own
            || (others == own && other.level == self.level && other.kept().until > kept.until)
        {
            kept = other.kept();
            level = other.level.clone();
            self.hand = other.hand;
        }
        let terms = ladder.terms(&self.sums, now);
        let earned = best(&terms, now);
        if earned > own.max(others) {
            level = earned.and_then(|rank| ladder.name(rank));
            self.hand = None;
            kept = Term {
                until: now,
                period: ladder.period(now),
            };
        }
        other.falls.clear();
        let sum = self.sum(ladder.period(now));
        self.change(level, now, Cause::Merged, sum, None);
        self.plan(ladder, &terms, kept, now);
    }

    /// Raises the level to what the sums give now.
    fn judge(
        &mut self,
        ladder: &Ladder<'_>,
        start: Term,
        before: Option<Option<usize>>,
        now: Instant,
    ) -> Option<Name> {
        let terms = ladder.terms(&self.sums, now);
        let earned = best(&terms, now);
        let own = self.level.as_ref().map(|name| ladder.tiers.rank(name));
        let further = before.is_none_or(|before| earned > before);
        let cause = match own {
            Some(None) if before.is_none() => Some(Cause::Configuration),
            own if earned > own.flatten() && further => Some(Cause::Reached),
            _ => None,
        };
        let Some(cause) = cause else {
            self.plan(ladder, &terms, start, now);
            return None;
        };
        let period = ladder.period(now);
        let sum = self.sum(period);
        self.hand = None;
        let level = earned.and_then(|rank| ladder.name(rank));
        self.change(level.clone(), now, cause, sum, None);
        self.plan(ladder, &terms, Term { until: now, period }, now);
        level.filter(|_| cause == Cause::Reached)
    }

    /// Works out what time will do to the level, which is kept to `start`.
    fn plan(&mut self, ladder: &Ladder<'_>, terms: &[Option<Term>], start: Term, now: Instant) {
        let hand = self.hand.filter(|hand| *hand > now);
        let start = hand.map_or(start, |until| Term {
            until,
            period: ladder.period(until),
        });
        self.falls = ladder.falls(terms, self.level.as_ref(), start);
    }

    /// How long the level is kept as it was last worked out.
    fn kept(&self) -> Term {
        let fall = self.falls.first();
        fall.map_or_else(Term::ever, |(until, _, period)| Term {
            until: *until,
            period: *period,
        })
    }

    /// The level that the sums give.
    fn earned(&self, ladder: &Ladder<'_>, now: Instant) -> Option<usize> {
        best(&ladder.terms(&self.sums, now), now)
    }

    /// Whether the level was set by hand and holds as that says.
    pub(super) fn by_hand(&self, now: Instant) -> bool {
        self.hand.is_some_and(|hand| hand > now)
    }

    /// Goes by the window as it is configured now. Sums of another kind begin anew, and tell so.
    pub(super) fn align(&mut self, ladder: &Ladder<'_>, now: Instant) -> bool {
        self.width = ladder.width();
        let basis = ladder.basis();
        if self.basis == basis {
            return false;
        }
        self.basis = basis;
        self.from = now;
        self.sums.clear();
        true
    }

    /// Adds to a period's sum, or takes from it, not below 0.
    fn count(&mut self, period: u32, amount: Amount) {
        let place = self.sums.partition_point(|(of, _)| *of < period);
        match self.sums.get_mut(place) {
            Some((of, sum)) if *of == period => {
                *sum = (*sum + amount).or_zero().min(Amount::whole(SUM_MAX));
            }
            _ if amount.is_positive() => self.sums.insert(place, (period, amount)),
            _ => {}
        }
    }

    /// Leaves sums out that nothing depends on any more.
    fn trim(&mut self, now: u32) {
        let width = self.width;
        self.sums.retain(|(period, sum)| {
            let end = period.saturating_add(width).saturating_add(KEPT);
            end >= now && sum.is_positive()
        });
    }

    /// Notes a change of the level.
    pub(super) fn change(
        &mut self,
        level: Option<Name>,
        at: Instant,
        cause: Cause,
        sum: Amount,
        by: Option<(&str, &str)>,
    ) {
        self.changes = self.changes.saturating_add(1);
        let previous = std::mem::replace(&mut self.level, level.clone());
        if previous != level {
            self.since = Some(at);
        }
        self.journal.push(Change {
            sequence: self.changes,
            previous,
            level,
            at,
            cause: cause.word().to_owned(),
            sum,
            by: by.map(|(reason, actor)| (reason.to_owned(), actor.to_owned())),
        });
    }
}

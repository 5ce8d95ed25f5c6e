//! The levels of a merchant, the periods of their window, and until when sums keep each level.

use super::{Fall, Tier};
use crate::domain::amount::Amount;
use crate::domain::config::{By, Level, Span, TierWindow, Tiers};
use crate::domain::ids::Name;
use crate::domain::instant::Instant;
use crate::domain::zone::Zone;
use chrono::{Datelike, NaiveDate};

/// The levels, and the calendar that their window goes by.
#[derive(Clone, Copy, Debug)]
pub struct Ladder<'a> {
    /// The levels.
    pub tiers: &'a Tiers,
    /// Where periods begin and end.
    pub zone: Zone,
}

/// Until when a level is kept, and the period whose window fails it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Term {
    pub(super) until: Instant,
    pub(super) period: u32,
}

impl Term {
    /// For good.
    pub(super) fn ever() -> Self {
        Self {
            until: Instant::last(),
            period: u32::MAX,
        }
    }
}

impl<'a> Ladder<'a> {
    /// The level that a member has.
    #[must_use]
    pub fn level_of(&self, tier: Option<&'a Tier>) -> Option<&'a Name> {
        let own = tier.and_then(|tier| tier.level.as_ref());
        own.or_else(|| self.tiers.base_level())
    }

    /// A level as it is configured.
    #[must_use]
    pub fn level(&self, name: &Name) -> Option<&'a Level> {
        self.tiers.levels.iter().find(|level| level.name == *name)
    }

    /// What is summed up, and by which periods.
    pub(super) fn basis(&self) -> String {
        let period = match self.tiers.window {
            TierWindow::Lifetime => "ever",
            TierWindow::CalendarYear => "year",
            TierWindow::Months(_) => "month",
        };
        match &self.tiers.by {
            By::Spend => ["spend ", period].concat(),
            By::Points(name) => [period, " ", name.as_str()].concat(),
        }
    }

    /// Periods of the window.
    pub(super) fn width(&self) -> u32 {
        match self.tiers.window {
            TierWindow::Lifetime => u32::MAX,
            TierWindow::CalendarYear => 1,
            TierWindow::Months(months) => months,
        }
    }

    /// The period that a moment lies in: a year, or a month counted from year 0.
    pub(super) fn period(&self, at: Instant) -> u32 {
        let date = self.zone.date(at);
        let year = u32::try_from(date.year()).unwrap_or(0);
        match self.tiers.window {
            TierWindow::Lifetime => 0,
            TierWindow::CalendarYear => year,
            TierWindow::Months(_) => year.saturating_mul(12).saturating_add(date.month0()),
        }
    }

    /// The end of the period that a moment lies in, with the grace; for a lifetime, of its day.
    pub(super) fn term_of(&self, at: Instant) -> Term {
        let period = self.period(at);
        match self.tiers.window {
            TierWindow::Lifetime => Term {
                until: self.gracious(self.zone.date(at).succ_opt()),
                period,
            },
            _ => self.term(period),
        }
    }

    /// The end of a period, with the grace.
    fn term(&self, period: u32) -> Term {
        let next = period.saturating_add(1);
        let first = match self.tiers.window {
            TierWindow::Months(_) => first_of(next / 12, next % 12),
            _ => first_of(next, 0),
        };
        Term {
            until: self.gracious(first),
            period,
        }
    }

    /// The start of a day, put off by the grace.
    fn gracious(&self, day: Option<NaiveDate>) -> Instant {
        let day = day.and_then(|day| self.tiers.grace.unwrap_or(Span::Days(0)).after(day));
        let start = day.and_then(|day| self.zone.start_of(day));
        start.unwrap_or_else(Instant::last)
    }

    /// Until when these sums keep each level, from the lowest on, if that is after `now`: to the end of the period after
    /// the last one whose window suffices.
    pub(super) fn terms(&self, sums: &[(u32, Amount)], now: Instant) -> Vec<Option<Term>> {
        let mut terms = vec![None; self.tiers.levels.len()];
        let mut open = terms.iter_mut().zip(&self.tiers.levels).peekable();
        // Sums only matter from the lowest level on that none has sufficed for.
        let mut keep = |sum: Amount, term: &dyn Fn() -> Term| {
            while let Some((slot, _)) = open.next_if(|(_, level)| level.from <= sum) {
                *slot = Some(term());
            }
            open.peek().is_none()
        };
        if keep(Amount::ZERO, &Term::ever) {
            return terms;
        }
        if self.tiers.window == TierWindow::Lifetime {
            keep(sums.iter().map(|(_, sum)| *sum).sum(), &Term::ever);
            return terms;
        }
        let width = self.width();
        let mut last = u32::MAX;
        for (place, (newest, _)) in sums.iter().enumerate().rev() {
            // Windows whose newest sum is this one: the later they end, the fewer of the older ones they have.
            let mut sum = Amount::ZERO;
            let older = sums.iter().take(place.saturating_add(1)).rev();
            for (oldest, amount) in older {
                let ends = oldest.saturating_add(width).saturating_sub(1).min(last);
                if ends < *newest {
                    break;
                }
                sum += *amount;
                if keep(sum, &|| self.term(ends.saturating_add(1))) {
                    return terms;
                }
            }
            last = newest.saturating_sub(1);
            if self.term(*newest).until <= now {
                break;
            }
        }
        terms
    }

    /// What becomes of a level that is kept to `start`, if nothing more is counted.
    pub(super) fn falls(
        &self,
        terms: &[Option<Term>],
        level: Option<&Name>,
        start: Term,
    ) -> Vec<Fall> {
        let mut falls: Vec<Fall> = Vec::new();
        let (mut level, mut start) = (level.cloned(), start);
        while start.until < Instant::last() {
            let next = best(terms, start.until);
            let to = next.and_then(|rank| self.name(rank));
            if to != level {
                falls.push((start.until, to.clone(), start.period));
                level = to;
            }
            let term = next.and_then(|rank| terms.get(rank).copied().flatten());
            start = term.unwrap_or_else(Term::ever);
        }
        falls
    }

    /// The name of a level.
    pub(super) fn name(&self, rank: usize) -> Option<Name> {
        self.tiers.levels.get(rank).map(|level| level.name.clone())
    }
}

/// The highest level that is kept beyond a moment.
pub(super) fn best(terms: &[Option<Term>], at: Instant) -> Option<usize> {
    terms
        .iter()
        .rposition(|term| term.is_some_and(|term| term.until > at))
}

fn first_of(year: u32, month0: u32) -> Option<NaiveDate> {
    let year = i32::try_from(year).ok()?;
    NaiveDate::from_ymd_opt(year, month0.checked_add(1)?, 1)
}

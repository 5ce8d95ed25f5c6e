//! Plays a file's orders through the plugin, with the ticks in between.

use super::calendar;
use super::commands;
use super::costs::Costs;
use super::error::Error;
use super::mark::{Marks, Reached};
use super::orders::Orders;
use super::plan::{Day, Plan};
use super::rules::Rules;
use super::stage::Stage;
use super::workers::Workers;
use crate::call::Subject;
use chrono::{DateTime, NaiveDate, Utc};
use std::time::{Duration, Instant};

/// How many threads report orders unless another number is asked for. A day of a busy shop has
/// about as many orders, so that one or two durable writes serve the whole day.
pub const THREADS: u16 = 64;

/// The most ticks at one instant: with 1,000 accounts each, more than any merchant has due at once.
const TICKS_MAX: u32 = 100_000;

/// What to play.
#[derive(Clone, Debug)]
pub struct Replay<'a> {
    /// The purchases.
    pub orders: &'a Orders,
    /// The merchant's configuration.
    pub rules: &'a Rules,
    /// The last local day; none: the last of the month of the last purchase.
    pub until: Option<NaiveDate>,
    /// How many threads report orders. With one, the members of a day come one after another, in
    /// the order of each one's first purchase, which is the file's where it is sorted by customer.
    pub threads: u16,
}

/// How far a replay has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The local day that is being played.
    pub date: NaiveDate,
    /// Orders that are played, those of earlier runs included.
    pub played: u64,
    /// Of them, those of earlier runs.
    pub before: u64,
    /// All orders up to the last day.
    pub orders: u64,
}

/// What a run has done.
#[derive(Clone, Debug)]
pub struct Played {
    /// Orders of the file up to the last day.
    pub orders: u64,
    /// Of them, those of a price of nothing.
    pub free: u64,
    /// The members who placed them.
    pub members: u64,
    /// The last day.
    pub until: NaiveDate,
    /// Where the clock stands now: the last instant of that day.
    pub end: DateTime<Utc>,
    /// Orders that this run played; fewer than `orders` where an earlier run had played some.
    pub sent: u64,
    /// The day on which this run went on; none: it was the first.
    pub resumed: Option<NaiveDate>,
    /// An earlier run had done everything.
    pub all_done: bool,
    /// How long this run took.
    pub elapsed: Duration,
    /// What this run's commands cost.
    pub costs: Costs,
}

impl Replay<'_> {
    /// Plays what earlier runs have left, up to the end of the last day, and leaves the clock there.
    ///
    /// Each day begins with the ticks that the component asked for, then comes noon with the day's
    /// orders. Orders of one member keep their order; those of others run beside them. A run that
    /// was stopped at any moment is taken up at its last mark: what is not marked is sent again
    /// under the same keys, and so is done once.
    ///
    /// # Errors
    /// [`Error`]: refused before anything is played where another file or configuration was begun
    /// or the end lies in what is played already; else at the first command without success.
    pub fn run(
        &self,
        stage: &dyn Stage,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Played, Error> {
        let dates = self.orders.purchases.iter().map(|purchase| purchase.date);
        let (first, last) = (dates.clone().min(), dates.max());
        let (Some(first), Some(last)) = (first, last) else {
            return Err(Error::Calendar(NaiveDate::MIN));
        };
        let month_end = || calendar::last_of_month(last).ok_or(Error::Calendar(last));
        let until = self.until.map_or_else(month_end, Ok)?;
        if until < first {
            return Err(Error::NothingToPlay { first, until });
        }
        let rules = &self.rules.fingerprint;
        let marks = Marks {
            stage,
            orders: &self.orders.fingerprint,
            rules,
        };
        let reached = marks.load()?;
        if let Some(reached) = reached
            .map(Reached::date)
            .filter(|reached| *reached > until)
        {
            return Err(Error::UntilPassed { reached, until });
        }
        let plan = Plan::new(&self.orders.purchases, until);
        let mut run = Run {
            rules: self.rules,
            stage,
            subject: stage.subject(),
            marks,
            now: DateTime::UNIX_EPOCH,
            costs: Costs::default(),
        };
        let started = Instant::now();
        run.start(reached, first)?;
        let days: Vec<&Day> = plan
            .days
            .iter()
            .filter(|day| is_open(reached, day.date))
            .collect();
        let open: u64 = days.iter().map(|day| size(day)).sum();
        let before = plan.orders - open;
        let mut state = Progress {
            date: reached.map_or(first, Reached::date),
            played: before,
            before,
            orders: plan.orders,
        };
        progress(state);
        let all_done = reached == Some(Reached::Finished(until));
        if !all_done {
            let threads = self.threads.min(u16::try_from(open).unwrap_or(u16::MAX));
            let introduce = self.rules.notices;
            Workers::with(stage, threads, introduce, |workers| {
                for day in days {
                    state.date = day.date;
                    run.day(workers, day, reached, &mut |orders| {
                        state.played += orders;
                        progress(state);
                    })?;
                }
                Ok(())
            })?;
            run.finish(until, &mut |date| progress(Progress { date, ..state }))?;
        }
        Ok(Played {
            orders: plan.orders,
            free: plan.free,
            members: plan.members,
            until,
            end: run.now,
            sent: open,
            resumed: reached.map(Reached::date),
            all_done,
            elapsed: started.elapsed(),
            costs: run.costs,
        })
    }
}

/// Whether a day's orders are still to be played.
fn is_open(reached: Option<Reached>, date: NaiveDate) -> bool {
    match reached {
        None => true,
        Some(Reached::Begun(begun)) => date >= begun,
        Some(Reached::Played(done) | Reached::Finished(done)) => date > done,
    }
}

fn size(day: &Day) -> u64 {
    day.chains
        .iter()
        .flat_map(|chain| chain.purchases.iter())
        .map(|_| 1)
        .sum()
}

struct Run<'a> {
    rules: &'a Rules,
    stage: &'a dyn Stage,
    subject: Box<dyn Subject + 'a>,
    marks: Marks<'a>,
    now: DateTime<Utc>,
    costs: Costs,
}

impl Run<'_> {
    /// Sets the clock to where earlier runs came, or applies the configuration as the first day starts.
    fn start(&mut self, reached: Option<Reached>, first: NaiveDate) -> Result<(), Error> {
        let zone = self.rules.zone;
        let now = match reached {
            None => calendar::start(zone, first),
            Some(Reached::Begun(date) | Reached::Played(date)) => calendar::noon(zone, date),
            Some(Reached::Finished(date)) => calendar::end(zone, date),
        };
        let date = reached.map_or(first, Reached::date);
        self.set_clock(now.ok_or(Error::Calendar(date))?);
        if reached.is_none() {
            let Rules {
                document,
                fingerprint,
                ..
            } = self.rules;
            commands::apply(self.subject.as_mut(), document, fingerprint)?;
        }
        Ok(())
    }

    fn day(
        &mut self,
        workers: &Workers,
        day: &Day,
        reached: Option<Reached>,
        played: &mut dyn FnMut(u64),
    ) -> Result<(), Error> {
        if reached != Some(Reached::Begun(day.date)) {
            let noon = calendar::noon(self.rules.zone, day.date);
            let noon = noon.ok_or(Error::Calendar(day.date))?;
            self.tick_until(noon, &mut |_| ())?;
            self.set_clock(noon);
            self.marks.save(Reached::Begun(day.date))?;
        }
        workers.play(day, |costs| {
            for cost in costs {
                self.costs.add(commands::REPORT_ORDER, cost);
            }
            played(costs.iter().map(|_| 1).sum());
        })?;
        self.marks.save(Reached::Played(day.date))
    }

    fn finish(
        &mut self,
        until: NaiveDate,
        reached: &mut dyn FnMut(NaiveDate),
    ) -> Result<(), Error> {
        let end = calendar::end(self.rules.zone, until).ok_or(Error::Calendar(until))?;
        self.tick_until(end, reached)?;
        self.set_clock(end);
        reached(until);
        self.marks.save(Reached::Finished(until))
    }

    /// Ticks as often as the component asks for it before `limit`, each time at that instant. `reached` is told of the days.
    fn tick_until(
        &mut self,
        limit: DateTime<Utc>,
        reached: &mut dyn FnMut(NaiveDate),
    ) -> Result<(), Error> {
        let mut ticks = 0;
        loop {
            let (next, cost) = commands::tick(self.subject.as_mut(), self.now)?;
            self.costs.add(commands::TICK, &cost.unwrap_or_default());
            match next.filter(|next| *next < limit) {
                None => return Ok(()),
                Some(next) if next > self.now => {
                    self.set_clock(next);
                    reached(next.with_timezone(&self.rules.zone).date_naive());
                    ticks = 0;
                }
                Some(_) => ticks += 1,
            }
            if ticks >= TICKS_MAX {
                return Err(Error::TickWithoutEnd {
                    ticks,
                    at: self.now,
                });
            }
        }
    }

    fn set_clock(&mut self, now: DateTime<Utc>) {
        self.now = now;
        self.stage.set_clock(now);
    }
}

//! A merchant with a great many members, each with one lot, for benches of what is done to all of them: what is stored of
//! one member is made by the component's own code and copied under the others' names.

use super::rows;
use super::shop::{self, GRANTED_PLAIN, NOON, Sale};
use super::till::{self, Native, Till};
use stampcard::bindings::upkeep::TickRequest;
use stampcard::capabilities::Merchant;
use stampcard::capabilities::clock::{Instant, Manual};
use stampcard::capabilities::storage::{Memory, Row, Storage};
use stampcard::sandbox::{Mode, Sandbox};
use std::collections::HashSet;
use std::ops::Range as Numbers;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// A day in seconds.
const DAY: u64 = 86_400;

/// Days that a lot of the merchant lives.
const LIFE: u64 = 365;

/// The groups of keys that are each member's own and that the check needs, or that grow with the past. Orders and keys of
/// commands are left out; so they are on the other side.
const OF_MEMBERS: [&str; 4] = ["account/", "ahead/", "due/", "entry/"];

/// The merchant, and what is stored of a member for each night in which its lot lapses.
pub struct Crowd {
    merchant: Merchant,
    common: Vec<Row>,
    models: Vec<Vec<Row>>,
}

impl Crowd {
    /// With lots that lapse in one of so many nights from the benches' day on.
    pub fn new(nights: usize) -> Self {
        let merchant = till::merchant("tea-house");
        let storage: Arc<dyn Storage> = Arc::new(Memory::new());
        let at = |seconds| Native::new(Arc::clone(&storage), &merchant, seconds);
        at(NOON - (LIFE + 1) * DAY).configure(&shop::plain());
        for night in 0..nights {
            let sale = Sale {
                member: name(night),
                order: format!("first-{night}"),
            };
            let earned = NOON - LIFE * DAY + day(night);
            at(earned).earn(&[sale], GRANTED_PLAIN);
        }
        // What was checked before is no part of the nights that are measured.
        at(NOON - 3_600).tick();
        let rows = rows::all(storage.as_ref(), &merchant);
        let own = |row: &Row| OF_MEMBERS.iter().any(|group| row.key.starts_with(group));
        let (of_members, common): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(own);
        let models = (0..nights).map(|night| {
            let name = name(night);
            let rows = of_members.iter().filter(|row| row.key.contains(&name));
            rows.cloned().collect()
        });
        let left_out = |row: &Row| row.key.starts_with("order/") || row.key.starts_with("key/");
        Self {
            merchant,
            models: models.collect(),
            common: common.into_iter().filter(|row| !left_out(row)).collect(),
        }
    }

    /// Stores these members; `night` says in which one each of them loses its lot.
    pub fn load(
        &self,
        storage: &dyn Storage,
        members: Numbers<usize>,
        night: impl Fn(usize) -> usize,
    ) {
        // Group by group, so that the keys come nearly in their order.
        let night = &night;
        let of_members = OF_MEMBERS.iter().flat_map(move |group| {
            let members = members.clone();
            members.flat_map(move |member| self.rows_of(member, night(member), group))
        });
        let common = self.common.iter().cloned();
        rows::store(storage, &self.merchant, common.chain(of_members));
    }

    /// What a member has in a group of keys.
    fn rows_of(&self, member: usize, night: usize, group: &str) -> impl Iterator<Item = Row> {
        let rows = self.models.get(night).expect("a night of the crowd");
        let (model, name) = (name(night), name(member));
        let rows = rows.iter().filter(move |row| row.key.starts_with(group));
        rows.map(move |row| Row {
            key: row.key.replace(&model, &name),
            ..row.clone()
        })
    }

    /// The component's code compiled natively at that time; accounts posted.
    pub fn natively(&self, storage: &Arc<dyn Storage>, night: usize) -> usize {
        Native::new(Arc::clone(storage), &self.merchant, after(night)).tick()
    }

    /// The merchant's sandbox after a night's lapses, in time for the check that posts them.
    pub fn sandbox(&self, storage: &Arc<dyn Storage>, night: usize, mode: Mode) -> Sandbox {
        let clock = Manual::new(Instant::at(after(night)));
        till::sandbox(
            till::plugin(),
            Arc::clone(storage),
            &self.merchant,
            Arc::new(clock),
            mode,
        )
    }
}

/// Ticks until nothing more is due; accounts posted.
pub fn ticks(sandbox: &mut Sandbox) -> usize {
    let mut posted = 0;
    let mut finished = HashSet::new();
    loop {
        let request = TickRequest { limit: None };
        let (report, _) = sandbox.upkeep().tick(&request).expect("a call");
        let report = report.expect("a report");
        posted += usize::try_from(report.accounts).expect("a number");
        for date in &report.checks {
            assert!(finished.insert(date.clone()), "a check is done once");
        }
        if report.accounts == 0 && report.checks.is_empty() {
            return posted;
        }
    }
}

/// Helps whoever ticks until that is done; accounts posted.
pub fn help(sandbox: &mut Sandbox, done: &AtomicBool) -> usize {
    let mut posted = 0;
    while !done.load(Ordering::Relaxed) {
        let request = TickRequest { limit: None };
        let (report, _) = sandbox.upkeep().help(&request).expect("a call");
        let report = report.expect("a report");
        posted += usize::try_from(report.accounts).expect("a number");
        if report.accounts == 0 {
            // The check has not come to it yet, or is nearly done.
            std::thread::sleep(Duration::from_millis(1));
        }
    }
    posted
}

fn name(number: usize) -> String {
    format!("m{number:08}")
}

/// The next morning, behind the check of the day.
fn after(night: usize) -> u64 {
    NOON + day(night) + DAY - 3_600
}

fn day(night: usize) -> u64 {
    DAY * u64::try_from(night).expect("a number of days")
}

//! What the sandbox costs: the same orders earned and the same points spent by the component's code
//! compiled natively, in a warm sandbox and in fresh ones, with storage in memory.
//!
//! `./dev bench earn`. Every contender has a storage of its own with the same members and histories, so
//! that all find the same state; in each round each member does one thing. Figures are of the thread that the commands run on; what
//! all threads take is told beside, as instances are made and dropped by one of their own.
#![expect(
    clippy::expect_used,
    reason = "a bench stops at the first thing that goes wrong"
)]

use stampcard::capabilities::storage::{Memory, Storage};
use stampcard::engine::{Engine, FastReset, Settings};
use stampcard::plugin::{COMPONENT, Plugin};
use stampcard::sandbox::{Mode, Sandbox};
use stampcard_tests::measure::shop::{self, GRANTED, NOON, Sale};
use stampcard_tests::measure::till::{self, Native, Till};
use stampcard_tests::measure::{
    Bench, Contender, Demand, Figures, micros_each, take_turns, worked_by_all,
};
use std::cell::RefCell;
use std::sync::Arc;

/// Members of a round: few, so that contenders take turns often and find the machine alike.
const MEMBERS: usize = 100;

/// Points that each redemption takes.
const SPENT: &str = "25";

fn main() {
    let mut bench = Bench::begin("earn and redeem: native, warm sandbox, fresh sandbox");
    let (rounds, members) = (bench.rounds(60), MEMBERS);
    bench.say(&format!(
        "5-line order, 10 rules of which 6 match, storage in memory; {rounds} rounds of {members} commands"
    ));
    let storages = storages((rounds + 1) * members);
    let slow = plugin(FastReset::Off);
    let fast = plugin(FastReset::Auto);
    let scans = fast.engine().resets_fast();

    let mut tills: Vec<(&str, Box<dyn Till>)> = vec![("native", Box::new(native(&storages)))];
    tills.push(("warm sandbox", warm(&fast, &storages)));
    tills.push(("fresh sandbox, no page map", fresh(&slow, &storages)));
    if scans {
        tills.push(("fresh sandbox, page map", fresh(&fast, &storages)));
    }
    for what in ["earn", "redeem"] {
        let by_all: Vec<RefCell<Figures>> = tills.iter().map(|_| RefCell::default()).collect();
        let figures = {
            let run = |till: &mut Box<dyn Till>, all: &RefCell<Figures>, round: usize| {
                let sales = shop::sales(what, round * members..(round + 1) * members);
                let (worked, time) = worked_by_all(|| match what {
                    "earn" => till.earn(&sales, GRANTED),
                    _ => till.redeem(&sales, SPENT),
                });
                let worked = worked.filter(|_| round > 0);
                let worked = worked.map(|worked| micros_each(worked, members));
                all.borrow_mut().0.extend(worked);
                micros_each(time, members)
            };
            let mut contenders: Vec<Contender<'_>> = tills
                .iter_mut()
                .zip(&by_all)
                .map(|((name, till), all)| -> Contender<'_> {
                    (*name, Box::new(move |round| run(till, all, round)))
                })
                .collect();
            take_turns(rounds, &mut contenders)
        };
        report(&mut bench, what, &tills, &figures);
        let by_all: Vec<Figures> = by_all.into_iter().map(RefCell::into_inner).collect();
        report_all(&bench, &by_all);
    }
    if !scans {
        bench.skipped(
            "fresh sandbox, page map",
            "the machine swaps, or has no scan of the page map",
        );
    }
    fuel(&bench, &fast, &storages);
    bench.end();
}

fn report(bench: &mut Bench, what: &str, tills: &[(&str, Box<dyn Till>)], figures: &[Figures]) {
    bench.heading(what, "µs");
    for ((name, _), figures) in tills.iter().zip(figures) {
        bench.row(name, figures);
    }
    let [native, warm, slow, rest @ ..] = figures else {
        return;
    };
    bench.bound(
        "component ÷ native",
        &warm.over(native),
        Demand::AtMost(2.0),
        Demand::AtMost(1.3),
    );
    bench.bound(
        "fresh − warm, no page map, µs",
        &slow.beyond(warm),
        Demand::AtMost(45.0),
        Demand::AtMost(10.0),
    );
    if let [fast] = rest {
        bench.bound(
            "fresh − warm, page map, µs",
            &fast.beyond(warm),
            Demand::AtMost(20.0),
            Demand::AtMost(10.0),
        );
    }
}

/// What a fresh sandbox takes of all processors, the making and dropping of instances beside the commands included.
fn report_all(bench: &Bench, by_all: &[Figures]) {
    let [_, warm, fresh @ ..] = by_all else {
        return;
    };
    for (which, fresh) in ["no page map", "page map"].into_iter().zip(fresh) {
        let beyond = fresh.beyond(warm);
        if !beyond.0.is_empty() {
            bench.row(&format!("fresh − warm, {which}, all threads, µs"), &beyond);
        }
    }
}

/// What the commands cost in the sandbox's own measure, which is the same on every machine.
fn fuel(bench: &Bench, plugin: &Plugin, storages: &Storages) {
    let mut sandbox = storages.sandbox(plugin, Mode::Fresh);
    let mut sales = shop::sales("fuel", 0..2).into_iter();
    let mut next = || sales.next().expect("a sale");
    let (earn, redeem) = till::costs(&mut sandbox, &next(), &next(), SPENT);
    for (what, cost) in [("earn", earn), ("redeem", redeem)] {
        bench.say(&format!(
            "{what}: {} units of fuel, {} KiB of memory, {} capability calls",
            cost.fuel,
            cost.memory / 1024,
            cost.capability_calls
        ));
    }
}

/// Makes storages in the same state.
struct Storages {
    members: Vec<Sale>,
}

fn storages(members: usize) -> Storages {
    Storages {
        members: shop::sales("first", 0..members),
    }
}

impl Storages {
    /// A storage whose members are known and have earned twice.
    fn make(&self) -> Arc<dyn Storage> {
        let storage: Arc<dyn Storage> = Arc::new(Memory::new());
        let merchant = till::merchant("tea-house");
        let mut before = Native::new(Arc::clone(&storage), &merchant, NOON - 2 * 86_400);
        before.configure(&shop::ten_rules());
        before.introduce(&self.members);
        before.earn(&self.members, GRANTED);
        storage
    }

    fn sandbox(&self, plugin: &Plugin, mode: Mode) -> Sandbox {
        till::sandbox(
            plugin,
            self.make(),
            &till::merchant("tea-house"),
            till::noon(),
            mode,
        )
    }
}

fn native(storages: &Storages) -> Native {
    Native::new(storages.make(), &till::merchant("tea-house"), NOON)
}

fn warm(plugin: &Plugin, storages: &Storages) -> Box<dyn Till> {
    Box::new(storages.sandbox(plugin, Mode::Warm { commands: 1_000 }))
}

fn fresh(plugin: &Plugin, storages: &Storages) -> Box<dyn Till> {
    Box::new(storages.sandbox(plugin, Mode::Fresh))
}

fn plugin(fast_reset: FastReset) -> Plugin {
    let settings = Settings {
        fast_reset,
        ..Settings::default()
    };
    let engine = Engine::new(&settings).expect("an engine");
    Plugin::load(
        &engine,
        COMPONENT,
        stampcard::cache::Cache::of_user().as_ref(),
    )
    .expect("the component")
}

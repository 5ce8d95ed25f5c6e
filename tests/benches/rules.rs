//! Rules only: the same order judged by the same ten rules, here and by two engines of others.
//!
//! `./dev bench rules`. Here: the judgement by itself, natively; in the sandbox, rules tried on orders in batches, where every batch
//! also reads the orders, checks them, and reads the configuration; and the whole of a dry run, which looks at the member and the
//! account too, and explains itself. The others judge facts that they have in memory, with their rules read and compiled before.
#![expect(
    clippy::expect_used,
    reason = "a bench stops at the first thing that goes wrong, and its figures are rough"
)]

use chrono::NaiveDate;
use stampcard::capabilities::storage::{Memory, Storage};
use stampcard::sandbox::{Mode, Sandbox};
use stampcard_guest::domain::amount::Amount;
use stampcard_guest::domain::award::{Act, Facts, Trigger, judge};
use stampcard_guest::domain::config::Merchant;
use stampcard_guest::domain::formula::units;
use stampcard_guest::domain::ids::Id;
use stampcard_guest::domain::instant::Instant;
use stampcard_guest::domain::limit::Counters;
use stampcard_guest::domain::order::{Cart, Line, Order, OrderState, base};
use stampcard_guest::json;
use stampcard_tests::measure::peer::Peer;
use stampcard_tests::measure::shop::{self, GRANTED, NOON};
use stampcard_tests::measure::till::{self, Native, Till};
use stampcard_tests::measure::{
    Bench, Contender, Demand, Figures, micros_each, take_turns, worked,
};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

/// Judgements of a round.
const TIMES: usize = 400;

/// Orders that rules are tried on at once.
const BATCH: usize = 100;

fn main() {
    let mut bench = Bench::begin("rules: ten rules on a 5-line order, here and by others");
    let (rounds, times) = (bench.rounds(15), bench.size(TIMES));
    let storage = storage();
    let merchant = till::merchant("tea-house");
    let sandboxed = |mode| {
        till::sandbox(
            till::plugin(),
            Arc::clone(&storage),
            &merchant,
            till::noon(),
            mode,
        )
    };
    let sales: Vec<_> = (0..times)
        .flat_map(|_| shop::sales("asked", 0..1))
        .collect();
    let dry = |till: &mut dyn Till| micros_each(till.dry_run(&sales, GRANTED), times);
    let others = shop::sales("tried", 0..times);
    let tried = |sandbox: &mut Sandbox| {
        let batches = others.chunks(BATCH);
        let time = batches.map(|batch| till::try_orders(sandbox, batch, GRANTED));
        micros_each(time.sum(), times)
    };

    let judged = Judged::new();
    let (mut warm, mut fresh) = (
        sandboxed(Mode::Warm { commands: 1_000 }),
        sandboxed(Mode::Fresh),
    );
    let (mut trying, mut trying_fresh) = (
        sandboxed(Mode::Warm { commands: 1_000 }),
        sandboxed(Mode::Fresh),
    );
    let mut contenders: Vec<Contender<'_>> = vec![
        (
            "judgement alone, native",
            Box::new(|_| judged.micros(times)),
        ),
        ("tried, warm sandbox", Box::new(|_| tried(&mut trying))),
        (
            "tried, fresh sandbox a batch",
            Box::new(|_| tried(&mut trying_fresh)),
        ),
        ("whole dry run, warm sandbox", Box::new(|_| dry(&mut warm))),
        (
            "whole dry run, fresh sandbox",
            Box::new(|_| dry(&mut fresh)),
        ),
    ];
    let own = contenders.len();
    let mut missing = Vec::new();
    for (name, start) in PEERS {
        match start() {
            Ok(mut peer) => contenders.push((
                name,
                Box::new(move |_| {
                    let (points, nanoseconds) = peer.judge(times).expect("an answer");
                    assert_eq!(points.to_string(), GRANTED, "{name} gives other points");
                    micros_each(std::time::Duration::from_nanos(nanoseconds), times)
                }),
            )),
            Err(why) => missing.push((name, why)),
        }
    }
    bench.say(&format!(
        "{rounds} rounds of {times} judgements; each gives {GRANTED} points"
    ));
    let figures = take_turns(rounds, &mut contenders);
    bench.heading("one judgement", "µs");
    for ((name, _), figures) in contenders.iter().zip(&figures) {
        bench.row(name, figures);
    }
    for ((name, _), theirs) in contenders.iter().zip(&figures).skip(own) {
        compare(&mut bench, name, theirs, &figures);
    }
    drop(contenders);
    for (name, why) in missing {
        bench.skipped(name, &why);
    }
    bench.end();
}

fn compare(bench: &mut Bench, name: &str, theirs: &Figures, ours: &[Figures]) {
    let [native, tried, tried_fresh, warm, fresh, ..] = ours else {
        return;
    };
    for (what, ours) in [
        ("native judgement", native),
        ("tried, warm", tried),
        ("tried, fresh", tried_fresh),
    ] {
        bench.bound(
            &format!("{name} ÷ {what}"),
            &theirs.over(ours),
            Demand::AtLeast(1.0),
            Demand::AtLeast(5.0),
        );
    }
    for (what, ours) in [("warm dry run", warm), ("fresh dry run", fresh)] {
        bench.row(&format!("{name} ÷ {what}"), &theirs.over(ours));
    }
}

/// A merchant with ten rules, and one member that has earned before.
fn storage() -> Arc<dyn Storage> {
    let storage: Arc<dyn Storage> = Arc::new(Memory::new());
    let merchant = till::merchant("tea-house");
    let mut before = Native::new(Arc::clone(&storage), &merchant, NOON - 86_400);
    let sales = shop::sales("first", 0..1);
    before.configure(&shop::ten_rules());
    before.introduce(&sales);
    before.earn(&sales, GRANTED);
    storage
}

/// All that the pure judgement needs.
struct Judged {
    merchant: Merchant,
    order: Order,
    facts: Facts,
}

impl Judged {
    fn new() -> Self {
        let document = shop::ten_rules();
        let amount = |text: &str| Amount::parse(text).expect("an amount");
        let texts = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
        let lines = shop::LINES.iter().enumerate().map(|(place, line)| Line {
            id: id(&(place + 1).to_string()),
            sku: line.sku.to_owned(),
            quantity: amount(line.quantity),
            amount: amount(line.amount),
            discount: line.discount.map(amount).unwrap_or_default(),
            tax: Amount::ZERO,
            categories: texts(line.categories),
            brand: Some(line.brand.to_owned()),
            tags: Vec::new(),
        });
        Self {
            merchant: json::read(&document.to_string()).expect("a configuration"),
            order: Order {
                id: id("asked-0"),
                member: id("m000000"),
                state: OrderState::Paid,
                cart: Cart {
                    lines: lines.collect(),
                    discount: Amount::ZERO,
                    shipping: amount("80"),
                },
                gift_card: Amount::ZERO,
                points_paid: None,
                payment_methods: vec!["house-card".to_owned()],
                channel: Some("app".to_owned()),
            },
            facts: Facts {
                tier: Some("gold".to_owned()),
                tags: vec!["regular".to_owned()],
                level: None,
            },
        }
    }

    fn micros(&self, times: usize) -> f64 {
        let (time, ()) = worked(|| {
            for _ in 0..times {
                assert_eq!(self.points().to_string(), GRANTED);
            }
        });
        micros_each(time, times)
    }

    /// The base is counted here too, as the others sum the lines.
    fn points(&self) -> Amount {
        let mut sum = Amount::ZERO;
        for (name, programme) in &self.merchant.programmes {
            let base = base(
                &self.order,
                &programme.base,
                Amount::ZERO,
                self.merchant.money_unit(),
            );
            let trigger = Trigger {
                act: Act::Order {
                    from: None,
                    to: self.order.state,
                    lines: &self.order.cart.lines,
                    base: &base,
                    units: &units(&self.order.cart.lines),
                    payment_methods: &self.order.payment_methods,
                    granted_before: Amount::ZERO,
                    awarded: &[],
                },
                facts: &self.facts,
                channel: self.order.channel.as_deref(),
                at: Instant::new(NOON, 0).expect("an instant"),
                today: NaiveDate::from_ymd_opt(2026, 3, 4).expect("a date"),
            };
            let outcome = judge(name, programme, &trigger, &mut Counters::default());
            sum += outcome
                .awards
                .iter()
                .map(|award| award.points)
                .sum::<Amount>();
        }
        sum
    }
}

fn id(text: &str) -> Id {
    Id::parse(text).expect("an id")
}

/// Engines of others, by name, and how each is made ready; or why it can't be.
type Start = fn() -> Result<Peer, String>;
const PEERS: [(&str, Start); 2] = [
    ("json-rules-engine", json_rules_engine),
    ("zen-engine", zen_engine),
];

/// From npm, into a folder beside the compiled code.
fn json_rules_engine() -> Result<Peer, String> {
    let folder = beside("json-rules-engine")?;
    for file in ["package.json", "package-lock.json", "rules.mjs"] {
        let source = sources("json-rules-engine").join(file);
        std::fs::copy(&source, folder.join(file)).map_err(|error| error.to_string())?;
    }
    let mut install = Command::new("npm");
    install.args(["ci", "--silent", "--no-audit", "--no-fund"]);
    succeed(install.current_dir(&folder))?;
    start(Command::new("node").arg("rules.mjs").current_dir(&folder))
}

/// From crates.io, compiled in a workspace of its own with the usual release profile.
fn zen_engine() -> Result<Peer, String> {
    let folder = beside("zen")?;
    let mut build = Command::new("cargo");
    build.args(["build", "--release", "--locked", "--target-dir"]);
    // From its folder, so that it is compiled by the toolchain that this project names.
    succeed(build.arg(&folder).current_dir(sources("zen")))?;
    start(&mut Command::new(folder.join("release/zen-peer")))
}

fn start(command: &mut Command) -> Result<Peer, String> {
    Peer::start(command, &shop::facts()).map_err(|error| error.to_string())
}

fn sources(peer: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("benches/peers")
        .join(peer)
}

/// A folder for a peer beside the compiled code of this bench.
fn beside(peer: &str) -> Result<PathBuf, String> {
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    let target = own.ancestors().nth(3).ok_or("this program lies nowhere")?;
    let folder = target.join("peers").join(peer);
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    Ok(folder)
}

fn succeed(command: &mut Command) -> Result<(), String> {
    let name = command.get_program().to_string_lossy().into_owned();
    match command.output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => {
            let text = String::from_utf8_lossy(&output.stderr);
            let last = text.lines().last().unwrap_or_default();
            Err(format!("{name} failed: {last}"))
        }
        Err(error) => Err(format!("{name}: {error}")),
    }
}

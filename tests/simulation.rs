//! Random histories of one merchant: after every step each promise about points is looked at. `SIMULATION_SEED=…`
//! plays one history and prints it, with `SIMULATION_PLAIN=1` as the committed seeds are played, with points alone;
//! `SIMULATION_HISTORIES=…` plays so many.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a history whose answers lack what they must have is a failed test"
)]

#[path = "simulation/acts.rs"]
mod acts;
#[path = "simulation/bulk.rs"]
mod bulk;
#[path = "simulation/check.rs"]
mod check;
#[path = "simulation/checkout.rs"]
mod checkout;
#[path = "simulation/client.rs"]
mod client;
#[path = "simulation/corrections.rs"]
mod corrections;
#[path = "simulation/coupons.rs"]
mod coupons;
#[path = "simulation/dice.rs"]
mod dice;
#[path = "simulation/faults.rs"]
mod faults;
#[path = "simulation/issued.rs"]
mod issued;
#[path = "simulation/moving.rs"]
mod moving;
#[path = "simulation/notices.rs"]
mod notices;
#[path = "simulation/places.rs"]
mod places;
#[path = "simulation/posting.rs"]
mod posting;
#[path = "simulation/refunds.rs"]
mod refunds;
#[path = "simulation/reports.rs"]
mod reports;
#[path = "simulation/shop.rs"]
mod shop;
#[path = "simulation/speaking.rs"]
mod speaking;
#[path = "simulation/stored.rs"]
mod stored;
#[path = "simulation/tiers.rs"]
mod tiers;
#[path = "simulation/verdicts.rs"]
mod verdicts;
#[path = "simulation/world.rs"]
mod world;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use world::{Checked, Trouble, World};

/// Histories of a normal run.
const HISTORIES: u64 = 1_000;

/// Of so many histories one has an account with very many lots.
const LARGE_EVERY: u64 = 50;

fn variable(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{name} is no number: {text}")),
    )
}

/// Plays a history to its end.
fn play(world: &mut World, large: bool) -> Checked {
    world.set(world.now);
    world.configure()?;
    if large {
        world.enlarge()?;
    }
    let steps = world.dice.within(30, 80);
    for step in 0..if large { 15 } else { steps } {
        world.step()?;
        if step % 8 == 7 {
            world.check_all()?;
        } else {
            let members = world.members.clone();
            let member = *world.dice.pick(&members);
            world.check(member)?;
        }
    }
    world.tick()?;
    world.check_all()
}

/// Plays the history of a seed; gives what broke, with what led to it.
fn history(seed: u64, plain: bool) -> Result<(), (String, Vec<String>)> {
    let mut world = World::new(seed, Trouble::All);
    if plain {
        world.correcting = None;
        world.couponing = None;
        world.coupons = coupons::Coupons::default();
        world.movers = None;
        world.speakers = None;
        world.tiers = None;
    }
    let large = seed.is_multiple_of(LARGE_EVERY);
    let ended = catch_unwind(AssertUnwindSafe(|| play(&mut world, large)));
    let ended = ended.unwrap_or_else(|_| Err("a panic".to_owned()));
    ended.map_err(|broken| (broken, std::mem::take(&mut world.trace)))
}

/// Plays all these seeds on both cores, with all that can happen or with points alone, and fails with the first few that
/// break a promise.
fn play_all(seeds: &[u64], plain: bool) {
    let next = AtomicU64::new(0);
    let broken = Mutex::new(Vec::new());
    std::thread::scope(|threads| {
        for _ in 0..2 {
            threads.spawn(|| {
                while let Some(seed) = usize::try_from(next.fetch_add(1, Ordering::Relaxed))
                    .ok()
                    .and_then(|place| seeds.get(place))
                {
                    if let Err((what, trace)) = history(*seed, plain) {
                        broken.lock().unwrap().push((*seed, what, trace));
                    }
                }
            });
        }
    });
    let mut broken = broken.into_inner().unwrap();
    broken.sort();
    let Some((seed, what, trace)) = broken.first() else {
        return;
    };
    let others: Vec<String> = broken
        .iter()
        .map(|(seed, what, _)| format!("SIMULATION_SEED={seed}: {what}"))
        .collect();
    let shown = if seeds.len() == 1 {
        trace.join("\n")
    } else {
        trace.last().cloned().unwrap_or_default()
    };
    panic!(
        "{} of {} histories; the first is {seed}: {what}\n{shown}\n{}",
        broken.len(),
        seeds.len(),
        others.join("\n")
    );
}

#[test]
fn random_histories_keep_every_promise() {
    match variable("SIMULATION_SEED") {
        Some(seed) => play_all(&[seed], variable("SIMULATION_PLAIN").is_some()),
        None => {
            let count = variable("SIMULATION_HISTORIES").unwrap_or(HISTORIES);
            let seeds: Vec<u64> = (1..=count).collect();
            play_all(&seeds, false);
        }
    }
}

#[test]
fn committed_seeds_stay_good() {
    let lines = include_str!("simulation/seeds.txt").lines();
    // With points alone a seed goes on as it did before there was more.
    for plain in [true, false] {
        let chosen = lines.clone().filter_map(|line| {
            let mut words = line.split_whitespace();
            let wanted = if plain { "points" } else { "all" };
            (words.next()? == wanted).then(|| words.next().unwrap().parse().unwrap())
        });
        let seeds: Vec<u64> = chosen.collect();
        assert!(!seeds.is_empty(), "no seed of {plain}");
        play_all(&seeds, plain);
    }
}

//! Many threads at once: writers of the same keys, and readers beside them.

use super::{Backend, Check, Problem, commit, get, holds, merchant, put, range, same, scan, value};
use crate::capabilities::Merchant;
use crate::capabilities::storage::{Outcome, Storage, Versioned, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::ScopedJoinHandle;

pub(super) const CHECKS: &[Check] = &[
    (
        "threads: of many writers over one version one wins",
        one_wins,
    ),
    ("threads: no conditional increment is lost", increments),
    ("threads: a read sees one instant", reads_one_instant),
    (
        "threads: what is read ahead is read as it stands",
        reads_what_stands,
    ),
    ("threads: a scan sees one instant", scans_one_instant),
    (
        "threads: a conflict of one merchant is none of the others",
        merchants,
    ),
];

const THREADS: u32 = 8;

fn join<T>(thread: ScopedJoinHandle<'_, Result<T, Problem>>) -> Result<T, Problem> {
    thread
        .join()
        .unwrap_or_else(|_| Err(Problem("a thread of the check panicked".to_owned())))
}

fn one_wins(backend: &dyn Backend) -> Result<(), Problem> {
    let (storage, merchant) = (backend.fresh(), merchant()?);
    for round in 0..50 {
        let before = get(&*storage, &merchant, "a")?.version;
        let contend = |thread: u32| -> Result<Option<u32>, Problem> {
            let write = put("a", &thread.to_string()).at(before);
            let won = storage.commit(&merchant, vec![write])? == Outcome::Committed;
            Ok(won.then_some(thread))
        };
        let winners = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..THREADS)
                .map(|thread| scope.spawn(move || contend(thread)))
                .collect();
            threads.into_iter().map(join).collect::<Result<Vec<_>, _>>()
        })?;
        let winners: Vec<u32> = winners.into_iter().flatten().collect();
        same(&format!("winners of round {round}"), winners.len(), 1)?;
        let stands = value(&*storage, &merchant, "a")?;
        same(
            "the value is the winner's",
            stands,
            winners.first().map(u32::to_string),
        )?;
    }
    Ok(())
}

/// Adds one under the condition that nobody else did meanwhile, until that holds.
fn increment(storage: &dyn Storage, merchant: &Merchant, key: &str) -> Result<(), Problem> {
    loop {
        let now = get(storage, merchant, key)?;
        let count: u64 = now
            .value
            .as_deref()
            .unwrap_or("0")
            .parse()
            .map_err(not_a_number)?;
        let write = put(key, &(count + 1).to_string()).at(now.version);
        if storage.commit(merchant, vec![write])? == Outcome::Committed {
            return Ok(());
        }
    }
}

fn not_a_number(error: std::num::ParseIntError) -> Problem {
    Problem(format!(
        "a counter's value is not what was written: {error}"
    ))
}

fn increments(backend: &dyn Backend) -> Result<(), Problem> {
    const EACH: u32 = 50;
    let (storage, merchant) = (backend.fresh(), merchant()?);
    let count = || (0..EACH).try_for_each(|_| increment(&*storage, &merchant, "counter"));
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(count)).collect();
        threads.into_iter().try_for_each(join)
    })?;
    let expected = (THREADS * EACH).to_string();
    same(
        "the counter",
        value(&*storage, &merchant, "counter")?,
        Some(expected),
    )
}

/// Every commit gives all of these the same value, so that two values seen at once are two instants.
fn group(members: u32) -> Vec<String> {
    let key = |number| format!("group/{number:03}");
    (0..members).map(key).collect()
}

/// Runs the observer again and again beside a writer that keeps changing the group, now and then by
/// deleting it.
fn beside_a_writer(
    storage: &dyn Storage,
    merchant: &Merchant,
    group: &[String],
    observe: &(dyn Fn() -> Result<(), Problem> + Sync),
) -> Result<(), Problem> {
    let done = AtomicBool::new(false);
    let write = || -> Result<(), Problem> {
        let result = (0..200).try_for_each(|round: u32| {
            let text = (round % 5 != 4).then(|| round.to_string());
            let write = |key: &String| Write {
                key: key.clone(),
                value: text.clone(),
                expect: None,
            };
            commit(
                storage,
                merchant,
                &group.iter().map(write).collect::<Vec<_>>(),
            )
        });
        done.store(true, Ordering::Relaxed);
        result
    };
    let observe = || -> Result<(), Problem> {
        while !done.load(Ordering::Relaxed) {
            observe()?;
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let threads = [
            scope.spawn(write),
            scope.spawn(observe),
            scope.spawn(observe),
        ];
        threads.into_iter().try_for_each(join)
    })
}

fn reads_one_instant(backend: &dyn Backend) -> Result<(), Problem> {
    let (storage, merchant) = (backend.fresh(), merchant()?);
    let group = group(20);
    let observe = || {
        let mut found = storage.read(&merchant, &group)?;
        found.dedup_by(|a, b| a.value == b.value);
        same("values seen at once", found.len(), 1)
    };
    beside_a_writer(&*storage, &merchant, &group, &observe)
}

fn reads_what_stands(backend: &dyn Backend) -> Result<(), Problem> {
    let (storage, merchant) = (backend.fresh(), merchant()?);
    let group = group(200);
    let observe = || {
        // Whatever it answers.
        storage.read_ahead(&merchant, &group);
        let first = storage.read(&merchant, &group)?;
        let mut later = storage.read(&merchant, &group)?;
        let round = |found: &Versioned| found.value.as_deref()?.parse::<u32>().ok();
        let back = |(first, then): (&Versioned, &Versioned)| {
            round(first).is_some_and(|first| round(then).is_some_and(|then| then < first))
        };
        holds("values don't go back", !first.iter().zip(&later).any(back))?;
        later.dedup();
        same("what is seen at once", later.len(), 1)
    };
    beside_a_writer(&*storage, &merchant, &group, &observe)
}

fn scans_one_instant(backend: &dyn Backend) -> Result<(), Problem> {
    let (storage, merchant) = (backend.fresh(), merchant()?);
    let group = group(20);
    let observe = || {
        let mut found = scan(&*storage, &merchant, &range("group/", "group0", 100))?;
        holds(
            "all of the group is there, or nothing",
            matches!(found.len(), 0 | 20),
        )?;
        found.dedup_by(|a, b| a.value == b.value);
        holds("one value is seen at once", found.len() <= 1)
    };
    beside_a_writer(&*storage, &merchant, &group, &observe)
}

fn merchants(backend: &dyn Backend) -> Result<(), Problem> {
    let storage = backend.fresh();
    let work = |thread: u32| -> Result<(), Problem> {
        let merchant = Merchant::new(&format!("merchant-{thread}"))?;
        for round in 0..50_u32 {
            let before = get(&*storage, &merchant, "a")?.version;
            commit(
                &*storage,
                &merchant,
                &[put("a", &round.to_string()).at(before)],
            )?;
            let stale = storage.commit(&merchant, vec![put("a", "stale").at(before)])?;
            same("a commit over the version before", stale, Outcome::Conflict)?;
        }
        same(
            "the value",
            value(&*storage, &merchant, "a")?,
            Some("49".to_owned()),
        )
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|thread| scope.spawn(move || work(thread)))
            .collect();
        threads.into_iter().try_for_each(join)
    })
}

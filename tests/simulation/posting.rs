//! A check whose caller and helper come upon the same accounts: each account is posted once, and counted once.

use crate::check::{ensure, under};
use crate::faults::Event;
use crate::world::{Checked, Reply, Trouble, World};
use chrono::TimeDelta;
use serde_json::{Value, json};
use stampcard::call::{Call, Subject};
use stampcard::terms::confirmed;
use std::sync::{Arc, Mutex};

/// Few enough for one page, so that both callers read the same one.
const MEMBERS: u64 = 30;

fn upkeep(function: &str, limit: u32) -> Call {
    Call {
        function: function.to_owned(),
        execution: None,
        request: Some(json!({ "limit": limit })),
    }
}

/// A shop whose members have a lot each that has lapsed, and whose check is due.
fn lapsed() -> Checked<World> {
    let mut world = World::new(7, Trouble::None);
    world.set(world.now);
    let document = json!({
        "zone": "Asia/Taipei", "currency": "TWD",
        "programmes": { "points": {
            "worth": { "points": "1", "money": "1" }, "earn": [], "expiry": { "exact": { "days": 5 } },
        } },
    });
    let mut host = world.native(world.faulty.inner.clone());
    let document = confirmed(&mut host, &document, "owner");
    let mut calls = vec![(
        "merchant.apply",
        json!({ "document": document.to_string() }),
    )];
    let name = |place: u64| format!("m-{place:03}");
    let grant = |member: &str| json!({ "to": { "member": member }, "points": "10", "reason": "gift", "actor": "staff-1" });
    calls.extend((0..MEMBERS).map(|place| ("members.put", json!({ "member": name(place) }))));
    calls.extend((0..MEMBERS).map(|place| ("points.grant", grant(&name(place)))));
    for (function, request) in calls {
        let reply = world.plainly(function, request)?;
        reply.map_err(|error| format!("{function}: {error}"))?;
    }
    world.set(world.now + TimeDelta::days(7));
    Ok(world)
}

/// How many accounts a caller says it posted.
fn posted(reply: &Reply) -> Checked<u64> {
    let report = reply.as_ref().map_err(Value::to_string)?;
    report["accounts"]
        .as_u64()
        .ok_or_else(|| format!("no count in {report}"))
}

/// Calls `first` with `second` run to its end after so many calls, then ticks until nothing is due; whether `second` ran.
fn crossed(calls: u32, first: &str, second: &str) -> Checked<bool> {
    let world = lapsed()?;
    // The check has come to its lapses, so that a helper finds something to do.
    let begun = world.once(false, &upkeep("upkeep.tick", 1))?;
    let mut counted = posted(&begun.ok_or("a crash without a plan")?)?;
    let between = Arc::new(Mutex::new(None));
    let (filled, made) = (between.clone(), upkeep(second, 1_000));
    let mut host = world.native(world.faulty.inner.clone());
    let other = move || *filled.lock().unwrap() = Some(host.call(&made).unwrap().result);
    world.faulty.plan(calls, Event::Meanwhile(Box::new(other)));
    for function in [first, "upkeep.tick", "upkeep.tick"] {
        let reply = world.once(true, &upkeep(function, 1_000))?;
        counted += posted(&reply.ok_or("a crash without a plan")?)?;
        world.faulty.clear();
    }
    let between = between.lock().unwrap().take();
    counted += between.as_ref().map_or(Ok(0), posted)?;
    ensure(counted == MEMBERS, || {
        format!("{counted} accounts are counted, of {MEMBERS}")
    })?;
    let dump = world.dump();
    let left = under(&dump, "due/").count();
    ensure(left == 0, || format!("{left} are still due"))?;
    Ok(between.is_some())
}

#[test]
fn accounts_that_two_callers_come_upon_are_counted_once() {
    for (first, second) in [
        ("upkeep.tick", "upkeep.help"),
        ("upkeep.help", "upkeep.tick"),
        ("upkeep.tick", "upkeep.tick"),
    ] {
        for calls in 0.. {
            let ran = crossed(calls, first, second)
                .unwrap_or_else(|broken| panic!("{first}, {second} after {calls}: {broken}"));
            if !ran {
                assert!(calls > 4, "{first} makes more calls than {calls}");
                break;
            }
        }
    }
}

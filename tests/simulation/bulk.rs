//! Bulk issues that are cut off after any number of calls: no coupon is lost, and none is made twice.

use crate::check::{ensure, under};
use crate::faults::{Event, FAULTS, events};
use crate::world::{Checked, Trouble, World};
use serde_json::{Value, json};
use stampcard::call::Call;
use std::collections::BTreeSet;

/// More than one page of a bulk.
const MEMBERS: usize = 120;

fn tick() -> Call {
    Call {
        function: "upkeep.tick".to_owned(),
        execution: None,
        request: Some(json!({ "limit": 10_000 })),
    }
}

/// A shop with members, whose coupons are ordered: one for each, and some of nobody's, beyond the limit in all.
fn ordered() -> Checked<World> {
    let mut world = World::new(7, Trouble::None);
    world.set(world.now);
    let document = json!({
        "zone": "Asia/Taipei", "currency": "TWD",
        "programmes": { "points": { "worth": { "points": "1", "money": "1" }, "earn": [], "expiry": "never" } },
        "coupons": { "june": {
            "benefit": { "amount": "10" }, "validity": { "days": { "days": 30 } }, "limits": { "issued-total": 1_010 },
        } },
    });
    let document = json!({ "document": document.to_string() });
    let mut calls = vec![
        ("merchant.apply", document),
        (
            "coupons.set-code-key",
            json!({ "key": crate::coupons::CODE_KEY }),
        ),
    ];
    let member = |place: usize| json!({ "member": format!("m-{place:03}"), "tier": "gold" });
    calls.extend((0..MEMBERS).map(|place| ("members.put", member(place))));
    for to in [json!({ "nobody": 900 }), json!("everyone")] {
        calls.push(("coupons.issue", json!({ "template": "june", "to": to })));
    }
    for (function, request) in calls {
        let reply = world.plainly(function, request)?;
        reply.map_err(|error| format!("{function}: {error}"))?;
    }
    Ok(world)
}

/// Ticks until no coupon is made any more, the first time with something that happens after so many calls; whether it
/// did.
fn troubled(world: &World, calls: u32, event: Event) -> Checked<bool> {
    world.faulty.plan(calls, event);
    let mut happened = None;
    for _ in 0..20 {
        let reply = world.once(true, &tick())?;
        happened.get_or_insert(!world.faulty.clear());
        if let Some(Ok(report)) = &reply
            && report["coupons-issued"] == 0
        {
            return Ok(happened == Some(true));
        }
        let busy = matches!(&reply, Some(Err(error)) if error == "busy");
        ensure(!busy, || "one other tick made it busy".to_owned())?;
    }
    Err("20 ticks were not enough".to_owned())
}

/// All that was ordered is there, once.
fn check(world: &World) -> Checked {
    let dump = world.dump();
    let mut serials = BTreeSet::new();
    let mut holders: Vec<Value> = Vec::new();
    for (_, coupon) in under(&dump, "coupon/") {
        serials.insert(coupon["serial"].as_u64().unwrap());
        holders.push(coupon["member"].clone());
    }
    let whole: BTreeSet<u64> = (1..=1_010).collect();
    ensure(serials == whole && holders.len() == 1_010, || {
        format!("{} coupons, {} serials", holders.len(), serials.len())
    })?;
    let members: BTreeSet<&str> = holders.iter().filter_map(Value::as_str).collect();
    ensure(members.len() == 110, || {
        format!("{} members", members.len())
    })?;
    let bulks: Vec<Value> = under(&dump, "coupon-bulk/").map(|row| row.1).collect();
    let counts = bulks
        .iter()
        .map(|bulk| (bulk["issued"].as_u64(), bulk["left-out"].as_u64()));
    let counts: Vec<_> = counts.collect();
    ensure(
        counts == [(Some(900), Some(0)), (Some(110), Some(10))],
        || format!("{bulks:?}"),
    )?;
    let open = under(&dump, "bulk-open/").count();
    ensure(open == 0, || format!("{open} are still open"))
}

#[test]
fn a_bulk_issue_cut_off_anywhere_loses_and_doubles_nothing() {
    let kinds = FAULTS.len() + 1;
    for kind in 0..kinds {
        for calls in 0.. {
            let world = ordered().unwrap();
            let other = world.native(world.faulty.inner.clone());
            let (name, event) = events(other, tick()).swap_remove(kind);
            let happened = troubled(&world, calls, event);
            let happened =
                happened.unwrap_or_else(|broken| panic!("{name}, {calls} calls: {broken}"));
            check(&world).unwrap_or_else(|broken| panic!("{name}, {calls} calls: {broken}"));
            if !happened {
                assert!(calls > 20, "a tick makes more calls than {calls}");
                break;
            }
        }
    }
}

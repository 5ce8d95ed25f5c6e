//! Verdicts on what members sent in, cut off after any number of calls: each invoice is rewarded once, each submission comes to
//! one end and is told once, and all counts agree.

use crate::check::{ensure, under};
use crate::client::attempt;
use crate::faults::{Event, FAULTS, events};
use crate::world::{Checked, Reply, Trouble, World, instant};
use chrono::TimeDelta;
use serde_json::{Value, json};
use stampcard::call::Call;
use stampcard::capabilities::Merchant;
use stampcard::capabilities::http::{Error, Http, Request, Response};
use stampcard::capabilities::storage::Storage;
use stampcard_tests::native::{Native, NativePorts};
use std::sync::Arc;

/// The tax platform: each number ends with what its invoice comes to.
struct Platform;

impl Http for Platform {
    fn send(&self, _: &Merchant, requests: &[Request]) -> Vec<Result<Response, Error>> {
        requests.iter().map(|request| Ok(answer(request))).collect()
    }
}

fn answer(request: &Request) -> Response {
    let asked = request.body.clone().unwrap_or_default() + &request.url;
    let at = asked.find("invNum=").map_or(0, |at| at + 7);
    let number = &asked[at..at + 10];
    let amount = number[7..].trim_start_matches('0');
    let body = json!({
        "code": "200", "invNum": number, "invDate": "20261120", "invPeriod": "11512", "invStatus": "已確認",
        "sellerName": "山中茶坊", "sellerBan": "22099131", "amount": amount,
        "details": [{ "rowNum": "1", "description": "冰紅茶", "quantity": "1", "unitPrice": amount, "amount": amount }],
    });
    Response {
        status: 200,
        headers: Vec::new(),
        body: body.to_string(),
    }
}

fn host(world: &World, storage: Arc<dyn Storage>) -> Native<NativePorts> {
    let mut host = world.native(storage);
    host.ports.http = Arc::new(Platform);
    host
}

fn settings() -> Value {
    json!({
        "name": "tea", "from": "2026-11-20 09:00", "to": "2026-12-20 09:00", "platform": "line", "channel": "line-1",
        "rules-page": "https://tea.example/rules", "picture": "https://tea.example/tea.png",
        "conditions": { "scope": { "whole": { "measure": "amount", "at-least": ["100"] } } },
        "reward": { "at-once": [{ "coupon": "june", "points": { "programme": "points", "points": "10" } }] },
        "limits": { "member": 1 },
    })
}

/// What is sent in, by whom: two race for one invoice, one misses the conditions, and one has more than the limit lets pass.
const SENT: [(&str, &str); 5] = [
    ("mei", "AB00000620"),
    ("jo", "AB00000620"),
    ("jo", "AB00000050"),
    ("ana", "AB00001620"),
    ("ana", "AB00002620"),
];

/// A campaign to which all that was sent in.
fn sent_in() -> Checked<World> {
    let mut world = World::new(7, Trouble::None);
    world.set(
        "2026-11-28T02:00:00Z"
            .parse()
            .map_err(|error| format!("{error}"))?,
    );
    let liff = "https://pages.example/bind?liffId=1234567890-AbCdEfGh";
    let document = json!({
        "zone": "Asia/Taipei", "currency": "TWD",
        "programmes": { "points": { "worth": { "points": "1", "money": "1" }, "earn": [], "expiry": "never" } },
        "coupons": { "june": { "benefit": { "amount": "10" }, "validity": { "days": { "days": 30 } } } },
        "notices": { "channels": [{ "channel": "line-push", "kinds": ["other"], "quota": 1000 }] },
        "campaigns": {
            "liff-pattern": "https://pages.example/bind?liffId={liff-id}",
            "channels": { "line-1": { "name": "Tea House", "liff-id": "1234567890-AbCdEfGh", "liff-endpoint": liff } },
            "verifiers": { "mof": { "app-id": "EINV1" } },
        },
    });
    let actor = json!({ "name": "desk", "role": "marketing" });
    let mut calls = vec![
        (
            "merchant.apply",
            json!({ "document": document.to_string() }),
        ),
        (
            "coupons.set-code-key",
            json!({ "key": crate::coupons::CODE_KEY }),
        ),
        (
            "campaigns.publish",
            json!({ "actor": actor, "settings": settings().to_string() }),
        ),
    ];
    let member = |name: &str| {
        let user = json!({ "channel": "line-1", "user": format!("U-{name}") });
        (
            "members.put",
            json!({ "member": name, "line-users": [user] }),
        )
    };
    calls.extend(["mei", "jo", "ana"].map(member));
    let sent = |(member, number): (&str, &str)| {
        let typed = json!([{ "number": number, "date": "2026-11-20", "random": "1234" }]);
        let upload = json!({ "campaign": "c-000001", "member": member, "channel": "line-1", "sent": { "typed": typed } });
        ("submissions.submit", upload)
    };
    calls.extend(SENT.map(sent));
    for (function, request) in calls {
        let reply = world.plainly(function, request)?;
        reply.map_err(|error| format!("{function}: {error}"))?;
    }
    Ok(world)
}

/// Ticks until nothing is due within the hour, the first time with something that happens after so many calls; whether it did.
fn troubled(world: &mut World, calls: u32, event: Event) -> Checked<bool> {
    let tick = tick();
    world.faulty.plan(calls, event);
    let mut happened = None;
    for _ in 0..60 {
        let reply: Option<Reply> = attempt(&mut host(world, world.faulty.clone()), &tick)?;
        happened.get_or_insert(!world.faulty.clear());
        let Some(Ok(report)) = reply else {
            continue;
        };
        let next = instant(&report["next"]);
        let soon = next.filter(|next| *next < world.now + TimeDelta::hours(1));
        match soon {
            None => return Ok(happened == Some(true)),
            Some(next) => world.set(next.max(world.now)),
        }
    }
    Err("60 ticks were not enough".to_owned())
}

fn tick() -> Call {
    Call {
        function: "upkeep.tick".to_owned(),
        execution: None,
        request: Some(json!({ "limit": 10_000 })),
    }
}

/// Every invoice and every submission came to its one end.
fn check(world: &mut World) -> Checked {
    let dump = world.dump();
    let mut ends: Vec<String> = Vec::new();
    let (mut coupons, mut winners) = (Vec::new(), Vec::new());
    for (_, it) in under(&dump, "submission/") {
        let text = |name: &str| it[name].as_str().unwrap_or_default().to_owned();
        ends.push(format!(
            "{} {} {}",
            text("number"),
            text("state"),
            text("reason")
        ));
        let given = it["given"].as_array().cloned().unwrap_or_default();
        ensure((text("state") == "passed") == (given.len() == 1), || {
            format!(
                "{} is {} and was given {given:?}",
                text("number"),
                text("state")
            )
        })?;
        coupons.extend(given.iter().map(|given| given["coupon"].clone()));
        winners.extend(given.iter().map(|_| text("member")));
    }
    ends.sort();
    let expected = [
        "AB00000050 not-qualified conditions",
        "AB00000620 duplicate duplicate",
        "AB00000620 passed ",
        "AB00001620 passed ",
        "AB00002620 invalid over-limit",
    ];
    // Either of two may be the one that passes.
    let same = |ends: &[String]| {
        let plain = ends
            .iter()
            .map(|end| end.replace("AB00002620", "AB00001620"));
        let mut plain: Vec<String> = plain.collect();
        plain.sort();
        plain
    };
    let expected = expected.map(str::to_owned);
    ensure(same(&ends) == same(&expected), || format!("{ends:?}"))?;
    let issued = under(&dump, "coupon/").count();
    ensure(issued == coupons.len() && issued == 2, || {
        format!("{issued} coupons of {coupons:?}")
    })?;
    for member in ["mei", "jo", "ana"] {
        let won = winners.iter().filter(|winner| *winner == member).count();
        let reply = world.ask(
            "points.balance",
            json!({ "member": member, "programme": "points" }),
        )?;
        let balance = reply.map_err(|error| error.to_string())?;
        let due = (10 * won).to_string();
        ensure(balance["available"] == json!(due), || {
            format!("{member} won {won}: {balance}")
        })?;
    }
    let locks: Vec<&str> = under(&dump, "invoice/").map(|row| row.0).collect();
    ensure(locks.len() == 2, || format!("locks {locks:?}"))?;
    for left in ["verify-due/", "waiting/", "review/"] {
        let rows = under(&dump, left).count();
        ensure(rows == 0, || format!("{rows} rows are left under {left}"))?;
    }
    let request =
        json!({ "actor": { "name": "desk", "role": "marketing" }, "campaign": "c-000001" });
    let reply = world.ask("submissions.figures", request)?;
    let figures = reply.map_err(|error| error.to_string())?;
    let counts = ["passed", "invalid", "waiting", "not-qualified"]
        .map(|name| figures[name]["count"].as_u64());
    ensure(counts == [Some(2), Some(1), Some(0), Some(1)], || {
        figures.to_string()
    })?;
    ensure(
        figures["participants"] == 3 && figures["uploaded"] == 4,
        || figures.to_string(),
    )?;
    // One result each; the race's loser among them. A try that was cut off counts as one that failed, so that members may have been told
    // before that it takes longer.
    let told = under(&dump, "notice/").count();
    ensure((SENT.len()..=2 * SENT.len()).contains(&told), || {
        format!("{told} messages")
    })
}

#[test]
fn verdicts_cut_off_anywhere_are_kept_once() {
    for kind in 0..=FAULTS.len() {
        for calls in 0.. {
            let mut world = sent_in().unwrap();
            let other = host(&world, world.faulty.inner.clone());
            let (name, event) = events(other, tick()).swap_remove(kind);
            let happened = troubled(&mut world, calls, event);
            let happened =
                happened.unwrap_or_else(|broken| panic!("{name}, {calls} calls: {broken}"));
            check(&mut world).unwrap_or_else(|broken| panic!("{name}, {calls} calls: {broken}"));
            if !happened {
                assert!(calls > 30, "a tick makes more calls than {calls}");
                break;
            }
        }
    }
}

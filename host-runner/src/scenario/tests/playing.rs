//! What the player does on its stage, and how it reports what went wrong.

use super::{Reply, Script, failure, gives, played, refuses};
use crate::scenario::{parse, play};
use serde_json::json;

const AT: &str = "  - at: \"2026-01-02 10:00\"\n";

#[test]
fn the_document_is_applied_first_and_every_step_has_a_key_of_its_own() {
    let file = "merchant: { zone: Asia/Taipei, currency: TWD }\nsteps:\n\
        \x20 - { at: \"2026-01-02 10:00\", call: points.redeem, with: { points: 5 } }\n\
        \x20 - { at: +90 seconds, call: points.redeem, key: mine }\n\
        \x20 - { call: points.redeem, repeat: 2, with: { member: \"m-{n}\" } }\n\
        \x20 - { call: points.redeem, dry-run: true }\n\
        \x20 - { call: merchant.current }\n";
    let mut script = Script::default();
    play(&parse("case.yaml", file).unwrap(), &mut script).unwrap();
    assert_eq!(
        script.told(),
        [
            "01-02 02:00:00 merchant.apply configuration",
            "01-02 02:00:00 points.redeem step-1",
            "01-02 02:01:30 points.redeem mine",
            "01-02 02:01:30 points.redeem step-3-1",
            "01-02 02:01:30 points.redeem step-3-2",
            "01-02 02:01:30 points.redeem dry",
            "01-02 02:01:30 merchant.current",
        ]
    );
    let requests: Vec<_> = script
        .asked
        .iter()
        .map(|(_, call)| call.request.clone())
        .collect();
    assert_eq!(
        requests[0],
        Some(json!({ "document": "{\"currency\":\"TWD\",\"zone\":\"Asia/Taipei\"}" }))
    );
    assert_eq!(requests[1], Some(json!({ "points": "5" })));
    assert_eq!(requests[2], Some(json!({})));
    assert_eq!(requests[4], Some(json!({ "member": "m-2" })));
    assert_eq!(requests[6], None);
}

#[test]
fn a_difference_is_reported_with_its_place_and_the_whole_answer() {
    let steps = format!(
        "{AT}    note: first spend\n    call: points.redeem\n    with: {{ member: mei }}\n    expect: {{ points: \"5\", lots: [{{ left: \"1\" }}] }}\n"
    );
    let told = failure(
        &steps,
        vec![gives(
            json!({ "points": "5.00", "lots": [{ "left": "2" }], "rest": 1 }),
        )],
    );
    assert_eq!(
        told,
        "case.yaml:5: step 1 (first spend) at 2026-01-02 10:00:00 +00:00\n\
         \x20 points.redeem {\"member\":\"mei\"}\n\
         \x20 /lots/0/left: expected \"1\", got \"2\"\n\
         \x20 the whole answer: {\n    \"lots\": [\n      {\n        \"left\": \"2\"\n      }\n    ],\n    \"points\": \"5.00\",\n    \"rest\": 1\n  }"
    );
}

#[test]
fn refusals_are_judged_by_case_and_payload() {
    let shortage =
        || refuses(json!({ "insufficient-points": { "requested": "5", "available": "3" } }));
    let step = |fails: &str| format!("{AT}    call: points.redeem\n{fails}");
    assert!(
        played(&step("    fails: insufficient-points\n"), vec![shortage()])
            .0
            .is_ok()
    );
    assert!(
        played(&step("    fails: busy\n"), vec![refuses(json!("busy"))])
            .0
            .is_ok()
    );
    assert!(
        played(
            &step("    fails: { insufficient-points: { available: 3 } }\n"),
            vec![shortage()]
        )
        .0
        .is_ok()
    );
    let told = failure(
        &step("    fails: { insufficient-points: { available: 4 } }\n"),
        vec![shortage()],
    );
    assert!(told.contains("/available: expected 4, got \"3\""), "{told}");
    let told = failure(&step("    fails: busy\n"), vec![shortage()]);
    assert!(
        told.contains("the refusal busy was expected; it was refused otherwise"),
        "{told}"
    );
    let told = failure(&step("    fails: busy\n"), vec![gives(json!({}))]);
    assert!(
        told.contains("the refusal busy was expected; the answer: {}"),
        "{told}"
    );
    let told = failure(&step(""), vec![refuses(json!("busy"))]);
    assert!(
        told.contains("an answer was expected; it was refused: \"busy\""),
        "{told}"
    );
}

#[test]
fn dry_runs_and_refusals_may_store_nothing() {
    let storing = |result| {
        vec![Reply {
            result,
            stores: Some("member/mei"),
        }]
    };
    for (step, reply) in [
        (
            "    call: points.redeem\n    dry-run: true\n",
            storing(Ok(json!({}))),
        ),
        (
            "    call: points.redeem\n    fails: busy\n",
            storing(Err(json!("busy"))),
        ),
        (
            "    call: points.balance\n    storage-unchanged: true\n",
            storing(Ok(json!({}))),
        ),
    ] {
        let told = failure(&format!("{AT}{step}"), reply);
        assert!(
            told.ends_with("nothing may be stored here, and these records changed: member/mei"),
            "{told}"
        );
    }
    assert!(
        played(
            &format!("{AT}    call: points.redeem\n"),
            storing(Ok(json!({})))
        )
        .0
        .is_ok()
    );
}

#[test]
fn tick_goes_on_until_nothing_is_due_and_sums_the_reports() {
    let report = |next: &str, accounts: u32, check: &str| {
        gives(
            json!({ "next": next, "accounts": accounts, "birthdays": 0, "bulk-grants": 1, "checks": [check] }),
        )
    };
    let replies = || {
        vec![
            report("2026-01-02T10:00:00Z", 2, "2026-01-01"),
            report("2026-01-03T03:00:00Z", 3, "2026-01-02"),
        ]
    };
    let expect = "    tick: true\n    expect: { accounts: 5, bulk-grants: 2, checks: [\"2026-01-01\", \"2026-01-02\"], next: \"2026-01-03 03:00\" }\n";
    let (result, script) = played(&format!("{AT}{expect}"), replies());
    result.unwrap();
    assert_eq!(script.asked.len(), 2);
    let told = failure(
        &format!("{AT}    tick: true\n    expect: {{ accounts: 4 }}\n"),
        replies(),
    );
    assert!(told.contains("/accounts: expected 4, got 5"), "{told}");
}

#[test]
fn tick_until_goes_from_instant_to_instant_and_ends_at_its_own() {
    let next = |next: &str| gives(json!({ "next": next, "accounts": 1 }));
    let (result, script) = played(
        "  - { at: \"2026-01-03 12:00\", tick: until, expect: { accounts: 4, next: null } }\n",
        vec![
            next("2026-01-01T03:00:00Z"),
            next("2026-01-02T03:00:00Z"),
            next("2026-01-04T00:00:00Z"),
            gives(json!({ "accounts": 1 })),
        ],
    );
    result.unwrap();
    let times: Vec<&str> = script.asked.iter().map(|(now, _)| now.as_str()).collect();
    assert_eq!(
        times,
        [
            "01-01 00:00:00",
            "01-01 03:00:00",
            "01-02 03:00:00",
            "01-03 12:00:00"
        ]
    );
}

#[test]
fn ticks_without_end_are_given_up() {
    let replies = (0..2000)
        .map(|_| gives(json!({ "next": "2026-01-01T00:00:00Z" })))
        .collect();
    let told = failure(&format!("{AT}    tick: true\n"), replies);
    assert!(
        told.ends_with("after 1000 ticks at one instant more is due still"),
        "{told}"
    );
}

#[test]
fn configure_applies_the_patched_document() {
    let file = "merchant: { zone: Asia/Taipei, checks: { at: \"03:00\" } }\nsteps:\n\
        \x20 - { at: \"2026-01-02 10:00\", configure: { zone: Asia/Seoul } }\n\
        \x20 - { at: \"2026-01-02 12:00\", configure: { checks: null }, fails: invalid-configuration }\n\
        \x20 - { configure: { currency: KRW } }\n";
    let mut script = Script::of(vec![
        gives(json!({})),
        gives(json!({})),
        refuses(json!({ "invalid-configuration": [] })),
    ]);
    play(&parse("case.yaml", file).unwrap(), &mut script).unwrap();
    let documents: Vec<_> = script
        .asked
        .iter()
        .filter_map(|(now, call)| Some((now.as_str(), call.request.clone()?["document"].clone())))
        .collect();
    assert_eq!(
        documents[1],
        (
            "01-02 02:00:00",
            json!("{\"checks\":{\"at\":\"03:00\"},\"zone\":\"Asia/Seoul\"}")
        )
    );
    assert_eq!(
        documents[2],
        ("01-02 03:00:00", json!("{\"zone\":\"Asia/Seoul\"}"))
    );
    assert_eq!(
        documents[3].1,
        json!("{\"checks\":{\"at\":\"03:00\"},\"currency\":\"KRW\",\"zone\":\"Asia/Seoul\"}")
    );
}

#[test]
fn balances_are_asked_for_after_a_step_and_at_the_end() {
    let file = "merchant: null\nsteps:\n\
        \x20 - { at: \"2026-01-02 10:00\", balances: { mei: { points: 5, cash: { held: \"1\" } } } }\n\
        balances:\n  lin: { points: \"7\" }\n";
    let answers = || {
        vec![
            gives(json!({ "balance": "5" })),
            gives(json!({ "held": "1.0" })),
            gives(json!({ "balance": "8" })),
        ]
    };
    let told = play(
        &parse("case.yaml", file).unwrap(),
        &mut Script::of(answers()),
    )
    .unwrap_err()
    .to_string();
    assert!(
        told.starts_with("case.yaml:5: balances, at the end at 2026-01-02 10:00:00 +00:00\n"),
        "{told}"
    );
    assert!(
        told.contains("/balance: expected \"7\", got \"8\""),
        "{told}"
    );
}

#[test]
fn what_the_function_does_not_take_is_told() {
    let told = failure(
        &format!("{AT}    call: points.balance\n    dry-run: true\n"),
        Vec::new(),
    );
    assert!(told.contains("no dry run; leave dry-run out"), "{told}");
    let told = failure(&format!("{AT}    call: points.gamble\n"), Vec::new());
    assert!(
        told.contains("no answer: there is no function \"points.gamble\""),
        "{told}"
    );
    let (_, script) = played(
        &format!("{AT}    call: members.put\n    with: {{ at: \"2026-01-01 08:00\" }}\n"),
        Vec::new(),
    );
    assert_eq!(
        script.asked[0].1.request,
        Some(json!({ "at": "2026-01-01T08:00:00Z" }))
    );
}

//! The component's own heap, in an instance that serves many commands.

use super::{Call, ENGINE, Limits, Mode, sandbox_of};
use serde_json::{Value, json};
use stampcard::call::{Answer, Execution, Subject};
use stampcard::capabilities::clock::{Instant, Manual};
use stampcard::capabilities::logging::Collected;
use stampcard::capabilities::{Merchant, http, messaging, storage};
use stampcard::plugin::{COMPONENT, Plugin};
use stampcard::sandbox::{Host, Sandbox};
use stampcard::terms::confirmed;
use std::sync::Arc;

/// A question that takes about so many bytes of heap.
fn validate(bytes: usize) -> Call {
    Call {
        function: "merchant.validate".to_owned(),
        execution: None,
        request: Some(json!({
            "document": format!(r#"{{"zone": "{}"}}"#, "x".repeat(bytes))
        })),
    }
}

fn memory(answer: &Answer) -> u64 {
    answer.cost.as_ref().unwrap().memory
}

#[test]
fn a_warm_instance_uses_its_memory_again() {
    let component = || Plugin::load(&ENGINE, COMPONENT, None).unwrap();
    let commands = 1_000;
    let (mut warm, _) = sandbox_of(component(), Limits::default(), Mode::Warm { commands });
    let (mut fresh, _) = sandbox_of(component(), Limits::default(), Mode::Fresh);
    let sizes = [10, 250_000, 100, 150_000, 2_000];
    let calls = sizes.map(validate);
    let mut most = 0;
    for call in &calls {
        most = memory(&fresh.call(call).unwrap()).max(most);
    }
    let least = memory(&fresh.call(&validate(10)).unwrap());
    assert!(most > least, "the largest of them makes memory grow");
    for _ in 0..50 {
        for call in &calls {
            let (answer, alone) = (warm.call(call).unwrap(), fresh.call(call).unwrap());
            assert_eq!(answer.result, alone.result);
            assert!(memory(&answer) <= most, "{} B of {most}", memory(&answer));
        }
    }
}

/// Accounts that such a tick posts of so many members with so many lots each that lapse, and its bytes of memory.
fn tick(members: usize, lots: usize, request: Value) -> (usize, u64) {
    let clock = Manual::new(Instant::at(0));
    let host = Host {
        storage: Arc::new(storage::Memory::default()),
        clock: Arc::new(clock.clone()),
        messaging: Arc::new(messaging::Accepting),
        http: Arc::new(http::Denied),
        log: Arc::new(Collected::default()),
    };
    let mut sandbox = Sandbox::new(
        Plugin::load(&ENGINE, COMPONENT, None).unwrap(),
        Arc::new(host),
        Merchant::new("shop").unwrap(),
        Arc::new(Limits::default()),
        Mode::Fresh,
    );
    let document = json!({
        "zone": "UTC", "currency": "TWD",
        "programmes": { "points": {
            "worth": { "points": "1", "money": "1" }, "earn": [], "expiry": { "exact": { "days": 1 } },
        } },
    });
    let document = confirmed(&mut sandbox, &document, "test").to_string();
    let mut call = |function: &str, key: Option<usize>, request: Value| {
        let call = Call {
            function: function.to_owned(),
            execution: key.map(|key| Execution::Commit(key.to_string())),
            request: Some(request),
        };
        let answer = sandbox.call(&call).unwrap();
        let memory = memory(&answer);
        (answer.result.unwrap(), memory)
    };
    call("merchant.apply", Some(0), json!({ "document": document }));
    for member in 1..=members {
        let new = json!({ "member": format!("member-{member}") });
        call("members.put", Some(member), new);
        for lot in 0..lots {
            let request = json!({
                "to": { "member": format!("member-{member}") }, "points": "10", "reason": "test", "actor": "test",
            });
            call("points.grant", Some(member * lots + lot), request);
        }
    }
    clock.set(Instant::at(2 * 86_400));
    let (report, memory) = call("upkeep.tick", None, request);
    let accounts = report.get("accounts").and_then(Value::as_u64);
    (usize::try_from(accounts.unwrap()).unwrap(), memory)
}

#[test]
fn a_tick_takes_no_more_memory_for_more_members() {
    let memory = |members| {
        let (accounts, memory) = tick(members, 1, json!({ "limit": 10_000 }));
        assert_eq!(accounts, members);
        memory
    };
    let (few, many) = (memory(600), memory(3_000));
    assert!(
        many <= few + few / 4,
        "{many} B for five times the members of {few} B"
    );
}

/// Without a limit a tick posts many accounts that cost little, and of those that cost more only as many as its fuel allows for.
#[test]
fn accounts_of_many_lots_count_for_more() {
    let (light, _) = tick(1_200, 1, json!({}));
    assert_eq!(light, 1_200);
    let (heavy, _) = tick(1_200, 9, json!({}));
    assert!((1_000..1_100).contains(&heavy), "{heavy}");
}

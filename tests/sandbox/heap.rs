//! The component's own heap, in an instance that serves many commands.

use super::{Call, ENGINE, Limits, Mode, sandbox_of};
use serde_json::json;
use stampcard::call::{Answer, Subject};
use stampcard::plugin::{COMPONENT, Plugin};

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
    assert!(most > 5 * 65_536, "the largest of them makes memory grow");
    for _ in 0..50 {
        for call in &calls {
            let (answer, alone) = (warm.call(call).unwrap(), fresh.call(call).unwrap());
            assert_eq!(answer.result, alone.result);
            assert!(memory(&answer) <= most, "{} B of {most}", memory(&answer));
        }
    }
}

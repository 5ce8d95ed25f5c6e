//! Instances that a thread of the plugin's makes ahead and drops behind. How many there are is tested with the code
//! (`sandbox/nursery.rs`).

use super::{ANSWER, Limits, Mode, sandbox_of, schema};
use stampcard::call::Subject;
use stampcard::engine::{Engine, FastReset, Settings};
use stampcard::plugin::Plugin;
use stampcard_tests::forge;
use std::sync::Arc;
use std::time::Duration;

/// Traps where an instance served before: it finds what it left then.
const ONCE: &str = "i32.const 100 i32.load (if (then unreachable)) i32.const 100 i32.const 1 i32.store i32.const 0";

/// Lets four threads call a plugin on such an engine, in bursts with pauses in which instances are made and dropped.
fn serve(settings: &Settings, body: &str) {
    let engine = Engine::new(settings).unwrap();
    let plugin = Plugin::load(&engine, &forge::with_schema(body), None).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let (mut sandbox, _) = sandbox_of(plugin.clone(), Limits::default(), Mode::Fresh);
                for _ in 0..10 {
                    for _ in 0..20 {
                        sandbox.call(&schema()).unwrap();
                    }
                    std::thread::sleep(Duration::from_millis(1));
                }
            });
        }
    });
}

#[test]
fn what_is_made_ahead_is_as_fresh() {
    for fast_reset in [FastReset::Auto, FastReset::Off] {
        let settings = Settings {
            fast_reset,
            ..Settings::default()
        };
        serve(&settings, ONCE);
    }
}

#[test]
fn few_slots_serve_many_threads() {
    // Of 30 slots a keeper has at most 11, of 8 three and of 2 none.
    for instances in [1, 2, 3, 8, 30] {
        let settings = Settings {
            instances,
            ..Settings::default()
        };
        serve(&settings, ANSWER);
    }
}

#[test]
fn what_served_a_merchant_holds_nothing_of_its_host() {
    let engine = Engine::new(&Settings::default()).unwrap();
    let plugin = Plugin::load(&engine, &forge::with_schema(ANSWER), None).unwrap();
    let (mut sandbox, log) = sandbox_of(plugin.clone(), Limits::default(), Mode::Fresh);
    for _ in 0..100 {
        sandbox.call(&schema()).unwrap();
    }
    drop(sandbox);
    assert_eq!(Arc::strong_count(&log), 1, "the plugin is still there");
    drop(plugin);
}

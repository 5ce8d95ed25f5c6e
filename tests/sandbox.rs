//! Hostile and broken plugins: each is stopped with a typed error, and the host goes on serving.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that can't be set up has failed"
)]

#[path = "sandbox/ahead.rs"]
mod ahead;
#[path = "sandbox/flood.rs"]
mod flood;
#[path = "sandbox/heap.rs"]
mod heap;
#[path = "sandbox/keeper.rs"]
mod keeper;
#[path = "sandbox/names.rs"]
mod names;

use stampcard::cache::{Cache, Origin};
use stampcard::call::{Answer, Call, CallError, Subject};
use stampcard::capabilities::clock::{Instant, Manual};
use stampcard::capabilities::logging::{Collected, Level};
use stampcard::capabilities::{Merchant, http, messaging, storage};
use stampcard::engine::{Engine, Settings};
use stampcard::limits::Limits;
use stampcard::plugin::{Plugin, PluginError};
use stampcard::sandbox::{Host, Mode, Sandbox};
use stampcard_tests::forge;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

/// The address of an empty string.
const ANSWER: &str = "i32.const 0";

const LOOP: &str = "(loop br 0) unreachable";

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let settings = Settings {
        instances: 8,
        ..Settings::default()
    };
    Engine::new(&settings).unwrap()
});

fn load(bytes: &[u8]) -> Result<Plugin, PluginError> {
    Plugin::load(&ENGINE, bytes, None)
}

/// A sandbox over a plugin with this body of `merchant.schema`, and the log that it writes.
fn sandbox(body: &str, limits: Limits, mode: Mode) -> (Sandbox, Arc<Collected>) {
    let plugin = load(&forge::with_schema(body)).unwrap();
    sandbox_of(plugin, limits, mode)
}

/// The same on an engine of its own, of whose slots no other test keeps any.
fn alone(body: &str, mode: Mode) -> (Sandbox, Arc<Collected>) {
    let engine = Engine::new(&Settings::default()).unwrap();
    let plugin = Plugin::load(&engine, &forge::with_schema(body), None).unwrap();
    sandbox_of(plugin, Limits::default(), mode)
}

fn sandbox_of(plugin: Plugin, limits: Limits, mode: Mode) -> (Sandbox, Arc<Collected>) {
    let log = Arc::new(Collected::default());
    let outbox = tempfile::tempdir().unwrap();
    let host = Host {
        storage: Arc::new(storage::Memory::default()),
        clock: Arc::new(Manual::new(Instant::at(0))),
        messaging: Arc::new(messaging::Directory::new(outbox.path(), log.clone())),
        http: Arc::new(http::Denied),
        log: log.clone(),
    };
    let merchant = Merchant::new("shop").unwrap();
    (
        Sandbox::new(plugin, Arc::new(host), merchant, Arc::new(limits), mode),
        log,
    )
}

fn schema() -> Call {
    Call {
        function: "merchant.schema".to_owned(),
        execution: None,
        request: None,
    }
}

fn call(body: &str, limits: Limits) -> Result<Answer, CallError> {
    sandbox(body, limits, Mode::Fresh).0.call(&schema())
}

/// Another merchant's plugin answers on the same engine.
fn the_host_still_serves() {
    let answer = call(ANSWER, Limits::default()).unwrap();
    assert_eq!(answer.result, Ok("".into()));
}

fn limit_of(result: Result<Answer, CallError>) -> &'static str {
    the_host_still_serves();
    match result {
        Err(CallError::Limit { limit, .. }) => limit,
        other => panic!("{other:?} is no limit"),
    }
}

fn trap_of(result: Result<Answer, CallError>) -> String {
    the_host_still_serves();
    match result {
        Err(CallError::Trap(text)) => text,
        other => panic!("{other:?} is no trap"),
    }
}

#[test]
fn each_limit_stops_a_hostile_plugin() {
    let endless_fuel = Limits {
        fuel: u64::MAX,
        deadline: Duration::from_millis(50),
        ..Limits::default()
    };
    let little_output = Limits {
        output: 1000,
        ..Limits::default()
    };
    let grow = "(loop i32.const 1 memory.grow drop br 0) unreachable";
    let ask_the_time = "(loop i32.const 0 call 0 br 0) unreachable";
    // A string of 1,001 bytes, told at address 8.
    let talk =
        "i32.const 8 i32.const 0 i32.store i32.const 12 i32.const 1001 i32.store i32.const 8";
    for (body, limits, expected) in [
        (LOOP, Limits::default(), "fuel"),
        (LOOP, endless_fuel, "deadline"),
        (grow, Limits::default(), "memory"),
        (ask_the_time, Limits::default(), "capability-calls"),
        (talk, little_output, "output"),
    ] {
        assert_eq!(limit_of(call(body, limits)), expected);
    }
}

#[test]
fn a_plugin_that_can_not_begin_is_told_of_and_nothing_else_stops() {
    for (body, expected) in [("unreachable", "unreachable"), (LOOP, "fuel")] {
        let plugin = load(&forge::starting_with(body)).unwrap();
        let (mut sandbox, _) = sandbox_of(plugin, Limits::default(), Mode::Fresh);
        for _ in 0..2 {
            let told = sandbox.call(&schema()).unwrap_err().to_string();
            assert!(told.contains(expected), "{told}");
        }
        the_host_still_serves();
    }
}

#[test]
fn memory_the_plugin_begins_with_counts() {
    let limits = Limits {
        memory: 15 * 65_536,
        ..Limits::default()
    };
    assert_eq!(limit_of(call(ANSWER, limits)), "memory");
}

#[test]
fn a_request_over_its_limit_does_not_get_in() {
    let limits = Limits {
        input: 10,
        ..Limits::default()
    };
    let (mut sandbox, _) = sandbox(ANSWER, limits, Mode::Fresh);
    let call = Call {
        function: "merchant.validate".to_owned(),
        execution: None,
        request: Some(serde_json::json!({ "document": "{ }" })),
    };
    assert_eq!(limit_of(sandbox.call(&call)), "input");
}

#[test]
fn a_log_flood_is_cut_and_told_once() {
    // Lines of 1,000 bytes at level info, again and again.
    let flood = "(loop i32.const 1 i32.const 0 i32.const 0 i32.const 0 i32.const 1000 call 2 br 0) unreachable";
    let limits = Limits {
        log: 10_500,
        ..Limits::default()
    };
    let (mut sandbox, log) = sandbox(flood, limits, Mode::Fresh);
    assert_eq!(limit_of(sandbox.call(&schema())), "capability-calls");
    let lines = log.lines();
    let told = lines
        .iter()
        .filter(|line| line.level == Level::Warn)
        .count();
    assert_eq!(
        (lines.len(), told),
        (12, 1),
        "ten lines, a cut one, and a word about it"
    );
}

#[test]
fn a_trap_tells_the_functions_and_the_logged_panic() {
    // Eight bytes of text are put in memory and logged as an error.
    let panic = "i32.const 0 i64.const 0x6b6f6f7420657761 i64.store
        i32.const 3 i32.const 0 i32.const 0 i32.const 0 i32.const 8 call 2 unreachable";
    let text = trap_of(call(panic, Limits::default()));
    assert!(text.contains("unreachable"), "{text}");
    assert!(text.contains("it logged: awe took"), "{text}");
    assert!(text.contains("in schema"), "{text}");
}

#[test]
fn too_long_a_batch_traps() {
    // 101 requests of zeros: the count is checked before anything is sent.
    let many = "i32.const 0 i32.const 101 i32.const 8 call 8 i32.const 0";
    let text = trap_of(call(many, Limits::default()));
    assert!(text.contains("at most 100"), "{text}");
}

#[test]
fn text_that_is_none_traps() {
    let bad = "i32.const 0 i32.const 255 i32.store i32.const 8 i32.const 0 i32.store
        i32.const 12 i32.const 1 i32.store i32.const 8";
    let text = trap_of(call(bad, Limits::default()));
    assert!(text.contains("utf-8"), "{text}");
}

#[test]
fn what_is_no_plugin_is_refused_by_kind() {
    let whole = forge::with_schema(ANSWER);
    let noise: Vec<u8> = (0..1000_u32)
        .map(|n| u8::try_from(n * 7919 % 251).unwrap())
        .collect();
    assert!(matches!(load(&noise), Err(PluginError::NotWasm)));
    assert!(matches!(load(b""), Err(PluginError::NotWasm)));
    assert!(matches!(
        load(&forge::core_module()),
        Err(PluginError::CoreModule)
    ));
    for length in [4, 8, 9, whole.len() / 2, whole.len() - 1] {
        let error = load(&whole[..length]).map(|_| ()).unwrap_err();
        assert!(
            matches!(error, PluginError::Invalid(_) | PluginError::Exports { .. }),
            "{length}: {error}"
        );
    }
    match load(&forge::empty()) {
        Err(PluginError::Exports { exports }) => {
            assert!(exports.contains(&"upkeep.tick".to_owned()))
        }
        other => panic!("{:?}", other.map(|_| ())),
    }
    the_host_still_serves();
}

#[test]
fn undocumented_imports_are_refused_by_name() {
    for interface in [
        "wasi:filesystem/types@0.2.0",
        "wasi:random/random@0.2.0",
        "wasi:clocks/monotonic-clock@0.2.0",
        "wasi:clocks/wall-clock@0.3.0",
        "stampcard:plugin/secrets@0.1.0",
        "stampcard:plugin/storage@0.2.0",
    ] {
        match load(&forge::importing(interface)) {
            Err(PluginError::Imports { imports }) => assert_eq!(imports, [interface]),
            other => panic!("{interface}: {:?}", other.map(|_| ())),
        }
    }
    let other_type = load(&forge::importing("stampcard:plugin/storage@0.1.0"));
    assert!(matches!(other_type, Err(PluginError::Types(_))));
}

#[test]
fn a_warm_instance_lives_for_its_commands() {
    let (mut sandbox, _) = alone(ANSWER, Mode::Warm { commands: 3 });
    let warm: Vec<bool> = (0..6)
        .map(|_| {
            sandbox.call(&schema()).unwrap();
            sandbox.is_warm()
        })
        .collect();
    assert_eq!(warm, [true, true, false, true, true, false]);
}

#[test]
fn a_warm_instance_is_dropped_after_a_trap() {
    // The second command of an instance traps: what the first one left is found.
    let second = "i32.const 100 i32.load (if (then unreachable)) i32.const 100 i32.const 1 i32.store i32.const 0";
    let (mut sandbox, _) = alone(second, Mode::Warm { commands: 100 });
    for _ in 0..3 {
        assert!(sandbox.call(&schema()).is_ok());
        assert!(sandbox.is_warm());
        assert!(sandbox.call(&schema()).is_err());
        assert!(!sandbox.is_warm());
    }
}

#[test]
fn more_threads_than_slots_wait_and_are_served() {
    std::thread::scope(|scope| {
        for number in 0..24 {
            scope.spawn(move || {
                let mode = if number % 2 == 0 {
                    Mode::Fresh
                } else {
                    Mode::Warm { commands: 50 }
                };
                let (mut sandbox, _) = sandbox(ANSWER, Limits::default(), mode);
                for _ in 0..20 {
                    sandbox.call(&schema()).unwrap();
                }
            });
        }
    });
}

#[test]
fn costs_are_the_same_for_the_same_command() {
    let (mut sandbox, _) = sandbox(
        "i32.const 0 call 0 i32.const 16",
        Limits::default(),
        Mode::Fresh,
    );
    let mut costs = (0..3).map(|_| sandbox.call(&schema()).unwrap().cost.unwrap());
    let first = costs.next().unwrap();
    assert_eq!((first.memory, first.capability_calls), (16 * 65_536, 1));
    assert!(first.fuel > 0);
    assert!(costs.all(|cost| cost.fuel == first.fuel && cost.memory == first.memory));
}

#[test]
fn typed_calls_answer_with_their_cost() {
    let (mut sandbox, _) = sandbox(ANSWER, Limits::default(), Mode::Fresh);
    let (schema, cost) = sandbox.configuration().schema().unwrap();
    assert_eq!(schema, "");
    assert!(cost.fuel > 0);
    assert!(matches!(
        sandbox.configuration().current(),
        Err(CallError::Trap(_))
    ));
}

#[test]
fn compiled_code_is_kept_and_checked() {
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::at(folder.path().join("compiled"));
    let bytes = forge::with_schema(ANSWER);
    let load = || Plugin::load(&ENGINE, &bytes, Some(&cache)).unwrap();
    let first = load();
    assert_eq!(first.origin(), &Origin::CompiledAndKept);
    assert_eq!(load().origin(), &Origin::Cache);

    let file = cache.file(&ENGINE, first.digest());
    let whole = std::fs::read(&file).unwrap();
    let mut flipped = whole.clone();
    *flipped.last_mut().unwrap() ^= 1;
    for damaged in [&whole[..10], &whole[..whole.len() - 1], &flipped, b""] {
        std::fs::write(&file, damaged).unwrap();
        assert_eq!(load().origin(), &Origin::CompiledAndKept);
        assert_eq!(std::fs::read(&file).unwrap(), whole);
    }
}

#[cfg(unix)]
#[test]
fn compiled_code_that_others_could_write_is_not_trusted() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::at(folder.path().join("compiled"));
    let bytes = forge::with_schema(ANSWER);
    let load = || Plugin::load(&ENGINE, &bytes, Some(&cache)).unwrap();
    let file = cache.file(&ENGINE, load().digest());
    let mode =
        |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&file), mode(cache.folder())), (0o600, 0o700));
    std::fs::set_permissions(&file, PermissionsExt::from_mode(0o622)).unwrap();
    assert_eq!(load().origin(), &Origin::CompiledAndKept);
    assert_eq!(mode(&file), 0o600);
}

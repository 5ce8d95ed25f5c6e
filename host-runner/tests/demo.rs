//! The demonstration of a campaign: every outcome comes up, its figures add up, and its tables say the same.

use serde_json::Value;
use stampcard::capabilities::Merchant;
use stampcard::capabilities::clock::Manual;
use stampcard::capabilities::http::Client;
use stampcard::capabilities::logging::Collected;
use stampcard::capabilities::messaging::Accepting;
use stampcard::capabilities::storage::Memory;
use stampcard::demo::{self, Cast, Part};
use stampcard::engine::{Engine, Settings};
use stampcard::limits::Limits;
use stampcard::plugin::{COMPONENT, Plugin};
use stampcard::sandbox::{Host, Mode, Sandbox};
use stampcard::simulator::Platform;
use std::collections::BTreeMap;
use std::sync::Arc;

#[test]
fn a_campaign_from_draft_to_draw() {
    let folder = tempfile::tempdir().unwrap();
    let cast = Cast::of(60);
    let server = Platform::new(cast.script())
        .serve(([127, 0, 0, 1], 0).into())
        .unwrap();
    let settings = folder.path().join("settings.toml");
    std::fs::write(&settings, demo::settings("demonstration", server.address())).unwrap();
    let clock = Manual::default();
    let log = Arc::new(Collected::default());
    let host = Host {
        storage: Arc::new(Memory::default()),
        clock: Arc::new(clock.clone()),
        messaging: Arc::new(Accepting),
        http: Arc::new(Client::read(&settings, log.clone()).unwrap()),
        log,
    };
    let engine = Engine::new(&Settings::default()).unwrap();
    let mut sandbox = Sandbox::new(
        Plugin::load(&engine, COMPONENT, None).unwrap(),
        Arc::new(host),
        Merchant::new("demonstration").unwrap(),
        Arc::new(Limits::default()),
        Mode::Fresh,
    );
    let played = demo::play(
        &mut sandbox,
        &clock,
        &cast,
        server.address(),
        folder.path(),
        &mut |_| {},
    )
    .unwrap();

    let states: BTreeMap<Part, Vec<(String, usize)>> = played
        .outcomes
        .iter()
        .map(|it| (it.part, it.states.clone().into_iter().collect()))
        .collect();
    let of = |part| states.get(&part).unwrap().as_slice();
    let one = |state: &str, count| vec![(state.to_owned(), count)];
    assert_eq!(of(Part::Photo), one("passed", 9));
    assert_eq!(of(Part::Typed), one("passed", 9));
    assert_eq!(of(Part::Carrier), one("passed", 12));
    assert_eq!(of(Part::Late), one("passed", 3));
    assert_eq!(of(Part::Forged), one("not-qualified (forged)", 3));
    assert_eq!(of(Part::TooLittle), one("not-qualified (conditions)", 3));
    assert_eq!(of(Part::Another), []);
    assert_eq!(
        of(Part::TooMany),
        [
            ("invalid (over-limit)".to_owned(), 3),
            ("passed".to_owned(), 6)
        ]
    );
    assert_eq!(
        of(Part::WrongRandom),
        one("not-qualified (wrong-random-code)", 3)
    );
    assert_eq!(of(Part::Voided), one("not-qualified (voided)", 3));
    assert_eq!(of(Part::Unknown), one("invalid (no-data)", 3));
    assert_eq!(of(Part::VoidedLater), one("revoked (voided)", 3));
    assert_eq!(of(Part::Torn), []);
    assert_eq!(of(Part::Business), []);
    let decided: usize = of(Part::Foreign).iter().map(|(_, count)| count).sum();
    assert_eq!(decided, 3, "{:?}", of(Part::Foreign));

    let count = |pointer: &str| {
        played
            .figures
            .pointer(pointer)
            .and_then(Value::as_u64)
            .unwrap()
    };
    let all: usize = states.values().flatten().map(|(_, count)| count).sum();
    assert_eq!(usize::try_from(count("/uploaded")).unwrap(), all);
    let sum =
        ["passed", "not-qualified", "invalid", "waiting"].map(|it| count(&format!("/{it}/count")));
    assert_eq!(sum.iter().sum::<u64>(), count("/uploaded"), "{sum:?}");
    let drawn = |field: &str| {
        played
            .drawn
            .get(field)
            .and_then(Value::as_array)
            .unwrap()
            .len()
    };
    assert_eq!((drawn("winners"), drawn("reserves")), (5, 3));

    let all_kinds = played
        .figures
        .get("messages")
        .and_then(Value::as_array)
        .unwrap();
    for kind in ["not-started", "not-there", "ended", "waiting", "duplicate"] {
        let sent = all_kinds
            .iter()
            .find(|it| it.get("message").and_then(Value::as_str) == Some(kind));
        let free = sent.and_then(|it| it.get("free")).and_then(Value::as_u64);
        assert!(free.is_some_and(|free| free > 0), "{kind}: {sent:?}");
    }
    assert!(
        all_kinds
            .iter()
            .any(|it| it.get("message").and_then(Value::as_str) == Some("unexpected"))
    );
    // Each picture of another member's.
    let signals = played.signals.get("signals").and_then(Value::as_array);
    assert_eq!(signals.unwrap().len(), 3, "{signals:?}");

    let table = std::fs::read_to_string(folder.path().join("participants.csv")).unwrap();
    assert!(table.starts_with('\u{feff}'));
    assert_eq!(table.lines().count(), all + 1);
}

//! Commands that answer before the disk has confirmed what they did.

use super::{ENGINE, Limits, Mode};
use serde_json::{Value, json};
use stampcard::call::{Answer, Call, Execution, Subject};
use stampcard::capabilities::clock::{Instant, Manual};
use stampcard::capabilities::logging::Collected;
use stampcard::capabilities::storage::{Error, Memory, Outcome, Range, Row, Sqlite, Storage};
use stampcard::capabilities::{Merchant, http, messaging};
use stampcard::plugin::{COMPONENT, Plugin};
use stampcard::sandbox::{Host, Sandbox};
use stampcard::terms::confirmed;
use stampcard_tests::fickle::{Ahead, Fickle};
use std::sync::Arc;

fn sandbox(storage: &Arc<dyn Storage>) -> Sandbox {
    let host = Host {
        storage: storage.clone(),
        clock: Arc::new(Manual::new(Instant::at(86_400))),
        messaging: Arc::new(messaging::Accepting),
        http: Arc::new(http::Denied),
        log: Arc::new(Collected::default()),
    };
    let plugin = Plugin::load(&ENGINE, COMPONENT, None).unwrap();
    let limits = Arc::new(Limits::default());
    Sandbox::new(plugin, Arc::new(host), shop(), limits, Mode::Fresh)
}

fn shop() -> Merchant {
    Merchant::new("shop").unwrap()
}

fn command(function: &str, key: &str, request: Value) -> Call {
    Call {
        function: function.to_owned(),
        execution: Some(Execution::Commit(key.to_owned())),
        request: Some(request),
    }
}

/// A point a dollar, and a member.
fn open(subject: &mut dyn Subject) {
    let document = json!({
        "zone": "UTC", "currency": "TWD",
        "programmes": { "points": {
            "worth": { "points": "1", "money": "1" }, "expiry": "never",
            "earn": [{ "id": "base", "kind": "order", "state": "paid", "award": { "step": { "points": "1", "per": "1" } } }],
        } },
    });
    let document = confirmed(subject, &document, "test").to_string();
    let apply = command("merchant.apply", "rules", json!({ "document": document }));
    subject.call(&apply).unwrap().result.unwrap();
}

fn order(number: usize) -> Call {
    let name = format!("o-{number}");
    let lines = json!([{ "sku": "tea", "quantity": "1", "amount": "100" }]);
    let request = json!({ "order": name, "member": "mei", "state": "paid", "lines": lines });
    command("points.report-order", &name, request)
}

fn granted(answer: &Answer) -> Option<&str> {
    answer.result.as_ref().ok()?.get("granted")?.as_str()
}

fn rows(storage: &dyn Storage) -> Vec<Row> {
    let range = Range {
        start: "\u{1}".to_owned(),
        end: "\u{10ffff}".to_owned(),
        limit: 1_000,
        backward: false,
    };
    storage.scan(&shop(), &range).unwrap()
}

#[test]
fn what_is_kept_is_as_if_it_had_been_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let sqlite: Arc<dyn Storage> = Arc::new(Sqlite::open(&folder.path().join("db")).unwrap());
    let memory: Arc<dyn Storage> = Arc::new(Memory::new());
    let (mut ahead, mut waits) = (sandbox(&sqlite), sandbox(&memory));
    open(&mut ahead);
    open(&mut waits);
    for number in 0..20 {
        let answer = ahead.ahead(|sandbox| sandbox.call(&order(number))).wait();
        let (answer, other) = (
            answer.unwrap().unwrap(),
            waits.call(&order(number)).unwrap(),
        );
        assert_eq!(granted(&answer), Some("100"));
        assert_eq!(answer.result, other.result);
    }
    let values = |rows: Vec<Row>| -> Vec<(String, String)> {
        rows.into_iter().map(|row| (row.key, row.value)).collect()
    };
    assert_eq!(values(rows(&*sqlite)), values(rows(&*memory)));
}

#[test]
fn what_came_to_nothing_is_void_and_done_once_when_it_is_done_again() {
    let memory: Arc<dyn Storage> = Arc::new(Memory::new());
    open(&mut sandbox(&memory));
    let before = rows(&*memory);
    for breaks in [
        Ok(Outcome::Conflict),
        Err(Error::Unavailable("as told".to_owned())),
        Err(Error::Full("as told".to_owned())),
    ] {
        let fickle: Arc<dyn Storage> = Arc::new(Fickle::new(memory.clone(), breaks));
        let ahead = sandbox(&fickle).ahead(|sandbox| sandbox.call(&order(1)));
        assert!(ahead.wait().is_none());
        assert_eq!(rows(&*memory), before);
    }
    let fickle = Arc::new(Fickle::new(memory.clone(), Ok(Outcome::Conflict)));
    let storage: Arc<dyn Storage> = fickle.clone();
    let mut subject = Ahead(sandbox(&storage));
    for number in 1..=6 {
        assert_eq!(granted(&subject.call(&order(number)).unwrap()), Some("100"));
    }
    assert_eq!(fickle.promises(), 6);
    let balance = Call {
        function: "points.balance".to_owned(),
        execution: None,
        request: Some(json!({ "member": "mei" })),
    };
    let told = subject.call(&balance).unwrap().result.unwrap();
    assert_eq!(told.get("available").unwrap(), "600");
}

/// Two calls in one: the second begins when the first is known to be stored, and what either was told too early voids both.
#[test]
fn a_second_call_waits_for_the_first() {
    let memory: Arc<dyn Storage> = Arc::new(Memory::new());
    open(&mut sandbox(&memory));
    let both = |sandbox: &mut Sandbox| [1, 2].map(|number| sandbox.call(&order(number)));
    let fickle = Arc::new(Fickle::new(memory.clone(), Ok(Outcome::Conflict)));
    let storage: Arc<dyn Storage> = fickle.clone();
    let mut sandbox = sandbox(&storage);
    assert!(sandbox.ahead(both).wait().is_none());
    let answers = sandbox.ahead(both).wait().unwrap();
    assert!(
        answers
            .iter()
            .flatten()
            .all(|it| granted(it) == Some("100"))
    );
    assert_eq!(fickle.promises(), 2);
}

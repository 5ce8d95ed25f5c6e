//! Commands that answer before the disk has confirmed what they did.

use super::{ENGINE, Limits, Mode};
use serde_json::{Value, json};
use stampcard::call::{Answer, Call, Execution, Subject};
use stampcard::capabilities::clock::{Instant, Manual};
use stampcard::capabilities::logging::Collected;
use stampcard::capabilities::storage::{Error, Memory, Outcome, Range, Row, Sqlite, Storage};
use stampcard::capabilities::{Merchant, http, messaging};
use stampcard::plugin::{COMPONENT, Plugin};
use stampcard::sandbox::{Host, Sandbox, Void};
use stampcard::terms::confirmed;
use stampcard_tests::fickle::{Breaks, Fickle, Twice};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

fn sandbox(storage: &Arc<dyn Storage>) -> Sandbox {
    logging(storage, &Arc::new(Collected::default()))
}

fn logging(storage: &Arc<dyn Storage>, log: &Arc<Collected>) -> Sandbox {
    let host = Host {
        storage: storage.clone(),
        clock: Arc::new(Manual::new(Instant::at(86_400))),
        messaging: Arc::new(messaging::Accepting),
        http: Arc::new(http::Denied),
        log: log.clone(),
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
fn what_came_to_nothing_is_void_and_the_operator_hears_of_a_storage_that_failed() {
    let memory: Arc<dyn Storage> = Arc::new(Memory::new());
    open(&mut sandbox(&memory));
    let before = rows(&*memory);
    let away = Error::Unavailable("as told".to_owned());
    for (told, void, logged) in [
        (Ok(Outcome::Conflict), Void::Conflict, 0),
        (Err(away.clone()), Void::Storage(away), 1),
    ] {
        let fickle: Arc<dyn Storage> = Arc::new(Fickle::new(memory.clone(), Breaks::Nothing(told)));
        let log = Arc::new(Collected::default());
        let mut sandbox = logging(&fickle, &log);
        let ahead = sandbox.ahead(|sandbox| sandbox.call(&order(1)));
        assert_eq!(ahead.wait().unwrap_err(), void);
        assert_eq!(rows(&*memory), before);
        assert_eq!(log.lines().len(), logged);
    }
}

#[test]
fn what_is_done_again_is_done_once() {
    let lost = Breaks::AnswerLost;
    for breaks in [Breaks::Nothing(Ok(Outcome::Conflict)), lost] {
        let memory: Arc<dyn Storage> = Arc::new(Memory::new());
        open(&mut sandbox(&memory));
        let fickle = Arc::new(Fickle::new(memory, breaks));
        let storage: Arc<dyn Storage> = fickle.clone();
        let mut subject = Twice(sandbox(&storage));
        for number in 1..=6 {
            assert_eq!(granted(&subject.call(&order(number)).unwrap()), Some("100"));
        }
        assert!(fickle.promises() >= 6);
        assert_eq!(balance(&mut subject), "600");
    }
}

fn balance(subject: &mut dyn Subject) -> String {
    let balance = Call {
        function: "points.balance".to_owned(),
        execution: None,
        request: Some(json!({ "member": "mei" })),
    };
    let told = subject.call(&balance).unwrap().result.unwrap();
    let available = told.get("available").and_then(Value::as_str);
    available.unwrap().to_owned()
}

/// Two calls in one: the second begins when the first is known to be stored, and what either was told too early voids both.
#[test]
fn a_second_call_waits_for_the_first() {
    let memory: Arc<dyn Storage> = Arc::new(Memory::new());
    open(&mut sandbox(&memory));
    let both = |sandbox: &mut Sandbox| [1, 2].map(|number| sandbox.call(&order(number)));
    let conflict = Breaks::Nothing(Ok(Outcome::Conflict));
    let fickle = Arc::new(Fickle::new(memory.clone(), conflict));
    let storage: Arc<dyn Storage> = fickle.clone();
    let mut sandbox = sandbox(&storage);
    assert_eq!(sandbox.ahead(both).wait().unwrap_err(), Void::Conflict);
    let answers = sandbox.ahead(both).wait().unwrap();
    assert!(
        answers
            .iter()
            .flatten()
            .all(|it| granted(it) == Some("100"))
    );
    assert_eq!(fickle.promises(), 2);
}

/// One within another has a promise of its own, and a panic leaves none behind.
#[test]
fn each_call_ahead_has_its_own_promise() {
    let memory: Arc<dyn Storage> = Arc::new(Memory::new());
    open(&mut sandbox(&memory));
    let conflict = Breaks::Nothing(Ok(Outcome::Conflict));
    let fickle = Arc::new(Fickle::new(memory, conflict));
    let storage: Arc<dyn Storage> = fickle.clone();
    let mut sandbox = sandbox(&storage);
    let mut inner = None;
    let outer = sandbox.ahead(|sandbox| {
        drop(sandbox.call(&order(2)));
        inner = Some(sandbox.ahead(|sandbox| sandbox.call(&order(1))));
    });
    assert!(inner.unwrap().wait().is_ok());
    assert_eq!(outer.wait().unwrap_err(), Void::Conflict);
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        drop(sandbox.ahead(|_| -> () { resume_unwind(Box::new("as told")) }));
    }));
    assert!(panicked.is_err());
    // It waits again, and takes no promise.
    assert_eq!(granted(&sandbox.call(&order(2)).unwrap()), Some("100"));
    assert_eq!(
        (fickle.promises(), balance(&mut sandbox)),
        (2, "200".to_owned())
    );
}

//! A campaign with 1,000,000 submissions beside one with 1,000: what its people and its members ask for must not slow down with its
//! size. Through warm sandboxes on SQLite, by calls in JSON.
//!
//! `./dev bench campaign`. Each row is one kind of call; both sides answer the same ones by turns.
#![expect(
    clippy::expect_used,
    reason = "a bench stops at the first thing that goes wrong, and its figures are rough"
)]

use serde_json::{Value, json};
use stampcard::capabilities::storage::{Sqlite, Storage};
use stampcard::sandbox::Sandbox;
use stampcard_tests::measure::gathering::{self, CAMPAIGN, Gathering, act, ask};
use stampcard_tests::measure::{Bench, Contender, Demand, Figures, micros_each, take_turns, timed};
use std::sync::Arc;

/// Submissions of the large campaign.
const MANY: usize = 1_000_000;

/// Of the small one.
const FEW: usize = 1_000;

/// Calls of a round.
const CALLS: usize = 20;

/// What is asked, by its name: round and number of the call, how many submissions there are, the answer.
type Asked = (
    &'static str,
    fn(&Gathering, &mut Sandbox, (usize, usize), usize) -> Value,
);

const ASKED: [Asked; 7] = [
    ("first page of the list", |_, sandbox, _, _| {
        page(sandbox, json!({}))
    }),
    ("page in its middle", |of, sandbox, _, many| {
        page(sandbox, json!({ "after": of.id(many / 2) }))
    }),
    ("a member's own", |_, sandbox, (_, call), many| {
        let member = gathering::member(many / 2 + call);
        page(sandbox, json!({ "member": member }))
    }),
    ("figures", |_, sandbox, _, _| {
        let request = json!({ "actor": gathering::desk(), "campaign": CAMPAIGN });
        ask(sandbox, "submissions.figures", request)
    }),
    ("page of the table", |of, sandbox, _, many| {
        let request = json!({
            "actor": gathering::desk(), "campaign": CAMPAIGN, "lines": true, "after": of.id(many / 2),
        });
        ask(sandbox, "submissions.table", request)
    }),
    ("a new invoice sent in", |_, sandbox, (round, call), _| {
        let nth = round * CALLS + call;
        sent(sandbox, nth, &format!("CD{nth:08}"), "received")
    }),
    ("a duplicate sent in", |_, sandbox, (round, call), many| {
        let number = gathering::number(many / 2 + call);
        sent(sandbox, round * CALLS + call, &number, "duplicate")
    }),
];

fn main() {
    let mut bench = Bench::begin("campaign: a million submissions, and a thousand");
    let (rounds, many) = (bench.rounds(15), bench.size(MANY));
    bench.say(&format!(
        "{many} submissions, and {FEW}; {rounds} rounds of {CALLS} calls"
    ));
    let of = Gathering::new((rounds + 1) * CALLS);
    let folder = tempfile::tempdir().expect("a folder");
    let open = |name: &str, submissions| {
        let storage = Sqlite::open(&folder.path().join(name)).expect("a database");
        let storage: Arc<dyn Storage> = Arc::new(storage);
        let (time, ()) = timed(|| of.load(storage.as_ref(), submissions));
        bench.say(&format!(
            "{submissions} loaded in {:.1} s",
            time.as_secs_f64()
        ));
        storage
    };
    let (large, small) = (open("large.db", many), open("small.db", FEW));
    for (what, asked) in ASKED {
        let of = &of;
        let side = |storage: &Arc<dyn Storage>, submissions: usize| {
            let mut sandbox = of.sandbox(storage);
            move |round: usize| {
                let (time, ()) = timed(|| {
                    for call in 0..CALLS {
                        let answer = asked(of, &mut sandbox, (round, call), submissions);
                        assert!(!answer.is_null(), "{what} is answered");
                    }
                });
                micros_each(time, CALLS)
            }
        };
        let mut contenders: Vec<Contender<'_>> = vec![
            ("among many", Box::new(side(&large, many))),
            ("among few", Box::new(side(&small, FEW))),
        ];
        let figures: Vec<Figures> = take_turns(rounds, &mut contenders);
        bench.heading(what, "µs each");
        for ((name, _), figures) in contenders.iter().zip(&figures) {
            bench.row(name, figures);
        }
        drop(contenders);
        if let [many, few] = figures.as_slice() {
            let (must, aim) = (Demand::AtMost(1.5), Demand::AtMost(1.1));
            bench.bound("among many ÷ among few", &many.over(few), must, aim);
        }
    }
    bench.end();
}

/// A page of the list; none may be empty.
fn page(sandbox: &mut Sandbox, wanted: Value) -> Value {
    let mut request = wanted;
    let fields = request.as_object_mut().expect("an object");
    fields.insert("actor".to_owned(), gathering::desk());
    fields.insert("campaign".to_owned(), json!(CAMPAIGN));
    let page = ask(sandbox, "submissions.search", request);
    let found = page.get("submissions").and_then(Value::as_array);
    assert!(found.is_some_and(|found| !found.is_empty()), "a page");
    page
}

/// An invoice that a newcomer types in, and what the newcomer is told.
fn sent(sandbox: &mut Sandbox, nth: usize, number: &str, message: &str) -> Value {
    let member = gathering::newcomer(nth);
    let request = gathering::upload(&member, number);
    let key = format!("{member}-{number}");
    let answer = act(sandbox, "submissions.submit", &key, request);
    assert_eq!(answer.pointer("/answers/0/message"), Some(&json!(message)));
    answer
}

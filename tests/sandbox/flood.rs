//! A verifier that floods: each answer is as large as the host lets through. The operator hears of it, as of one that isn't reached.

use super::{ENGINE, Limits, Mode};
use serde_json::{Value, json};
use stampcard::call::{Answer, Call, CallError, Execution, Subject};
use stampcard::capabilities::clock::{Instant, Manual};
use stampcard::capabilities::http::{Error, Http, Request, Response};
use stampcard::capabilities::logging::{Collected, Level};
use stampcard::capabilities::{Merchant, messaging, storage};
use stampcard::plugin::{COMPONENT, Plugin};
use stampcard::sandbox::{Host, Sandbox};
use stampcard::terms::confirmed;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

/// The component, compiled once.
static PLUGIN: LazyLock<Plugin> = LazyLock::new(|| Plugin::load(&ENGINE, COMPONENT, None).unwrap());

/// Invoices that are due at once.
const INVOICES: usize = 50;

/// Answers all questions alike, and counts them.
struct Flood {
    answer: Result<Response, Error>,
    asked: AtomicUsize,
}

impl Http for Flood {
    fn send(&self, _: &Merchant, requests: &[Request]) -> Vec<Result<Response, Error>> {
        self.asked.fetch_add(requests.len(), Ordering::Relaxed);
        requests.iter().map(|_| self.answer.clone()).collect()
    }
}

/// A merchant with a campaign, at its own time.
struct Shop {
    clock: Manual,
    flood: Arc<Flood>,
    log: Arc<Collected>,
    host: Arc<Host>,
}

/// The time at which it begins.
const BEGIN: u64 = 1_795_831_200;

impl Shop {
    fn new(body: String) -> Self {
        Self::answered(Ok(Response {
            status: 200,
            headers: Vec::new(),
            body,
        }))
    }

    fn answered(answer: Result<Response, Error>) -> Self {
        let clock = Manual::new(Instant::at(BEGIN));
        let flood = Arc::new(Flood {
            answer,
            asked: AtomicUsize::new(0),
        });
        let log = Arc::new(Collected::default());
        let host = Arc::new(Host {
            storage: Arc::new(storage::Memory::default()),
            clock: Arc::new(clock.clone()),
            messaging: Arc::new(messaging::Accepting),
            http: flood.clone(),
            log: log.clone(),
        });
        let shop = Self {
            clock,
            flood,
            log,
            host,
        };
        let liff = "https://pages.example/bind?liffId=1234567890-AbCdEfGh";
        let document = json!({
            "zone": "Asia/Taipei", "currency": "TWD",
            "programmes": { "points": { "worth": { "points": "1", "money": "1" }, "earn": [], "expiry": "never" } },
            "notices": { "channels": [{ "channel": "line-push", "kinds": ["other"], "quota": 100_000 }] },
            "campaigns": {
                "liff-pattern": "https://pages.example/bind?liffId={liff-id}",
                "channels": { "line-1": { "name": "Tea House", "liff-id": "1234567890-AbCdEfGh", "liff-endpoint": liff } },
                "verifiers": { "mof": { "app-id": "EINV1" } },
            },
        });
        let document = confirmed(&mut shop.sandbox(Limits::default()), &document, "test");
        let settings = json!({
            "name": "tea", "from": "2026-11-20 09:00", "to": "2026-12-20 09:00", "platform": "line", "channel": "line-1",
            "rules-page": "https://tea.example/rules", "picture": "https://tea.example/tea.png",
            "conditions": { "scope": { "whole": { "measure": "amount", "at-least": ["100"] } } },
            "reward": "collect-only",
        });
        let actor = json!({ "name": "desk", "role": "marketing" });
        shop.commit(
            0,
            "merchant.apply",
            json!({ "document": document.to_string() }),
        );
        shop.commit(
            0,
            "campaigns.publish",
            json!({ "actor": actor, "settings": settings.to_string() }),
        );
        shop.commit(0, "members.put", json!({ "member": "mei" }));
        for first in (1..=INVOICES).step_by(10) {
            let typed = |nth: usize| json!({ "number": format!("AB{nth:08}"), "date": "2026-11-20", "random": "1234" });
            let typed: Vec<Value> = (first..first + 10).map(typed).collect();
            let upload = json!({ "campaign": "c-000001", "member": "mei", "channel": "line-1", "sent": { "typed": typed } });
            shop.commit(first, "submissions.submit", upload);
        }
        shop
    }

    fn sandbox(&self, limits: Limits) -> Sandbox {
        let merchant = Merchant::new("shop").unwrap();
        Sandbox::new(
            PLUGIN.clone(),
            self.host.clone(),
            merchant,
            Arc::new(limits),
            Mode::Fresh,
        )
    }

    fn commit(&self, key: usize, function: &str, request: Value) {
        let call = Call {
            function: function.to_owned(),
            execution: Some(Execution::Commit(format!("key-{key}"))),
            request: Some(request),
        };
        let answer = self.sandbox(Limits::default()).call(&call).unwrap();
        answer.result.unwrap();
    }

    fn tick(&self, limits: Limits) -> Result<Answer, CallError> {
        let call = Call {
            function: "upkeep.tick".to_owned(),
            execution: None,
            request: Some(json!({ "limit": 10_000 })),
        };
        self.sandbox(limits).call(&call)
    }

    fn asked(&self) -> usize {
        self.flood.asked.load(Ordering::Relaxed)
    }

    /// What the operator was warned of so far, of verifiers.
    fn warned(&self) -> Vec<String> {
        let mut lines = self.log.lines();
        lines.retain(|line| line.level == Level::Warn && line.text.contains("verifier"));
        lines.into_iter().map(|line| line.text).collect()
    }
}

#[test]
fn the_operator_hears_of_each_look_that_came_to_nothing_and_of_no_invoice() {
    let answer = |status, body: String| {
        Ok(Response {
            status,
            headers: Vec::new(),
            body,
        })
    };
    let other = r#"{"code":"200","invNum":"AB99999999","invStatus":"已確認","sellerName":"茶坊","details":[{}]}"#;
    for (answer, told) in [
        (
            answer(200, "x".repeat(300_000)),
            "asking verifier mof came to Transient(Garbled)",
        ),
        (
            answer(502, "<html>".to_owned()),
            "asking verifier mof came to Transient(Platform)",
        ),
        (
            answer(200, other.to_owned()),
            "asking verifier mof came to Transient(OtherInvoice)",
        ),
        (
            Err(Error::NoAnswer),
            "asking verifier mof came to Transient(NoAnswer)",
        ),
        (
            Err(Error::Denied("https://tax.example:443".to_owned())),
            "the host's allow-list denies the address of verifier mof",
        ),
    ] {
        let shop = Shop::answered(answer);
        for _ in 0..2 {
            shop.tick(Limits::default()).unwrap().result.unwrap();
        }
        assert_eq!(shop.warned(), vec![told; INVOICES]);
    }
}

#[test]
fn the_operator_hears_of_questions_that_came_to_no_end() {
    let shop = Shop::new("x".repeat(1_000_000));
    let little = Limits {
        memory: 8 * 1024 * 1024,
        ..Limits::default()
    };
    let _stopped = shop.tick(little);
    shop.clock.set(Instant::at(BEGIN + 180));
    for _ in 0..2 {
        shop.tick(Limits::default()).unwrap().result.unwrap();
    }
    let line = "a question to verifier mof came to no end";
    assert!(shop.warned().iter().any(|told| told == line));
}

#[test]
fn answers_as_large_as_may_be_leave_room_for_all_that_a_tick_does() {
    let full = 1_048_000;
    let lines = "{},".repeat(full / 3 - 100);
    let half = "{},".repeat(85_000);
    let bodies = [
        format!(r#"{{"code":"200","invStatus":"已確認","details":[{lines}{{}}]}}"#),
        format!(r#"{{"code":"200","invStatus":"已確認","details":[{half}{{}}]}}"#),
        format!(r#"{{"code":"200","more":[{half}{{}}]}}"#),
        format!(
            r#"{{"code":"200","sellerName":"{}"}}"#,
            "\\u8336".repeat(40_000)
        ),
        "[".repeat(full),
    ];
    for body in bodies {
        let shop = Shop::new(body);
        for _ in 0..2 {
            shop.tick(Limits::default()).unwrap().result.unwrap();
        }
        assert_eq!(shop.asked(), INVOICES, "each once");
        let report = shop.tick(Limits::default()).unwrap().result.unwrap();
        assert_eq!(
            shop.asked(),
            INVOICES,
            "and the others after minutes: {report}"
        );
    }
}

#[test]
fn a_tick_that_was_stopped_counts_as_a_try_of_what_it_asked() {
    let shop = Shop::new("x".repeat(1_000_000));
    let little = || Limits {
        memory: 8 * 1024 * 1024,
        ..Limits::default()
    };
    for minute in 0..120 {
        shop.clock.set(Instant::at(BEGIN + 60 * minute));
        let _stopped = shop.tick(little());
    }
    // After 0, 5 and 30 minutes, each as soon as it is due, and not every three minutes.
    assert!(shop.asked() <= 4 * INVOICES, "{} questions", shop.asked());
    assert!(shop.tick(Limits::default()).is_ok());
}

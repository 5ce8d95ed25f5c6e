//! A campaign that a great many members have sent an invoice in to, for benches of its lists and figures: what is stored of one
//! member's invoice is made by the component's own code and copied under the others' names.

use super::{rows, till};
use crate::native::{Native, NativePorts};
use serde_json::{Value, json};
use stampcard::call::{Call, Execution, Subject};
use stampcard::capabilities::Merchant;
use stampcard::capabilities::clock::{Clock, Instant, Manual};
use stampcard::capabilities::http::{Error, Http, Request, Response};
use stampcard::capabilities::messaging::Simulated;
use stampcard::capabilities::storage::{Memory, Row, Storage};
use stampcard::sandbox::{Mode, Sandbox};
use std::sync::Arc;

/// 28 November 2026, 10:00 in Taipei: an hour after the campaign's start.
const OPEN: u64 = 1_795_831_200;

/// The campaign.
pub const CAMPAIGN: &str = "c-000001";

/// The channel of its card.
pub const CHANNEL: &str = "line-1";

/// The groups of keys that a submission that has passed adds to, its counters left out.
const OF_SUBMISSIONS: [&str; 5] = [
    "evidence/",
    "invoice/",
    "participant/",
    "submission/",
    "submitted/",
];

/// The merchant with its campaign and those who go on sending in, and what is stored of one invoice that has passed.
pub struct Gathering {
    merchant: Merchant,
    common: Vec<Row>,
    model: Vec<Row>,
}

impl Gathering {
    /// With so many members who have sent in nothing yet: [`newcomer`].
    pub fn new(newcomers: usize) -> Self {
        let merchant = till::merchant("tea-house");
        let storage: Arc<dyn Storage> = Arc::new(Memory::new());
        let mut native = Native {
            ports: NativePorts {
                storage: Arc::clone(&storage),
                merchant: merchant.clone(),
                clock: clock(),
                messaging: Arc::new(Simulated::default()),
                http: Arc::new(Platform),
            },
            plugin: till::plugin().clone(),
        };
        act(&mut native, "merchant.apply", "document", document());
        act(&mut native, "campaigns.publish", "campaign", campaign());
        for nth in 0..newcomers {
            introduce(&mut native, &newcomer(nth));
        }
        introduce(&mut native, &member(0));
        act(
            &mut native,
            "submissions.submit",
            "model",
            upload(&member(0), &number(0)),
        );
        ask(&mut native, "upkeep.tick", json!({}));
        let rows = rows::all(storage.as_ref(), &merchant);
        let own = |row: &Row| {
            OF_SUBMISSIONS
                .iter()
                .any(|group| row.key.starts_with(group))
        };
        let (model, common) = rows.into_iter().partition(own);
        Self {
            merchant,
            common,
            model,
        }
    }

    /// Stores as many submissions that have passed, one of each member.
    pub fn load(&self, storage: &dyn Storage, submissions: usize) {
        let copies = self.model.iter().flat_map(|row| {
            (0..submissions).map(move |nth| Row {
                key: named(&row.key, nth),
                value: named(&row.value, nth),
                version: row.version,
            })
        });
        let common = self.common.iter().cloned();
        rows::store(storage, &self.merchant, common.chain(copies));
    }

    /// The merchant's sandbox an hour after the campaign's start.
    pub fn sandbox(&self, storage: &Arc<dyn Storage>) -> Sandbox {
        let mode = Mode::Warm { commands: 1_000 };
        till::sandbox(
            till::plugin(),
            Arc::clone(storage),
            &self.merchant,
            clock(),
            mode,
        )
    }

    /// The id of a submission that was loaded.
    pub fn id(&self, nth: usize) -> String {
        let key = self.model.iter().find_map(|row| {
            let id = row.key.strip_prefix("submission/")?.split_once('/')?.1;
            Some(named(id, nth))
        });
        key.expect("the model's submission")
    }
}

/// Does something under this key; the answer.
pub fn act(subject: &mut dyn Subject, function: &str, key: &str, request: Value) -> Value {
    let execution = Some(Execution::Commit(key.to_owned()));
    told(subject, function, execution, request)
}

/// Asks something; the answer.
pub fn ask(subject: &mut dyn Subject, function: &str, request: Value) -> Value {
    told(subject, function, None, request)
}

fn told(
    subject: &mut dyn Subject,
    function: &str,
    execution: Option<Execution>,
    request: Value,
) -> Value {
    let call = Call {
        function: function.to_owned(),
        execution,
        request: Some(request),
    };
    let answer = subject.call(&call).expect("a call").result;
    answer.expect("an answer")
}

/// The model's text for the submission of this number.
fn named(text: &str, nth: usize) -> String {
    text.replace(&member(0), &member(nth))
        .replace(&number(0), &number(nth))
}

/// A member whose invoice has passed.
pub fn member(nth: usize) -> String {
    format!("m{nth:08}")
}

/// A member who has sent in nothing yet.
pub fn newcomer(nth: usize) -> String {
    format!("n{nth:08}")
}

/// An invoice that has passed, of the member of the same number.
pub fn number(nth: usize) -> String {
    format!("AB{nth:08}")
}

/// An invoice that somebody types in.
pub fn upload(member: &str, number: &str) -> Value {
    json!({
        "campaign": CAMPAIGN,
        "member": member,
        "channel": CHANNEL,
        "sent": { "typed": [{ "number": number, "date": "2026-11-20", "random": "1234" }] },
    })
}

/// One of the merchant's people.
pub fn desk() -> Value {
    json!({ "name": "desk", "role": "marketing" })
}

fn clock() -> Arc<dyn Clock> {
    Arc::new(Manual::new(Instant::at(OPEN)))
}

fn introduce(native: &mut dyn Subject, name: &str) {
    let user = format!("U{name}");
    let member = json!({ "member": name, "line-users": [{ "channel": CHANNEL, "user": user }] });
    act(native, "members.put", name, member);
}

fn document() -> Value {
    let pattern = "https://pages.example/bind?liffId={liff-id}";
    let liff = "1234567890-AbCdEfGh";
    let document = json!({
        "zone": "Asia/Taipei",
        "currency": "TWD",
        "programmes": { "points": { "worth": { "points": "1", "money": "1" }, "earn": [], "expiry": "never" } },
        "notices": { "channels": [{ "channel": "line-push", "kinds": ["other"], "quota": 1_000_000 }] },
        "campaigns": {
            "liff-pattern": pattern,
            "channels": {
                CHANNEL: { "name": "Tea House", "liff-id": liff, "liff-endpoint": pattern.replace("{liff-id}", liff) },
            },
            "verifiers": { "mof": { "app-id": "EINV1" } },
        },
    });
    json!({ "document": document.to_string() })
}

fn campaign() -> Value {
    let settings = json!({
        "name": "秋茶",
        "from": "2026-11-28 09:00",
        "to": "2026-12-20 10:00",
        "rules-page": "https://tea.example/rules",
        "platform": "line",
        "channel": CHANNEL,
        "picture": "https://tea.example/autumn.png",
        "conditions": { "scope": { "whole": { "measure": "amount", "at-least": ["100"] } } },
        "reward": { "at-once": [{ "points": { "programme": "points", "points": "10" } }] },
    });
    json!({ "actor": desk(), "settings": settings.to_string() })
}

/// The tax platform, which knows every invoice.
struct Platform;

impl Http for Platform {
    fn send(&self, _: &Merchant, requests: &[Request]) -> Vec<Result<Response, Error>> {
        let answer = |request: &Request| {
            let body = request.body.as_deref().unwrap_or_default();
            let fields = body.split('&');
            let number = fields
                .filter_map(|field| field.strip_prefix("invNum="))
                .next();
            let lines = json!([{ "rowNum": "1", "description": "冰紅茶", "quantity": "2", "unitPrice": "310", "amount": "620" }]);
            let told = json!({
                "v": "0.6", "code": "200", "msg": "執行成功", "invNum": number, "invDate": "20261120", "sellerName": "山中茶坊",
                "invStatus": "已確認", "invPeriod": "11512", "sellerBan": "22099131", "invoiceTime": "12:00:00", "currency": "",
                "amount": "620", "details": lines,
            });
            Ok(Response {
                status: 200,
                headers: Vec::new(),
                body: told.to_string(),
            })
        };
        requests.iter().map(answer).collect()
    }
}

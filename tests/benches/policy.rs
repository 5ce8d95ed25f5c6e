//! Verdicts on messages, in batches: through the export of a warm sandbox with all limits on, with the steps listed and
//! without, and by the component's code compiled natively.
//!
//! `./dev bench policy`. A batch mixes the nine kinds of LINE notification messages with the other channels; one in
//! six is denied. Requests are built before the clock runs; what comes out is read to the end.
#![expect(
    clippy::expect_used,
    clippy::float_arithmetic,
    reason = "a bench stops at the first thing that goes wrong, and its figures are rough"
)]

use chrono::DateTime;
use serde_json::{Value, json};
use stampcard::bindings::policy::{
    Buyer, Channel, CheckRequest, Decision, Facts, Grant, Origin, Purpose, Question,
    RegistrationWay, Reminders,
};
use stampcard::bindings::types::Instant;
use stampcard::capabilities::storage::{Memory, Storage};
use stampcard::sandbox::{Mode, Sandbox};
use stampcard_guest::api;
use stampcard_guest::bindings::exports::stampcard::plugin::policy as native;
use stampcard_tests::measure::{
    Bench, Contender, Demand, Figures, micros_each, take_turns, till, worked,
};
use stampcard_tests::native::NativePorts;
use std::sync::Arc;

/// Questions of a batch.
const BATCH: usize = 4_000;

/// Noon in Taipei on 20 November 2026, in seconds.
const NOON: u64 = 1_795_147_200;

fn main() {
    let mut bench = Bench::begin("policy: verdicts in batches, in the sandbox");
    let (rounds, batch) = (bench.rounds(25), bench.size(BATCH));
    let storage: Arc<dyn Storage> = Arc::new(Memory::new());
    let merchant = till::merchant("tea-house");
    let sandboxed = || {
        let mode = Mode::Warm { commands: 1_000 };
        till::sandbox(
            till::plugin(),
            Arc::clone(&storage),
            &merchant,
            till::noon(),
            mode,
        )
    };
    let ports = NativePorts {
        storage: Arc::clone(&storage),
        merchant: merchant.clone(),
        clock: till::noon(),
        messaging: Arc::new(stampcard::capabilities::messaging::Simulated::default()),
        http: Arc::new(stampcard::capabilities::http::Denied),
    };
    let (whole, brief) = (request(batch, false), request(batch, true));
    let json = serde_json::to_value(&whole).expect("the request as JSON");
    let same: native::CheckRequest =
        stampcard_guest::json::read(&of_interface(json).to_string()).expect("the same request");
    let (mut first, mut second) = (sandboxed(), sandboxed());
    let denied = denied(&mut first, &whole);
    bench.say(&format!(
        "{rounds} rounds of one batch of {batch}, of which {denied} are not allowed"
    ));
    let mut contenders: Vec<Contender<'_>> = vec![
        (
            "sandbox, steps listed",
            Box::new(|_| asked(&mut first, &whole)),
        ),
        (
            "sandbox, in brief",
            Box::new(|_| asked(&mut second, &brief)),
        ),
        (
            "native, steps listed",
            Box::new(|_| {
                let (time, answer) = worked(|| api::policy::check(&ports, &same));
                assert_eq!(answer.expect("verdicts").len(), batch);
                1e6 / micros_each(time, batch)
            }),
        ),
    ];
    let figures = take_turns(rounds, &mut contenders);
    bench.heading("verdicts a second on one core", "1/s");
    for ((name, _), figures) in contenders.iter().zip(&figures) {
        match *name {
            "native, steps listed" => bench.row(name, figures),
            _ => bound(&mut bench, name, figures),
        }
    }
    drop(contenders);
    bench.end();
}

fn bound(bench: &mut Bench, name: &str, figures: &Figures) {
    let (must, aim) = (Demand::AtLeast(200_000.0), Demand::AtLeast(1_000_000.0));
    bench.bound(name, figures, must, aim);
}

/// Verdicts a second.
fn asked(sandbox: &mut Sandbox, request: &CheckRequest) -> f64 {
    let (time, answer) = worked(|| sandbox.policy().check(request));
    let (verdicts, _) = answer.expect("a call");
    assert_eq!(verdicts.expect("verdicts").len(), request.questions.len());
    1e6 / micros_each(time, request.questions.len())
}

/// JSON of the interface from that of the host's types, which writes names and cases as Rust has them, and instants as
/// seconds and nanoseconds.
fn of_interface(json: Value) -> Value {
    match json {
        Value::Object(fields) => match fields.get("seconds").and_then(Value::as_i64) {
            Some(seconds) => {
                let at = DateTime::from_timestamp(seconds, 0).expect("an instant");
                json!(at.to_rfc3339())
            }
            None => fields
                .into_iter()
                .map(|(name, value)| (name.replace('_', "-"), of_interface(value)))
                .collect(),
        },
        Value::Array(items) => items.into_iter().map(of_interface).collect(),
        Value::String(text)
            if text.starts_with(|it: char| it.is_ascii_uppercase())
                && text.chars().all(|it| it.is_ascii_alphabetic()) =>
        {
            let mut case = String::new();
            for letter in text.chars() {
                if letter.is_ascii_uppercase() && !case.is_empty() {
                    case.push('-');
                }
                case.push(letter.to_ascii_lowercase());
            }
            Value::String(case)
        }
        other => other,
    }
}

fn denied(sandbox: &mut Sandbox, request: &CheckRequest) -> usize {
    let (verdicts, _) = sandbox.policy().check(request).expect("a call");
    let verdicts = verdicts.expect("verdicts");
    let not = verdicts.iter().filter(|it| it.decision != Decision::Allow);
    not.count()
}

fn request(batch: usize, brief: bool) -> CheckRequest {
    let kinds = [
        Purpose::PaymentCompleted,
        Purpose::PointsAcquired,
        Purpose::ReservationMade,
        Purpose::ReservationReminder,
        Purpose::MemberRegistered,
        Purpose::Shipped,
        Purpose::Arrived,
        Purpose::PaymentReminder,
        Purpose::OrderCompleted,
    ];
    let others = [
        Channel::LinePush,
        Channel::Alimtalk,
        Channel::Sms,
        Channel::Email,
    ];
    let questions = (0..batch).map(|n| {
        let kind = kinds.get(n % kinds.len()).copied().expect("a kind");
        match others.get(n % 12) {
            Some(channel) => of_points(*channel),
            None => of_kind(kind, n),
        }
    });
    CheckRequest {
        questions: questions.collect(),
        zone: Some("Asia/Taipei".to_owned()),
        settings: Some(r#"{ "quiet-hours": [{ "from": "22:00", "to": "08:00" }] }"#.to_owned()),
        brief: Some(brief),
    }
}

/// Every fourth has something wrong with it.
fn of_kind(purpose: Purpose, n: usize) -> Question {
    let reminder = matches!(
        purpose,
        Purpose::ReservationReminder | Purpose::PaymentReminder
    );
    let mut question = blank(purpose, Channel::LineNotification);
    question.event = Some(if reminder {
        at(NOON + 3 * 86_400)
    } else {
        at(NOON - 3_600)
    });
    question.facts = Facts::MEMBER_AT_EVENT
        | Facts::MEMBER_AT_SENDING
        | Facts::ACTED_BEFORE
        | Facts::SERVICE_CONTACT;
    question.buyer = Some(Buyer::Member);
    question.grant = Some(Grant::Acting);
    question.registration = Some(RegistrationWay::OnLine);
    question.reminders = Some(Reminders {
        accepted: 0,
        unknown: 0,
        before_move: 0,
    });
    question.text = Some(
        "陳美玲您好，您的訂單 A-20261120 已處理完成，如有疑問請來電 02-2345-6789。".to_owned(),
    );
    match n % 16 {
        5 => question.facts = Facts::MEMBER_AT_SENDING,
        9 => question.event = Some(at(NOON - 90_000)),
        11 => question.text = Some("Pay now and get 20% off your next order".to_owned()),
        15 => question.mobile = None,
        _ => {}
    }
    question
}

/// Points that will lapse, by another channel.
fn of_points(channel: Channel) -> Question {
    let mut question = blank(Purpose::PointsExpiring, channel);
    question.until = Some(at(NOON + 86_400));
    question.facts = Facts::LINE_ID
        | Facts::EMAIL
        | Facts::ONE_CLICK_UNSUBSCRIBE
        | Facts::TEMPLATE_APPROVED
        | Facts::VARIABLES_COMPLETE
        | Facts::BASIS_LINE;
    question.origin = Some(Origin::Paid);
    question.quota_left = Some(1_000);
    question.text = Some("您有 120 點紅利點數將於 11 月 22 日到期，請留意。".to_owned());
    if channel == Channel::Alimtalk {
        question.mobile = Some("+821012345678".to_owned());
        question.text =
            Some("적립금 1,200점이 11월 22일에 소멸됩니다. 구매로 적립된 금액입니다.".to_owned());
    }
    question
}

fn blank(purpose: Purpose, channel: Channel) -> Question {
    Question {
        purpose,
        channel,
        at: at(NOON),
        event: None,
        extended: None,
        until: None,
        facts: Facts::empty(),
        buyer: None,
        grant: None,
        registration: None,
        reminders: None,
        origin: None,
        mobile: Some("+886912345678".to_owned()),
        text: None,
        buttons: None,
        data: None,
        quota_left: None,
        sent: None,
        spent: None,
        quiet: None,
    }
}

fn at(seconds: u64) -> Instant {
    Instant {
        seconds,
        nanoseconds: 0,
    }
}

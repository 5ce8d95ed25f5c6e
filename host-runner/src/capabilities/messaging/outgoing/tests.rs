use super::pulse::Manual;
use super::wire::Lost;
use super::*;
use crate::capabilities::clock::{Instant, Manual as Clock};
use crate::capabilities::logging::Collected;
use crate::capabilities::messaging::Channel;
use crate::capabilities::messaging::identity::Identity;
use crate::capabilities::messaging::secret::Secret;
use std::collections::VecDeque;

/// 2026-11-25T00:00:00Z.
const NOW: u64 = 1_795_564_800;

/// Takes what the answer's status and body say.
struct Fake(Repeats, Secret);

impl Provider for Fake {
    fn channel(&self) -> Channel {
        Channel::Sms
    }

    fn name(&self) -> &'static str {
        "fake"
    }

    fn secrets(&self) -> Vec<&Secret> {
        vec![&self.1]
    }

    fn repeats(&self) -> Repeats {
        self.0
    }

    fn request(&self, message: &Message, id: &Identity, _: Instant) -> Result<Request, Refusal> {
        if message.text == "bad" {
            return Err(Refusal::new(Why::Refused, "bad text to 0912"));
        }
        Ok(Request::form("/", &[]).with("key", &id.uuid))
    }

    fn verdict(&self, answer: &Answer, now: Instant) -> Verdict {
        let said = answer.text().into_owned();
        match answer.status {
            200 => Verdict::Accepted(Some(said)),
            400 => Verdict::Undeliverable(Why::Refused, said),
            401 => Verdict::Operator(said),
            402 => Verdict::Shut(Renewal::Month(9), Why::Quota, said),
            423 => Verdict::Later(7),
            429 => Verdict::Busy(answer.retry_after(now)),
            _ => Verdict::Failed(said),
        }
    }
}

type Told = Result<(u16, &'static str), Lost>;

/// Answers by a script, then 200, and keeps what was asked.
#[derive(Default)]
struct Script {
    told: Mutex<VecDeque<Told>>,
    asked: Mutex<Vec<Request>>,
}

impl Post for Arc<Script> {
    fn post(&self, request: &Request) -> Result<Answer, Lost> {
        self.asked.lock().unwrap().push(request.clone());
        let told = self.told.lock().unwrap().pop_front();
        let (status, body) = told.unwrap_or(Ok((200, "id")))?;
        Ok(Answer {
            status,
            headers: Vec::new(),
            body: body.as_bytes().to_vec(),
        })
    }
}

impl Pulse for Arc<Manual> {
    fn now(&self) -> Duration {
        Manual::now(self)
    }

    fn sleep(&self, time: Duration) {
        Manual::sleep(self, time);
    }
}

struct Bench {
    outgoing: Outgoing,
    script: Arc<Script>,
    pulse: Arc<Manual>,
    clock: Clock,
    log: Arc<Collected>,
}

impl Bench {
    fn new(repeats: Repeats, told: Vec<Told>) -> Self {
        let (script, pulse) = (Arc::new(Script::default()), Arc::new(Manual::default()));
        script.told.lock().unwrap().extend(told);
        let flow = Flow {
            concurrency: 1,
            per_second: 100,
            timeout: Duration::from_secs(1),
        };
        let (clock, log) = (Clock::new(Instant::at(NOW)), Arc::new(Collected::default()));
        let provider = Box::new(Fake(repeats, Secret::of("hush")));
        let world: (Box<dyn Post>, Box<dyn Pulse>) =
            (Box::new(script.clone()), Box::new(pulse.clone()));
        let outgoing = {
            let flow = ("https://sms.example".to_owned(), &flow);
            Outgoing::with(provider, flow, world, Arc::new(clock.clone()), log.clone())
        };
        Self {
            outgoing,
            script,
            pulse,
            clock,
            log,
        }
    }

    fn send(&self, keys: &[&str]) -> Vec<Outcome> {
        let messages: Vec<Message> = keys.iter().map(|key| message(key)).collect();
        self.outgoing
            .send(&Merchant::new("shop").unwrap(), &messages)
    }

    fn one(&self, key: &str) -> Outcome {
        self.send(&[key]).remove(0)
    }

    fn asked(&self) -> usize {
        self.script.asked.lock().unwrap().len()
    }
}

fn message(key: &str) -> Message {
    Message {
        idempotency_key: key.to_owned(),
        channel: Channel::Sms,
        address: "0912".to_owned(),
        subject: None,
        text: key.to_owned(),
        html: None,
        detail: None,
    }
}

fn accepted() -> Outcome {
    Outcome::Accepted(Some("id".to_owned()))
}

fn never(text: &str) -> Outcome {
    Outcome::Undeliverable(text.to_owned())
}

fn after() -> Told {
    Err(Lost::After("no answer".to_owned()))
}

fn before() -> Told {
    Err(Lost::Before("no connection".to_owned()))
}

#[test]
fn what_may_have_been_taken_is_never_repeated_without_a_key() {
    for told in [after(), Ok((500, "")), Ok((302, ""))] {
        let bench = Bench::new(Repeats::Never, vec![told]);
        assert_eq!(bench.one("a"), Outcome::Unknown);
        assert_eq!(bench.one("a"), Outcome::Unknown, "remembered");
        assert_eq!(bench.asked(), 1);
        assert_eq!(bench.one("b"), accepted());
    }
}

#[test]
fn with_a_key_it_is_repeated_after_pauses_that_grow() {
    let bench = Bench::new(
        Repeats::For(600),
        vec![after(), Ok((500, "")), before(), Ok((200, "id"))],
    );
    assert_eq!(bench.one("a"), accepted());
    let asked = bench.script.asked.lock().unwrap().clone();
    assert_eq!(asked.len(), 4);
    assert!(
        asked
            .iter()
            .all(|request| request == asked.first().unwrap()),
        "one key"
    );
    let passed = Manual::now(&bench.pulse).as_millis();
    assert!((1_750..=3_500).contains(&passed), "{passed} ms");
}

#[test]
fn what_stays_open_is_unknown_and_may_come_again_where_the_key_holds() {
    for (repeats, then) in [
        (Repeats::For(600), accepted()),
        (Repeats::WithinCall, Outcome::Unknown),
    ] {
        let bench = Bench::new(repeats, vec![after(), after(), after(), after()]);
        assert_eq!(bench.one("a"), Outcome::Unknown);
        assert_eq!(bench.asked(), 4);
        assert_eq!(bench.one("a"), then, "{repeats:?}");
    }
    // That there is no room the second time says nothing of the first.
    let bench = Bench::new(Repeats::For(600), vec![after(), Ok((429, ""))]);
    assert_eq!(bench.one("a"), Outcome::Unknown);
    // Nor that the quota is used up: the first may have been the last of it.
    let bench = Bench::new(Repeats::For(600), vec![after(), Ok((402, "monthly limit"))]);
    assert_eq!(bench.one("a"), Outcome::Unknown);
    let shop = Merchant::new("shop").unwrap();
    assert_eq!(bench.outgoing.key_holds(&shop, Channel::Sms), Some(600));
    assert_eq!(bench.outgoing.key_holds(&shop, Channel::Email), None);
}

#[test]
fn what_was_certainly_not_taken_comes_again() {
    for (told, seconds) in [
        (before(), 60),
        (Ok((429, "")), 60),
        (Ok((423, "")), 7),
        (Ok((401, "hush")), 300),
    ] {
        let bench = Bench::new(Repeats::Never, vec![told]);
        assert_eq!(bench.one("a"), Outcome::RetryAfter(seconds));
        Manual::sleep(&bench.pulse, Duration::from_secs(seconds.into()));
        assert_eq!(bench.one("a"), accepted(), "{seconds}");
    }
}

#[test]
fn who_asks_to_go_slower_gets_nothing_for_a_while() {
    let bench = Bench::new(Repeats::Never, vec![Ok((429, ""))]);
    let later = Outcome::RetryAfter(60);
    assert_eq!(
        bench.send(&["a", "b", "c"]),
        [later.clone(), later.clone(), later]
    );
    assert_eq!(bench.asked(), 1);
}

#[test]
fn a_quota_that_is_used_up_stops_everything_until_next_month_there() {
    let bench = Bench::new(Repeats::For(600), vec![Ok((402, "monthly limit"))]);
    let shut = never("quota: the provider takes nothing for now, as it said before");
    assert_eq!(
        bench.send(&["a", "b"]),
        [never("quota: monthly limit"), shut.clone()]
    );
    // 30 November, 15:00 UTC.
    let renewed = NOW + (5 * 24 + 15) * 3600;
    bench.clock.set(Instant::at(renewed - 1));
    assert_eq!(bench.one("a"), shut);
    assert_eq!(bench.asked(), 1);
    bench.clock.set(Instant::at(renewed));
    assert_eq!(bench.one("a"), accepted());
    let lines = bench.log.take();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!(
        lines.first().unwrap().text,
        "sms by fake at https://sms.example: nothing goes any more: monthly limit"
    );
}

#[test]
fn the_breaker_stops_what_would_only_fail() {
    let bench = Bench::new(Repeats::Never, (0..5).map(|_| before()).collect());
    let outcomes = bench.send(&["a", "b", "c", "d", "e", "f", "g"]);
    let waits = [60, 60, 60, 60, 60, 10, 10].map(Outcome::RetryAfter);
    assert_eq!((outcomes, bench.asked()), (waits.to_vec(), 5));
    Manual::sleep(&bench.pulse, Duration::from_secs(10));
    assert_eq!(bench.send(&["a", "b"]), [accepted(), accepted()]);
    let levels = bench.log.take();
    let told: Vec<&str> = levels.iter().map(|line| line.level.name()).collect();
    assert_eq!(told, ["warn", "error"], "once each");
}

#[test]
fn the_rate_is_kept_and_what_a_call_has_no_time_for_waits() {
    let bench = Bench::new(Repeats::Never, Vec::new());
    let keys: Vec<String> = (0..101).map(|key| key.to_string()).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    assert!(
        bench
            .send(&keys)
            .iter()
            .all(|outcome| *outcome == accepted())
    );
    assert_eq!(Manual::now(&bench.pulse), Duration::from_secs(1));

    let bench = Bench::new(Repeats::Never, Vec::new());
    *bench.outgoing.gate() = Gate::new(1);
    let outcomes = bench.send(keys.get(..70).unwrap());
    let taken = outcomes.iter().filter(|outcome| **outcome == accepted());
    assert_eq!(taken.count(), 61);
    assert_eq!(outcomes.last(), Some(&Outcome::RetryAfter(1)));
}

#[test]
fn nothing_tells_secrets_or_addresses() {
    let bench = Bench::new(
        Repeats::Never,
        vec![
            Ok((200, "hush 0912\n")),
            Ok((400, "0912 hush")),
            Ok((401, "Bearer hush")),
        ],
    );
    let outcomes = bench.send(&["a", "b", "bad", "c"]);
    assert_eq!(
        outcomes,
        [
            Outcome::Accepted(Some("(secret) (address)\\n".to_owned())),
            never("refused: (address) (secret)"),
            never("refused: bad text to (address)"),
            Outcome::RetryAfter(300),
        ]
    );
    let lines = bench.log.take();
    assert!(!format!("{lines:?}").contains("hush"), "{lines:?}");
    assert_eq!(lines.len(), 1);
}

#[test]
fn other_channels_are_somebody_elses() {
    let bench = Bench::new(Repeats::Never, Vec::new());
    let mail = Message {
        channel: Channel::Email,
        ..message("a")
    };
    let outcomes = bench
        .outgoing
        .send(&Merchant::new("shop").unwrap(), &[mail]);
    assert_eq!(
        (outcomes, bench.asked()),
        (vec![never("no provider for email")], 0)
    );
}

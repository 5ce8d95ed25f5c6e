//! The whole of a replay against a small engine of its own, stopped at every possible place.

use super::*;
use crate::call::{Answer, Call, CallError, Cost, Execution, Signature, Subject};
use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Mutex;

/// Points of an order: whole dollars, when they were earned and when they lapse.
struct Lot {
    points: i64,
    at: DateTime<Utc>,
    lapses: DateTime<Utc>,
}

/// A merchant whose dollars are points for 365 days, kept in memory.
#[derive(Default)]
struct State {
    now: DateTime<Utc>,
    mark: Option<String>,
    configured: bool,
    lots: BTreeMap<String, Vec<Lot>>,
    /// By key: the request.
    done: BTreeMap<String, Value>,
    /// Orders as they came in, repeated ones included.
    orders: Vec<u64>,
    ticks: Vec<DateTime<Utc>>,
    /// Calls and marks that still succeed.
    left: u64,
}

struct Shop(Mutex<State>);

struct Desk<'a>(&'a Shop);

const ZONE: Tz = Tz::America__New_York;

impl State {
    fn spend(&mut self) -> bool {
        self.left = self.left.saturating_sub(1);
        self.left > 0
    }

    /// The check of 03:00 that follows now.
    fn next_check(&self) -> DateTime<Utc> {
        let mut date = self.now.with_timezone(&ZONE).date_naive();
        loop {
            let check = calendar::instant(ZONE, date.and_hms_opt(3, 0, 0).unwrap()).unwrap();
            if check > self.now {
                return check;
            }
            date = date.succ_opt().unwrap();
        }
    }

    fn entries(&self) -> Vec<Value> {
        let mut entries = Vec::new();
        for (member, lots) in &self.lots {
            let mut lines: Vec<(DateTime<Utc>, u8, &str, i64)> = Vec::new();
            for lot in lots.iter().filter(|lot| lot.points > 0) {
                lines.push((lot.at, 1, "earn", lot.points));
                if lot.lapses <= self.now {
                    lines.push((lot.lapses, 0, "expire", -lot.points));
                }
            }
            lines.sort_by_key(|(at, order, ..)| (*at, *order));
            let mut balance = 0;
            for (sequence, (at, _, kind, points)) in (1..).zip(lines) {
                balance += points;
                entries.push(json!({
                    "member": member, "sequence": sequence, "kind": kind, "at": at,
                    "points": points.to_string(), "balance": balance.to_string(),
                }));
            }
        }
        entries
    }

    fn accounts(&self) -> Vec<Value> {
        let open = |lot: &&Lot| lot.at <= self.now && self.now < lot.lapses;
        let account = |(member, lots): (&String, &Vec<Lot>)| {
            let balance: i64 = lots.iter().filter(open).map(|lot| lot.points).sum();
            json!({ "member": member, "balance": { "balance": balance.to_string() } })
        };
        self.lots.iter().map(account).collect()
    }

    fn report(&mut self, key: &str, request: &Value) -> Value {
        assert!(self.configured);
        self.orders.push(key.parse().unwrap());
        if let Some(before) = self.done.get(key) {
            assert_eq!(before, request);
            return json!({});
        }
        self.done.insert(key.to_owned(), request.clone());
        let dollars = request["lines"][0]["amount"]
            .as_str()
            .unwrap()
            .split('.')
            .next()
            .unwrap();
        let date = self.now.with_timezone(&ZONE).date_naive();
        let lapses = calendar::noon(ZONE, date + Days::new(365)).unwrap();
        let lot = Lot {
            points: dollars.parse().unwrap(),
            at: self.now,
            lapses,
        };
        self.lots
            .entry(request["member"].as_str().unwrap().to_owned())
            .or_default()
            .push(lot);
        json!({})
    }
}

impl Subject for Desk<'_> {
    fn signature(&self, _: &str) -> Option<Signature> {
        None
    }

    fn call(&mut self, call: &Call) -> Result<Answer, CallError> {
        let mut state = self.0.0.lock().unwrap();
        let request = call.request.clone().unwrap();
        if !state.spend() {
            return Err(CallError::Trap("the plug was pulled".to_owned()));
        }
        let value = match call.function.as_str() {
            "merchant.validate" => {
                let programmes = json!([{ "programme": "points" }]);
                json!({ "zone": ZONE.name(), "currency": "USD", "programmes": programmes })
            }
            "merchant.apply" => {
                state.configured = true;
                json!({})
            }
            "points.report-order" => {
                let Some(Execution::Commit(key)) = &call.execution else {
                    panic!("no key")
                };
                state.report(key, &request)
            }
            "upkeep.tick" => {
                let now = state.now;
                state.ticks.push(now);
                json!({ "next": state.next_check() })
            }
            "points.ledger" => json!({ "entries": state.entries(), "next": null }),
            "points.accounts" => json!({ "accounts": state.accounts(), "next": null }),
            other => panic!("{other}"),
        };
        Ok(Answer {
            result: Ok(value),
            cost: Some(Cost {
                fuel: 7,
                ..Cost::default()
            }),
        })
    }
}

impl Stage for Shop {
    fn subject(&self) -> Box<dyn Subject + '_> {
        Box::new(Desk(self))
    }

    fn set_clock(&self, now: DateTime<Utc>) {
        self.0.lock().unwrap().now = now;
    }

    fn mark(&self) -> Result<Option<String>, Failure> {
        Ok(self.0.lock().unwrap().mark.clone())
    }

    fn set_mark(&self, mark: &str) -> Result<(), Failure> {
        let mut state = self.0.lock().unwrap();
        if !state.spend() {
            return Err("the plug was pulled".into());
        }
        state.mark = Some(mark.to_owned());
        Ok(())
    }
}

fn shop() -> Shop {
    Shop(Mutex::new(State {
        left: u64::MAX,
        ..State::default()
    }))
}

fn play(shop: &Shop, file: &str, until: Option<NaiveDate>) -> Result<Report, Error> {
    let orders = orders::read(file.as_bytes(), 2).unwrap();
    let mut subject = shop.subject();
    let document = Rules::default_document(subject.as_mut(), ZONE, false);
    let rules = Rules::check(subject.as_mut(), document)?;
    let mut seen = 0;
    let replay = Replay {
        orders: &orders,
        rules: &rules,
        until,
        threads: 4,
    };
    let played = replay.run(shop, &mut |progress| {
        assert!(progress.played >= seen && progress.played <= progress.orders);
        seen = progress.played;
    })?;
    Report::read(subject.as_mut(), &rules, &orders, played, &mut |_| ())
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

#[test]
fn days_ticks_and_orders_in_their_order() {
    let shop = shop();
    let file = "customer_id date number_of_cds dollar_value
b 20240311 1 5.99
a 20240309 1 3.00
a 20240309 2 0.00
";
    let report = play(&shop, file, Some(day(2025, 3, 9))).unwrap();
    let state = shop.0.into_inner().unwrap();
    assert_eq!(state.orders, [3, 4, 2]);
    // The checks of all days, at 03:00 before and in summer time, and a look at each noon.
    let first: Vec<String> = state
        .ticks
        .iter()
        .take(6)
        .map(|tick| tick.to_rfc3339())
        .collect();
    let expected = [
        "09T05:00", "09T08:00", "09T17:00", "10T07:00", "11T07:00", "11T16:00",
    ];
    assert_eq!(
        first,
        expected.map(|tick| format!("2024-03-{tick}:00+00:00"))
    );
    assert_eq!(
        (report.orders, report.orders_free, report.members),
        (3, 1, 2)
    );
    let totals = &report.programmes[0];
    assert_eq!(totals.sums.issued.to_string(), "8");
    // 9 March 2024 and 365 days is 9 March 2025 at noon; 11 March is not yet.
    assert_eq!(totals.sums.lapsed.to_string(), "3");
    assert_eq!(report.costs[0].function, "points.report-order");
    assert_eq!(
        (report.costs[0].commands, report.costs[0].fuel_median),
        (3, 7)
    );
}

#[test]
fn stopped_anywhere_it_comes_to_the_same_end() {
    let file = generate(40);
    let undisturbed = shop();
    let expected = play(&undisturbed, &file, None).unwrap();
    let calls = u64::MAX - undisturbed.0.lock().unwrap().left;
    for stop in 1..calls {
        let shop = shop();
        shop.0.lock().unwrap().left = stop;
        let first = play(&shop, &file, None);
        shop.0.lock().unwrap().left = u64::MAX;
        if first.is_err() {
            let second = play(&shop, &file, None).unwrap();
            assert_eq!(
                second.programmes, expected.programmes,
                "stopped after {stop}"
            );
            assert_eq!(second.orders, expected.orders);
        }
        let third = play(&shop, &file, None).unwrap();
        assert_eq!((third.all_done, third.orders_sent), (true, 0));
        assert_eq!(third.programmes, expected.programmes);
    }
}

#[test]
fn only_what_was_begun_is_taken_up() {
    let shop = shop();
    let file = generate(40);
    let done = play(&shop, &file, Some(day(2024, 6, 30))).unwrap();
    let other = play(&shop, &generate(41), None).unwrap_err();
    assert!(matches!(other, Error::OtherFile { .. }), "{other}");
    let earlier = play(&shop, &file, Some(day(2024, 6, 29))).unwrap_err();
    assert!(matches!(earlier, Error::UntilPassed { .. }), "{earlier}");
    let before = play(&shop, &file, Some(day(2023, 6, 29))).unwrap_err();
    assert!(matches!(before, Error::NothingToPlay { .. }), "{before}");
    let more = play(&shop, &file, None).unwrap();
    assert_eq!(more.resumed, Some(day(2024, 6, 30)));
    assert_eq!(more.orders_sent, more.orders - done.orders);
    assert_eq!(more.orders, 40);
    shop.0.lock().unwrap().mark = Some("{}".to_owned());
    assert!(matches!(play(&shop, &file, None), Err(Error::Mark { .. })));
}

//! What members are told, and the promises about it.

use crate::check::{ensure, escaped, lots_of, under};
use crate::dice::Dice;
use crate::moving::is_import;
use crate::world::{Checked, Dump, World, instant};
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};
use stampcard::capabilities::Merchant;
use stampcard::capabilities::clock::{Clock, Manual};
use stampcard::capabilities::messaging::{Channel, Message, Messaging, Outcome};
use stampcard_guest::domain::instant::Instant;
use stampcard_guest::domain::zone::Zone;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard};

/// The kinds that are switched on for e-mail wherever a shop tells its members anything.
const KINDS: [&str; 5] = [
    "points-expiring",
    "coupons-expiring",
    "points-granted",
    "points-deducted",
    "points-lapsed",
];

/// What a notice's leads may be.
const LEADS: [&str; 6] = [
    "days 0", "days 1", "days 3", "days 10", "months 1", "months 2",
];

/// Seconds for which a repeated key is known by LINE push.
const HOLDS: u32 = 23 * 3600;

/// Key, channel, when, and whether it may have arrived.
type Handed = (String, &'static str, DateTime<Utc>, bool);

/// A provider that takes messages, refuses them, or answers nothing of use, by the message's key and the number of the try.
pub(crate) struct Provider {
    clock: Manual,
    /// It takes everything, as a scenario's does.
    calm: bool,
    handed: Mutex<Vec<Handed>>,
    /// Addresses and texts.
    said: Mutex<Vec<String>>,
}

impl Provider {
    pub(crate) fn new(clock: Manual, calm: bool) -> Self {
        Self {
            clock,
            calm,
            handed: Mutex::default(),
            said: Mutex::default(),
        }
    }

    /// What was handed over, by channel and by the id that it may have been taken under.
    pub(crate) fn taken(&self) -> Vec<(&'static str, String)> {
        let handed = self.handed.lock().unwrap();
        let taken = handed.iter().filter(|handed| handed.3);
        taken
            .map(|(key, channel, ..)| (*channel, key.clone()))
            .collect()
    }

    /// Addresses and texts of all that was handed over.
    pub(crate) fn said(&self) -> MutexGuard<'_, Vec<String>> {
        self.said.lock().unwrap()
    }
}

impl Messaging for Provider {
    fn send(&self, _: &Merchant, messages: &[Message]) -> Vec<Outcome> {
        let now = self.clock.now();
        let now = DateTime::from_timestamp(i64::try_from(now.seconds).unwrap(), now.nanoseconds);
        let mut handed = self.handed.lock().unwrap();
        let mut outcomes = Vec::new();
        for message in messages {
            let key = message.idempotency_key.clone();
            let before = handed.iter().filter(|(known, ..)| *known == key).count();
            let digit = key.bytes().map(usize::from).sum::<usize>() + before;
            let outcome = match digit % 8 {
                _ if self.calm => Outcome::Accepted(None),
                0 => Outcome::Unknown,
                1 => Outcome::Undeliverable("no such address".to_owned()),
                2 | 3 => Outcome::RetryAfter(30),
                4 | 5 => Outcome::Accepted(Some(key.clone())),
                _ => Outcome::Accepted(None),
            };
            let arrived = matches!(outcome, Outcome::Accepted(_) | Outcome::Unknown);
            self.said()
                .push(format!("{} {}", message.address, message.text));
            handed.push((key, message.channel.name(), now.unwrap(), arrived));
            outcomes.push(outcome);
        }
        outcomes
    }

    fn key_holds(&self, _: &Merchant, channel: Channel) -> Option<u32> {
        (channel == Channel::LinePush).then_some(HOLDS)
    }
}

/// Some leads, or none.
pub(crate) fn leads(dice: &mut Dice) -> Vec<Value> {
    let mut leads: Vec<Value> = Vec::new();
    for lead in LEADS {
        if dice.chance(40) {
            let (unit, count) = lead.split_once(' ').unwrap();
            leads.push(json!({ unit: count.parse::<u32>().unwrap() }));
        }
    }
    leads
}

/// A shop's notices, with other leads each time; the kinds stay, so that it can be told from outside what must be there.
pub(crate) fn section(dice: &mut Dice) -> Value {
    let leads = leads(dice);
    let mut section = json!({
        "send-at": dice.pick(&["00:00", "08:30", "12:00", "23:30"]),
        "points": { "leads": leads },
        "unsubscribe": "https://shop.example/unsubscribe",
        "channels": [
            { "channel": "email", "kinds": KINDS, "per-second": dice.pick(&[1, 10, 1_000]) },
            { "channel": "line-push", "kinds": ["points-expiring"], "quota": 4_000_000_000_u32 },
        ],
    });
    if dice.chance(30) {
        section["points"]["threshold"] = json!({ "lapsing": "5" });
    }
    section
}

/// An instant that stands in a key with a fixed width.
fn sortable(at: DateTime<Utc>) -> String {
    Instant::from_utc(at).unwrap().sortable()
}

impl World {
    /// No notice is lost, none goes out twice, and none after its time.
    pub(crate) fn check_notices(&self, dump: &Dump) -> Checked {
        let mut open = BTreeSet::new();
        let mut notices = BTreeMap::new();
        for (key, notice) in under(dump, "notice/") {
            let from = instant(&notice["from"]).unwrap();
            let until = instant(&notice["until"]).unwrap();
            let at = instant(&notice["at"]).unwrap();
            let state = &notice["state"];
            let silent =
                state.get("accepted").is_some() && notice["channel"] == "line-notification";
            if state == "queued" || state == "sending" || state.get("deferred").is_some() || silent
            {
                let (channel, id) = (notice["channel"].as_str().unwrap(), &key["notice/".len()..]);
                let (from, until) = (sortable(from), sortable(until));
                open.insert(format!("outbox/{channel}/{from}/{until}/{id}"));
            }
            if state.get("accepted").is_some() {
                ensure(at < until, || {
                    format!("{key} was sent after its time: {notice}")
                })?;
            }
            notices.insert(key.to_owned(), notice);
        }
        let rows: BTreeSet<String> = under(dump, "outbox/").map(|row| row.0.to_owned()).collect();
        ensure(rows == open, || {
            let odd: Vec<_> = rows.symmetric_difference(&open).take(3).collect();
            format!("the outbox is not what is open: {odd:?}")
        })?;
        if self.telling.is_some() {
            self.check_told(dump, &notices)?;
        }
        self.check_routes(dump)?;
        let handed = self.provider.handed.lock().unwrap();
        let mut arrived = BTreeMap::new();
        for (key, channel, at, may) in handed.iter().filter(|handed| handed.3) {
            // LINE knows a repeated key for a while, in which whoever sends there may repeat what was lost on the way.
            let known = |first: &DateTime<Utc>| {
                *channel == "line-push" && (*at - *first).num_seconds() < HOLDS.into()
            };
            let once = arrived.get(key).is_none_or(known);
            arrived.entry(key).or_insert(*at);
            ensure(once, || {
                format!("{key} went out twice by {channel}, at {at} again: {may}")
            })?;
        }
        Ok(())
    }

    /// Each entry has its notice.
    fn check_told(&self, dump: &Dump, notices: &BTreeMap<String, Value>) -> Checked {
        // Of what is brought in nobody is told.
        let moved = under(dump, "entry/")
            .filter(|(_, entry)| entry["kind"] != "extend" && !is_import(entry));
        for (key, entry) in moved {
            let mut steps = key.split('/').skip(1);
            let (member, programme) = (steps.next().unwrap(), steps.next().unwrap());
            let kind = match (
                entry["kind"].as_str().unwrap(),
                entry["points"].as_str().unwrap(),
            ) {
                ("expire", _) => "points-lapsed",
                (_, points) if points.starts_with('-') => "points-deducted",
                _ => "points-granted",
            };
            let nth = steps.next().unwrap();
            let told = notices.keys().any(|key| {
                let rest = key
                    .strip_prefix(&format!("notice/{member}/"))
                    .unwrap_or_default();
                let mut rest = rest.split('/').skip(1);
                rest.next() == Some(kind)
                    && rest.next() == Some(programme)
                    && (kind == "points-lapsed"
                        || rest
                            .next()
                            .is_some_and(|it| it == nth || it.starts_with("until-")))
            });
            ensure(told, || format!("nobody was told of {key}: {entry}"))?;
        }
        Ok(())
    }

    /// What lapses stands in the index by its last day.
    pub(crate) fn check_ahead(&self, member: &str, stored: &Value, dump: &Dump) -> Checked {
        let zone = Zone::parse(self.shop.zone).unwrap();
        let upkeep = crate::check::record(dump, "upkeep").unwrap();
        let checked: NaiveDate = upkeep["checked"].as_str().unwrap().parse().unwrap();
        let listed: BTreeSet<String> = under(dump, "ahead/").map(|row| row.0.to_owned()).collect();
        for (programme, account) in stored["accounts"].as_object().unwrap() {
            for stored in lots_of(dump, member, programme, account) {
                let Some(at) = instant(&stored.lot["expires-at"]) else {
                    continue;
                };
                let mut day = zone.date(Instant::from_utc(at).unwrap());
                if stored.lot["ends-day"] == true {
                    day = day.pred_opt().unwrap();
                }
                let open = stored.lot["left"].as_str() != Some("0");
                let row = format!("ahead/{day}/{}", escaped(member));
                let gone = day < checked;
                ensure(!open || gone || listed.contains(&row), || {
                    format!("{row} is not there for {}", stored.lot)
                })?;
            }
        }
        Ok(())
    }
}

/// Takes leads out that were refused since nothing lives so long.
pub(crate) fn without_long_leads(document: &mut Value, error: &Value) {
    let faults = error["invalid-configuration"].as_array();
    let faults: Vec<&Value> = faults.into_iter().flatten().collect();
    for of in ["points", "coupons"] {
        let list = format!("/notices/{of}/leads");
        let Some(leads) = document.pointer_mut(&list) else {
            continue;
        };
        let named = |place: usize| {
            let path = format!("{list}/{place}");
            faults.iter().any(|fault| fault["path"] == path.as_str())
        };
        let kept = leads.as_array().unwrap().iter().enumerate();
        let kept = kept.filter(|(place, _)| !named(*place));
        *leads = kept.map(|(_, lead)| lead.clone()).collect();
    }
}

//! One merchant's history: the plugin natively, on a storage that fails as told, and how a client talks to it.

use crate::coupons::Coupons;
use crate::dice::{Dice, number};
use crate::faults::Faulty;
use crate::moving::Moving;
use crate::notices::Provider;
use crate::shop::Shop;
use crate::speaking::Speaking;
use crate::tiers;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use stampcard::call::{Answer, Call, CallError};
use stampcard::capabilities::Merchant;
use stampcard::capabilities::clock::{Instant, Manual};
use stampcard::capabilities::storage::{Memory, Range, Row, Storage};
use stampcard_tests::native::{Native, NativePorts};
use stampcard_tests::stages::plugin;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A broken promise, in words; or nothing.
pub(crate) type Checked<T = ()> = Result<T, String>;

/// An answer: what came, or the refusal.
pub(crate) type Reply = Result<Value, Value>;

/// All rows of a merchant, each with its version.
pub(crate) type Dump = BTreeMap<String, (String, u64)>;

/// How a history is troubled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Faults, and others that come between.
    All,
    /// None: the same calls can be made elsewhere with the same result.
    None,
}

/// What is told of an order that may still be changed.
pub(crate) struct Known {
    pub(crate) member: String,
    /// The report without its state; none: points were spent for it and it was never reported.
    pub(crate) report: Option<Value>,
}

/// A call at its time, to be made again elsewhere.
pub(crate) struct Made {
    pub(crate) at: DateTime<Utc>,
    pub(crate) call: Call,
    pub(crate) reply: Reply,
}

pub(crate) struct World {
    pub(crate) dice: Dice,
    pub(crate) shop: Shop,
    pub(crate) now: DateTime<Utc>,
    pub(crate) members: Vec<&'static str>,
    pub(crate) orders: BTreeMap<String, Known>,
    /// Points granted by answers, by member and programme.
    pub(crate) granted: BTreeMap<(String, String), i64>,
    /// Bulk grants, by name.
    pub(crate) bulks: Vec<String>,
    /// Calls that bound their keys.
    pub(crate) bound: Vec<(Call, Value)>,
    /// When a hold was made, by order and programme.
    pub(crate) held_at: BTreeMap<(String, String), DateTime<Utc>>,
    /// Lots as they were seen last and when, by member, programme and number.
    pub(crate) lots: BTreeMap<(String, String, u64), (Value, DateTime<Utc>)>,
    /// Members that were merged, and into whom.
    pub(crate) merged: BTreeMap<String, String>,
    /// Lots that were extended.
    pub(crate) extended: BTreeSet<(String, String, u64)>,
    /// Entries looked at, by member and programme.
    pub(crate) looked: BTreeMap<(String, String), u64>,
    /// Programmes that the configuration in force has.
    pub(crate) configured: Vec<String>,
    pub(crate) made: Vec<Made>,
    pub(crate) trace: Vec<String>,
    /// The order that the last command redeemed points for; none: it did something else, or time has passed.
    pub(crate) redeemed: Option<String>,
    /// An account has so many lots that what is due may be posted before a command that is refused.
    pub(crate) large: bool,
    pub(crate) trouble: Trouble,
    pub(crate) keys: u32,
    /// What settings of notices are made by, where the shop tells its members anything.
    pub(crate) telling: Option<Dice>,
    /// What corrections by hand are made by, where there are any.
    pub(crate) correcting: Option<Dice>,
    /// What is done with coupons by, where there are any.
    pub(crate) couponing: Option<Dice>,
    pub(crate) coupons: Coupons,
    /// What is brought in, told and forgotten by.
    pub(crate) movers: Option<Dice>,
    pub(crate) moving: Moving,
    /// What the platform says and providers report by, where it says anything.
    pub(crate) speakers: Option<Dice>,
    pub(crate) speaking: Speaking,
    /// The levels of all its configurations, where there are any.
    pub(crate) tiers: Option<Value>,
    pub(crate) provider: Arc<Provider>,
    clock: Manual,
    merchant: Merchant,
    pub(crate) faulty: Arc<Faulty>,
}

impl World {
    pub(crate) fn new(seed: u64, trouble: Trouble) -> Self {
        let mut dice = Dice::new(seed);
        let shop = Shop::new(&mut dice);
        let now = DateTime::parse_from_rfc3339("2026-01-31T02:30:00.5Z").unwrap();
        let now = now.to_utc() + TimeDelta::hours(dice.below(24 * 400));
        let members = ["mei", "jo", "a/b%2F", "ana", "lin", "sam"];
        let count = dice.index(4) + 2;
        let clock = Manual::new(Instant::at(0));
        // Dice of its own, so that what happens with points is the same with and without notices.
        let mut telling = Dice::new(seed ^ 0x5eed);
        let mut correcting = Dice::new(seed ^ 0xacc);
        let mut couponing = Dice::new(seed ^ 0xc0de);
        let couponed = couponing.chance(60);
        let mut movers = Dice::new(seed ^ 0x1091);
        let mut speakers = Dice::new(seed ^ 0x5a1d);
        let speaking = Speaking::new(&mut speakers);
        let speaks = speakers.chance(60);
        let tells = telling.chance(70);
        let mut tiering = Dice::new(seed ^ 0x7e4);
        let tiers = tiers::section(&mut tiering, shop.programmes[0].0);
        Self {
            dice,
            shop,
            now,
            members: members.into_iter().take(count).collect(),
            orders: BTreeMap::new(),
            granted: BTreeMap::new(),
            bulks: Vec::new(),
            bound: Vec::new(),
            held_at: BTreeMap::new(),
            lots: BTreeMap::new(),
            merged: BTreeMap::new(),
            extended: BTreeSet::new(),
            looked: BTreeMap::new(),
            configured: Vec::new(),
            made: Vec::new(),
            trace: Vec::new(),
            redeemed: None,
            large: false,
            trouble,
            keys: 0,
            provider: Arc::new(Provider::new(clock.clone(), trouble == Trouble::None)),
            telling: tells.then_some(telling),
            speakers: (tells && speaks).then_some(speakers),
            speaking,
            correcting: correcting.chance(70).then_some(correcting),
            coupons: if couponed {
                Coupons::new(&mut couponing)
            } else {
                Coupons::default()
            },
            couponing: couponed.then_some(couponing),
            movers: movers.chance(60).then_some(movers),
            moving: Moving::default(),
            tiers: tiering.chance(50).then_some(tiers),
            clock,
            merchant: Merchant::new("tea-house").unwrap(),
            faulty: Arc::new(Faulty::new(Arc::new(Memory::new()))),
        }
    }

    pub(crate) fn native(&self, storage: Arc<dyn Storage>) -> Native<NativePorts> {
        let ports = NativePorts {
            storage,
            merchant: self.merchant.clone(),
            clock: Arc::new(self.clock.clone()),
            messaging: self.provider.clone(),
            http: Arc::new(stampcard::capabilities::http::Denied),
        };
        Native {
            ports,
            plugin: plugin().clone(),
        }
    }

    /// Everything that is stored.
    pub(crate) fn dump(&self) -> Dump {
        self.rows_stored().into_iter().flat_map(laid_out).collect()
    }

    /// All rows as they are stored.
    pub(crate) fn rows_stored(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        let mut start = "\u{1}".to_owned();
        loop {
            let range = Range {
                start,
                end: "\u{10ffff}".to_owned(),
                limit: 1_000,
                backward: false,
            };
            let page = self.faulty.inner.scan(&self.merchant, &range).unwrap();
            let Some(last) = page.last() else { return rows };
            start = format!("{}\u{1}", last.key);
            rows.extend(page);
        }
    }

    /// Moves the clock.
    pub(crate) fn set(&mut self, now: DateTime<Utc>) {
        let latest = DateTime::parse_from_rfc3339("2200-01-01T00:00:00Z").unwrap();
        let now = now.min(latest.to_utc());
        self.now = now;
        self.redeemed = None;
        self.coupons.back |= self.coupons.latest > Some(now);
        self.coupons.latest = self.coupons.latest.max(Some(now));
        self.clock.set(Instant {
            seconds: u64::try_from(now.timestamp()).unwrap(),
            nanoseconds: now.timestamp_subsec_nanos(),
        });
        self.trace.push(format!("-- {now:?}"));
    }

    /// Asks something, without trouble.
    pub(crate) fn ask(&mut self, function: &str, request: Value) -> Checked<Reply> {
        let call = Call {
            function: function.to_owned(),
            execution: None,
            request: Some(request),
        };
        let reply = self.once(false, &call)?;
        let reply = reply.ok_or("a crash without a plan")?;
        if self.trouble == Trouble::None {
            self.made.push(Made {
                at: self.now,
                call,
                reply: reply.clone(),
            });
        }
        Ok(reply)
    }

    /// Asks something that has to be answered.
    pub(crate) fn told(&mut self, function: &str, request: Value) -> Checked<Value> {
        let shown = request.to_string();
        self.ask(function, request)?
            .map_err(|error| format!("{function} {shown} was refused: {error}"))
    }

    /// Notes what an answer says, for later comparison.
    pub(crate) fn note(&mut self, call: &Call, reply: &Reply) -> Checked {
        let reply = match reply {
            Ok(reply) => reply,
            Err(error) if error.get("unreadable-record").is_some() || error == "busy" => {
                return Err(format!("{} answered {error}", call.function));
            }
            Err(_) => return Ok(()),
        };
        self.bound.push((call.clone(), reply.clone()));
        self.note_coupons(call, reply)?;
        self.note_moving(call, reply)?;
        let request = call.request.clone().unwrap_or_default();
        self.redeemed = (call.function == "points.redeem")
            .then(|| request["order"].as_str().map(str::to_owned))
            .flatten();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mut add = |member: &Value, programme: String, points: i64| {
            *self.granted.entry((text(member), programme)).or_default() += points;
        };
        match call.function.as_str() {
            "points.report-order" | "points.report-registration" | "points.report-event" => {
                for grant in reply["grants"].as_array().unwrap() {
                    add(
                        &request["member"],
                        text(&grant["programme"]),
                        number(&grant["points"]),
                    );
                }
            }
            "points.grant" => {
                for share in reply["members"].as_array().unwrap() {
                    add(
                        &share["member"],
                        text(&request["programme"]),
                        number(&share["points"]),
                    );
                }
                self.bulks.extend(reply["bulk"].as_str().map(str::to_owned));
            }
            "accounts.merge" => {
                let (member, into) = (text(&request["member"]), text(&request["into"]));
                for known in self.orders.values_mut().filter(|it| it.member == member) {
                    known.member.clone_from(&into);
                    if let Some(report) = &mut known.report {
                        report["member"] = Value::from(into.clone());
                    }
                }
                self.merged.insert(member, into);
            }
            "accounts.extend" => {
                let of = (text(&request["member"]), text(&request["programme"]));
                let lots = reply["lots"].as_array().unwrap().iter();
                let lots = lots.map(|lot| lot["lot"].as_u64().unwrap());
                self.extended
                    .extend(lots.map(|lot| (of.0.clone(), of.1.clone(), lot)));
            }
            "points.hold" => {
                let at = (text(&request["order"]), text(&request["programme"]));
                // The first, if the order has had several: what the last but one held may be captured and not looked at yet.
                self.held_at.entry(at).or_insert(self.now);
            }
            _ => {}
        }
        Ok(())
    }

    pub(crate) fn same(&self, before: &Dump, what: &str) -> Checked {
        let after = self.dump();
        if *before == after {
            return Ok(());
        }
        let changed = after
            .iter()
            .find(|(key, row)| before.get(*key) != Some(row));
        Err(format!(
            "{what} changed what is stored, such as {changed:?}"
        ))
    }
}

pub(crate) fn replied(answer: Result<Answer, CallError>) -> Checked<Reply> {
    match answer {
        Ok(answer) => Ok(answer.result),
        Err(error) => Err(error.to_string()),
    }
}

pub(crate) fn shown(reply: &Reply) -> String {
    match reply {
        Ok(value) => value.to_string(),
        Err(error) => format!("REFUSED {error}"),
    }
}

/// An instant of an answer or a record.
pub(crate) fn instant(value: &Value) -> Option<DateTime<Utc>> {
    let text = value.as_str()?;
    Some(DateTime::parse_from_rfc3339(text).unwrap().to_utc())
}

/// A row with each record that it has as a row of its own: an account's record has what happened of late behind it, and a
/// row of entries has several.
fn laid_out(row: Row) -> Vec<(String, (String, u64))> {
    let Some((group, rest)) = row.key.split_once('/') else {
        return vec![(row.key, (row.value, row.version))];
    };
    let mut rows = Vec::new();
    for (place, line) in row.value.lines().enumerate() {
        let (key, record) = match (group, place) {
            ("account", 1..) => {
                let parts: Vec<&str> = line.splitn(4, ' ').collect();
                let group = if parts[0] == "e" { "entry" } else { "lot" };
                let number: u64 = parts[2].parse().unwrap();
                let key = format!("{group}/{rest}/{}/{number:012}", parts[1]);
                (key, parts[3])
            }
            ("entry", 1..) => {
                let entry: Value = serde_json::from_str(line).unwrap();
                let number = entry["sequence"].as_u64().unwrap();
                let account = row.key.rsplit_once('/').unwrap().0;
                (format!("{account}/{number:012}"), line)
            }
            _ => (row.key.clone(), line),
        };
        rows.push((key, (record.to_owned(), row.version)));
    }
    rows
}

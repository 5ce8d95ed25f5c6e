//! What the platform has its members told, what providers report, and how notices go from channel to channel.

use crate::acts::Act;
use crate::check::{ensure, under};
use crate::dice::Dice;
use crate::world::{Checked, Dump, World};
use chrono::TimeDelta;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How a history's notices go, in all of its configurations.
#[derive(Clone, Copy, Default)]
pub(crate) struct Speaking {
    /// From the cheapest channel to the next.
    fallback: bool,
    /// News of one kind goes together.
    together: bool,
    /// There are quiet hours and caps.
    bounded: bool,
}

impl Speaking {
    pub(crate) fn new(dice: &mut Dice) -> Self {
        Self {
            fallback: dice.chance(60),
            together: dice.chance(40),
            bounded: dice.chance(40),
        }
    }

    /// Sets it in a document that has notices.
    pub(crate) fn settle(self, document: &mut Value) {
        let notices = &mut document["notices"];
        let told = ["shipped", "reservation-reminder"];
        let channels = notices["channels"].as_array_mut().unwrap();
        for channel in channels.iter_mut().take(1) {
            let kinds = channel["kinds"].as_array_mut().unwrap();
            kinds.extend(told.map(Value::from));
        }
        let phone = ["points-granted", "shipped", "reservation-reminder"];
        channels.push(json!({ "channel": "line-notification", "kinds": phone }));
        channels.push(json!({ "channel": "sms", "kinds": ["points-granted", "points-deducted", "shipped", "reservation-reminder"] }));
        if self.fallback {
            notices["route"] = json!("fallback");
        }
        if self.together {
            notices["merge"] = json!([
                { "kind": "points-granted", "minutes": 60 },
                { "kind": "points-deducted", "minutes": 15 },
            ]);
        }
        let mut policy = json!({ "costs": { "sms": "1", "email": "0.5" } });
        if self.bounded {
            policy["quiet-hours"] = json!([{ "from": "21:00", "to": "08:00" }]);
            policy["caps"] = json!({ "day": 3, "week": 9 });
        }
        document["policy"] = policy;
    }
}

impl World {
    /// Perhaps has somebody told something, by dice of its own.
    pub(crate) fn speak(&mut self) -> Checked {
        let dice = self.speakers.take();
        let (dice, done) = self.aside(dice, 20, Self::spoken);
        self.speakers = dice;
        done
    }

    fn spoken(&mut self) -> Checked {
        let (function, request) = self.speech();
        let other = self.dice.chance(20).then(|| self.speech());
        self.between(function, request, other).map(drop)
    }

    fn speech(&mut self) -> Act {
        let member = self.member();
        let subject = *self.dice.pick(&["E-1", "E-2", "a/b"]);
        match self.dice.below(10) {
            0..=2 => {
                let event = self.now - TimeDelta::seconds(self.dice.within(0, 3_600));
                let request = json!({ "member": member, "kind": "shipped", "subject": subject,
                    "event": event.to_rfc3339(), "acted-before": self.dice.chance(70) });
                ("notices.submit", request)
            }
            3..=5 => {
                let event = self.now + TimeDelta::hours(self.dice.within(1, 24 * 14));
                let request = json!({ "member": member, "kind": "reservation-reminder", "subject": subject,
                    "event": event.to_rfc3339(), "acted-before": true, "contact": "02-1234-5678" });
                ("notices.submit", request)
            }
            6 => {
                let kind = *self.dice.pick(&["shipped", "reservation-reminder"]);
                let request = json!({ "member": member, "kind": kind, "subject": subject });
                ("notices.withdraw", request)
            }
            7 => {
                let channel = *self.dice.pick(&["email", "sms", "line-notification"]);
                let why = *self.dice.pick(&[None, Some("bounced"), Some("blocked")]);
                (
                    "notices.close",
                    json!({ "member": member, "channel": channel, "why": why }),
                )
            }
            _ => {
                let taken = self.provider.taken();
                let nobody = ("email", "nobody".to_owned());
                let (channel, id) = if taken.is_empty() {
                    nobody
                } else {
                    self.dice.pick(&taken).clone()
                };
                let news = if self.dice.chance(50) {
                    json!("delivered")
                } else {
                    json!({ "undelivered": "no such address" })
                };
                let closes = self.dice.chance(10).then_some("bounced");
                (
                    "notices.report",
                    json!({ "channel": channel, "id": id, "news": news, "closes": closes }),
                )
            }
        }
    }

    /// Where a notice goes from channel to channel, it arrives by one of them at most.
    pub(crate) fn check_routes(&self, dump: &Dump) -> Checked {
        if self.speakers.is_none() || !self.speaking.fallback {
            return Ok(());
        }
        let mut reached: BTreeMap<&str, &str> = BTreeMap::new();
        for (key, notice) in under(dump, "notice/") {
            let state = &notice["state"];
            let may = state == "sending"
                || state == "unknown"
                || state.get("accepted").is_some()
                || state.get("delivered").is_some();
            if !may {
                continue;
            }
            let (cause, channel) = key.rsplit_once('/').unwrap();
            let before = reached.insert(cause, channel);
            ensure(before.is_none(), || {
                format!("{key} went on, though it may have arrived by {before:?}")
            })?;
        }
        Ok(())
    }
}

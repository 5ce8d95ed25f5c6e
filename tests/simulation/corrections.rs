//! What the merchant's staff does to accounts by hand.

use crate::acts::Act;
use crate::check::{ensure, escaped, under};
use crate::dice::{Dice, decimal, number};
use crate::world::{Checked, Dump, World};
use chrono::TimeDelta;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

impl World {
    /// Perhaps corrects an account, by dice of its own.
    pub(crate) fn correct(&mut self) -> Checked {
        let dice = self.correcting.take();
        let (dice, done) = self.aside(dice, 12, Self::corrected);
        self.correcting = dice;
        done
    }

    fn corrected(&mut self) -> Checked {
        let (function, request) = self.correction()?;
        let other = self.dice.chance(20);
        let other = other.then(|| self.correction()).transpose()?;
        self.between(function, request, other).map(drop)
    }

    fn correction(&mut self) -> Checked<Act> {
        match self.dice.below(if self.tiers.is_some() { 30 } else { 24 }) {
            24.. => Ok(self.setting()),
            0..=7 => self.adjustment(),
            8..=15 => self.extension(),
            16..=20 => self.movement(),
            _ => Ok(self.merger()),
        }
    }

    /// The members that were not merged into others.
    pub(crate) fn unmerged(&self) -> Vec<&'static str> {
        let members = self.members.iter().copied();
        members
            .filter(|member| !self.merged.contains_key(*member))
            .collect()
    }

    fn merger(&mut self) -> Act {
        // Somebody has to be left to play with.
        let (member, into) = match self.unmerged().len() {
            0..=2 => ("mei", "mei"),
            _ => (self.member(), self.member()),
        };
        let request =
            json!({ "member": member, "into": into, "reason": "one person", "actor": "amy" });
        ("accounts.merge", request)
    }

    fn movement(&mut self) -> Checked<Act> {
        let (member, to, programme) = (self.member(), self.member(), self.programme());
        let points = self.some_points(member, &programme)?;
        let request = json!({ "member": member, "to": to, "programme": programme, "points": points,
            "reason": "a present", "actor": "amy" });
        Ok(("accounts.transfer", request))
    }

    /// What went from one member came to another.
    pub(crate) fn check_transfers(&self, dump: &Dump) -> Checked {
        let mut sums: BTreeMap<_, i64> = BTreeMap::new();
        for (key, entry) in under(dump, "entry/").filter(|(_, entry)| entry["kind"] == "transfer") {
            let mut steps = key.split('/').skip(1);
            let (member, programme) = (steps.next().unwrap(), steps.next().unwrap());
            let other = escaped(entry["other"].as_str().unwrap());
            let pair = BTreeSet::from([member.to_owned(), other]);
            let of = (pair, programme.to_owned(), entry["at"].to_string());
            *sums.entry(of).or_default() += number(&entry["points"]);
        }
        for (of, sum) in sums {
            ensure(sum == 0, || {
                format!("{sum} were lost or made between {of:?}")
            })?;
        }
        Ok(())
    }

    fn extension(&mut self) -> Checked<Act> {
        let (member, programme) = (self.member(), self.programme());
        let of = json!({ "member": member, "programme": programme });
        let lots = self.ask("points.lots", of)?.unwrap_or_default();
        let lots: Vec<Value> = lots["lots"].as_array().cloned().unwrap_or_default();
        let which = if lots.is_empty() || self.dice.chance(50) {
            let until = until(&mut self.dice, self.now);
            let at = until.get("at").cloned();
            json!({ "lapsing-before": at.unwrap_or_else(|| json!("2030-01-01T00:00:00Z")) })
        } else {
            // Some of them; perhaps one that isn't there.
            let mut ids: Vec<u64> = lots
                .iter()
                .filter(|_| self.dice.chance(40))
                .filter_map(|lot| lot["lot"].as_u64())
                .collect();
            if ids.is_empty() || self.dice.chance(5) {
                ids.push(self.dice.within(0, 60).try_into().unwrap());
            }
            json!({ "lots": ids })
        };
        let request = json!({ "member": member, "programme": programme, "which": which,
            "until": until(&mut self.dice, self.now), "reason": "a late parcel", "actor": "amy" });
        Ok(("accounts.extend", request))
    }

    fn adjustment(&mut self) -> Checked<Act> {
        let (member, programme) = (self.member(), self.programme());
        let mut request =
            json!({ "member": member, "programme": programme, "reason": "a slip", "actor": "amy" });
        if self.dice.chance(50) {
            let points = self.dice.within(1, 40) * self.shop.unit(&programme);
            request["points"] = json!(decimal(points));
            if self.dice.chance(50) {
                request["until"] = until(&mut self.dice, self.now);
            }
        } else {
            let points = self.some_points(member, &programme)?;
            request["points"] = json!(format!("-{points}"));
            request["into-debt"] = json!(self.dice.chance(50));
        }
        Ok(("accounts.adjust", request))
    }
}

/// An end some time ahead, or, rarely, behind.
fn until(dice: &mut Dice, now: chrono::DateTime<chrono::Utc>) -> Value {
    let days = *dice.pick(&[-3, 0, 1, 5, 20, 45, 90, 400]);
    let at = now + TimeDelta::days(days) + TimeDelta::seconds(dice.within(0, 90_000));
    if dice.chance(50) {
        json!({ "end-of": at.date_naive().to_string() })
    } else {
        json!({ "at": at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true) })
    }
}

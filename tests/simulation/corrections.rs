//! What the merchant's staff does to accounts by hand.

use crate::acts::Act;
use crate::dice::{Dice, decimal};
use crate::world::{Checked, World};
use chrono::TimeDelta;
use serde_json::{Value, json};

impl World {
    /// Perhaps corrects an account, by dice of its own.
    pub(crate) fn correct(&mut self) -> Checked {
        let Some(mut dice) = self.correcting.take() else {
            return Ok(());
        };
        let done = if dice.chance(12) {
            std::mem::swap(&mut self.dice, &mut dice);
            let done = self.corrected();
            std::mem::swap(&mut self.dice, &mut dice);
            done
        } else {
            Ok(())
        };
        self.correcting = Some(dice);
        done
    }

    fn corrected(&mut self) -> Checked {
        let (function, request) = self.correction()?;
        let other = self.dice.chance(20);
        let other = other.then(|| self.correction()).transpose()?;
        self.between(function, request, other).map(drop)
    }

    fn correction(&mut self) -> Checked<Act> {
        match self.dice.below(2) {
            0 => self.adjustment(),
            _ => self.extension(),
        }
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

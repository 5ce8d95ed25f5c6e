//! What happens in a history: one random step after another.

use crate::dice::{ONE, decimal, number};
use crate::notices;
use crate::shop::{STATES, cart};
use crate::world::{Checked, Known, World, instant};
use chrono::TimeDelta;
use serde_json::{Value, json};

/// A command that has not been given yet.
pub(crate) type Act = (&'static str, Value);

impl World {
    /// Applies a first or another configuration.
    pub(crate) fn configure(&mut self) -> Checked {
        let mut document = self.shop.document(&mut self.dice);
        if let Some(dice) = &mut self.telling {
            document["notices"] = notices::section(dice);
            if self.speakers.is_some() {
                self.speaking.settle(&mut document);
            }
        }
        if let Some(dice) = &mut self.couponing {
            document["coupons"] = self.coupons.section(dice);
            if document["notices"].is_object() {
                document["notices"]["coupons"] = json!({ "leads": notices::leads(dice) });
            }
        }
        if let Some(tiers) = &self.tiers {
            document["tiers"] = tiers.clone();
        }
        let names: Vec<String> = self
            .shop
            .programmes
            .iter()
            .map(|(name, ..)| (*name).to_owned())
            .collect();
        let mut kept = names.clone();
        if self.bound.len() > 3 && names.len() > 1 && self.dice.chance(25) {
            let gone = kept.pop().unwrap();
            document["programmes"]
                .as_object_mut()
                .unwrap()
                .remove(&gone);
        }
        let asked = |document: &Value| json!({ "document": document.to_string() });
        if let Err(error) = self.ask("merchant.terms", asked(&document))? {
            notices::without_long_leads(&mut document, &error);
        }
        let stated = self.told("merchant.terms", asked(&document))?;
        if stated["needed"] == true {
            document["terms"] = json!({ "version": stated["version"], "by": "simulation" });
        }
        let reply = self.command(
            "merchant.apply",
            json!({ "document": document.to_string() }),
        )?;
        if let Err(error) = reply {
            return Err(format!("a configuration was refused: {error}\n{document}"));
        }
        self.configured = kept;
        Ok(())
    }

    pub(crate) fn member(&mut self) -> &'static str {
        let members = self.members.clone();
        self.dice.pick::<&str>(members.as_slice())
    }

    pub(crate) fn programme(&mut self) -> String {
        let configured = self.configured.clone();
        self.dice.pick(&configured).clone()
    }

    /// An order that is known, most times, or a new name; with its member.
    fn some_order(&mut self, known: i64) -> (String, String) {
        if !self.orders.is_empty() && self.dice.chance(known) {
            let names: Vec<String> = self.orders.keys().cloned().collect();
            let name = self.dice.pick(&names).clone();
            let member = self.orders[&name].member.clone();
            return (name, member);
        }
        let name = format!("o{}", self.orders.len() + 1);
        let member = self.member().to_owned();
        self.orders.insert(
            name.clone(),
            Known {
                member: member.clone(),
                report: None,
            },
        );
        (name, member)
    }

    /// Some points of a member: a few, nearly all, all, or too many.
    pub(crate) fn some_points(&mut self, member: &str, programme: &str) -> Checked<String> {
        let unit = self.shop.unit(programme);
        let account = json!({ "member": member, "programme": programme });
        let available = self
            .ask("points.balance", account)?
            .map_or(0, |balance| number(&balance["available"]));
        let units = available / unit;
        let wanted = match self.dice.below(10) {
            0 => units + 1,
            1..=3 => units,
            _ if units > 1 => self.dice.within(1, units),
            _ => 1,
        };
        Ok(decimal(wanted.max(1) * unit))
    }

    fn report(&mut self) -> Act {
        let (order, member) = self.some_order(45);
        let known = self.orders[&order].report.clone();
        let changed = known.is_some() && self.dice.chance(5);
        let mut report = match known.filter(|_| !changed) {
            Some(report) => report,
            None => {
                let mut report = cart(&mut self.dice, self.shop.money());
                report["order"] = json!(order);
                report["member"] = json!(member);
                report["payment-methods"] = json!(if self.dice.chance(40) {
                    ["card"]
                } else {
                    ["cash"]
                });
                if self.dice.chance(10) {
                    report["gift-card"] = json!("20");
                }
                report
            }
        };
        if !changed {
            self.orders.get_mut(&order).unwrap().report = Some(report.clone());
        }
        report["state"] = json!(self.dice.pick(&STATES));
        ("points.report-order", report)
    }

    fn gift(&mut self) -> Act {
        let programme = self.programme();
        let to = match self.dice.below(10) {
            0..=4 => json!({ "member": self.member() }),
            5..=7 => json!({ "members": self.unmerged() }),
            8 => json!({ "tier": "gold" }),
            _ => json!("everyone"),
        };
        let bulk = to == "everyone" || to.get("tier").is_some();
        let points = decimal(self.dice.within(1, 40) * self.shop.unit(&programme));
        let mut gift = json!({
            "programme": programme, "to": to, "points": points, "actor": "amy",
            "reason": if bulk { "bulk" } else { "sorry" },
        });
        if self.dice.chance(40) {
            gift["rule"] = json!("gift");
        }
        ("points.grant", gift)
    }

    fn spend(&mut self, function: &'static str) -> Checked<Act> {
        let (order, member) = self.some_order(70);
        let programme = self.programme();
        let points = self.some_points(&member, &programme)?;
        let mut wish =
            json!({ "member": member, "programme": programme, "order": order, "points": points });
        if self.dice.chance(70) {
            wish["cart"] = cart(&mut self.dice, self.shop.money());
        }
        if function == "points.hold" && self.dice.chance(60) {
            wish["seconds"] = json!(self.dice.pick(&[30, 900, 86_400, 2_592_000]));
        }
        Ok((function, wish))
    }

    /// Captures or releases what is held for an order, if there is such an order.
    fn end_hold(&mut self, capture: bool) -> Act {
        let holds: Vec<(String, String)> = self.held_at.keys().cloned().collect();
        let (order, programme) = if holds.is_empty() {
            ("o1".to_owned(), self.programme())
        } else {
            self.dice.pick(&holds).clone()
        };
        let mut request = json!({ "order": order, "programme": programme });
        if capture && self.dice.chance(50) {
            let unit = self.shop.unit(&programme);
            request["points"] = json!(decimal(self.dice.within(1, 12) * unit));
        }
        (
            if capture {
                "points.capture"
            } else {
                "points.release"
            },
            request,
        )
    }

    fn refund(&mut self) -> Act {
        let (order, _) = self.some_order(95);
        let money = self.shop.money();
        let mut request = json!({ "order": order });
        let lines = self.orders[&order]
            .report
            .as_ref()
            .and_then(|report| report["lines"].as_array().cloned());
        let lines = lines.unwrap_or_default();
        request["what"] = match self.dice.below(4) {
            0 | 1 if !lines.is_empty() => {
                let place = self.dice.index(lines.len());
                let what = if self.dice.chance(50) {
                    json!({ "quantity": self.dice.pick(&["1", "2", "0.5"]) })
                } else {
                    let most = (number(&lines[place]["amount"]) / money).max(1);
                    json!({ "amount": decimal(self.dice.within(1, most) * money) })
                };
                json!({ "lines": [{ "line": (place + 1).to_string(), "what": what }] })
            }
            2 => json!({ "amount": decimal(self.dice.within(1, 300) * ONE) }),
            _ => json!("all"),
        };
        if self.dice.chance(15) && request["what"] != "all" {
            request["shipping"] = json!("5");
        }
        ("points.refund", request)
    }

    fn put_member(&mut self) -> Act {
        let birthdays = ["1990-02-29", "1988-06-30", "2000-01-01", "1975-12-31"];
        let mut record =
            json!({ "member": self.member(), "tier": self.dice.pick(&["gold", "silver"]) });
        if self.dice.chance(70) {
            record["birthday"] = json!(self.dice.pick(&birthdays));
        }
        if self.tiers.is_some() && !self.bound.len().is_multiple_of(8) {
            record["tier"] = Value::Null;
        }
        if let Some(dice) = &mut self.telling {
            if dice.chance(80) {
                record["email"] = json!("member@example.com");
            }
            if let Some(dice) = &mut self.speakers {
                if dice.chance(80) {
                    record["mobile"] = json!("+886912345678");
                }
                record["registration"] = json!({ "at": "2025-01-01T00:00:00Z", "way": "on-line" });
            }
            if dice.chance(50) {
                record["line-users"] = json!([{ "channel": "shop", "user": "U1" }]);
            }
        }
        ("members.put", record)
    }

    fn quote(&mut self) -> Checked {
        let (order, member) = self.some_order(90);
        let mut request = cart(&mut self.dice, self.shop.money());
        let programme = self.programme();
        request["member"] = json!(member);
        request["order"] = json!(order);
        request["programme"] = json!(programme);
        let Ok(quote) = self.ask("points.quote", request.clone())? else {
            return Ok(());
        };
        if number(&quote["points"]) > 0 && self.dice.chance(60) {
            let wish = json!({
                "member": member, "programme": programme, "order": order, "points": quote["points"],
                "cart": { "lines": request["lines"], "discount": request["discount"], "shipping": request["shipping"] },
            });
            if let Err(error) = self.command("points.redeem", wish)? {
                return Err(format!("what was quoted was refused: {quote} {error}"));
            }
        }
        Ok(())
    }

    /// A random command.
    fn act(&mut self) -> Checked<Act> {
        Ok(match self.dice.below(100) {
            0..=5 => self.put_member(),
            6..=32 => self.report(),
            33..=35 => (
                "points.report-registration",
                json!({ "member": self.member() }),
            ),
            36..=43 => (
                "points.report-event",
                json!({ "member": self.member(), "event": "review" }),
            ),
            44..=56 => self.gift(),
            57..=64 => self.spend("points.hold")?,
            65..=71 => self.end_hold(true),
            72..=74 => self.end_hold(false),
            75..=85 => self.spend("points.redeem")?,
            _ => self.refund(),
        })
    }

    /// Lets time pass: a little, much, to the instant at which something falls due, or backward.
    fn pass(&mut self) -> Checked {
        let seconds = match self.dice.below(12) {
            0 => self.dice.within(1, 90),
            1..=3 => self.dice.within(60, 90_000),
            4 | 5 => self.dice.within(1, 14) * 86_400,
            6 | 7 => self.dice.within(10, 70) * 86_400 + self.dice.below(86_400),
            8 if self.dice.chance(30) => self.dice.within(200, 900) * 86_400,
            9 => -self.dice.within(1, 90_000),
            _ => return self.pass_to_due(),
        };
        let nanos = if self.dice.chance(20) {
            self.dice.below(1_000_000_000)
        } else {
            0
        };
        self.set(self.now + TimeDelta::seconds(seconds) + TimeDelta::nanoseconds(nanos));
        Ok(())
    }

    fn pass_to_due(&mut self) -> Checked {
        let request = json!({ "member": self.member(), "programme": self.programme() });
        let Ok(balance) = self.ask("points.balance", request)? else {
            return Ok(());
        };
        let next = if self.dice.chance(70) {
            "next-to-lapse"
        } else {
            "next-to-activate"
        };
        if let Some(at) = instant(&balance[next]["at"]) {
            let early = self.dice.pick(&[0, 0, 0, 1, -1, 3_000_000_000]);
            self.set(at - TimeDelta::nanoseconds(*early));
        }
        Ok(())
    }

    /// One step: time passes, the merchant changes its mind, a tick runs, or somebody does something.
    pub(crate) fn step(&mut self) -> Checked {
        self.correct()?;
        self.coupon_step()?;
        self.move_step()?;
        self.speak()?;
        match self.dice.below(100) {
            0..=24 => self.pass(),
            25..=29 => self.tick(),
            30..=31 => self.configure(),
            32..=36 => self.quote(),
            _ => {
                let (function, request) = self.act()?;
                let other = if self.dice.chance(20) {
                    let same = self.dice.chance(30);
                    Some(if same {
                        (function, request.clone())
                    } else {
                        self.act()?
                    })
                } else {
                    None
                };
                self.between(function, request, other).map(drop)
            }
        }
    }

    /// Fills an account with very many lots, granted at several times.
    pub(crate) fn enlarge(&mut self) -> Checked {
        self.large = true;
        let unit = self.shop.unit(self.shop.programmes[0].0);
        let member = self.members[0];
        let programme = self.configured[0].clone();
        let count = self.dice.within(300, 700);
        for _ in 0..count {
            let points = decimal(self.dice.within(1, 5) * unit);
            let gift = json!({ "programme": programme, "to": { "member": member }, "points": points, "reason": "many", "actor": "amy" });
            // Straight to it: no tricks, because there are so many.
            self.plainly("points.grant", gift)?.ok();
            if self.dice.chance(60) {
                let seconds = self.dice.within(1, 4_000);
                self.set(self.now + TimeDelta::seconds(seconds));
            }
        }
        Ok(())
    }
}

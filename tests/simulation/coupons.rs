//! What commands tell of coupons, and that it could be so.

use crate::check::ensure;
use crate::dice::Dice;
use crate::world::{Checked, World, instant};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use stampcard::call::Call;
use std::collections::{BTreeMap, BTreeSet};

pub(crate) const TEMPLATES: [&str; 3] = ["flash", "ten-off", "welcome"];

/// It must not stand anywhere but in its own record.
pub(crate) const CODE_KEY: &str =
    "5a5b5c5d5e5f505152535455565758595a5b5c5d5e5f50515253545556575859";

/// What has become of a coupon by the commands that were given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Issued,
    /// For this order, by whom and when.
    Reserved(String, Option<String>, DateTime<Utc>),
    /// The same of what was used.
    Used(String, Option<String>, DateTime<Utc>),
    Void,
}

/// A coupon as commands told of it.
#[derive(Clone, Debug)]
pub(crate) struct Coupon {
    pub(crate) template: String,
    pub(crate) serial: u64,
    pub(crate) member: Option<String>,
    pub(crate) from: DateTime<Utc>,
    pub(crate) until: DateTime<Utc>,
    pub(crate) state: State,
}

impl Coupon {
    /// As an answer or a record tells of it when it is new.
    pub(crate) fn of(told: &Value) -> Self {
        let at = |field: &str| instant(&told[field]).unwrap();
        Self {
            template: told["template"].as_str().unwrap().to_owned(),
            serial: told["serial"].as_u64().unwrap(),
            member: told["member"].as_str().map(str::to_owned),
            from: at("usable-from"),
            until: at("expires-at"),
            state: State::Issued,
        }
    }

    /// Its use, if it has one: by whom and when.
    pub(crate) fn uses(&self) -> Option<(Option<&str>, DateTime<Utc>)> {
        match &self.state {
            State::Reserved(_, by, at) | State::Used(_, by, at) => Some((by.as_deref(), *at)),
            State::Issued | State::Void => None,
        }
    }

    /// The name of its state.
    pub(crate) fn name(&self, now: DateTime<Utc>) -> &'static str {
        match &self.state {
            State::Issued if self.until <= now => "expired",
            State::Issued => "issued",
            State::Reserved(..) => "reserved",
            State::Used(..) => "used",
            State::Void => "void",
        }
    }
}

/// All that commands told of coupons.
#[derive(Default)]
pub(crate) struct Coupons {
    /// By template.
    pub(crate) limits: BTreeMap<&'static str, Value>,
    /// By code.
    pub(crate) known: BTreeMap<String, Coupon>,
    /// What orders have: whose they are, and which codes.
    pub(crate) orders: BTreeMap<String, (Option<String>, BTreeSet<String>)>,
    /// Bulk issues whose coupons have not been looked at, with their requests and their instants.
    pub(crate) bulks: BTreeMap<String, (Value, DateTime<Utc>)>,
    /// The latest time so far, unless the clock was set back.
    pub(crate) latest: Option<DateTime<Utc>>,
    pub(crate) back: bool,
    pub(crate) keyed: bool,
    pub(crate) printed: bool,
}

impl Coupons {
    pub(crate) fn new(dice: &mut Dice) -> Self {
        let mut limits = BTreeMap::new();
        for template in TEMPLATES {
            let mut chosen = json!({});
            for (limit, most) in [
                ("total", 6),
                ("member", 3),
                ("issued-total", 30),
                ("issued-per-member", 4),
            ] {
                if dice.chance(30) {
                    chosen[limit] = json!(dice.within(1, most));
                }
            }
            if dice.chance(20) {
                let every = dice.pick(&["day", "week", "month", "year"]);
                chosen["period"] = json!({ "every": every, "uses": dice.within(1, 2) });
            }
            limits.insert(template, chosen);
        }
        Self {
            limits,
            ..Self::default()
        }
    }

    /// The configuration's templates; others of the same shop have the same limits.
    pub(crate) fn section(&self, dice: &mut Dice) -> Value {
        let mut section = json!({});
        for (template, limits) in &self.limits {
            if dice.chance(10) {
                continue;
            }
            let benefit = match dice.below(4) {
                0 => json!({ "amount": dice.within(1, 90).to_string() }),
                1 => json!({ "percent": { "percent": dice.within(1, 60).to_string() } }),
                2 => json!({ "free-shipping": {} }),
                _ => json!({ "gift": { "sku": "cup" } }),
            };
            let stacking = *dice.pick(&["alone", "with-others", "with-others"]);
            section[*template] = json!({
                "benefit": benefit, "validity": { "days": { "days": dice.within(1, 60) } },
                "limits": limits, "stacking": stacking,
            });
        }
        section
    }
}

impl World {
    /// Notes what an answer says of coupons, and that it could be so.
    pub(crate) fn note_coupons(&mut self, call: &Call, reply: &Value) -> Checked {
        let request = call.request.clone().unwrap_or_default();
        let text = |value: &Value| value.as_str().map(str::to_owned);
        match call.function.as_str() {
            "coupons.issue" => {
                for told in reply["coupons"].as_array().unwrap() {
                    let code = text(&told["code"]).unwrap();
                    let twice = self.coupons.known.insert(code, Coupon::of(told));
                    ensure(twice.is_none(), || format!("issued twice: {told}"))?;
                }
                if let Some(bulk) = text(&reply["bulk"]) {
                    self.coupons.bulks.insert(bulk, (request, self.now));
                }
            }
            "coupons.claim" => {
                let (coupon, now) = self.coupon(&reply["code"])?;
                let member = text(&request["member"]);
                let free = coupon.member.is_none() || coupon.member == member;
                let open = coupon.name(now) == "issued";
                ensure(free && open, || format!("claimed: {coupon:?}"))?;
                coupon.member = member;
            }
            "coupons.void" => {
                let (coupon, now) = self.coupon(&reply["code"])?;
                let open = matches!(coupon.name(now), "issued" | "void");
                ensure(open, || format!("withdrawn: {coupon:?}"))?;
                coupon.state = State::Void;
            }
            "coupons.reserve" => self.note_reserved(&request)?,
            "coupons.redeem" | "coupons.release" => {
                self.note_ended(&request, reply, call.function == "coupons.redeem")?;
            }
            "accounts.merge" => {
                let (member, into) = (text(&request["member"]), text(&request["into"]));
                self.note_merged(&member, &into);
            }
            _ => {}
        }
        Ok(())
    }

    fn coupon(&mut self, code: &Value) -> Checked<(&mut Coupon, DateTime<Utc>)> {
        let now = self.now;
        let found = self
            .coupons
            .known
            .get_mut(code.as_str().unwrap_or_default());
        Ok((
            found.ok_or_else(|| format!("{code} was never issued"))?,
            now,
        ))
    }

    fn note_reserved(&mut self, request: &Value) -> Checked {
        let order = request["order"].as_str().unwrap().to_owned();
        let member = request["member"].as_str().map(str::to_owned);
        let codes = request["codes"].as_array().unwrap().iter();
        let codes: BTreeSet<String> = codes.map(|code| code.as_str().unwrap().into()).collect();
        let had = self.coupons.orders.get(&order).cloned();
        for gone in had.into_iter().flat_map(|(_, codes)| codes) {
            let (coupon, _) = self.coupon(&json!(gone))?;
            if !codes.contains(&gone) && !matches!(coupon.state, State::Void) {
                ensure(coupon.state.is_reserved_for(&order), || {
                    format!("given back by {order}: {coupon:?}")
                })?;
                coupon.state = State::Issued;
            }
        }
        let mut new = Vec::new();
        for code in &codes {
            let (coupon, now) = self.coupon(&json!(code))?;
            let had = match &coupon.state {
                State::Reserved(of, by, _) if *of == order => Some(by.clone()),
                _ => None,
            };
            let whose = coupon.member.is_none() || coupon.member == member;
            let open = had.is_some() || coupon.name(now) == "issued" && coupon.from <= now;
            ensure(whose && open, || {
                format!("reserved by {member:?} for {order}: {coupon:?}")
            })?;
            if had.as_ref() == Some(&member) {
                continue;
            }
            // What the order had for somebody else is the use of whoever asks now.
            coupon.state = State::Reserved(order.clone(), member.clone(), now);
            let counted = had.is_some_and(|by| by.map(|by| self.survivor(&by)) == member);
            if !counted {
                new.push(code);
            }
        }
        // What a merger brought together may be more than the limits permit; nothing comes on top of it.
        for code in new {
            self.check_uses(code, member.as_deref())?;
        }
        self.coupons.orders.insert(order, (member, codes));
        Ok(())
    }

    fn note_ended(&mut self, request: &Value, reply: &Value, used: bool) -> Checked {
        let order = request["order"].as_str().unwrap().to_owned();
        let told = reply["coupons"].as_array().unwrap().iter();
        let told: BTreeSet<String> = told
            .map(|coupon| coupon["code"].as_str().unwrap().to_owned())
            .collect();
        let (_, codes) = self.coupons.orders.entry(order.clone()).or_default();
        ensure(*codes == told, || {
            format!("{order} has {codes:?}, not {told:?}")
        })?;
        if !used {
            codes.clear();
        }
        for code in told {
            let (coupon, now) = self.coupon(&json!(code))?;
            coupon.state = match &coupon.state {
                State::Reserved(of, by, _) if *of == order && used => {
                    State::Used(order.clone(), by.clone(), now)
                }
                State::Reserved(of, ..) if *of == order => State::Issued,
                State::Used(of, ..) if *of == order && used => continue,
                _ => return Err(format!("ended by {order}, used {used}: {coupon:?}")),
            };
        }
        Ok(())
    }

    /// Open coupons go along.
    fn note_merged(&mut self, member: &Option<String>, into: &Option<String>) {
        let now = self.now;
        let known = self.coupons.known.values_mut();
        for coupon in known.filter(|coupon| coupon.member == *member) {
            match &mut coupon.state {
                State::Issued if coupon.until > now => {}
                State::Reserved(order, by, _) => {
                    by.clone_from(into);
                    if let Some((whose, _)) = self.coupons.orders.get_mut(order) {
                        whose.clone_from(into);
                    }
                }
                _ => continue,
            }
            coupon.member.clone_from(into);
        }
    }
}

impl State {
    fn is_reserved_for(&self, order: &str) -> bool {
        matches!(self, Self::Reserved(of, ..) if of == order)
    }
}

//! What happens with coupons.

use crate::acts::Act;
use crate::coupons::{CODE_KEY, Coupon, TEMPLATES};
use crate::shop::cart;
use crate::world::{Checked, World};
use serde_json::json;
use std::collections::BTreeSet;

impl World {
    /// Perhaps does something with coupons, by dice of its own.
    pub(crate) fn coupon_step(&mut self) -> Checked {
        let dice = self.couponing.take();
        let (dice, done) = self.aside(dice, 25, Self::couponed);
        self.couponing = dice;
        done
    }

    fn couponed(&mut self) -> Checked {
        if !self.coupons.keyed && self.dice.chance(90) {
            self.coupons.keyed = true;
            let request = json!({ "key": CODE_KEY });
            return self.command("coupons.set-code-key", request).map(drop);
        }
        let (function, request) = self.coupon_act();
        let other = self.dice.chance(25);
        let same = self.dice.chance(40);
        let other = match other {
            true if same => Some((function, request.clone())),
            true => Some(self.coupon_act()),
            false => None,
        };
        self.between(function, request, other).map(drop)
    }

    fn coupon_act(&mut self) -> Act {
        match self.dice.below(20) {
            0..=5 => self.issue(),
            6..=7 => {
                let request = json!({ "member": self.member(), "code": self.some_code(None) });
                ("coupons.claim", request)
            }
            8..=13 => self.reserve(),
            14..=16 => (
                "coupons.redeem",
                json!({ "order": self.some_coupon_order() }),
            ),
            17..=18 => (
                "coupons.release",
                json!({ "order": self.some_coupon_order() }),
            ),
            _ => {
                let request = json!({ "code": self.some_code(None), "reason": "a slip" });
                ("coupons.void", request)
            }
        }
    }

    fn issue(&mut self) -> Act {
        let to = match self.dice.below(10) {
            0..=2 => json!({ "member": self.member() }),
            3 => json!({ "members": self.unmerged() }),
            4..=6 => json!({ "nobody": self.dice.within(1, 4) }),
            7 => json!({ "tier": "gold" }),
            8 => json!("everyone"),
            _ if self.dice.chance(15) && !self.coupons.printed => {
                // So many that a tick takes one page, or two, but only once.
                self.coupons.printed = true;
                json!({ "nobody": self.dice.pick(&[201, 420]) })
            }
            _ => json!({ "nobody": 1 }),
        };
        let template = self.dice.pick(&TEMPLATES);
        ("coupons.issue", json!({ "template": template, "to": to }))
    }

    /// A coupon that such a member could use, most times.
    fn some_code(&mut self, member: Option<&str>) -> String {
        let now = self.now;
        let fits = |coupon: &Coupon| {
            coupon.name(now) == "issued"
                && (coupon.member.is_none() || coupon.member.as_deref() == member)
        };
        let known = self.coupons.known.iter();
        let fitting: Vec<&String> = known
            .clone()
            .filter(|(_, coupon)| fits(coupon))
            .map(|(code, _)| code)
            .collect();
        let all: Vec<&String> = known.map(|(code, _)| code).collect();
        if all.is_empty() {
            return "0000-0000-0000-0000".to_owned();
        }
        let fitting = if fitting.is_empty() || self.dice.chance(25) {
            all
        } else {
            fitting
        };
        (*self.dice.pick(&fitting)).clone()
    }

    fn some_coupon_order(&mut self) -> String {
        let orders: Vec<String> = self.coupons.orders.keys().cloned().collect();
        if orders.is_empty() || self.dice.chance(10) {
            return format!("c{}", orders.len() + 1);
        }
        self.dice.pick(&orders).clone()
    }

    fn reserve(&mut self) -> Act {
        let order = if self.dice.chance(60) {
            format!("c{}", self.coupons.orders.len() + 1)
        } else {
            self.some_coupon_order()
        };
        let known = self.coupons.orders.get(&order);
        let member = match known {
            Some((member, _)) if self.dice.chance(80) => member.clone(),
            _ if self.dice.chance(75) => Some(self.member().to_owned()),
            _ => None,
        };
        let mut codes = BTreeSet::new();
        for _ in 0..self.dice.within(1, 2) {
            codes.insert(self.some_code(member.as_deref()));
        }
        let mut request = json!({ "order": order, "codes": codes });
        if let Some(member) = member {
            request["member"] = json!(member);
        }
        let mut cart = cart(&mut self.dice, self.shop.money());
        // Of the order as a whole nothing is looked at.
        cart.as_object_mut().unwrap().remove("discount");
        request["cart"] = cart;
        ("coupons.reserve", request)
    }
}

//! What is wrong with earn rules.

use super::super::rule::Products;
use super::super::{Award, Kind, Limits, Programme, Rule};
use super::Found;
use crate::domain::amount::Amount;
use crate::sorted::set;

impl Found {
    pub(super) fn rule(&mut self, rule: &Rule, programme: &Programme) {
        let kind = rule.kind;
        let order = kind.is_of_order();
        self.unless(
            order || rule.state.is_none(),
            "state",
            "a state",
            "only in kinds order, item and payment-method",
        );
        self.unless(
            rule.state != Some(crate::domain::order::OrderState::Ordered),
            "state",
            "ordered",
            "paid, shipped, delivered or completed",
        );
        self.unless(
            (kind == Kind::Event) == rule.event.is_some(),
            "event",
            rule.event.as_deref().unwrap_or("nothing"),
            "the act's name, in kind event and only there",
        );
        self.unless(
            kind == Kind::Birthday || rule.birthday.is_none(),
            "birthday",
            "a day",
            "only in kind birthday",
        );
        self.unless(
            order || rule.minimum_order.is_none(),
            "minimum-order",
            "an amount",
            "only in kinds order, item and payment-method",
        );
        self.unless(
            order || rule.limits.order.is_none(),
            "limits/order",
            "an amount",
            "only in kinds order, item and payment-method",
        );
        self.unless(
            kind == Kind::Item
                || (kind != Kind::Grant && order)
                || rule.products == Products::default(),
            "products",
            "products",
            "only in kinds order, item and payment-method",
        );
        self.unless(
            kind != Kind::Item || rule.products != Products::default(),
            "products",
            "nothing",
            "the designated products",
        );
        self.unless(
            order || rule.payment_methods.is_empty(),
            "payment-methods",
            "methods",
            "only in kinds order, item and payment-method",
        );
        self.unless(
            kind != Kind::PaymentMethod || !rule.payment_methods.is_empty(),
            "payment-methods",
            "nothing",
            "the designated methods",
        );
        self.unless(
            order || kind == Kind::Event || rule.channels.is_empty(),
            "channels",
            "channels",
            "only where an order or event names its channel",
        );
        if let Some(window) = rule.window
            && let (Some(from), Some(until)) = (window.from, window.until)
        {
            self.unless(from < until, "window/until", until, "later than from");
        }
        let days = set(rule.weekdays.iter().map(|day| format!("{day:?}")));
        self.unless(
            days.len() == rule.weekdays.len(),
            "weekdays",
            "a repeated day",
            "each day once",
        );
        if let Some(minimum) = rule.minimum_order {
            self.unless(
                minimum >= Amount::ZERO,
                "minimum-order",
                minimum,
                "0 or more",
            );
        }
        for (field, texts) in [
            ("tiers", &rule.tiers),
            ("tags", &rule.tags),
            ("channels", &rule.channels),
            ("payment-methods", &rule.payment_methods),
        ] {
            self.texts(field, texts);
        }
        self.selector("products/include", &rule.products.include);
        self.selector("products/exclude", &rule.products.exclude);
        if let Some(rounding) = &rule.rounding {
            self.at("rounding", |found| {
                found.rounding(rounding, programme.unit())
            });
        }
        self.at("limits", |found| {
            found.limits(&rule.limits, programme.unit())
        });
        self.award(rule, programme);
    }

    fn award(&mut self, rule: &Rule, programme: &Programme) {
        let kind = rule.kind;
        let Some(award) = &rule.award else {
            self.unless(
                kind == Kind::Grant,
                "award",
                "nothing",
                "rate, step, fixed or multiplier",
            );
            return;
        };
        self.unless(
            kind != Kind::Grant,
            "award",
            "an award",
            "none in kind grant: the command says how many",
        );
        match award {
            Award::Rate { points, per } | Award::Step { points, per } => {
                self.unless(
                    kind.is_of_order(),
                    "award",
                    "rate or step",
                    "fixed or multiplier: there is no order to count on",
                );
                self.positive("award/points", Some(*points));
                self.positive("award/per", Some(*per));
            }
            Award::Fixed { points, per_unit } => {
                self.positive("award/fixed/points", Some(*points));
                self.unless(
                    !per_unit || kind == Kind::Item,
                    "award/fixed/per-unit",
                    "true",
                    "only in kind item",
                );
            }
            Award::Multiplier { factor, of } => {
                let fits = factor.is_positive() && *factor <= Amount::whole(1_000);
                self.unless(
                    fits,
                    "award/multiplier/factor",
                    factor,
                    "above 0, at most 1,000",
                );
                self.unless(
                    kind != Kind::Item,
                    "award",
                    "multiplier",
                    "rate, step or fixed in kind item",
                );
                self.unless(
                    rule.limits == Limits::default(),
                    "limits",
                    "limits",
                    "none: a multiplier grants nothing itself",
                );
                self.unless(
                    !rule.exclusive,
                    "exclusive",
                    "true",
                    "false: a multiplier grants nothing itself",
                );
                for (place, name) in of.iter().enumerate() {
                    let known = programme
                        .rule(name.as_str())
                        .is_some_and(|other| !other.multiplies());
                    self.unless(
                        known,
                        &format!("award/multiplier/of/{place}"),
                        name,
                        "a rule of this programme that awards points",
                    );
                }
            }
        }
    }
}

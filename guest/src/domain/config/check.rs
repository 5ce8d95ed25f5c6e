//! What a configuration's shape can't express: bounds, and rules that can never hold.

use super::rule::Products;
use super::{
    Activation, Award, Expiry, Kind, Limits, Merchant, Most, PROGRAMMES_MAX, Programme, RULES_MAX,
    Rounding, Rule, Selector, Span, Spending, Worth,
};
use crate::domain::amount::Amount;
use std::collections::BTreeSet;
use std::fmt::{Display, Write};

/// One thing that is wrong with a request or a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// JSON pointer of the field.
    pub path: String,
    /// What was found there.
    pub found: String,
    /// What may stand there.
    pub permitted: String,
}

impl Fault {
    /// A fault at `path`; `found` is cut to 100 characters.
    #[must_use]
    pub fn new(path: impl Into<String>, found: impl Display, permitted: impl Into<String>) -> Self {
        let found = found.to_string().chars().take(100).collect();
        Self {
            path: path.into(),
            found,
            permitted: permitted.into(),
        }
    }
}

/// Texts in a list of the configuration, at most; each is compared with every order's.
const LIST_MAX: usize = 1_000;

/// All faults of a configuration; none: it may be applied.
#[must_use]
pub fn faults(merchant: &Merchant) -> Vec<Fault> {
    let mut found = Found {
        faults: Vec::new(),
        path: String::new(),
    };
    found.merchant(merchant);
    found.faults
}

struct Found {
    faults: Vec<Fault>,
    path: String,
}

impl Found {
    fn at(&mut self, step: impl Display, check: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        // Writing to a String can't fail.
        let _ = write!(self.path, "/{step}");
        check(self);
        self.path.truncate(length);
    }

    fn unless(&mut self, holds: bool, field: &str, found: impl Display, permitted: &str) {
        if !holds {
            let path = if field.is_empty() {
                self.path.clone()
            } else {
                format!("{}/{field}", self.path)
            };
            self.faults.push(Fault::new(path, found, permitted));
        }
    }

    fn positive(&mut self, field: &str, amount: Option<Amount>) {
        if let Some(amount) = amount {
            self.unless(amount.is_positive(), field, amount, "above 0");
        }
    }

    fn texts(&mut self, field: &str, texts: &[String]) {
        self.unless(
            texts.len() <= LIST_MAX,
            field,
            texts.len(),
            "at most 1,000 items",
        );
        for (place, text) in texts.iter().enumerate() {
            let fits = (1..=128).contains(&text.len());
            self.unless(fits, &format!("{field}/{place}"), text, "1 to 128 bytes");
        }
    }

    fn merchant(&mut self, merchant: &Merchant) {
        let code = &merchant.currency;
        let known = crate::domain::currency::decimals(code).is_some();
        let shaped = code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase());
        let told = merchant.money_decimals.is_some() && shaped;
        self.unless(known || told, "currency", code, "an ISO 4217 code such as TWD, KRW, JPY or USD; for one that is not known here set money-decimals");
        if let Some(digits) = merchant.money_decimals {
            self.unless(digits <= 4, "money-decimals", digits, "0 to 4");
        }
        let count = merchant.programmes.len();
        self.unless(
            (1..=PROGRAMMES_MAX).contains(&count),
            "programmes",
            count,
            "1 to 10 programmes",
        );
        self.at("programmes", |found| {
            for (name, programme) in &merchant.programmes {
                found.at(name, |found| found.programme(programme));
            }
        });
    }

    fn programme(&mut self, programme: &Programme) {
        self.unless(
            programme.decimals <= 4,
            "decimals",
            programme.decimals,
            "0 to 4",
        );
        self.at("worth", |found| found.worth(&programme.worth));
        let mut seen = Vec::new();
        for (place, component) in programme.base.iter().enumerate() {
            let once = !seen.contains(component);
            self.unless(
                once,
                &format!("base/{place}"),
                "a repeated component",
                "each component once",
            );
            seen.push(*component);
        }
        let adds = programme
            .base
            .iter()
            .any(|c| matches!(c, super::Component::Items | super::Component::Shipping));
        self.unless(
            adds,
            "base",
            "nothing that adds",
            "items, shipping or both among the components",
        );
        self.at("rounding", |found| {
            found.rounding(&programme.rounding, programme.unit())
        });
        self.unless(
            programme.earn.len() <= RULES_MAX,
            "earn",
            programme.earn.len(),
            "at most 200 rules",
        );
        self.at("earn", |found| {
            let mut names = BTreeSet::new();
            for (place, rule) in programme.earn.iter().enumerate() {
                found.at(place, |found| {
                    found.unless(
                        names.insert(&rule.id),
                        "id",
                        &rule.id,
                        "an id that no other rule has",
                    );
                    found.rule(rule, programme);
                });
            }
        });
        self.at("limits", |found| found.limits(&programme.limits));
        if let Activation::After(after) = &programme.activation {
            self.unless(
                after.days <= 3_650,
                "activation/after/days",
                after.days,
                "0 to 3,650",
            );
        }
        self.at("expiry", |found| found.expiry(&programme.expiry));
        self.at("spending", |found| {
            found.spending(&programme.spending, programme.unit())
        });
        if let Some(days) = programme.refunds.grace_days {
            self.unless(
                (1..=3_650).contains(&days),
                "refunds/grace-days",
                days,
                "1 to 3,650",
            );
        }
    }

    fn worth(&mut self, worth: &Worth) {
        self.positive("points", Some(worth.points));
        self.positive("money", Some(worth.money));
    }

    fn rounding(&mut self, rounding: &Rounding, unit: Amount) {
        if let Some(to) = rounding.to {
            let fits =
                to.is_positive() && to.floor_to(unit) == to && to <= Amount::whole(1_000_000);
            self.unless(
                fits,
                "to",
                to,
                "a multiple of the programme's smallest unit, such as 1, 10 or 100",
            );
        }
    }

    fn rule(&mut self, rule: &Rule, programme: &Programme) {
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
        let days: BTreeSet<_> = rule.weekdays.iter().map(|day| format!("{day:?}")).collect();
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
        self.at("limits", |found| found.limits(&rule.limits));
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

    fn selector(&mut self, path: &str, selector: &Selector) {
        for (field, texts) in [
            ("skus", &selector.skus),
            ("categories", &selector.categories),
            ("brands", &selector.brands),
            ("tags", &selector.tags),
        ] {
            self.texts(&format!("{path}/{field}"), texts);
        }
    }

    fn limits(&mut self, limits: &Limits) {
        for (field, amount) in [
            ("order", limits.order),
            ("day", limits.day),
            ("week", limits.week),
            ("month", limits.month),
            ("year", limits.year),
            ("ever", limits.ever),
            ("budget", limits.budget),
        ] {
            self.positive(field, amount);
        }
    }

    fn span(&mut self, field: &str, span: Span, least: u32) {
        let fits = (least..=span.most()).contains(&span.count());
        self.unless(
            fits,
            field,
            span.count(),
            &format!("{least} to {}", span.most()),
        );
    }

    fn expiry(&mut self, expiry: &Expiry) {
        match expiry {
            Expiry::Never => {}
            Expiry::Exact(span) => self.span("exact", *span, 1),
            Expiry::EndOf(end) => {
                if let Some(span) = end.after {
                    self.span("end-of/after", span, 0);
                }
            }
            Expiry::FixedDates(dates) => {
                self.unless(
                    (1..=50).contains(&dates.len()),
                    "fixed-dates",
                    dates.len(),
                    "1 to 50 dates",
                );
                let distinct: BTreeSet<_> = dates.iter().collect();
                self.unless(
                    distinct.len() == dates.len(),
                    "fixed-dates",
                    "a repeated date",
                    "each date once",
                );
            }
            Expiry::Inactivity(idle) => {
                self.unless(
                    (1..=1_200).contains(&idle.months),
                    "inactivity/months",
                    idle.months,
                    "1 to 1,200",
                );
                self.unless(
                    !idle.acts.is_empty(),
                    "inactivity/acts",
                    "nothing",
                    "at least one act",
                );
            }
        }
    }

    fn spending(&mut self, spending: &Spending, unit: Amount) {
        self.positive("minimum-order", spending.minimum_order);
        self.positive("minimum-points", spending.minimum_points);
        self.positive("step", spending.step);
        self.positive("maximum-points", spending.maximum_points);
        if let Some(step) = spending.step {
            self.unless(
                step.floor_to(unit) == step,
                "step",
                step,
                "a multiple of the programme's smallest unit",
            );
        }
        if let (Some(least), Some(most)) = (spending.minimum_points, spending.maximum_points) {
            self.unless(
                least <= most,
                "minimum-points",
                least,
                "not more than maximum-points",
            );
        }
        if let Some(percent) = spending.maximum_share_percent {
            let fits = percent.is_positive() && percent <= Amount::whole(100);
            self.unless(
                fits,
                "maximum-share-percent",
                percent,
                "above 0, at most 100",
            );
        }
        self.unless(
            spending.bands.len() <= 100,
            "bands",
            spending.bands.len(),
            "at most 100 bands",
        );
        let mut before = None;
        for (place, band) in spending.bands.iter().enumerate() {
            let rising =
                before.is_none_or(|before| band.from > before) && band.from >= Amount::ZERO;
            self.unless(
                rising,
                &format!("bands/{place}/from"),
                band.from,
                "0 or more, and greater than in the band before",
            );
            let (most, limit) = match band.most {
                Most::Money(money) => (money, Amount::whole(1_000_000_000)),
                Most::Percent(percent) => (percent, Amount::whole(100)),
            };
            let fits = most >= Amount::ZERO && most <= limit;
            self.unless(
                fits,
                &format!("bands/{place}/most"),
                most,
                "0 or more; percent at most 100",
            );
            before = Some(band.from);
        }
        self.selector("exclude", &spending.exclude);
        if let Some(seconds) = spending.hold_seconds {
            self.unless(
                (1..=2_592_000).contains(&seconds),
                "hold-seconds",
                seconds,
                "1 to 2,592,000",
            );
        }
    }
}

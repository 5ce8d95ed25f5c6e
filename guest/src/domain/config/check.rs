//! What a configuration's shape can't express: bounds, and rules that can never hold.

mod campaigns;
mod coupons;
mod lives;
mod notices;
mod policy;
mod rules;
mod terms;
mod tiers;

use super::{
    Activation, Component, Limits, Merchant, PROGRAMMES_MAX, Programme, RULES_MAX, Rounding,
    Selector, Tiers, Worth,
};
use crate::domain::amount::Amount;
use crate::words::is_printed;
use std::collections::BTreeSet;
use std::fmt::{Display, Write};

pub use policy::policy_faults;

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
        Self::made(path.into(), &found, permitted.into())
    }

    // Told in very many places: apart from them, and once for all types.
    #[cold]
    #[inline(never)]
    fn made(path: String, found: &dyn Display, permitted: String) -> Self {
        let found = found.to_string().chars().take(100).collect();
        Self {
            path,
            found,
            permitted,
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

/// What was found wrong so far, and where it is being looked.
pub(in crate::domain) struct Found {
    pub(in crate::domain) faults: Vec<Fault>,
    path: String,
}

impl Found {
    /// Nothing yet, with a place to begin at.
    pub(in crate::domain) fn at_path(path: &str) -> Self {
        Self {
            faults: Vec::new(),
            path: path.to_owned(),
        }
    }

    /// Looks at what stands one step deeper.
    pub(in crate::domain) fn at(&mut self, step: impl Display, check: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        // Writing to a String can't fail.
        let _ = write!(self.path, "/{step}");
        check(self);
        self.path.truncate(length);
    }

    /// Notes a fault of a field unless something holds.
    pub(in crate::domain) fn unless(
        &mut self,
        holds: bool,
        field: &str,
        found: impl Display,
        permitted: &str,
    ) {
        if !holds {
            self.fault(field, &found, permitted);
        }
    }

    #[cold]
    #[inline(never)]
    fn fault(&mut self, field: &str, found: &dyn Display, permitted: &str) {
        let path = if field.is_empty() {
            self.path.clone()
        } else {
            format!("{}/{field}", self.path)
        };
        self.faults.push(Fault::new(path, found, permitted));
    }

    fn positive(&mut self, field: &str, amount: Option<Amount>) {
        if let Some(amount) = amount {
            self.unless(amount.is_positive(), field, amount, "above 0");
        }
    }

    fn in_units(&mut self, field: &str, points: Option<Amount>, unit: Amount) {
        if let Some(points) = points {
            let whole = points.floor_to(unit) == points;
            let form = "a multiple of the programme's smallest unit";
            self.unless(whole, field, points, form);
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
                found.at(name, |found| {
                    found.programme(programme, merchant.tiers.as_deref());
                });
            }
        });
        if let Some(tiers) = &merchant.tiers {
            self.at("tiers", |found| found.tiers(merchant, tiers));
        }
        self.coupons(merchant);
        if let Some(notices) = &merchant.notices {
            self.at("notices", |found| found.notices(merchant, notices));
        }
        if let Some(policy) = &merchant.policy {
            self.at("policy", |found| found.policy(policy));
        }
        if let Some(campaigns) = &merchant.campaigns {
            self.at("campaigns", |found| found.campaigns(campaigns));
        }
        if let Some(terms) = &merchant.terms {
            let fits = (1..=100).contains(&terms.by.chars().count()) && is_printed(&terms.by);
            self.unless(fits, "terms/by", &terms.by, "1 to 100 printed characters");
        }
    }

    // Inlined it stands in the component twice, with all that it looks at.
    #[inline(never)]
    fn programme(&mut self, programme: &Programme, tiers: Option<&Tiers>) {
        self.unless(
            programme.decimals <= 4,
            "decimals",
            programme.decimals,
            "0 to 4",
        );
        self.at("worth", |found| found.worth(&programme.worth));
        self.base(&programme.base);
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
                    if let Some(tiers) = tiers {
                        found.known_tiers(&rule.tiers, tiers);
                    }
                });
            }
        });
        self.at("limits", |found| {
            found.limits(&programme.limits, programme.unit())
        });
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

    fn base(&mut self, components: &[Component]) {
        let mut seen = Vec::new();
        for (place, component) in components.iter().enumerate() {
            let once = !seen.contains(component);
            self.unless(
                once,
                &format!("base/{place}"),
                "a repeated component",
                "each component once",
            );
            seen.push(*component);
        }
        let adds = components
            .iter()
            .any(|c| matches!(c, Component::Items | Component::Shipping));
        self.unless(
            adds,
            "base",
            "nothing that adds",
            "items, shipping or both among the components",
        );
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

    fn limits(&mut self, limits: &Limits, unit: Amount) {
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
            self.in_units(field, amount, unit);
        }
    }
}

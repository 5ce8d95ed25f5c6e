//! From a trigger to awards: which rules match, and how many points each gives.

use super::amount::Amount;
use super::config::{Award, Kind, Programme, Rounding, Rule, Scope};
use super::ids::Name;
use super::instant::Instant;
use super::limit::{self, Cap, Counter, Counters};
use super::order::{Base, Line, OrderState};
use super::rounding::quotient;
use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// What rules may look at of the member.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Its tier.
    pub tier: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
}

/// What happened.
#[derive(Clone, Copy, Debug)]
pub enum Act<'a> {
    /// An order came from a state (none: it is new) to another.
    Order {
        /// The state that it had.
        from: Option<OrderState>,
        /// The state that it has now.
        to: OrderState,
        /// What it bought.
        lines: &'a [Line],
        /// What is left of the money to count on.
        base: &'a Base,
        /// The methods that paid it.
        payment_methods: &'a [String],
        /// Granted by this programme for the order before.
        granted_before: Amount,
    },
    /// The member registered.
    SignUp,
    /// It is the member's birthday (or the first of its month).
    Birthday(super::config::BirthdayDay),
    /// The member did something.
    Event(&'a str),
}

/// An act, who did it, and when.
#[derive(Clone, Copy, Debug)]
pub struct Trigger<'a> {
    /// What happened.
    pub act: Act<'a>,
    /// What rules may look at of the member.
    pub facts: &'a Facts,
    /// Where.
    pub channel: Option<&'a str>,
    /// When.
    pub at: Instant,
    /// The local date then.
    pub today: NaiveDate,
}

/// A rule's way from money to points as it was at the grant: what a refund counts with later.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Formula {
    /// Rate, step or fixed.
    pub award: Award,
    /// The product of the multipliers.
    pub factor: Amount,
    /// How it is rounded, `to` filled in.
    pub rounding: Rounding,
    /// What the order's base must be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum_order: Option<Amount>,
    /// The lines that count; none: all, and shipping.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<Vec<usize>>,
}

/// What a formula makes of a base.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Worked {
    /// The money, or the units, that were looked at.
    pub base: Amount,
    /// Before factor and rounding.
    pub raw: Decimal,
    /// After them.
    pub rounded: Amount,
}

/// One rule's award and how it came about.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Awarded {
    /// The rule.
    pub rule: Name,
    /// What it looked at.
    pub base: Amount,
    /// Before factor and rounding.
    pub raw: String,
    /// The multipliers behind the factor.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub multipliers: Vec<Name>,
    /// After rounding.
    pub rounded: Amount,
    /// The limit that cut it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<Cap>,
    /// What was granted.
    pub points: Amount,
    /// The way, for later refunds.
    pub formula: Formula,
}

/// Why a rule of this trigger gave nothing; the WIT lists the words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skip {
    /// The rule.
    pub rule: Name,
    /// One of the WIT's words.
    pub reason: &'static str,
}

/// What the rules of a programme make of a trigger.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// In the rules' order; each has points above 0.
    pub awards: Vec<Awarded>,
    /// The others.
    pub skips: Vec<Skip>,
}

/// Judges a programme's rules for a trigger, and counts what they grant in `counters`.
#[must_use]
pub fn judge(
    name: &Name,
    programme: &Programme,
    trigger: &Trigger<'_>,
    counters: &mut Counters,
) -> Outcome {
    let mut outcome = Outcome::default();
    let mut matched = Vec::new();
    let mut multipliers = Vec::new();
    for rule in programme.earn.iter().filter(|rule| concerns(rule, trigger)) {
        match misses(rule, trigger) {
            Some(reason) => outcome.skip(rule, reason),
            None if rule.multiplies() => multipliers.push(rule),
            None => matched.push(rule),
        }
    }
    let exclusive = matched
        .iter()
        .enumerate()
        .filter(|(_, rule)| rule.exclusive);
    let alone = exclusive.max_by_key(|(place, rule)| (rule.priority, std::cmp::Reverse(*place)));
    if let Some((_, alone)) = alone {
        let alone = *alone;
        for rule in matched.iter().filter(|rule| rule.id != alone.id) {
            outcome.skip(rule, "exclusive");
        }
        matched = vec![alone];
    }
    let mut in_order = match trigger.act {
        Act::Order { granted_before, .. } => granted_before,
        _ => Amount::ZERO,
    };
    for rule in matched {
        let Some(award) = &rule.award else { continue };
        let mut formula = Formula {
            award: award.clone(),
            factor: Amount::ONE,
            rounding: rounding(rule, programme),
            minimum_order: rule.minimum_order,
            lines: lines(rule, trigger),
        };
        let mut applied = Vec::new();
        for multiplier in &multipliers {
            let Some(Award::Multiplier { factor, of }) = &multiplier.award else {
                continue;
            };
            if of.is_empty() || of.contains(&rule.id) {
                let product = formula.factor.decimal() * factor.decimal();
                formula.factor = Amount::from_decimal(product);
                applied.push(multiplier.id.clone());
            }
        }
        let worked = match trigger.act {
            Act::Order { lines, base, .. } => formula.work(base, &units(lines)),
            _ => formula.work_fixed(Amount::ONE),
        };
        let counter = Counter::Rule(name.clone(), rule.id.clone());
        let all = Counter::Programme(name.clone());
        let today = trigger.today;
        let (points, cap) = limit::cut(
            worked.rounded,
            &rule.limits,
            &counter,
            counters,
            Amount::ZERO,
            today,
        );
        let (points, outer) =
            limit::cut(points, &programme.limits, &all, counters, in_order, today);
        if points.is_zero() {
            let reason = if cap.is_some() || outer.is_some() {
                "limit"
            } else {
                "nothing-to-award"
            };
            outcome.skip(rule, reason);
            continue;
        }
        limit::count(points, &rule.limits, &counter, counters, today);
        limit::count(points, &programme.limits, &all, counters, today);
        in_order += points;
        outcome.awards.push(Awarded {
            rule: rule.id.clone(),
            base: worked.base,
            raw: worked.raw.round_dp(12).normalize().to_string(),
            multipliers: applied,
            rounded: worked.rounded,
            cap: outer.or(cap),
            points,
            formula,
        });
    }
    outcome
}

impl Outcome {
    fn skip(&mut self, rule: &Rule, reason: &'static str) {
        self.skips.push(Skip {
            rule: rule.id.clone(),
            reason,
        });
    }
}

impl Formula {
    /// What the award is for that base. `units` are the units left of each line. 0 for a base of 0,
    /// whatever the form, and for an order below the minimum. Source: spec, points, Refunds (f).
    #[must_use]
    pub fn work(&self, base: &Base, units: &[Amount]) -> Worked {
        let order: Amount = base.lines.iter().copied().sum::<Amount>() + base.shipping;
        let short = self.minimum_order.is_some_and(|minimum| order < minimum);
        let picked: Vec<(Amount, Amount)> = match &self.lines {
            None => {
                let lines = base.lines.iter().copied().zip(units.iter().copied());
                lines.chain([(base.shipping, Amount::ZERO)]).collect()
            }
            Some(places) => {
                let pick = |place: &usize| Some((*base.lines.get(*place)?, *units.get(*place)?));
                places.iter().filter_map(pick).collect()
            }
        };
        let money: Amount = picked.iter().map(|(money, _)| *money).sum();
        if short || !money.is_positive() {
            return Worked {
                base: money,
                ..Worked::default()
            };
        }
        if let Award::Fixed { per_unit, .. } = self.award {
            let units = if per_unit {
                picked.iter().map(|(_, units)| *units).sum()
            } else {
                Amount::ONE
            };
            let worked = self.work_fixed(units);
            return Worked {
                base: if per_unit { units } else { money },
                ..worked
            };
        }
        match self.rounding.per {
            Scope::Order => self.work_money(money),
            Scope::Line => {
                let lines = picked.iter().map(|(money, _)| self.work_money(*money));
                lines.fold(Worked::default(), |sum, line| Worked {
                    base: sum.base + line.base,
                    raw: sum.raw + line.raw,
                    rounded: sum.rounded + line.rounded,
                })
            }
        }
    }

    /// A fixed award for so many units.
    fn work_fixed(&self, units: Amount) -> Worked {
        let Award::Fixed { points, .. } = self.award else {
            return Worked::default();
        };
        let raw = points.decimal() * units.decimal();
        Worked {
            base: units,
            raw,
            rounded: self.round(raw, Decimal::ONE),
        }
    }

    fn work_money(&self, money: Amount) -> Worked {
        let (raw, rounded) = match self.award {
            Award::Rate { points, per } => {
                let points = money.decimal() * points.decimal();
                (points / per.decimal(), self.round(points, per.decimal()))
            }
            Award::Step { points, per } => {
                let steps = money.scale_floor(Amount::ONE, per, Amount::ONE);
                let raw = steps.decimal() * points.decimal();
                (raw, self.round(raw, Decimal::ONE))
            }
            Award::Fixed { .. } | Award::Multiplier { .. } => (Decimal::ZERO, Amount::ZERO),
        };
        Worked {
            base: money,
            raw,
            rounded,
        }
    }

    fn round(&self, numerator: Decimal, denominator: Decimal) -> Amount {
        let to = self.rounding.to.unwrap_or(Amount::ONE);
        quotient(
            numerator * self.factor.decimal(),
            denominator,
            to,
            self.rounding.mode,
        )
    }
}

/// The units of each line.
#[must_use]
pub fn units(lines: &[Line]) -> Vec<Amount> {
    lines.iter().map(|line| line.quantity).collect()
}

fn rounding(rule: &Rule, programme: &Programme) -> Rounding {
    let rounding = rule.rounding.unwrap_or(programme.rounding);
    Rounding {
        to: Some(rounding.to.unwrap_or_else(|| programme.unit())),
        ..rounding
    }
}

fn lines(rule: &Rule, trigger: &Trigger<'_>) -> Option<Vec<usize>> {
    let Act::Order { lines, .. } = trigger.act else {
        return None;
    };
    if rule.products == Default::default() {
        return None;
    }
    let places = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| line.is_among(&rule.products));
    Some(places.map(|(place, _)| place).collect())
}

/// Whether the trigger is of the rule's kind.
fn concerns(rule: &Rule, trigger: &Trigger<'_>) -> bool {
    match trigger.act {
        Act::Order { .. } => rule.kind.is_of_order(),
        Act::SignUp => rule.kind == Kind::SignUp,
        Act::Birthday(day) => {
            let own = rule.birthday.unwrap_or(super::config::BirthdayDay::Day);
            rule.kind == Kind::Birthday && own == day
        }
        Act::Event(_) => rule.kind == Kind::Event,
    }
}

/// The first condition that the trigger misses, in the WIT's order.
fn misses(rule: &Rule, trigger: &Trigger<'_>) -> Option<&'static str> {
    if let Act::Event(event) = trigger.act
        && rule.event.as_deref() != Some(event)
    {
        return Some("event");
    }
    if let Act::Order { from, to, .. } = trigger.act {
        if to < rule.state() {
            return Some("state");
        }
        // A multiplier awards nothing itself, so that it isn't spent by an earlier state.
        if !rule.multiplies() && from.is_some_and(|from| from >= rule.state()) {
            return Some("once");
        }
    }
    if let Some(window) = rule.window {
        let open = window.from.is_none_or(|from| from <= trigger.at)
            && window.until.is_none_or(|until| trigger.at < until);
        if !open {
            return Some("window");
        }
    }
    let weekday = usize::try_from(trigger.today.weekday().num_days_from_monday()).unwrap_or(0);
    let listed = |day: &super::config::Weekday| day.number() == weekday;
    if !rule.weekdays.is_empty() && !rule.weekdays.iter().any(listed) {
        return Some("weekday");
    }
    let one_of = |list: &[String], value: Option<&str>| {
        list.is_empty() || value.is_some_and(|value| list.iter().any(|item| item == value))
    };
    if let (Some(minimum), Act::Order { base, .. }) = (rule.minimum_order, trigger.act)
        && base.lines.iter().copied().sum::<Amount>() + base.shipping < minimum
    {
        return Some("minimum-order");
    }
    if !one_of(&rule.tiers, trigger.facts.tier.as_deref()) {
        return Some("tier");
    }
    if !rule.tags.is_empty() && !trigger.facts.tags.iter().any(|tag| rule.tags.contains(tag)) {
        return Some("tag");
    }
    if !one_of(&rule.channels, trigger.channel) {
        return Some("channel");
    }
    if let Act::Order {
        payment_methods,
        lines,
        ..
    } = trigger.act
    {
        let paid = payment_methods
            .iter()
            .any(|method| rule.payment_methods.contains(method));
        if !rule.payment_methods.is_empty() && !paid {
            return Some("payment-method");
        }
        if !lines.iter().any(|line| line.is_among(&rule.products)) {
            return Some("products");
        }
    }
    None
}

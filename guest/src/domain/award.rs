//! From a trigger to awards: which rules match, and how many points each gives.

use super::amount::{self, Amount};
use super::config::{Award, BirthdayDay, Level, Programme, Rounding, Rule};
use super::formula::Formula;
use super::ids::Name;
use super::instant::Instant;
use super::limit::{self, Cap, Counter, Counters};
use super::matching::{concerns, misses};
use super::order::{Base, Line, OrderState};
use crate::reading::Read;
use chrono::NaiveDate;
use serde::Serialize;

/// What rules may look at of the member.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Its tier.
    pub tier: Option<String>,
    /// The level behind it, where the merchant has levels.
    pub level: Option<Level>,
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
        /// What is left of each line's units.
        units: &'a [Amount],
        /// The methods that paid it.
        payment_methods: &'a [String],
        /// Granted by this programme for the order before.
        granted_before: Amount,
        /// The programme's rules that have awarded the order.
        awarded: &'a [Name],
    },
    /// The member registered.
    SignUp,
    /// It is the member's birthday (or the first of its month).
    Birthday(BirthdayDay),
    /// The member did something.
    Event(&'a str),
    /// Points are given by hand.
    Grant,
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

/// How an award looks at money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// Points in proportion.
    Rate,
    /// Points for each full step.
    Step,
    /// So many points.
    Fixed,
}

/// One rule's award and how it came about, for people to read.
#[derive(Clone, Debug, PartialEq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Awarded {
    /// The rule.
    pub rule: Name,
    /// How it looks at money.
    pub form: Form,
    /// What it looked at.
    pub base: Amount,
    /// Before factor and rounding.
    pub raw: String,
    /// The product of the multipliers.
    #[serde(
        default = "Amount::one",
        deserialize_with = "amount::factor",
        skip_serializing_if = "Amount::is_one"
    )]
    pub factor: Amount,
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
    /// The way of each of them, for later refunds.
    pub formulas: Vec<Formula>,
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
        Act::Order { granted_before, .. } => Some(granted_before),
        _ => None,
    };
    outcome.awards.reserve(matched.len());
    outcome.formulas.reserve(matched.len());
    for rule in matched {
        let Some(award) = &rule.award else { continue };
        let mut formula = Formula {
            award: award.clone(),
            factor: Amount::ONE,
            larger: Vec::new(),
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
                formula.multiply(*factor, multiplier.minimum_order);
                applied.push(multiplier.id.clone());
            }
        }
        if let Act::Order { .. } = trigger.act
            && let Some(level) = &trigger.facts.level
            && let Some((by, factor)) = level.factor_in(name)
        {
            formula.multiply(factor, None);
            applied.push(by);
        }
        let factor = match trigger.act {
            Act::Order { base, .. } => formula.factor_of(base.total()),
            _ => formula.factor,
        };
        let worked = match trigger.act {
            Act::Order { units, base, .. } => formula.work(base, units),
            _ => formula.work_fixed(Amount::ONE, factor),
        };
        let counter = Counter::Rule(name.clone(), rule.id.clone());
        let all = Counter::Programme(name.clone());
        let (today, unit) = (trigger.today, programme.unit());
        let (points, cap) = limit::cut(
            worked.rounded,
            &rule.limits,
            &counter,
            counters,
            in_order.map(|_| Amount::ZERO),
            today,
            unit,
        );
        let (points, outer) = limit::cut(
            points,
            &programme.limits,
            &all,
            counters,
            in_order,
            today,
            unit,
        );
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
        in_order = in_order.map(|granted| granted + points);
        outcome.awards.push(Awarded {
            rule: rule.id.clone(),
            form: match formula.award {
                Award::Rate { .. } => Form::Rate,
                Award::Step { .. } => Form::Step,
                Award::Fixed { .. } | Award::Multiplier { .. } => Form::Fixed,
            },
            base: worked.base,
            raw: Amount::from_decimal(worked.raw.round_dp(12)).text(),
            factor,
            multipliers: applied,
            rounded: worked.rounded,
            cap: outer.or(cap),
            points,
        });
        outcome.formulas.push(formula);
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

//! Which rules a trigger matches, and the first condition that it misses.

use super::award::{Act, Trigger};
use super::config::{BirthdayDay, Kind, Rule, Weekday};
use chrono::Datelike;

/// Whether the trigger is of the rule's kind.
pub(super) fn concerns(rule: &Rule, trigger: &Trigger<'_>) -> bool {
    match trigger.act {
        Act::Order { .. } => rule.kind.is_of_order(),
        Act::SignUp => rule.kind == Kind::SignUp,
        Act::Birthday(day) => {
            let own = rule.birthday.unwrap_or(BirthdayDay::Day);
            rule.kind == Kind::Birthday && own == day
        }
        Act::Event(_) => rule.kind == Kind::Event,
        Act::Grant => rule.kind == Kind::Grant,
    }
}

/// The first condition that the trigger misses, in the WIT's order.
#[must_use]
pub fn misses(rule: &Rule, trigger: &Trigger<'_>) -> Option<&'static str> {
    if let Act::Event(event) = trigger.act
        && rule.event.as_deref() != Some(event)
    {
        return Some("event");
    }
    if let Act::Order {
        from, to, awarded, ..
    } = trigger.act
    {
        if to < rule.state() {
            return Some("state");
        }
        // A multiplier awards nothing itself, so that it isn't spent by an earlier state.
        // A configuration may have moved the rule to another state since it awarded the order.
        let reached = from.is_some_and(|from| from >= rule.state());
        if !rule.multiplies() && (reached || awarded.contains(&rule.id)) {
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
    let listed = |day: &Weekday| day.number() == weekday;
    if !rule.weekdays.is_empty() && !rule.weekdays.iter().any(listed) {
        return Some("weekday");
    }
    let one_of = |list: &[String], value: Option<&str>| {
        list.is_empty() || value.is_some_and(|value| list.iter().any(|item| item == value))
    };
    if let (Some(minimum), Act::Order { base, .. }) = (rule.minimum_order, trigger.act)
        && base.total() < minimum
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

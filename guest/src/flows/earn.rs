//! Orders, registrations and events that earn points.

use super::balance::{Standing, standing};
use super::scope::{Scope, Stop};
use super::{spend, tiers};
use crate::domain::amount::Amount;
use crate::domain::award::{Act, Awarded, Skip, Trigger, judge};
use crate::domain::config::{
    Act as KeepAlive, Activation, ActivationEvent, Expiry, Kind, Programme,
};
use crate::domain::earn::{Grant, Granted};
use crate::domain::entry::About;
use crate::domain::ids::{Id, Name};
use crate::domain::instant::Instant;
use crate::domain::lot::Lot;
use crate::domain::order::{Order, OrderState, base};
use crate::domain::order_file::{OrderAward, OrderFile, OrderGrant};
use crate::done::let_go;
use crate::records::holdings::Holdings;
use crate::records::keys;
use crate::records::state::Once;
use crate::reject::Reject;
use crate::shared::Shared;
use crate::sorted::set;

/// What one command granted in one programme.
#[derive(Clone, Debug)]
pub struct ProgrammeGrant {
    /// The programme.
    pub programme: Name,
    /// What it came to.
    pub granted: Granted,
    /// How.
    pub awards: Shared<[Awarded]>,
    /// The new lots.
    pub lots: Vec<Lot>,
}

/// What a reported act earned.
#[derive(Clone, Debug, Default)]
pub struct Earned {
    /// By programme that granted something.
    pub grants: Vec<ProgrammeGrant>,
    /// By programme, the rules of the trigger that gave nothing.
    pub skipped: Vec<(Name, Vec<Skip>)>,
    /// The accounts of the programmes that granted something.
    pub standings: Vec<Standing>,
    /// The level that the act reached.
    pub reached: Option<Name>,
}

/// The programmes of the merchant, by name.
fn programmes(scope: &Scope<'_>) -> Vec<(Name, Shared<Programme>)> {
    scope
        .merchant
        .programmes
        .iter()
        .map(|(name, programme)| (name.clone(), Shared::clone(programme)))
        .collect()
}

/// Notes an act in all programmes, those that are no longer configured too.
fn keep_alive(scope: &Scope<'_>, holdings: &mut Holdings, act: KeepAlive) {
    let configured = &scope.merchant.programmes;
    let zone = scope.merchant.zone;
    for (name, programme) in configured {
        holdings.act(name, act, &programme.expiry, zone);
    }
    let names = holdings.accounts.keys();
    let others = names.filter(|name| !configured.contains_key(*name));
    for name in others.cloned().collect::<Vec<_>>() {
        holdings.act(&name, act, &Expiry::Never, zone);
    }
}

/// Reports an order in a state.
///
/// # Errors
/// [`Reject::OrderDiffers`], and those of the storage.
pub fn report_order(scope: &mut Scope<'_>, order: &Order) -> Result<Earned, Stop> {
    let key = keys::order(&order.id);
    let stored: Option<OrderFile> = scope.work.get(&key)?;
    let mut file = stored.unwrap_or_else(|| OrderFile::new(order.member.clone()));
    if file.member != order.member {
        scope.open_of(&mut file)?;
    }
    if let Some(fault) = file.differs(order) {
        return Err(Reject::OrderDiffers(Box::new(fault)).into());
    }
    let mut holdings = scope.open(&order.member)?.live()?;
    let at = holdings.at;
    let facts = scope.facts(&holdings)?;
    let programmes = programmes(scope);
    let before = scope.counters(&order.member, &programmes)?;
    let mut counters = before.clone();
    let from = file.report(order, at);
    let unit = scope.money_unit();
    let spent = file.spends.values().map(|spend| spend.worth);
    let held = spend::held(scope, &holdings, &order.id).map(|(_, _, worth)| worth);
    let paid = spent.chain(held).sum();
    let paid = order.points_paid.unwrap_or(paid);
    let today = scope.merchant.zone.date(at);
    let mut earned = Earned::default();
    if order.state >= OrderState::Paid && from.is_none_or(|from| from < OrderState::Paid) {
        keep_alive(scope, &mut holdings, KeepAlive::OrderPaid);
    }
    for (name, programme) in &programmes {
        activate(scope, &mut holdings, name, &file, from)?;
        let whole = base(order, &programme.base, paid, unit);
        let (left, units) = file.refunded.left_of(&whole, order, unit);
        let awarded: Vec<Name> = file
            .awards(name.as_str())
            .map(|award| award.rule.clone())
            .collect();
        let act = Act::Order {
            from,
            to: order.state,
            lines: &order.cart.lines,
            base: &left,
            units: &units,
            payment_methods: &order.payment_methods,
            granted_before: file.earned(name.as_str()),
            awarded: &awarded,
        };
        let channel = order.channel.as_deref();
        let trigger = Trigger {
            act,
            facts: &facts,
            channel,
            at,
            today,
        };
        let outcome = judge(name, programme, &trigger, &mut counters);
        earned.skipped.push((name.clone(), outcome.skips));
        if outcome.awards.is_empty() {
            continue;
        }
        let event = match &programme.activation {
            Activation::AtOnce => Some(at),
            Activation::After(after) => file.when(after.event, at),
        };
        let grant = Grant {
            programme,
            zone: scope.merchant.zone,
            at,
            event,
            order: Some(&order.id),
        };
        let about = About::order(&order.id);
        let grant = give(&mut holdings, name, grant, outcome.awards, about);
        let lots = grant.granted.lots.iter().zip(grant.awards.iter());
        let awards = lots.zip(outcome.formulas);
        let awards = awards.map(|((lot, awarded), formula)| OrderAward {
            lot: *lot,
            also: Vec::new(),
            rule: awarded.rule.clone(),
            points: awarded.points,
            reversed: Amount::ZERO,
            formula,
        });
        file.grants.push(OrderGrant {
            programme: name.clone(),
            entry: grant.granted.entry,
            ledger: None,
            base: whole,
            awards: awards.collect(),
        });
        earned.grants.push(grant);
    }
    let gone = file.grants.iter().map(|grant| &grant.programme);
    let gone = gone.filter(|name| !scope.merchant.programmes.contains_key(*name));
    for name in set(gone.cloned()) {
        activate(scope, &mut holdings, &name, &file, from)?;
    }
    finish(scope, &mut holdings, &mut earned)?;
    let counts = tiers::Order { order, from, paid };
    tiers::order(scope, &mut holdings, &mut file, &counts, &mut earned);
    scope.save_counters(&order.member, &before, &counters);
    scope.work.put(key, &file);
    scope.save(holdings)?;
    let_go((file, facts, before, counters));
    Ok(earned)
}

/// Fixes the dates of lots of this order that waited for a state which it has reached now.
fn activate(
    scope: &mut Scope<'_>,
    holdings: &mut Holdings,
    name: &Name,
    file: &OrderFile,
    from: Option<OrderState>,
) -> Result<(), Reject> {
    let Some(order) = &file.order else {
        return Ok(());
    };
    if from.is_none_or(|from| from >= order.state) {
        return Ok(());
    }
    let lots: Vec<u64> = file.awards(name.as_str()).map(|award| award.lot).collect();
    if lots.is_empty() {
        return Ok(());
    }
    holdings.load_lots(&mut scope.work, name, &lots)?;
    for event in [
        ActivationEvent::Paid,
        ActivationEvent::Shipped,
        ActivationEvent::Delivered,
        ActivationEvent::Completed,
    ] {
        let at = holdings.at;
        if let Some(reached) = file.when(event, at) {
            holdings.account(name).reach(&order.id, event, reached);
        }
    }
    scope.settle(holdings, usize::MAX)?;
    Ok(())
}

/// Grants awards to an account.
fn give(
    holdings: &mut Holdings,
    name: &Name,
    grant: Grant<'_>,
    awards: Vec<Awarded>,
    about: About,
) -> ProgrammeGrant {
    let points: Vec<(Name, Amount)> = awards
        .iter()
        .map(|award| (award.rule.clone(), award.points))
        .collect();
    let account = holdings.account(name);
    let awards: Shared<[Awarded]> = awards.into();
    let about = About {
        awards: Shared::clone(&awards),
        ..about
    };
    let granted = account.grant(&points, grant, about);
    let lots = granted
        .lots
        .iter()
        .filter_map(|id| account.lot(*id))
        .cloned()
        .collect();
    ProgrammeGrant {
        programme: name.clone(),
        granted,
        awards,
        lots,
    }
}

/// Posts what a backdated grant already makes due, and tells how the accounts stand.
fn finish(
    scope: &mut Scope<'_>,
    holdings: &mut Holdings,
    earned: &mut Earned,
) -> Result<(), Reject> {
    scope.settle(holdings, usize::MAX)?;
    for grant in &earned.grants {
        earned
            .standings
            .push(standing(scope, holdings, &grant.programme)?);
    }
    Ok(())
}

/// An act of a member that is no order.
#[derive(Clone, Copy, Debug)]
pub struct Deed<'a> {
    /// What happened.
    pub act: Act<'a>,
    /// Where.
    pub channel: Option<&'a str>,
    /// Kept in the entry.
    pub note: Option<&'a str>,
    /// When its points are granted, if not now: a birthday's are dated at the start of its day.
    pub dated: Option<Instant>,
    /// Each rule gives it once: ever, or in the calendar year of the grant.
    pub once: Option<Once>,
    /// The act that keeps idle lots alive.
    pub keeps_alive: Option<KeepAlive>,
}

/// Judges the rules for a member's deed and grants what they give.
///
/// # Errors
/// Those of the storage.
pub fn deed(scope: &mut Scope<'_>, member: &Id, deed: Deed<'_>) -> Result<Earned, Stop> {
    let mut holdings = scope.open(member)?.live()?;
    let at = deed.dated.unwrap_or(holdings.at);
    let facts = scope.facts(&holdings)?;
    let programmes = programmes(scope);
    let before = scope.counters(member, &programmes)?;
    let mut counters = before.clone();
    counters.dated = deed.dated.is_some();
    let trigger = Trigger {
        act: deed.act,
        facts: &facts,
        channel: deed.channel,
        at,
        today: scope.merchant.zone.date(at),
    };
    let mut earned = Earned::default();
    if let Some(act) = deed.keeps_alive {
        keep_alive(scope, &mut holdings, act);
    }
    for (name, programme) in &programmes {
        let mut open = Programme::clone(programme);
        let mut given = Vec::new();
        if let Some(once) = deed.once {
            for rule in std::mem::take(&mut open.earn) {
                let single = matches!(rule.kind, Kind::SignUp | Kind::Birthday);
                if single
                    && !rule.multiplies()
                    && is_given(scope, member, name, &rule.id, once, &deed)?
                {
                    given.push(Skip {
                        rule: rule.id,
                        reason: "once",
                    });
                } else {
                    open.earn.push(rule);
                }
            }
        }
        let mut outcome = judge(name, &open, &trigger, &mut counters);
        outcome.skips.extend(given);
        earned.skipped.push((name.clone(), outcome.skips));
        if outcome.awards.is_empty() {
            continue;
        }
        if let Some(once) = deed.once {
            for award in &outcome.awards {
                scope.work.put(keys::once(member, name, &award.rule), &once);
            }
        }
        let grant = Grant {
            programme,
            zone: scope.merchant.zone,
            at,
            event: Some(at),
            order: None,
        };
        let about = About {
            note: deed.note.map(str::to_owned),
            ..About::default()
        };
        earned
            .grants
            .push(give(&mut holdings, name, grant, outcome.awards, about));
    }
    finish(scope, &mut holdings, &mut earned)?;
    tiers::deed(scope, &mut holdings, at, &mut earned);
    scope.save_counters(member, &before, &counters);
    scope.save(holdings)?;
    Ok(earned)
}

/// Whether a rule of the deed's kind has given it: ever, or for a birthday in the same calendar year.
fn is_given(
    scope: &mut Scope<'_>,
    member: &Id,
    name: &Name,
    rule: &Name,
    once: Once,
    deed: &Deed<'_>,
) -> Result<bool, Reject> {
    use chrono::Datelike;
    let given: Option<Once> = scope.work.get(&keys::once(member, name, rule))?;
    Ok(given.is_some_and(|given| match deed.act {
        Act::Birthday(_) => given.date.year() == once.date.year(),
        _ => true,
    }))
}

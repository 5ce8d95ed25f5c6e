//! Refunds: points earned are taken back, points spent come back.

use super::balance::{Standing, standing};
use super::scope::{Scope, Stop};
use super::tiers;
use crate::domain::amount::Amount;
use crate::domain::config::{Expiry, Refunds, Span};
use crate::domain::dates;
use crate::domain::ids::{Id, Name};
use crate::domain::order::Order;
use crate::domain::order_file::{OrderAward, OrderFile};
use crate::domain::refund::{Refusal, Scope as What};
use crate::domain::restore::Restoration;
use crate::domain::reverse::{self, Clawback, Reversal};
use crate::records::holdings::Holdings;
use crate::records::keys;
use crate::reject::{Reject, Shortage};
use crate::sorted::set;

/// What a refund did.
#[derive(Clone, Debug)]
pub struct Refunded {
    /// Refunded by this command, in money; shipping included.
    pub value: Amount,
    /// Refunded so far.
    pub so_far: Amount,
    /// What the order was worth.
    pub whole: Amount,
    /// Award by award.
    pub reversals: Vec<Reversal>,
    /// By programme.
    pub clawbacks: Vec<(Name, Clawback, Standing)>,
    /// By programme.
    pub restorations: Vec<(Name, Restoration, Standing)>,
}

/// Refunds an order, in whole or in part.
///
/// # Errors
/// [`Reject::UnknownOrder`], [`Reject::UnknownLine`], [`Reject::RefundExceeds`], [`Reject::PointsSpent`], and those
/// of the storage.
pub fn refund(
    scope: &mut Scope<'_>,
    id: &Id,
    what: &What,
    shipping: Amount,
) -> Result<Refunded, Stop> {
    let key = keys::order(id);
    let stored: Option<OrderFile> = scope.work.get(&key)?;
    let mut file = stored.ok_or_else(|| Reject::UnknownOrder(id.to_string()))?;
    let unit = scope.money_unit();
    let before = file.refunded.clone();
    match &file.order {
        Some(order) => file.refunded = before.with(order, what, shipping, unit).map_err(refused)?,
        // Never reported: all that can be refunded is all of it.
        None if *what == What::All => {}
        None => return Err(Reject::UnknownOrder(id.to_string()).into()),
    }
    let order = file.order.clone();
    let whole = |shipping: bool| {
        order
            .as_ref()
            .map_or(Amount::ZERO, |order| worth(order, shipping, unit))
    };
    let mut holdings = scope.open_of(&mut file)?;
    scope.at_one_time()?;
    let mut done = Refunded {
        value: file.refunded.value(true) - before.value(true),
        so_far: file.refunded.value(true),
        whole: whole(true),
        reversals: Vec::new(),
        clawbacks: Vec::new(),
        restorations: Vec::new(),
    };
    let granted = file.grants.iter().map(|grant| grant.programme.clone());
    let programmes = set(file.spends.keys().cloned().chain(granted));
    for name in programmes {
        // Points come back before others are taken, so that nobody owes what the same refund gives.
        if let Some(restoration) = restore(scope, &mut holdings, &mut file, &name, id, whole)? {
            done.restorations.push((
                name.clone(),
                restoration,
                standing(scope, &mut holdings, &name)?,
            ));
        }
        let lots: Vec<u64> = file
            .awards(name.as_str())
            .flat_map(OrderAward::lots)
            .collect();
        holdings.load_lots(&mut scope.work, &name, &lots)?;
        let reversals = reverse::due(&mut file, holdings.account(&name), &name, unit);
        let due: Amount = reversals.iter().map(|reversal| reversal.due).sum();
        if due.is_positive() {
            holdings.load_for(&mut scope.work, &name, due, None)?;
            let at = holdings.at;
            let policy = settings(scope, &name).uncovered;
            let clawback = holdings.account(&name).claw_back(due, id, policy, at);
            let clawback = clawback.map_err(|available| {
                let requested = due;
                Reject::PointsSpent(Box::new(Shortage {
                    requested,
                    available,
                }))
            })?;
            done.clawbacks.push((
                name.clone(),
                clawback,
                standing(scope, &mut holdings, &name)?,
            ));
        }
        done.reversals.extend(reversals);
    }
    tiers::refund(scope, &mut holdings, &file, &before, &done.reversals);
    scope.work.put(key, &file);
    scope.save(holdings)?;
    Ok(done)
}

fn restore(
    scope: &mut Scope<'_>,
    holdings: &mut Holdings,
    file: &mut OrderFile,
    name: &Name,
    order: &Id,
    whole: impl Fn(bool) -> Amount,
) -> Result<Option<Restoration>, Stop> {
    let refunded = file.refunded.clone();
    let Some(spend) = file.spends.get_mut(name) else {
        return Ok(None);
    };
    let due = spend.due_back(refunded.value(spend.shipping), whole(spend.shipping));
    let mut restoration = Restoration {
        spent: spend.points,
        before: spend.restored,
        ..Restoration::default()
    };
    if due.is_positive() {
        let parts = spend.give_back(due);
        let lots: Vec<u64> = parts.iter().map(|part| part.lot).collect();
        holdings.load_lots(&mut scope.work, name, &lots)?;
        let at = holdings.at;
        let grace = settings(scope, name).grace_days.and_then(|days| {
            dates::expires_at(&Expiry::Exact(Span::Days(days)), at, scope.merchant.zone)
        });
        let member = holdings.member.clone();
        let account = holdings.account(name);
        (restoration.parts, restoration.lapsed) = account.restore(parts, order, grace, at);
        restoration.restored = due;
        for (from, part) in lots.into_iter().zip(&restoration.parts) {
            let on = account.lot(part.lot).filter(|lot| lot.id != from);
            if let Some(earner) = on.and_then(|lot| lot.order.clone()) {
                live_on(scope, &member, &earner, name, (from, part.lot))?;
            }
        }
    }
    Ok(Some(restoration))
}

/// Notes with the member's order that earned them that points live on in another lot.
fn live_on(
    scope: &mut Scope<'_>,
    member: &Id,
    earner: &Id,
    name: &Name,
    (lot, on): (u64, u64),
) -> Result<(), Stop> {
    let key = keys::order(earner);
    let stored: Option<OrderFile> = scope.work.get(&key)?;
    if let Some(mut file) = stored {
        if file.member != *member {
            scope.open_of(&mut file)?;
        }
        file.lives_on(name, lot, on);
        scope.work.put(key, &file);
    }
    Ok(())
}

/// A programme's settings for refunds; the usual ones for one that is no longer configured.
fn settings(scope: &Scope<'_>, name: &Name) -> Refunds {
    scope
        .merchant
        .programmes
        .get(name)
        .map(|programme| programme.refunds)
        .unwrap_or_default()
}

fn worth(order: &Order, shipping: bool, unit: Amount) -> Amount {
    let lines: Amount = order.cart.values(unit).into_iter().sum();
    if shipping {
        lines + order.cart.shipping
    } else {
        lines
    }
}

fn refused(refusal: Refusal) -> Reject {
    match refusal {
        Refusal::UnknownLine(line) => Reject::UnknownLine(line.to_string()),
        Refusal::Exceeds(fault) => Reject::RefundExceeds(Box::new(fault)),
    }
}

//! What commands did to accounts, in the interface's words.

use super::{entries, money};
use crate::bindings::exports::stampcard::plugin::points as wit;
use crate::domain::amount::Amount;
use crate::domain::config::Merchant;
use crate::domain::ids::Name;
use crate::domain::instant::Instant;
use crate::domain::restore::Restoration;
use crate::domain::reverse::{Clawback, Reversal};
use crate::flows::balance::Standing;
use crate::flows::earn::Earned;
use crate::flows::refund::Refunded;
use crate::flows::spend::Moved;

pub(super) fn balance(standing: &Standing, merchant: &Merchant) -> wit::AccountBalance {
    let totals = &standing.totals;
    let available = totals.available;
    let programme = merchant.programmes.get(&standing.programme);
    let worth = programme.map(|programme| programme.worth.of(available, merchant.money_unit()));
    let lapse = |next: Option<(Instant, Amount)>| {
        next.map(|(at, points)| wit::Lapse {
            points: points.text(),
            at: at.into(),
        })
    };
    wit::AccountBalance {
        programme: standing.programme.text(),
        balance: totals.balance.text(),
        available: available.text(),
        pending: totals.pending.text(),
        active: totals.active.text(),
        held: totals.held.text(),
        debt: totals.debt.text(),
        worth: worth.map(|worth| money(worth, merchant)),
        next_to_lapse: lapse(standing.lapse),
        next_to_activate: lapse(standing.activation),
    }
}

pub(super) fn earned(earned: &Earned, merchant: &Merchant) -> wit::Earned {
    let granted: Amount = earned.grants.iter().map(|grant| grant.granted.points).sum();
    let grants = earned.grants.iter().map(|grant| wit::ProgrammeGrant {
        programme: grant.programme.text(),
        points: grant.granted.points.text(),
        debt_paid: grant.granted.debt_paid.text(),
        awards: grant.awards.iter().map(entries::award).collect(),
        lots: grant.lots.iter().map(entries::lot).collect(),
    });
    let skipped = earned.skipped.iter().filter(|(_, skips)| !skips.is_empty());
    let skipped = skipped.map(|(programme, skips)| wit::Skipped {
        programme: programme.text(),
        rules: skips.iter().map(entries::skip).collect(),
    });
    wit::Earned {
        granted: granted.text(),
        grants: grants.collect(),
        skipped: skipped.collect(),
        balances: earned
            .standings
            .iter()
            .map(|standing| balance(standing, merchant))
            .collect(),
        tier_reached: earned.reached.as_ref().map(Name::text),
    }
}

pub(super) fn spent(order: &str, moved: &Moved, merchant: &Merchant) -> wit::Spent {
    wit::Spent {
        order: order.to_owned(),
        points: moved.points.text(),
        worth: money(moved.worth, merchant),
        released: moved.released.text(),
        lapsed: moved.lapsed.text(),
        parts: entries::parts(&moved.parts),
        balance: balance(&moved.standing, merchant),
    }
}

pub(super) fn held(order: &str, moved: &Moved, until: Instant, merchant: &Merchant) -> wit::Held {
    wit::Held {
        order: order.to_owned(),
        points: moved.points.text(),
        worth: money(moved.worth, merchant),
        until: until.into(),
        parts: entries::parts(&moved.parts),
        balance: balance(&moved.standing, merchant),
    }
}

pub(super) fn released(order: &str, moved: &Moved, merchant: &Merchant) -> wit::Released {
    wit::Released {
        order: order.to_owned(),
        points: moved.points.text(),
        lapsed: moved.lapsed.text(),
        balance: balance(&moved.standing, merchant),
    }
}

pub(super) fn refunded(order: &str, refunded: &Refunded, merchant: &Merchant) -> wit::Refunded {
    wit::Refunded {
        order: order.to_owned(),
        value: money(refunded.value, merchant),
        value_so_far: money(refunded.so_far, merchant),
        order_value: money(refunded.whole, merchant),
        reversals: refunded.reversals.iter().map(reversal).collect(),
        clawbacks: refunded
            .clawbacks
            .iter()
            .map(|(name, done, standing)| clawback(name, done, standing, merchant))
            .collect(),
        restorations: refunded
            .restorations
            .iter()
            .map(|(name, done, standing)| restoration(name, done, standing, merchant))
            .collect(),
    }
}

fn reversal(reversal: &Reversal) -> wit::Reversal {
    wit::Reversal {
        programme: reversal.programme.text(),
        rule: reversal.rule.text(),
        lot: reversal.lot,
        earned: reversal.earned.text(),
        keeps: reversal.keeps.text(),
        reversed_before: reversal.reversed_before.text(),
        lapsed: reversal.lapsed.text(),
        due: reversal.due.text(),
    }
}

fn clawback(
    programme: &Name,
    clawback: &Clawback,
    standing: &Standing,
    merchant: &Merchant,
) -> wit::Clawback {
    let taken: Amount = clawback.parts.iter().map(|part| part.points).sum();
    wit::Clawback {
        programme: programme.text(),
        due: clawback.due.text(),
        taken: taken.text(),
        parts: entries::parts(&clawback.parts),
        debt: clawback.debt.text(),
        forgiven: clawback.forgiven.text(),
        balance: balance(standing, merchant),
    }
}

fn restoration(
    programme: &Name,
    restoration: &Restoration,
    standing: &Standing,
    merchant: &Merchant,
) -> wit::Restoration {
    wit::Restoration {
        programme: programme.text(),
        spent: restoration.spent.text(),
        restored_before: restoration.before.text(),
        restored: restoration.restored.text(),
        lapsed: restoration.lapsed.text(),
        parts: entries::parts(&restoration.parts),
        balance: balance(standing, merchant),
    }
}

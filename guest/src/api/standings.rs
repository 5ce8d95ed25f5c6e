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
    let account = &standing.account;
    let available = account.available();
    let programme = merchant.programmes.get(&standing.programme);
    let worth = programme.map(|programme| programme.worth.of(available, merchant.money_unit()));
    let lapse = |next: Option<(Instant, Amount)>| {
        next.map(|(at, points)| wit::Lapse {
            points: points.to_string(),
            at: at.into(),
        })
    };
    wit::AccountBalance {
        programme: standing.programme.to_string(),
        balance: account.balance().to_string(),
        available: available.to_string(),
        pending: account.pending.to_string(),
        active: account.active.to_string(),
        held: account.held.to_string(),
        debt: account.debt.to_string(),
        worth: worth.map(|worth| money(worth, merchant)),
        next_to_lapse: lapse(standing.lapse),
        next_to_activate: lapse(standing.activation),
    }
}

pub(super) fn earned(earned: &Earned, merchant: &Merchant) -> wit::Earned {
    let granted: Amount = earned.grants.iter().map(|grant| grant.granted.points).sum();
    let grants = earned.grants.iter().map(|grant| wit::ProgrammeGrant {
        programme: grant.programme.to_string(),
        points: grant.granted.points.to_string(),
        debt_paid: grant.granted.debt_paid.to_string(),
        awards: grant.awards.iter().map(entries::award).collect(),
        lots: grant.lots.iter().map(entries::lot).collect(),
    });
    let skipped = earned.skipped.iter().filter(|(_, skips)| !skips.is_empty());
    let skipped = skipped.map(|(programme, skips)| wit::Skipped {
        programme: programme.to_string(),
        rules: skips.iter().map(entries::skip).collect(),
    });
    wit::Earned {
        granted: granted.to_string(),
        grants: grants.collect(),
        skipped: skipped.collect(),
        balances: earned
            .standings
            .iter()
            .map(|standing| balance(standing, merchant))
            .collect(),
    }
}

pub(super) fn spent(order: &str, moved: &Moved, merchant: &Merchant) -> wit::Spent {
    wit::Spent {
        order: order.to_owned(),
        points: moved.points.to_string(),
        worth: money(moved.worth, merchant),
        released: moved.released.to_string(),
        lapsed: moved.lapsed.to_string(),
        parts: entries::parts(&moved.parts),
        balance: balance(&moved.standing, merchant),
    }
}

pub(super) fn held(order: &str, moved: &Moved, until: Instant, merchant: &Merchant) -> wit::Held {
    wit::Held {
        order: order.to_owned(),
        points: moved.points.to_string(),
        worth: money(moved.worth, merchant),
        until: until.into(),
        parts: entries::parts(&moved.parts),
        balance: balance(&moved.standing, merchant),
    }
}

pub(super) fn released(order: &str, moved: &Moved, merchant: &Merchant) -> wit::Released {
    wit::Released {
        order: order.to_owned(),
        points: moved.points.to_string(),
        lapsed: moved.lapsed.to_string(),
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
        programme: reversal.programme.to_string(),
        rule: reversal.rule.to_string(),
        lot: reversal.lot,
        earned: reversal.earned.to_string(),
        keeps: reversal.keeps.to_string(),
        reversed_before: reversal.reversed_before.to_string(),
        lapsed: reversal.lapsed.to_string(),
        due: reversal.due.to_string(),
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
        programme: programme.to_string(),
        due: clawback.due.to_string(),
        taken: taken.to_string(),
        parts: entries::parts(&clawback.parts),
        debt: clawback.debt.to_string(),
        forgiven: clawback.forgiven.to_string(),
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
        programme: programme.to_string(),
        spent: restoration.spent.to_string(),
        restored_before: restoration.before.to_string(),
        restored: restoration.restored.to_string(),
        lapsed: restoration.lapsed.to_string(),
        parts: entries::parts(&restoration.parts),
        balance: balance(standing, merchant),
    }
}

//! Accounts corrected by hand.

pub mod adjust;
pub mod extend;
pub mod merge;
pub mod transfer;

use super::balance::Standing;
use super::scope::{Scope, Stop};
use crate::domain::amount::Amount;
use crate::domain::entry::{About, Part};
use crate::domain::instant::Instant;
use crate::domain::lot::Lot;
use crate::domain::until::{End, Until};
use crate::reject::Reject;
use serde::Serialize;

/// What is to be done to accounts.
#[derive(Clone, Debug, Serialize)]
pub enum Wish {
    /// Points given or taken.
    Adjust(adjust::Wish),
    /// A later end.
    Extend(extend::Wish),
    /// Points that go to another member.
    Transfer(transfer::Wish),
}

/// Why something is done by hand, and by whom.
#[derive(Clone, Debug, Serialize)]
pub struct ByHand {
    /// Why.
    pub reason: String,
    /// Who.
    pub actor: String,
}

/// What a command did to an account.
#[derive(Clone, Debug)]
pub struct Change {
    /// What the balance changed by, with its sign.
    pub points: Amount,
    /// Not there, and owed now.
    pub debt: Amount,
    /// Of what came, what paid debt.
    pub debt_paid: Amount,
    /// The lots that points came to or went from.
    pub parts: Vec<Part>,
    /// The lots that are new or have another date.
    pub lots: Vec<Lot>,
    /// The account after it.
    pub standing: Standing,
    /// The other member's account after it.
    pub other: Option<Standing>,
}

/// Does it.
///
/// # Errors
/// As [`adjust::adjust`], [`extend::extend`] and [`transfer::transfer`].
pub fn correct(scope: &mut Scope<'_>, wish: &Wish) -> Result<Change, Stop> {
    match wish {
        Wish::Adjust(wish) => adjust::adjust(scope, wish),
        Wish::Extend(wish) => extend::extend(scope, wish),
        Wish::Transfer(wish) => transfer::transfer(scope, wish),
    }
}

impl ByHand {
    fn about(&self) -> About {
        About {
            note: Some(self.reason.clone()),
            actor: Some(self.actor.clone()),
            ..About::default()
        }
    }
}

/// The end that was asked for, which must come after `now`.
pub(super) fn end(scope: &Scope<'_>, until: Until, now: Instant) -> Result<End, Reject> {
    let end = until.end(scope.merchant.zone);
    end.filter(|end| end.at > now).ok_or_else(|| {
        let found = match until {
            Until::At(at) => at.to_string(),
            Until::EndOf(date) => date.to_string(),
        };
        Reject::invalid("/until", found, "an end after now and before 10000")
    })
}

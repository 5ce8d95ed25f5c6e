//! Rules that are tried on orders before they are in force.

use super::{configure, tiers};
use crate::domain::config::Merchant;
use crate::domain::instant::Instant;
use crate::domain::order::Order;
use crate::domain::trial::{Trial, TriedGrant, TriedOrder};
use crate::ports::Ports;
use crate::reject::Reject;

/// An order, and what the platform tells of its member.
#[derive(Clone, Debug)]
pub struct Wish {
    /// When it comes.
    pub at: Instant,
    /// The order.
    pub order: Order,
    /// The member's tier.
    pub tier: Option<String>,
    /// The member's tags.
    pub tags: Vec<String>,
}

/// The rules of a document, or of the configuration in force.
///
/// # Errors
/// [`Reject::InvalidConfiguration`]; [`Reject::NotConfigured`], and those of the storage.
pub fn rules(ports: &dyn Ports, document: Option<&str>) -> Result<Merchant, Reject> {
    match document {
        Some(document) => configure::read(document),
        None => Ok(configure::current(ports)?.merchant),
    }
}

/// What each of the orders would earn.
///
/// # Errors
/// [`Reject::Invalid`] for a tier that the rules don't know.
pub fn earned(merchant: &Merchant, wishes: Vec<Wish>) -> Result<Vec<Vec<TriedGrant>>, Reject> {
    let mut trial = Trial::new(merchant);
    let next = |(place, wish): (usize, Wish)| {
        let at = format!("/orders/{place}/tier");
        let facts = tiers::facts(merchant, &at, wish.tier.as_deref(), wish.tags)?;
        Ok(trial.next(&TriedOrder {
            at: wish.at,
            order: wish.order,
            facts,
        }))
    };
    wishes.into_iter().enumerate().map(next).collect()
}

//! Rules that are tried.

use super::super::check::Check;
use super::super::orders;
use super::Answer;
use crate::bindings::exports::stampcard::plugin::points as wit;
use crate::domain::amount::Amount;
use crate::domain::award::Awarded;
use crate::domain::trial::TriedGrant;
use crate::flows::trial::{self as flow, Wish};
use crate::ports::Ports;

/// Orders of one trial, at most.
const ORDERS_MAX: usize = 500;

/// `points.try-orders`.
///
/// # Errors
/// Those that the interface names.
pub fn try_orders(ports: &dyn Ports, request: &wit::Trial) -> Answer<Vec<wit::Tried>> {
    let mut check = Check::default();
    check.count(&"/orders", request.orders.len(), 1, ORDERS_MAX);
    let orders = request.orders.iter().take(ORDERS_MAX).enumerate();
    let wishes: Vec<Wish> = orders
        .filter_map(|(place, tried)| wish(&mut check, place, tried))
        .collect();
    check.done()?;
    let merchant = flow::rules(ports, request.document.as_deref())?;
    for (place, (wish, tried)) in wishes.iter().zip(&request.orders).enumerate() {
        let at = format!("/orders/{place}/order");
        orders::order_in_currency(&at, &wish.order, tried.order.currency.as_deref(), &merchant)?;
    }
    let earned = flow::earned(&merchant, wishes)?;
    let tried = request.orders.iter().zip(&earned);
    Ok(tried
        .map(|(tried, grants)| wit::Tried {
            order: tried.order.order.clone(),
            granted: grants.iter().map(sum).sum::<Amount>().text(),
            grants: grants.iter().map(grant).collect(),
        })
        .collect())
}

fn wish(check: &mut Check, place: usize, tried: &wit::TriedOrder) -> Option<Wish> {
    let at = format!("/orders/{place}");
    let moment = check.instant(&format_args!("{at}/at"), tried.at);
    let order = orders::order_at(check, &format!("{at}/order"), &tried.order);
    let tier = check.maybe_text(&format_args!("{at}/tier"), tried.tier.as_deref(), 128);
    let tags = check.texts(&format_args!("{at}/tags"), tried.tags.as_ref(), 100);
    Some(Wish {
        at: moment?,
        order: order?,
        tier,
        tags,
    })
}

fn sum(grant: &TriedGrant) -> Amount {
    grant.awards.iter().map(|award| award.points).sum()
}

fn grant(grant: &TriedGrant) -> wit::TriedGrant {
    let award = |award: &Awarded| wit::TriedAward {
        rule: award.rule.text(),
        points: award.points.text(),
    };
    wit::TriedGrant {
        programme: grant.programme.text(),
        points: sum(grant).text(),
        awards: grant.awards.iter().map(award).collect(),
    }
}

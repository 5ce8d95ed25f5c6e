//! Orders that were reported, as rules may be tried on them.

use super::history::granted;
use super::scope::{Scope, Stop};
use crate::domain::amount::Amount;
use crate::domain::award::Facts;
use crate::domain::entry::Entry;
use crate::domain::ids::Id;
use crate::domain::instant::Instant;
use crate::domain::order::Order;
use crate::domain::order_file::{OrderFile, Reached};
use crate::records::{codec, keys};
use crate::reject::Reject;

/// Lines of the orders of a page, about: a page ends with the order that brings it there.
const LINES: usize = 5_000;

/// Which orders are asked for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Reports from here on,
    pub since: Instant,
    /// and before this.
    pub until: Instant,
    /// The order behind which the page begins.
    pub after: Option<Id>,
    /// Orders to look at, at most.
    pub limit: u32,
}

/// An order with its reports.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The order, with what points paid of it.
    pub order: Order,
    /// What is known of its member now.
    pub facts: Facts,
    /// Its reports within the time.
    pub reports: Vec<Reached>,
    /// The entries of all that it was granted.
    pub grants: Vec<Entry>,
    /// The programmes of those entries.
    pub file: OrderFile,
}

/// Some of the orders.
#[derive(Clone, Debug)]
pub struct Page {
    /// Those with reports within the time.
    pub orders: Vec<Recorded>,
    /// So many were looked at.
    pub looked_at: u32,
    /// The order behind which the next page begins.
    pub next: Option<Id>,
}

/// The next orders that were reported within the time.
///
/// # Errors
/// Those of the storage.
pub fn recorded(scope: &mut Scope<'_>, wanted: &Wanted) -> Result<Page, Stop> {
    let after = wanted.after.as_ref().map(keys::order);
    let range = keys::under(keys::ORDERS, after.as_deref(), wanted.limit);
    let rows = scope.work.scan(&range)?;
    let more = u32::try_from(rows.len()).is_ok_and(|rows| rows == wanted.limit);
    let mut page = Page {
        orders: Vec::new(),
        looked_at: 0,
        next: None,
    };
    let mut found = Vec::new();
    let mut lines = 0;
    for row in &rows {
        let id = keys::step(&row.key, 1).ok_or_else(|| Reject::Unreadable(row.key.clone()))?;
        let file: OrderFile = codec::decode(&row.key, &row.value)?;
        page.looked_at = page.looked_at.saturating_add(1);
        page.next = Some(id);
        let reports = file.reports(wanted.since, wanted.until);
        if let Some(order) = file.order.as_ref().filter(|_| !reports.is_empty()) {
            lines += order.cart.lines.len() * reports.len();
            found.push((file, reports));
        }
        if lines >= LINES {
            break;
        }
    }
    if !more && usize::try_from(page.looked_at).is_ok_and(|count| count == rows.len()) {
        page.next = None;
    }
    let members = found.iter().map(|(file, _)| &file.member);
    let members = members.flat_map(|member| [keys::account(member), keys::member(member)]);
    scope.work.fetch(members.collect::<Vec<_>>())?;
    for (mut file, reports) in found {
        let holdings = scope.open_of(&mut file)?;
        let Some(mut order) = file.order.clone() else {
            continue;
        };
        let paid: Amount = file.spends.values().map(|spend| spend.worth).sum();
        order.points_paid = order.points_paid.or(Some(paid));
        order.member = holdings.member.clone();
        page.orders.push(Recorded {
            order,
            facts: scope.facts(&holdings)?,
            reports,
            grants: granted(scope, &file, &holdings)?,
            file,
        });
    }
    Ok(page)
}

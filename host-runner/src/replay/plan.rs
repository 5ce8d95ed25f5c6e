//! The order in which purchases are played: by day, and within a day as the file has them.

use super::orders::Purchase;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Purchases of one member on one day. Different members' chains may be played at the same time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// In the file's order; they are played one after another.
    pub purchases: Arc<[Purchase]>,
    /// The member has none on an earlier day.
    pub first: bool,
}

/// The purchases of one local day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    /// The day.
    pub date: NaiveDate,
    /// One per member, in the order of each one's first purchase of the day.
    pub chains: Vec<Chain>,
}

/// What a replay plays, up to its last day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The days that have purchases, in their order.
    pub days: Vec<Day>,
    /// How many purchases there are.
    pub orders: u64,
    /// Of them, those of a price of nothing.
    pub free: u64,
    /// How many different members bought.
    pub members: u64,
}

impl Plan {
    /// Arranges the purchases made on `until` or before.
    #[must_use]
    pub fn new(purchases: &[Purchase], until: NaiveDate) -> Self {
        let mut days: BTreeMap<NaiveDate, Vec<&Purchase>> = BTreeMap::new();
        let (mut orders, mut free, mut members) = (0, 0, BTreeSet::new());
        for purchase in purchases.iter().filter(|purchase| purchase.date <= until) {
            days.entry(purchase.date).or_default().push(purchase);
            orders += 1;
            free += u64::from(purchase.is_free());
            members.insert(purchase.member.as_str());
        }
        let members = members.iter().map(|_| 1).sum();
        let mut known = BTreeSet::new();
        let days = days.into_iter().map(|(date, purchases)| Day {
            date,
            chains: chains(&purchases, &mut known),
        });
        Self {
            days: days.collect(),
            orders,
            free,
            members,
        }
    }
}

/// A day's chains; the members known from earlier days grow by this day's.
fn chains<'p>(purchases: &[&'p Purchase], known: &mut BTreeSet<&'p str>) -> Vec<Chain> {
    let mut by_member: BTreeMap<&'p str, Vec<Purchase>> = BTreeMap::new();
    for purchase in purchases {
        by_member
            .entry(&purchase.member)
            .or_default()
            .push((*purchase).clone());
    }
    let chains = by_member.into_iter().map(|(member, purchases)| Chain {
        purchases: purchases.into(),
        first: known.insert(member),
    });
    let mut chains: Vec<Chain> = chains.collect();
    chains.sort_by_key(|chain| chain.purchases.first().map(|purchase| purchase.line));
    chains
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replay::orders;

    #[test]
    fn by_day_then_as_in_the_file() {
        let file = b"customer_id date number_of_cds dollar_value
b 20240102 1 1.00
b 20240101 1 0.00
a 20240101 1 3.00
b 20240101 1 4.00
c 20240201 1 9.00
";
        let orders = orders::read(file, 2).unwrap();
        let plan = Plan::new(
            &orders.purchases,
            NaiveDate::from_ymd_opt(2024, 1, 31).unwrap(),
        );
        let lines: Vec<Vec<Vec<u64>>> = plan
            .days
            .iter()
            .map(|day| {
                day.chains
                    .iter()
                    .map(|chain| chain.purchases.iter().map(|order| order.line).collect())
                    .collect()
            })
            .collect();
        assert_eq!(lines, [vec![vec![3, 5], vec![4]], vec![vec![2]]]);
        let firsts: Vec<Vec<bool>> = plan
            .days
            .iter()
            .map(|day| day.chains.iter().map(|chain| chain.first).collect())
            .collect();
        assert_eq!(firsts, [vec![true, true], vec![false]]);
        assert_eq!((plan.orders, plan.free, plan.members), (4, 1, 2));
    }
}

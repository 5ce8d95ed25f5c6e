//! What orders would earn by a document's rules alone: none of them is anybody's. Source: spec, points, Earning.

use super::amount::Amount;
use super::award::{Act, Awarded, Facts, Trigger, judge};
use super::config::Merchant;
use super::formula::units;
use super::ids::{Id, Name};
use super::instant::Instant;
use super::limit::Counters;
use super::order::{Order, OrderState, base};
use crate::sorted_map::SortedMap;

/// An order as it might come in.
#[derive(Clone, Debug)]
pub struct TriedOrder {
    /// When.
    pub at: Instant,
    /// The order.
    pub order: Order,
    /// What rules look at of its member.
    pub facts: Facts,
}

/// What one programme would grant.
#[derive(Clone, Debug, PartialEq)]
pub struct TriedGrant {
    /// The programme.
    pub programme: Name,
    /// Its awards, each above 0.
    pub awards: Vec<Awarded>,
}

/// What became of an order before.
#[derive(Default)]
struct Before {
    state: Option<OrderState>,
    /// The rules that awarded it, and how much, by programme.
    awarded: SortedMap<Name, (Vec<Name>, Amount)>,
}

/// The limits of a document's rules, and how much of them the orders so far have used.
pub struct Trial<'m> {
    merchant: &'m Merchant,
    unit: Amount,
    /// Of each member, and the budgets, which are everybody's.
    counters: SortedMap<Id, Counters>,
    budgets: Counters,
    orders: SortedMap<Id, Before>,
}

impl<'m> Trial<'m> {
    /// Before the first order, with nothing used.
    #[must_use]
    pub fn new(merchant: &'m Merchant) -> Self {
        Self {
            merchant,
            unit: merchant.money_unit(),
            counters: SortedMap::new(),
            budgets: Counters::default(),
            orders: SortedMap::new(),
        }
    }

    /// What the next order would be granted, by programmes that grant something. One that came before in an earlier state gets what the
    /// later one adds.
    pub fn next(&mut self, tried: &TriedOrder) -> Vec<TriedGrant> {
        let (order, merchant) = (&tried.order, self.merchant);
        let before = self
            .orders
            .or_insert_with(order.id.clone(), Before::default);
        let from = before.state;
        before.state = from.max(Some(order.state));
        let counters = self
            .counters
            .or_insert_with(order.member.clone(), Counters::default);
        std::mem::swap(&mut counters.budgets, &mut self.budgets.budgets);
        let units = units(&order.cart.lines);
        let mut grants = Vec::new();
        for (name, programme) in &merchant.programmes {
            let paid = order.points_paid.unwrap_or_default();
            let base = base(order, &programme.base, paid, self.unit);
            let (awarded, granted_before) = before
                .awarded
                .get(name)
                .map_or((&[][..], Amount::ZERO), |(rules, points)| {
                    (rules.as_slice(), *points)
                });
            let act = Act::Order {
                from,
                to: order.state,
                lines: &order.cart.lines,
                base: &base,
                units: &units,
                payment_methods: &order.payment_methods,
                granted_before,
                awarded,
            };
            let trigger = Trigger {
                act,
                facts: &tried.facts,
                channel: order.channel.as_deref(),
                at: tried.at,
                today: merchant.zone.date(tried.at),
            };
            let awards = judge(name, programme, &trigger, counters).awards;
            if awards.is_empty() {
                continue;
            }
            let (rules, points) = before
                .awarded
                .or_insert_with(name.clone(), Default::default);
            rules.extend(awards.iter().map(|award| award.rule.clone()));
            *points += awards.iter().map(|award| award.points).sum();
            let programme = name.clone();
            grants.push(TriedGrant { programme, awards });
        }
        std::mem::swap(&mut counters.budgets, &mut self.budgets.budgets);
        grants
    }
}

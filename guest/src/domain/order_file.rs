//! What the engine keeps of an order: what was said of it, what it earned, what was spent on it, and
//! what of it was refunded.

use super::amount::Amount;
use super::config::{ActivationEvent, Fault};
use super::entry::Part;
use super::formula::Formula;
use super::ids::{Id, Name};
use super::instant::Instant;
use super::order::{Base, Cart, Order, OrderState};
use super::refund::Refunded;
use crate::reading::Read;
use crate::sorted_map::SortedMap;
use serde::Serialize;
use std::borrow::Cow;

/// One order as far as points are concerned.
#[derive(Clone, Debug, PartialEq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct OrderFile {
    /// Whose.
    pub member: Id,
    /// As it was reported first, in the state that it has now; none: points were spent or held for it,
    /// and it was never reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Order>,
    /// When it reached each state.
    #[serde(default, skip_serializing_if = "SortedMap::is_empty")]
    pub reached: SortedMap<OrderState, Instant>,
    /// What was refunded.
    #[serde(default, skip_serializing_if = "Refunded::is_nothing")]
    pub refunded: Refunded,
    /// What it earned, report by report.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grants: Vec<OrderGrant>,
    /// What was spent on it, by programme.
    #[serde(default, skip_serializing_if = "SortedMap::is_empty")]
    pub spends: SortedMap<Name, Spend>,
    /// What of it counts for the member's tier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted: Option<Counted>,
}

/// Money that counts for a member's tier.
#[derive(Clone, Debug, PartialEq, Eq, Read, Serialize)]
pub struct Counted {
    /// When it came in.
    pub at: Instant,
    /// How much, refunds left out.
    pub base: Base,
}

/// What one report of an order earned in one programme.
#[derive(Clone, Debug, PartialEq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct OrderGrant {
    /// The programme.
    pub programme: Name,
    /// The account's entry that tells how they came about.
    pub entry: u64,
    /// In whose ledger; none: the order's member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ledger: Option<Id>,
    /// What its awards were counted on, refunds left out.
    pub base: Base,
    /// Its awards.
    pub awards: Vec<OrderAward>,
}

/// An award of an order, and how much of it was taken back.
#[derive(Clone, Debug, PartialEq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct OrderAward {
    /// The lot that holds it.
    pub lot: u64,
    /// The lots in which points of it lived on, by grace.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<u64>,
    /// The rule.
    pub rule: Name,
    /// What was granted.
    pub points: Amount,
    /// Taken back by refunds, what became debt or was forgiven included.
    #[serde(default, skip_serializing_if = "Amount::is_zero")]
    pub reversed: Amount,
    /// The way from money to points.
    pub formula: Formula,
}

impl OrderAward {
    /// All its lots.
    pub fn lots(&self) -> impl Iterator<Item = u64> {
        std::iter::once(self.lot).chain(self.also.iter().copied())
    }
}

/// Points spent on an order in one programme.
#[derive(Clone, Debug, Default, PartialEq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Spend {
    /// In all.
    pub points: Amount,
    /// What they paid, in money.
    pub worth: Amount,
    /// Whether points could pay shipping when they were spent.
    #[serde(default)]
    pub shipping: bool,
    /// The programme's smallest unit of points then.
    pub unit: Amount,
    /// Where those came from that were not given back, in the order in which they were spent.
    pub draws: Vec<Part>,
    /// Given back by refunds.
    #[serde(default, skip_serializing_if = "Amount::is_zero")]
    pub restored: Amount,
}

impl Spend {
    /// Those of them that were not given back.
    #[must_use]
    pub fn left(&self) -> Amount {
        self.points - self.restored
    }

    /// What those pay, in money.
    #[must_use]
    pub fn pays(&self, unit: Amount) -> Amount {
        if self.restored.is_zero() {
            return self.worth;
        }
        self.worth.scale_ceil(self.left(), self.points, unit)
    }
}

/// A state that a report brought an order to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reached {
    /// The state.
    pub state: OrderState,
    /// When.
    pub at: Instant,
    /// The state before, and since when; none: it was the first report.
    pub before: Option<(OrderState, Instant)>,
}

impl OrderFile {
    /// An order that nothing is known of but its member.
    #[must_use]
    pub fn new(member: Id) -> Self {
        Self {
            member,
            order: None,
            reached: SortedMap::new(),
            refunded: Refunded::default(),
            grants: Vec::new(),
            spends: SortedMap::new(),
            counted: None,
        }
    }

    /// Where a report says another thing than the first one did; its state may differ.
    #[must_use]
    pub fn differs(&self, report: &Order) -> Option<Fault> {
        if self.member != report.member {
            return Some(Fault::new("/member", &report.member, self.member.as_str()));
        }
        let first = self.order.as_ref()?;
        if first.cart.lines.len() != report.cart.lines.len() {
            let lines = |order: &Order| format!("{} lines", order.cart.lines.len());
            return Some(Fault::new("/lines", lines(report), lines(first)));
        }
        for (place, (was, is)) in first.cart.lines.iter().zip(&report.cart.lines).enumerate() {
            let numbers = [
                ("quantity", was.quantity, is.quantity),
                ("amount", was.amount, is.amount),
                ("discount", was.discount, is.discount),
                ("tax", was.tax, is.tax),
            ];
            for (field, was, is) in numbers {
                if was != is {
                    return Some(Fault::new(
                        format!("/lines/{place}/{field}"),
                        is,
                        was.to_string(),
                    ));
                }
            }
            if was.sku != is.sku {
                return Some(Fault::new(format!("/lines/{place}/sku"), &is.sku, &was.sku));
            }
            if was != is {
                let said = "the line, categories, brand and tags that were reported first";
                return Some(Fault::new(
                    format!("/lines/{place}"),
                    "something else",
                    said,
                ));
            }
        }
        let numbers = [
            ("/discount", first.cart.discount, report.cart.discount),
            ("/shipping", first.cart.shipping, report.cart.shipping),
            ("/gift-card", first.gift_card, report.gift_card),
        ];
        for (path, was, is) in numbers {
            if was != is {
                return Some(Fault::new(path, is, was.to_string()));
            }
        }
        let said = "what was reported first";
        if first.points_paid != report.points_paid {
            return Some(Fault::new("/points-paid", "another amount", said));
        }
        if first.payment_methods != report.payment_methods {
            return Some(Fault::new("/payment-methods", "others", said));
        }
        (first.channel != report.channel).then(|| Fault::new("/channel", "another", said))
    }

    /// Notes a report, and when the states that it reaches were reached. Gives the state before.
    pub fn report(&mut self, report: &Order, at: Instant) -> Option<OrderState> {
        self.forget_undone();
        let before = self.order.as_ref().map(|order| order.state);
        let state = before.map_or(report.state, |before| before.max(report.state));
        let states = [
            OrderState::Ordered,
            OrderState::Paid,
            OrderState::Shipped,
            OrderState::Delivered,
            OrderState::Completed,
        ];
        for reached in states.into_iter().filter(|reached| *reached <= state) {
            self.reached.or_insert_with(reached, || at);
        }
        let order = self.order.get_or_insert_with(|| report.clone());
        order.state = state;
        before
    }

    /// The reports that brought it to a state within a time, which ends before `until`: in what state, when, and where it stood before.
    #[must_use]
    pub fn reports(&self, since: Instant, until: Instant) -> Vec<Reached> {
        let mut reports: Vec<Reached> = Vec::new();
        for (state, at) in self.reached.iter() {
            match reports.last_mut() {
                // One report reaches all states up to its own.
                Some(last) if last.at == *at => last.state = *state,
                last => {
                    let before = last.map(|last| (last.state, last.at));
                    reports.push(Reached {
                        state: *state,
                        at: *at,
                        before,
                    });
                }
            }
        }
        reports.retain(|report| since <= report.at && report.at < until);
        reports
    }

    /// What was bought and not refunded; none: it was never reported.
    #[must_use]
    pub fn cart(&self, unit: Amount) -> Option<Cow<'_, Cart>> {
        let cart = &self.order.as_ref()?.cart;
        if self.refunded.is_nothing() {
            return Some(Cow::Borrowed(cart));
        }
        let mut left = cart.clone();
        let values = cart.values(unit).into_iter().zip(&self.refunded.lines);
        for (line, (value, refunded)) in left.lines.iter_mut().zip(values) {
            (line.amount, line.discount) = (value - refunded.value, Amount::ZERO);
        }
        left.discount = Amount::ZERO;
        left.shipping -= self.refunded.shipping;
        Some(Cow::Owned(left))
    }

    /// When an event that activations count from happened to the order; the grant's is `granted`.
    #[must_use]
    pub fn when(&self, event: ActivationEvent, granted: Instant) -> Option<Instant> {
        let state = match event {
            ActivationEvent::Earned => return Some(granted),
            ActivationEvent::Paid => OrderState::Paid,
            ActivationEvent::Shipped => OrderState::Shipped,
            ActivationEvent::Delivered => OrderState::Delivered,
            ActivationEvent::Completed => OrderState::Completed,
        };
        self.reached.get(&state).copied()
    }

    /// What the order earned in a programme.
    #[must_use]
    pub fn earned(&self, programme: &str) -> Amount {
        self.awards(programme).map(|award| award.points).sum()
    }

    /// The awards of a programme.
    pub fn awards(&self, programme: &str) -> impl Iterator<Item = &OrderAward> {
        let grants = self
            .grants
            .iter()
            .filter(move |grant| grant.programme.as_str() == programme);
        grants.flat_map(|grant| &grant.awards)
    }

    /// Notes that points of a lot of this order live on in another.
    pub fn lives_on(&mut self, programme: &Name, lot: u64, on: u64) {
        let grants = self.grants.iter_mut();
        let own = grants.filter(|grant| grant.programme == *programme);
        let mut awards = own.flat_map(|grant| &mut grant.awards);
        if let Some(award) = awards.find(|award| award.lots().any(|its| its == lot)) {
            award.also.push(on);
        }
    }

    /// Points that came back in full before the order was ever reported paid nothing of it.
    fn forget_undone(&mut self) {
        if self.order.is_none() {
            self.spends.retain(|_, spend| spend.left().is_positive());
        }
    }

    /// Notes points spent.
    pub fn spend(
        &mut self,
        programme: &Name,
        points: Amount,
        worth: Amount,
        shipping: bool,
        unit: Amount,
        draws: Vec<Part>,
    ) {
        self.forget_undone();
        let spend = self.spends.or_default(programme.clone());
        spend.points += points;
        spend.worth += worth;
        spend.shipping = shipping;
        spend.unit = unit;
        spend.draws.extend(draws);
    }
}

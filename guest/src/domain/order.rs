//! Orders as the platform reports them, and what their lines are worth.

use super::amount::Amount;
use super::config::{Component, Products, Selector};
use super::ids::Id;
use super::share::by_largest_remainder;
use crate::reading::Read;
use serde::Serialize;

/// How far an order has come; a later state implies the earlier ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum OrderState {
    /// Placed, not paid.
    Ordered,
    /// Paid.
    Paid,
    /// Shipped.
    Shipped,
    /// Delivered.
    Delivered,
    /// Completed.
    Completed,
}

/// One line of an order.
#[derive(Clone, Debug, PartialEq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Line {
    /// Unique in the order.
    pub id: Id,
    /// The article.
    pub sku: String,
    /// Above 0.
    pub quantity: Amount,
    /// What it costs in all, before discounts.
    pub amount: Amount,
    /// Taken off this line.
    #[serde(default, skip_serializing_if = "Amount::is_zero")]
    pub discount: Amount,
    /// The tax in it.
    #[serde(default, skip_serializing_if = "Amount::is_zero")]
    pub tax: Amount,
    /// Its categories.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// Its brand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<String>,
    /// Its tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

/// What is bought, and what it costs.
#[derive(Clone, Debug, PartialEq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Cart {
    /// At least one.
    pub lines: Vec<Line>,
    /// Taken off the whole; not more than the lines come to.
    #[serde(default, skip_serializing_if = "Amount::is_zero")]
    pub discount: Amount,
    /// Shipping.
    #[serde(default, skip_serializing_if = "Amount::is_zero")]
    pub shipping: Amount,
}

/// An order.
#[derive(Clone, Debug, PartialEq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Order {
    /// The platform's id.
    pub id: Id,
    /// Whose.
    pub member: Id,
    /// How far it has come.
    pub state: OrderState,
    /// What is bought.
    pub cart: Cart,
    /// Paid with gift cards.
    #[serde(default, skip_serializing_if = "Amount::is_zero")]
    pub gift_card: Amount,
    /// Paid with points, in money, if the platform says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points_paid: Option<Amount>,
    /// The methods that paid it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub payment_methods: Vec<String>,
    /// Where it was bought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
}

impl Line {
    /// What it costs after its own discount.
    #[must_use]
    pub fn net(&self) -> Amount {
        self.amount - self.discount
    }

    /// Whether any of the selector's marks is on it.
    #[must_use]
    pub fn has(&self, selector: &Selector) -> bool {
        selector.skus.contains(&self.sku)
            || self
                .brand
                .as_ref()
                .is_some_and(|brand| selector.brands.contains(brand))
            || self
                .categories
                .iter()
                .any(|category| selector.categories.contains(category))
            || self.tags.iter().any(|tag| selector.tags.contains(tag))
    }

    /// Whether it is among the products.
    #[must_use]
    pub fn is_among(&self, products: &Products) -> bool {
        let all = products.include == Selector::default();
        (all || self.has(&products.include)) && !self.has(&products.exclude)
    }
}

impl Cart {
    /// What each line costs after all discounts; the order's is shared by what the lines cost.
    #[must_use]
    pub fn values(&self, unit: Amount) -> Vec<Amount> {
        let nets: Vec<Amount> = self.lines.iter().map(Line::net).collect();
        let shares = by_largest_remainder(self.discount, &nets, unit);
        nets.into_iter()
            .zip(shares)
            .map(|(net, share)| net - share)
            .collect()
    }
}

/// The money that awards are counted on, in parts that can be refunded one by one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Base {
    /// Of each line, in their order.
    pub lines: Vec<Amount>,
    /// Of shipping.
    #[serde(default, skip_serializing_if = "Amount::is_zero")]
    pub shipping: Amount,
}

impl Base {
    /// All of it.
    #[must_use]
    pub fn total(&self) -> Amount {
        self.lines.iter().copied().sum::<Amount>() + self.shipping
    }
}

/// Counts the base of an order by the programme's components; `paid` is what points paid. Payments
/// are taken off the lines pro rata by what they cost. Source: spec, points, Earning (base).
#[must_use]
pub fn base(order: &Order, components: &[Component], paid: Amount, unit: Amount) -> Base {
    let has = |component| components.contains(&component);
    let values = order.cart.values(unit);
    let total: Amount = values.iter().copied().sum();
    let mut payment = Amount::ZERO;
    if has(Component::Points) {
        payment += paid;
    }
    if has(Component::GiftCard) {
        payment += order.gift_card;
    }
    let payments = by_largest_remainder(payment.min(total), &values, unit);
    let parts = order.cart.lines.iter().zip(values).zip(payments);
    let lines = parts.map(|((line, value), payment)| {
        let mut base = Amount::ZERO;
        if has(Component::Items) {
            base += if has(Component::Discounts) {
                value
            } else {
                line.amount
            };
            if has(Component::Tax) {
                base -= line.tax;
            }
            base -= payment;
        }
        base.or_zero()
    });
    let lines = lines.collect();
    let shipping = if has(Component::Shipping) {
        // What is paid beyond the lines pays shipping.
        (order.cart.shipping - (payment - total).or_zero()).or_zero()
    } else {
        Amount::ZERO
    };
    Base { lines, shipping }
}

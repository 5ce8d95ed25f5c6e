//! Coupons and carts for tests.

use super::super::amount::Amount;
use super::super::config::{Benefit, Stacking};
use super::super::ids::{Id, Name};
use super::super::instant::Instant;
use super::super::order::{Cart, Line};
use super::code::Code;
use super::issued::{Coupon, State, Terms};
use crate::shared::Shared;

pub(super) fn amount(text: &str) -> Amount {
    Amount::parse(text).unwrap()
}

pub(super) fn id(text: &str) -> Id {
    Id::parse(text).unwrap()
}

pub(super) fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

/// Lines with SKUs `a`, `b`, `c` …, one each, at these prices.
pub(super) fn cart(prices: &[&str], shipping: &str) -> Cart {
    let line = |(name, price): (char, &&str)| Line {
        id: id(&name.to_string()),
        sku: name.to_string(),
        quantity: Amount::ONE,
        amount: amount(price),
        discount: Amount::ZERO,
        tax: Amount::ZERO,
        categories: Vec::new(),
        brand: None,
        tags: Vec::new(),
    };
    Cart {
        lines: ('a'..='z').zip(prices).map(line).collect(),
        discount: Amount::ZERO,
        shipping: amount(shipping),
    }
}

pub(super) fn percent(percent: &str, cap: Option<&str>) -> Benefit {
    Benefit::Percent {
        percent: amount(percent),
        cap: cap.map(amount),
    }
}

/// A coupon that stands with others, for these SKUs (all, if there are none), of a template of its own. `number` makes
/// its code; it expires `days` into 2026-06.
pub(super) fn coupon(benefit: Benefit, skus: &[&str], number: u64, days: u32) -> Coupon {
    let mut products = super::super::config::Products::default();
    products.include.skus = skus.iter().map(|sku| (*sku).to_owned()).collect();
    let date = chrono::NaiveDate::from_ymd_opt(2026, 6, 1).unwrap();
    let expires_on = date + chrono::Days::new(u64::from(days));
    let start = expires_on
        .succ_opt()
        .unwrap()
        .and_time(chrono::NaiveTime::MIN);
    Coupon {
        code: Code::make(&[0; 32], &Name::parse("t").unwrap(), number),
        template: Name::parse(&format!("t{number}")).unwrap(),
        terms: Shared::new(Terms {
            benefit,
            minimum_spend: None,
            products,
            limits: Default::default(),
            stacking: Stacking::WithOthers,
        }),
        serial: number,
        member: None,
        issued: at("2026-05-01T00:00:00Z"),
        usable_from: at("2026-05-01T00:00:00Z"),
        expires_at: Instant::from_utc(start.and_utc()).unwrap(),
        expires_on,
        state: State::Issued,
    }
}

//! What is wrong with coupon templates.

use super::super::{Benefit, COUPON_TEMPLATES_MAX, COUPONS_PER_ORDER_MAX, CouponLimits};
use super::super::{CouponTemplate, Merchant, Validity};
use super::Found;
use crate::domain::amount::Amount;
use chrono::Datelike;

impl Found {
    pub(super) fn coupons(&mut self, merchant: &Merchant) {
        let most = merchant.coupons_per_order;
        let fits = (1..=COUPONS_PER_ORDER_MAX).contains(&most);
        self.unless(fits, "coupons-per-order", most, "1 to 5");
        let count = merchant.coupons.len();
        self.unless(
            count <= COUPON_TEMPLATES_MAX,
            "coupons",
            count,
            "at most 200 templates",
        );
        let unit = merchant.money_unit();
        self.at("coupons", |found| {
            for (name, template) in &merchant.coupons {
                found.at(name, |found| found.template(template, unit));
            }
        });
    }

    fn template(&mut self, template: &CouponTemplate, unit: Amount) {
        match &template.benefit {
            Benefit::Amount(amount) => self.money("benefit/amount", Some(*amount), unit),
            Benefit::Percent { percent, cap } => {
                let fits = percent.is_positive()
                    && *percent <= Amount::whole(100)
                    && percent.decimals() <= 2;
                self.unless(
                    fits,
                    "benefit/percent/percent",
                    percent,
                    "above 0, at most 100, with at most 2 fraction digits",
                );
                self.money("benefit/percent/cap", *cap, unit);
            }
            Benefit::FreeShipping { cap } => self.money("benefit/free-shipping/cap", *cap, unit),
            Benefit::Gift(gift) => {
                let fits = (1..=128).contains(&gift.sku.len());
                self.unless(fits, "benefit/gift/sku", &gift.sku, "1 to 128 bytes");
                let fits = (1..=100).contains(&gift.quantity);
                self.unless(fits, "benefit/gift/quantity", gift.quantity, "1 to 100");
            }
        }
        self.money("minimum-spend", template.minimum_spend, unit);
        self.selector("products/include", &template.products.include);
        self.selector("products/exclude", &template.products.exclude);
        self.validity(&template.validity);
        self.at("limits", |found| found.uses(&template.limits));
    }

    /// Money above 0 in whole units of the currency.
    fn money(&mut self, field: &str, money: Option<Amount>, unit: Amount) {
        let Some(money) = money else { return };
        self.unless(
            money.is_positive() && money.floor_to(unit) == money,
            field,
            money,
            &format!("above 0, a multiple of the currency's unit {unit}"),
        );
    }

    fn validity(&mut self, validity: &Validity) {
        match validity {
            Validity::Dates { from, until } => {
                let dates = [
                    ("validity/dates/from", *from),
                    ("validity/dates/until", Some(*until)),
                ];
                for (field, date) in dates {
                    let Some(date) = date else { continue };
                    // The day after the last must have a start.
                    let fits = (1970..=9998).contains(&date.year());
                    self.unless(fits, field, date, "1970-01-01 to 9998-12-31");
                }
                self.unless(
                    from.is_none_or(|from| from <= *until),
                    "validity/dates/until",
                    until,
                    "from or later",
                );
            }
            Validity::Days { days } => {
                let fits = (1..=3_660).contains(days);
                self.unless(fits, "validity/days/days", days, "1 to 3,660");
            }
        }
    }

    fn uses(&mut self, limits: &CouponLimits) {
        for (field, most) in [
            ("total", limits.total),
            ("member", limits.member),
            ("period/uses", limits.period.map(|period| period.uses)),
            ("issued-total", limits.issued_total),
            ("issued-per-member", limits.issued_per_member),
        ] {
            self.unless(most != Some(0), field, 0, "1 or more");
        }
    }
}

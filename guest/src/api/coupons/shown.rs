//! Coupons and what they take off, in the interface's words.

use crate::bindings::exports::stampcard::plugin::coupons as wit;
use crate::bindings::stampcard::plugin::types::CouponRefusal;
use crate::domain::amount::Amount;
use crate::domain::config::Benefit;
use crate::domain::coupon::code::Code;
use crate::domain::coupon::discount::Discounts;
use crate::domain::coupon::fit::Unfit;
use crate::domain::coupon::issued::{Coupon, Refusal, State};
use crate::domain::coupon::stack::Clash;
use crate::domain::ids::Id;
use crate::domain::instant::Instant;
use crate::domain::order::Cart;
use crate::reject::{self, Why};

/// A coupon as it is at `now`.
pub(super) fn coupon(coupon: &Coupon, now: Instant) -> wit::Coupon {
    let (state, order, since, reason) = match &coupon.state {
        _ if coupon.is_expired(now) => (
            wit::CouponState::Expired,
            None,
            Some(coupon.expires_at),
            None,
        ),
        State::Issued => (wit::CouponState::Issued, None, None, None),
        State::Reserved { order, at, .. } => {
            (wit::CouponState::Reserved, Some(order), Some(*at), None)
        }
        State::Used { order, at, .. } => (wit::CouponState::Used, Some(order), Some(*at), None),
        State::Void { at, reason } => (
            wit::CouponState::Void,
            None,
            Some(*at),
            Some(reason.clone()),
        ),
    };
    wit::Coupon {
        code: coupon.code.to_string(),
        template: coupon.template.text(),
        serial: coupon.serial,
        member: coupon.member.as_ref().map(Id::text),
        benefit: match coupon.terms.benefit {
            Benefit::Amount(_) => wit::Benefit::Amount,
            Benefit::Percent { .. } => wit::Benefit::Percent,
            Benefit::FreeShipping { .. } => wit::Benefit::FreeShipping,
            Benefit::Gift(_) => wit::Benefit::Gift,
        },
        state,
        issued_at: coupon.issued.into(),
        usable_from: coupon.usable_from.into(),
        expires_at: coupon.expires_at.into(),
        expires_on: coupon.expires_on.to_string(),
        order: order.map(Id::text),
        since: since.map(Instant::into),
        reason,
    }
}

/// What coupons take off a cart.
pub(super) fn discounts(discounts: &Discounts, cart: &Cart) -> wit::Discounts {
    let lines = |amounts: &[Amount]| -> Vec<wit::LineDiscount> {
        let lines = cart.lines.iter().zip(amounts);
        let taken = lines.filter(|(_, amount)| amount.is_positive());
        let shown = taken.map(|(line, amount)| wit::LineDiscount {
            line: line.id.text(),
            discount: amount.text(),
        });
        shown.collect()
    };
    let coupons = discounts.coupons.iter().map(|taken| wit::CouponDiscount {
        code: taken.code.to_string(),
        base: taken.base.text(),
        discount: taken.discount.text(),
        lines: lines(&taken.lines),
        shipping: taken.shipping.text(),
        gift: taken.gift.as_ref().map(|gift| wit::GiftArticle {
            sku: gift.sku.clone(),
            quantity: gift.quantity,
        }),
    });
    wit::Discounts {
        total: discounts.total.text(),
        shipping: discounts.shipping.text(),
        lines: lines(&discounts.lines),
        coupons: coupons.collect(),
    }
}

impl From<reject::CouponRefusal> for CouponRefusal {
    fn from(refusal: reject::CouponRefusal) -> Self {
        match refusal.why {
            Why::Unfit(why) => unfit(refusal.code, &why),
            Why::Clash(why) => clash(refusal.code, &why),
        }
    }
}

fn plain(code: Option<Code>, reason: &str) -> CouponRefusal {
    CouponRefusal {
        code: code.map(|code| code.to_string()),
        reason: reason.to_owned(),
        limit: None,
        needed: None,
        found: None,
        at: None,
        order: None,
    }
}

/// Why a coupon isn't used by itself.
pub(super) fn unfit(code: Option<Code>, why: &Unfit) -> CouponRefusal {
    let plain = |reason| plain(code, reason);
    let at = |reason, at: Instant| CouponRefusal {
        at: Some(at.into()),
        ..plain(reason)
    };
    match why {
        Unfit::Refused(Refusal::NotYet(from)) => at("not-yet", *from),
        Unfit::Refused(Refusal::Expired(expired)) => at("expired", *expired),
        Unfit::Refused(Refusal::Void(voided)) => at("void", *voided),
        Unfit::Refused(Refusal::Used(order, used)) => CouponRefusal {
            order: Some(order.text()),
            ..at("used", *used)
        },
        Unfit::Refused(Refusal::Reserved(order)) => CouponRefusal {
            order: Some(order.text()),
            ..plain("reserved")
        },
        Unfit::Refused(Refusal::OfAnotherMember) => plain("of-another-member"),
        Unfit::UsedUp(used_up) => CouponRefusal {
            limit: Some(used_up.limit.to_owned()),
            needed: Some(used_up.most.to_string()),
            ..plain("limit")
        },
        Unfit::NoProducts => plain("no-products"),
        Unfit::BelowMinimum { needed, found } => CouponRefusal {
            needed: Some(needed.text()),
            found: Some(found.text()),
            ..plain("below-minimum")
        },
        Unfit::TakesNothing => plain("takes-nothing"),
        Unfit::Gift => plain("gift"),
        Unfit::NotBest => plain("not-best"),
    }
}

fn clash(code: Option<Code>, why: &Clash) -> CouponRefusal {
    let plain = |reason| plain(code, reason);
    match why {
        Clash::TooMany { most } => CouponRefusal {
            needed: Some(most.to_string()),
            ..plain("too-many")
        },
        Clash::Twice(_) => plain("twice"),
        Clash::Alone(_) => plain("alone"),
        Clash::Group { group, .. } => CouponRefusal {
            limit: Some(group.text()),
            ..plain("group")
        },
    }
}

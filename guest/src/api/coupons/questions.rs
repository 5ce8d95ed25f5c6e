//! Questions about coupons.

use super::super::check::Check;
use super::super::orders;
use super::{Answer, code, codes, shown, whole};
use crate::bindings::exports::stampcard::plugin::coupons as wit;
use crate::flows::command::ask;
use crate::flows::coupons::ask as flow;
use crate::ports::Ports;
use crate::records::keys;

/// Codes of a request for the best set, at most.
const CODES_MAX: usize = 20;

/// `coupons.get`.
///
/// # Errors
/// Those that the interface names.
pub fn get(ports: &dyn Ports, request: &wit::CouponId) -> Answer<wit::Coupon> {
    let mut check = Check::default();
    let code = code(&mut check, &"/code", &request.code);
    let code = whole(check, code)?;
    Ok(ask(ports, &[keys::coupon(code)], |scope| {
        let coupon = flow::get(scope, code)?;
        Ok(shown::coupon(&coupon, scope.now))
    })?)
}

/// `coupons.of-member`.
///
/// # Errors
/// Those that the interface names.
pub fn of_member(ports: &dyn Ports, request: &wit::MemberRequest) -> Answer<wit::MemberPage> {
    let mut check = Check::default();
    let member = check.id(&"/member", &request.member);
    let limit = check.number(&"/limit", request.limit, 50, 200);
    let after = check.maybe_text(&"/after", request.after.as_deref(), 128);
    let member = whole(check, member)?;
    Ok(ask(ports, &[keys::member(&member)], |scope| {
        let (coupons, next) = flow::of_member(scope, &member, after.as_deref(), limit)?;
        let coupons = coupons
            .iter()
            .map(|coupon| shown::coupon(coupon, scope.now));
        let wanted = |coupon: &wit::Coupon| request.state.is_none_or(|state| state == coupon.state);
        Ok(wit::MemberPage {
            coupons: coupons.filter(wanted).collect(),
            next,
        })
    })?)
}

/// `coupons.of-template`.
///
/// # Errors
/// Those that the interface names.
pub fn of_template(ports: &dyn Ports, request: &wit::TemplateRequest) -> Answer<wit::TemplatePage> {
    let mut check = Check::default();
    let limit = check.number(&"/limit", request.limit, 50, 200);
    check.done()?;
    let after = request.after.unwrap_or(0);
    Ok(ask(ports, &[keys::CODE_KEY.to_owned()], |scope| {
        let (coupons, next) = flow::of_template(scope, &request.template, after, limit)?;
        let coupons = coupons
            .iter()
            .map(|coupon| shown::coupon(coupon, scope.now));
        Ok(wit::TemplatePage {
            coupons: coupons.collect(),
            next,
        })
    })?)
}

/// `coupons.best`.
///
/// # Errors
/// Those that the interface names.
pub fn best(ports: &dyn Ports, request: &wit::BestRequest) -> Answer<wit::BestSet> {
    let mut check = Check::default();
    let member = check.maybe_id(&"/member", request.member.as_deref());
    let order = check.maybe_id(&"/order", request.order.as_deref());
    let typed = request.codes.as_deref().unwrap_or_default();
    let codes = codes(&mut check, typed, 0, CODES_MAX);
    let cart = orders::cart_of(&mut check, &request.cart);
    check.done()?;
    let wish = flow::Wish {
        member,
        order,
        cart,
        codes,
    };
    let reads: Vec<String> = wish.codes.iter().map(|code| keys::coupon(*code)).collect();
    Ok(ask(ports, &reads, |scope| {
        orders::in_currency("/cart", &wish.cart, &[], None, &scope.merchant)?;
        let (all, best) = flow::best_set(scope, &wish)?;
        let others = best.others.iter().filter_map(|(place, why)| {
            let code = all.get(*place)?.code;
            Some(shown::unfit(Some(code), why))
        });
        Ok(wit::BestSet {
            others: others.collect(),
            discounts: shown::discounts(&best.discounts, &wish.cart),
            proven: best.proven,
        })
    })?)
}

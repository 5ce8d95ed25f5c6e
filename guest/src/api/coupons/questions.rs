//! Questions about coupons.

use super::super::check::Check;
use super::super::orders;
use super::{Answer, code, named_codes, shown, whole};
use crate::bindings::exports::stampcard::plugin::coupons as wit;
use crate::domain::coupon::code::Code;
use crate::flows::command::ask;
use crate::flows::coupons::ask as flow;
use crate::ports::Ports;
use crate::records::keys;
use crate::records::state::BulkIssue;
use crate::reject::Reject;
use std::slice;

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

/// `coupons.bulk-issue`.
///
/// # Errors
/// Those that the interface names.
pub fn bulk_issue(ports: &dyn Ports, request: &wit::BulkId) -> Answer<wit::BulkProgress> {
    let mut check = Check::default();
    let id = check.id(&"/bulk", &request.bulk);
    let id = whole(check, id)?;
    let key = keys::coupon_bulk(&id);
    let stored = ask(ports, slice::from_ref(&key), |scope| {
        Ok(scope.work.get::<BulkIssue>(&key)?)
    })?;
    let bulk = stored.ok_or_else(|| Reject::invalid("/bulk", &id, "the name that issue gave"))?;
    Ok(wit::BulkProgress {
        bulk: id.text(),
        template: bulk.like.template.text(),
        finished: bulk.finished,
        issued: bulk.issued,
        left_out: bulk.left_out,
        from_serial: bulk.serials.map(|(first, _)| first),
    })
}

/// `coupons.codes`.
///
/// # Errors
/// Those that the interface names.
pub fn codes(ports: &dyn Ports, request: &wit::CodesRequest) -> Answer<wit::CodesPage> {
    let mut check = Check::default();
    let limit = check.number(&"/limit", request.limit, 1_000, 1_000);
    let first = request.from_serial.unwrap_or(1);
    if first == 0 {
        check.fault(&"/from-serial", first, "1 or more");
    }
    check.done()?;
    Ok(ask(ports, &[keys::CODE_KEY.to_owned()], |scope| {
        let (codes, last) = flow::of_serials(scope, &request.template, first, limit)?;
        Ok(wit::CodesPage {
            from_serial: first,
            codes: codes.iter().map(Code::to_string).collect(),
            next: last.map(|last| last.saturating_add(1)),
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
    let codes = named_codes(&mut check, typed, 0, CODES_MAX);
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
        orders::in_currency("/cart", &wish.cart, &scope.merchant)?;
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

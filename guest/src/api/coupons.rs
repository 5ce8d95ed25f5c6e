//! The interface `coupons`.

mod questions;
mod shown;

pub use questions::{best, bulk_issue, codes, get, of_member, of_template};

use super::check::{Check, whole};
use super::{Answer, execution, orders};
use crate::bindings::exports::stampcard::plugin::coupons as wit;
use crate::domain::coupon::code::{CODE_FORM, Code};
use crate::domain::coupon::issued::Coupon;
use crate::domain::ids::Id;
use crate::flows::command::{Execution, run};
use crate::flows::coupons::bulk::Many;
use crate::flows::coupons::{self as flow, checkout, issue as issues};
use crate::flows::scope::{Scope, Stop};
use crate::ports::Ports;
use crate::records::keys;
use crate::reject::Reject;
use std::fmt::Display;

/// Coupons of one issue that are made at once, at most.
const ISSUE_MAX: usize = 200;

/// Coupons of one issue that are nobody's, at most.
const NOBODYS_MAX: u32 = 1_000_000;

/// Codes of a request for an order, at most.
const CODES_MAX: usize = 5;

/// `coupons.set-code-key`.
///
/// # Errors
/// Those that the interface names.
pub fn set_code_key(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::CodeKey,
) -> Answer<wit::CodeKeyReport> {
    if flow::read_key(&request.key).is_none() {
        // What was found isn't told: it may be a secret with a slip in it.
        let permitted = "64 hexadecimal digits";
        return Err(Reject::invalid("/key", "something else", permitted).into());
    }
    let key = request.key.to_ascii_lowercase();
    let reads = [keys::CODE_KEY.to_owned()];
    let function = "coupons.set-code-key";
    Ok(run(
        ports,
        function,
        &execution(how)?,
        &key,
        &reads,
        |scope| {
            let set = flow::set_code_key(scope, &key)?;
            Ok(wit::CodeKeyReport { set })
        },
    )?)
}

/// `coupons.issue`.
///
/// # Errors
/// Those that the interface names.
pub fn issue(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::IssueRequest,
) -> Answer<wit::Issued> {
    let mut check = Check::default();
    let mut many = None;
    let holders = match &request.to {
        wit::Holders::Member(member) => vec![check.id(&"/to/member", member)],
        wit::Holders::Members(members) => {
            let members = check.ids(&"/to/members", members, ISSUE_MAX);
            members.into_iter().map(Some).collect()
        }
        wit::Holders::Nobody(count) => {
            let count = check.number(&"/to/nobody", Some(*count), 1, NOBODYS_MAX);
            match usize::try_from(count) {
                Ok(few) if few <= ISSUE_MAX => vec![None; few],
                _ => {
                    many = Some(Many::Nobody(count));
                    Vec::new()
                }
            }
        }
        wit::Holders::Tier(tier) => {
            many = Some(Many::Tier(check.text(&"/to/tier", tier, 128)));
            Vec::new()
        }
        wit::Holders::Everyone => {
            many = Some(Many::Everyone);
            Vec::new()
        }
    };
    check.done()?;
    let wish = issues::Wish {
        template: request.template.clone(),
        holders,
        many,
    };
    let how = execution(how)?;
    let bulk = match &how {
        Execution::Commit(key) => Some(key.clone()),
        Execution::DryRun => Id::parse("dry-run"),
    };
    let bulk = bulk.ok_or(Reject::KeyReused)?;
    let reads = [keys::CODE_KEY.to_owned()];
    Ok(run(ports, "coupons.issue", &how, &wish, &reads, |scope| {
        let issued = issues::issue(scope, &wish, &bulk)?;
        let coupons = issued.iter().map(|coupon| shown::coupon(coupon, scope.now));
        Ok(wit::Issued {
            coupons: coupons.collect(),
            bulk: wish.many.as_ref().map(|_| bulk.text()),
        })
    })?)
}

/// `coupons.claim`.
///
/// # Errors
/// Those that the interface names.
pub fn claim(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::ClaimRequest,
) -> Answer<wit::Coupon> {
    let mut check = Check::default();
    let member = check.id(&"/member", &request.member);
    let code = code(&mut check, &"/code", &request.code);
    let (member, code) = whole(check, member.zip(code))?;
    let reads = [keys::coupon(code), keys::member(&member)];
    let wish = (&member, code);
    Ok(run(
        ports,
        "coupons.claim",
        &execution(how)?,
        &wish,
        &reads,
        |scope| {
            let coupon = issues::claim(scope, code, &member)?;
            Ok(shown::coupon(&coupon, scope.now))
        },
    )?)
}

/// `coupons.reserve`.
///
/// # Errors
/// Those that the interface names.
pub fn reserve(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::ReserveRequest,
) -> Answer<wit::Reservation> {
    let mut check = Check::default();
    let order = check.id(&"/order", &request.order);
    let member = check.maybe_id(&"/member", request.member.as_deref());
    let codes = named_codes(&mut check, &request.codes, 1, CODES_MAX);
    let cart = orders::cart_of(&mut check, &request.cart);
    let order = whole(check, order)?;
    let wish = checkout::Wish {
        order,
        member,
        codes,
        cart,
    };
    let of_order = [keys::coupon_order(&wish.order)];
    let members = wish.member.iter().map(keys::member);
    let coupons = wish.codes.iter().map(|code| keys::coupon(*code));
    let reads: Vec<String> = members.chain(coupons).chain(of_order).collect();
    Ok(run(
        ports,
        "coupons.reserve",
        &execution(how)?,
        &wish,
        &reads,
        |scope| {
            orders::in_currency("/cart", &wish.cart, &scope.merchant)?;
            let discounts = checkout::reserve(scope, &wish)?;
            Ok(wit::Reservation {
                order: wish.order.text(),
                discounts: shown::discounts(&discounts, &wish.cart),
            })
        },
    )?)
}

/// `coupons.redeem`.
///
/// # Errors
/// Those that the interface names.
pub fn redeem(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::OrderRequest,
) -> Answer<wit::OrderCoupons> {
    of_order(ports, "coupons.redeem", how, request, checkout::redeem)
}

/// `coupons.release`.
///
/// # Errors
/// Those that the interface names.
pub fn release(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::OrderRequest,
) -> Answer<wit::OrderCoupons> {
    of_order(ports, "coupons.release", how, request, checkout::release)
}

fn of_order(
    ports: &dyn Ports,
    function: &str,
    how: &wit::Execution,
    request: &wit::OrderRequest,
    step: fn(&mut Scope<'_>, &Id) -> Result<Vec<Coupon>, Stop>,
) -> Answer<wit::OrderCoupons> {
    let mut check = Check::default();
    let order = check.id(&"/order", &request.order);
    let order = whole(check, order)?;
    let reads = [keys::coupon_order(&order)];
    Ok(run(
        ports,
        function,
        &execution(how)?,
        &order,
        &reads,
        |scope| {
            let coupons = step(scope, &order)?;
            let coupons = coupons
                .iter()
                .map(|coupon| shown::coupon(coupon, scope.now));
            Ok(wit::OrderCoupons {
                order: order.text(),
                coupons: coupons.collect(),
            })
        },
    )?)
}

/// `coupons.void`.
///
/// # Errors
/// Those that the interface names.
pub fn void(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::VoidRequest,
) -> Answer<wit::Coupon> {
    let mut check = Check::default();
    let code = code(&mut check, &"/code", &request.code);
    let reason = check.text(&"/reason", &request.reason, 200);
    let code = whole(check, code)?;
    let reads = [keys::coupon(code)];
    let wish = (code, &reason);
    Ok(run(
        ports,
        "coupons.void",
        &execution(how)?,
        &wish,
        &reads,
        |scope| {
            let coupon = issues::void(scope, code, &reason)?;
            Ok(shown::coupon(&coupon, scope.now))
        },
    )?)
}

fn code(check: &mut Check, path: &dyn Display, text: &str) -> Option<Code> {
    let code = Code::parse(text);
    if code.is_none() {
        check.fault(path, format!("{text:?}"), CODE_FORM);
    }
    code
}

/// Codes, each once.
fn named_codes(check: &mut Check, texts: &[String], least: usize, most: usize) -> Vec<Code> {
    check.count(&"/codes", texts.len(), least, most);
    let mut codes = Vec::new();
    for (place, text) in texts.iter().take(most).enumerate() {
        let path = format_args!("/codes/{place}");
        let Some(code) = code(check, &path, text) else {
            continue;
        };
        if codes.contains(&code) {
            check.fault(&path, format!("{text:?}"), "a code that stands there once");
        }
        codes.push(code);
    }
    codes
}

//! Commands that spend points, and the quote before them.

use super::super::check::Check;
use super::super::{execution, money, orders, standings};
use super::{Answer, whole};
use crate::bindings::exports::stampcard::plugin::points as wit;
use crate::flows::command::{ask, run};
use crate::flows::quote as quotes;
use crate::flows::scope::Scope;
use crate::flows::spend::{self, Moved, Wish};
use crate::ports::Ports;
use crate::records::keys;
use crate::reject::Reject;

/// `points.quote`.
///
/// # Errors
/// Those that the interface names.
pub fn quote(ports: &dyn Ports, request: &wit::QuoteRequest) -> Answer<wit::Quoted> {
    let mut check = Check::default();
    let member = check.id(&"/member", &request.member);
    let order = check.maybe_id(&"/order", request.order.as_deref());
    let cart = orders::cart(
        &mut check,
        "",
        &request.lines,
        request.discount.as_deref(),
        request.shipping.as_deref(),
    );
    let wished = request
        .points
        .as_deref()
        .map(|points| check.amount(&"/points", points));
    let member = whole(check, member)?;
    let mut reads = vec![keys::account(&member), keys::member(&member)];
    reads.extend(order.as_ref().map(keys::order));
    let programme = request.programme.as_deref();
    Ok(ask(ports, &reads, |scope| {
        orders::in_currency("", &cart, &scope.merchant)?;
        let (quote, available) =
            quotes::quote(scope, &member, programme, order.as_ref(), &cart, wished)?;
        let limits = quote.looks.iter().map(|(limit, allows)| wit::QuoteLimit {
            limit: (*limit).to_owned(),
            allows: allows.text(),
        });
        Ok(wit::Quoted {
            points: quote.points.text(),
            worth: money(quote.worth, &scope.merchant),
            available: available.text(),
            payable: money(quote.payable, &scope.merchant),
            limits: limits.collect(),
            bound_by: quote.bound_by.map(str::to_owned),
        })
    })?)
}

fn cart(check: &mut Check, cart: Option<&wit::Cart>) -> Option<crate::domain::order::Cart> {
    cart.map(|cart| orders::cart_of(check, cart))
}

/// `points.hold`.
///
/// # Errors
/// Those that the interface names.
pub fn hold(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::HoldRequest,
) -> Answer<wit::Held> {
    let mut check = Check::default();
    let member = check.id(&"/member", &request.member);
    let order = check.id(&"/order", &request.order);
    let points = check.positive(&"/points", &request.points);
    let seconds = request
        .seconds
        .map(|seconds| check.number(&"/seconds", Some(seconds), 1, 2_592_000));
    let cart = cart(&mut check, request.cart.as_ref());
    let (member, order) = whole(check, member.zip(order))?;
    let wish = Wish {
        member,
        programme: request.programme.clone(),
        order,
        points,
        seconds,
        cart,
    };
    Ok(run(
        ports,
        "points.hold",
        &execution(how)?,
        &wish,
        &reads(&wish),
        |scope| {
            cart_in_currency(&wish, scope)?;
            let held = spend::hold(scope, &wish)?;
            let until = held.until.unwrap_or(scope.now);
            Ok(standings::held(
                wish.order.as_str(),
                &held,
                until,
                &scope.merchant,
            ))
        },
    )?)
}

/// `points.redeem`.
///
/// # Errors
/// Those that the interface names.
pub fn redeem(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::RedeemRequest,
) -> Answer<wit::Spent> {
    let mut check = Check::default();
    let member = check.id(&"/member", &request.member);
    let order = check.id(&"/order", &request.order);
    let points = check.positive(&"/points", &request.points);
    let cart = cart(&mut check, request.cart.as_ref());
    let (member, order) = whole(check, member.zip(order))?;
    let wish = Wish {
        member,
        programme: request.programme.clone(),
        order,
        points,
        seconds: None,
        cart,
    };
    Ok(run(
        ports,
        "points.redeem",
        &execution(how)?,
        &wish,
        &reads(&wish),
        |scope| {
            cart_in_currency(&wish, scope)?;
            let spent = spend::redeem(scope, &wish)?;
            Ok(standings::spent(
                wish.order.as_str(),
                &spent,
                &scope.merchant,
            ))
        },
    )?)
}

fn cart_in_currency(wish: &Wish, scope: &Scope<'_>) -> Result<(), Reject> {
    let cart = wish.cart.as_ref();
    cart.map_or(Ok(()), |cart| {
        orders::in_currency("/cart", cart, &scope.merchant)
    })
}

fn reads(wish: &Wish) -> [String; 3] {
    [
        keys::order(&wish.order),
        keys::account(&wish.member),
        keys::member(&wish.member),
    ]
}

/// `points.capture`.
///
/// # Errors
/// Those that the interface names.
pub fn capture(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::CaptureRequest,
) -> Answer<wit::Spent> {
    let mut check = Check::default();
    let order = check.id(&"/order", &request.order);
    let points = request
        .points
        .as_deref()
        .map(|points| check.positive(&"/points", points));
    let order = whole(check, order)?;
    let programme = request.programme.as_deref();
    let payload = (&order, programme, points);
    Ok(run(
        ports,
        "points.capture",
        &execution(how)?,
        &payload,
        &[keys::order(&order)],
        |scope| {
            let spent: Moved = spend::capture(scope, &order, programme, points)?;
            Ok(standings::spent(order.as_str(), &spent, &scope.merchant))
        },
    )?)
}

/// `points.release`.
///
/// # Errors
/// Those that the interface names.
pub fn release(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::ReleaseRequest,
) -> Answer<wit::Released> {
    let mut check = Check::default();
    let order = check.id(&"/order", &request.order);
    let order = whole(check, order)?;
    let programme = request.programme.as_deref();
    let payload = (&order, programme);
    Ok(run(
        ports,
        "points.release",
        &execution(how)?,
        &payload,
        &[keys::order(&order)],
        |scope| {
            let released = spend::release(scope, &order, programme)?;
            Ok(standings::released(
                order.as_str(),
                &released,
                &scope.merchant,
            ))
        },
    )?)
}

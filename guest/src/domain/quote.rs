//! How many points may pay an order, and why not more. Source: spec, points, Spending.

use super::amount::Amount;
use super::config::{Most, Programme};
use super::order::Cart;

/// A limit that was looked at, and the points that it allows.
pub type Look = (&'static str, Amount);

/// How many points may be used.
#[derive(Clone, Debug, PartialEq)]
pub struct Quote {
    /// The most.
    pub points: Amount,
    /// What they are worth.
    pub worth: Amount,
    /// What of the order points may pay.
    pub payable: Amount,
    /// Each limit, in the order in which they cut.
    pub looks: Vec<Look>,
    /// The limit that decided.
    pub bound_by: Option<&'static str>,
}

/// A limit that a wish breaks.
#[derive(Clone, Debug, PartialEq)]
pub struct Broken {
    /// The setting.
    pub rule: &'static str,
    /// What it demands or allows.
    pub limit: Amount,
    /// What was found.
    pub found: Amount,
}

/// What of a cart points may pay, and what all its lines come to after discounts.
fn payable(programme: &Programme, cart: &Cart, unit: Amount) -> (Amount, Amount) {
    let values = cart.values(unit);
    let all = values.iter().copied().sum();
    let open = cart.lines.iter().zip(&values);
    let open = open.filter(|(line, _)| !line.has(&programme.spending.exclude));
    let mut payable: Amount = open.map(|(_, value)| *value).sum();
    if programme.spending.shipping {
        payable += cart.shipping;
    }
    (payable, all)
}

/// The limits that depend on the order, as points.
fn order_limits(programme: &Programme, cart: &Cart, unit: Amount) -> (Amount, Vec<Look>) {
    let (payable, all) = payable(programme, cart, unit);
    let spending = &programme.spending;
    let hundred = Amount::whole(100);
    let percent = |percent: Amount| payable.scale_floor(percent, hundred, unit);
    let points = |money: Amount| programme.worth.points_for(money, programme.unit());
    let mut looks = vec![("payable", points(payable))];
    if let Some(minimum) = spending.minimum_order.filter(|minimum| all < *minimum) {
        debug_assert!(minimum > all);
        looks.push(("minimum-order", Amount::ZERO));
    }
    if let Some(share) = spending.maximum_share_percent {
        looks.push(("maximum-share", points(percent(share))));
    }
    if !spending.bands.is_empty() {
        let band = spending.bands.iter().rev().find(|band| all >= band.from);
        let most = band.map_or(Amount::ZERO, |band| match band.most {
            Most::Money(money) => money.floor_to(unit),
            Most::Percent(share) => percent(share),
        });
        looks.push(("bands", points(most)));
    }
    (payable, looks)
}

/// Quotes the points that may pay a cart, of those available and, if said, wished for.
#[must_use]
pub fn quote(
    programme: &Programme,
    cart: &Cart,
    available: Amount,
    wished: Option<Amount>,
    unit: Amount,
) -> Quote {
    let spending = &programme.spending;
    let (payable, limits) = order_limits(programme, cart, unit);
    let mut looks: Vec<Look> = vec![("available", available)];
    looks.extend(wished.map(|wished| ("requested", wished)));
    looks.extend(limits);
    looks.extend(spending.maximum_points.map(|most| ("maximum-points", most)));
    let mut points = Amount::ZERO;
    let mut bound_by = None;
    if let Some(least) = looks.iter().map(|look| look.1).min() {
        points = least;
        bound_by = looks.iter().find(|look| look.1 == least).map(|look| look.0);
    }
    let mut narrow = |limit: &'static str, allowed: Amount, points: &mut Amount| {
        looks.push((limit, allowed));
        if allowed < *points {
            *points = allowed;
            bound_by = Some(limit);
        }
    };
    if let Some(step) = spending.step {
        let stepped = points.floor_to(step);
        narrow("step", stepped, &mut points);
    }
    let exact = programme
        .worth
        .points_for(programme.worth.of(points, unit), programme.unit());
    // The fewest points that give the money, unless that would leave the step.
    if spending
        .step
        .is_none_or(|step| exact.floor_to(step) == exact)
    {
        narrow("whole-money", exact, &mut points);
    }
    if let Some(least) = spending.minimum_points.filter(|least| points < *least) {
        debug_assert!(least > points);
        narrow("minimum-points", Amount::ZERO, &mut points);
    }
    let bound_by = bound_by.filter(|limit| *limit != "available" && points < available);
    Quote {
        points,
        worth: programme.worth.of(points, unit),
        payable,
        looks,
        bound_by,
    }
}

/// The limits that spending so many points would break; empty: none.
#[must_use]
pub fn broken(
    programme: &Programme,
    cart: Option<&Cart>,
    points: Amount,
    unit: Amount,
) -> Vec<Broken> {
    let spending = &programme.spending;
    let mut broken = Vec::new();
    let mut check = |holds: bool, rule, limit, found| {
        if !holds {
            broken.push(Broken { rule, limit, found });
        }
    };
    if let Some(least) = spending.minimum_points {
        check(points >= least, "minimum-points", least, points);
    }
    if let Some(step) = spending.step {
        check(points.floor_to(step) == points, "step", step, points);
    }
    if let Some(most) = spending.maximum_points {
        check(points <= most, "maximum-points", most, points);
    }
    if let Some(cart) = cart {
        let (_, all) = payable(programme, cart, unit);
        if let Some(minimum) = spending.minimum_order {
            check(all >= minimum, "minimum-order", minimum, all);
        }
        let (_, limits) = order_limits(programme, cart, unit);
        for (rule, most) in limits.into_iter().filter(|look| look.0 != "minimum-order") {
            let most = spending.step.map_or(most, |step| most.floor_to(step));
            check(points <= most, rule, most, points);
        }
    }
    broken
}

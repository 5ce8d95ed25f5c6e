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

/// What points pay of an order already, spent or held.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Paid {
    /// Points of the programme that is asked for.
    pub points: Amount,
    /// Their worth.
    pub worth: Amount,
    /// The worth of other programmes' points.
    pub others: Amount,
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

/// The limits that depend on the order, as the points that they leave beside those which pay it already.
fn order_limits(
    programme: &Programme,
    cart: &Cart,
    paid: Paid,
    unit: Amount,
) -> (Amount, Vec<Look>) {
    let (payable, all) = payable(programme, cart, unit);
    let spending = &programme.spending;
    let hundred = Amount::whole(100);
    let percent = |percent: Amount| payable.scale_floor(percent, hundred, unit);
    let points = |money: Amount| {
        let left = (money - paid.worth).or_zero();
        programme.worth.points_within(left, programme.unit(), unit)
    };
    let mut looks = vec![("payable", points(payable - paid.others))];
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

/// Quotes the points that may pay a cart beside those which pay it already, of those available and, if said, wished for.
#[must_use]
pub fn quote(
    programme: &Programme,
    cart: &Cart,
    paid: Paid,
    available: Amount,
    wished: Option<Amount>,
    unit: Amount,
) -> Quote {
    let spending = &programme.spending;
    let (payable, limits) = order_limits(programme, cart, paid, unit);
    let mut looks: Vec<Look> = vec![("available", available)];
    looks.extend(wished.map(|wished| ("requested", wished)));
    looks.extend(limits);
    let most = spending.maximum_points;
    looks.extend(most.map(|most| ("maximum-points", (most - paid.points).or_zero())));
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
    let step = spending.step.unwrap_or_else(|| programme.unit());
    let stepped = points.floor_to(step);
    if spending.step.is_some() || stepped < points {
        narrow("step", stepped, &mut points);
    }
    // The fewest points that give the money, in whole steps, and the minimum for what is worth anything.
    let money = programme.worth.of(points, unit);
    let mut exact = programme.worth.points_for(money, step);
    if let Some(least) = spending.minimum_points
        && money.is_positive()
        && least <= points
    {
        exact = exact.max(least.scale_ceil(Amount::ONE, Amount::ONE, step));
    }
    narrow("whole-money", exact, &mut points);
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

/// The limits that spending so many points beside those which pay the order already would break; empty: none.
#[must_use]
pub fn broken(
    programme: &Programme,
    cart: Option<&Cart>,
    paid: Paid,
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
        let most = (most - paid.points).or_zero();
        check(points <= most, "maximum-points", most, points);
    }
    if let Some(cart) = cart {
        let (_, all) = payable(programme, cart, unit);
        if let Some(minimum) = spending.minimum_order {
            check(all >= minimum, "minimum-order", minimum, all);
        }
        let excluded = || {
            let mut lines = cart.lines.iter();
            lines.any(|line| line.has(&spending.exclude))
        };
        let (_, limits) = order_limits(programme, cart, paid, unit);
        for (rule, most) in limits.into_iter().filter(|look| look.0 != "minimum-order") {
            let most = spending.step.map_or(most, |step| most.floor_to(step));
            let rule = match rule {
                "payable" if excluded() => "products",
                rule => rule,
            };
            check(points <= most, rule, most, points);
        }
    }
    broken
}

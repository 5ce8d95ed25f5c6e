//! Holds, captures, releases and redemptions.

use super::balance::{Standing, standing};
use super::scope::{Scope, Stop, whole};
use crate::domain::account::HOLDS_MAX;
use crate::domain::amount::Amount;
use crate::domain::config::{Act, Expiry, Fault, Programme};
use crate::domain::entry::Part;
use crate::domain::ids::{Id, Name};
use crate::domain::instant::Instant;
use crate::domain::order::Cart;
use crate::domain::order_file::OrderFile;
use crate::domain::quote::broken;
use crate::domain::spend::Refused;
use crate::records::holdings::Holdings;
use crate::records::keys;
use crate::reject::Reject;
use crate::shared::Shared;
use serde::Serialize;

/// Points that are to pay an order.
#[derive(Clone, Debug, Serialize)]
pub struct Wish {
    /// Whose.
    pub member: Id,
    /// The programme; none: the only one.
    pub programme: Option<String>,
    /// The order.
    pub order: Id,
    /// How many.
    pub points: Amount,
    /// Seconds that a hold lasts.
    pub seconds: Option<u32>,
    /// The order to be paid.
    pub cart: Option<Cart>,
}

/// What was spent, held or released.
#[derive(Clone, Debug)]
pub struct Moved {
    /// How many points.
    pub points: Amount,
    /// Their worth in money.
    pub worth: Amount,
    /// From which lots.
    pub parts: Vec<Part>,
    /// When a hold ends.
    pub until: Option<Instant>,
    /// Given back of a hold.
    pub released: Amount,
    /// Of it, lapsed.
    pub lapsed: Amount,
    /// The account after it.
    pub standing: Standing,
}

struct Ready {
    name: Name,
    programme: Shared<Programme>,
    holdings: Holdings,
    file: OrderFile,
}

/// Loads what a wish needs, and checks it against the programme's limits of spending.
fn ready(scope: &mut Scope<'_>, wish: &Wish) -> Result<Ready, Stop> {
    let (name, programme) = scope.programme(wish.programme.as_deref())?;
    whole(&programme, wish.points)?;
    let file: Option<OrderFile> = scope.work.get(&keys::order(&wish.order))?;
    let mut file = file.unwrap_or_else(|| OrderFile::new(wish.member.clone()));
    if file.member != wish.member {
        scope.open_of(&mut file)?;
    }
    if file.member != wish.member {
        let fault = Fault::new("/member", &wish.member, file.member.as_str());
        return Err(Reject::OrderDiffers(Box::new(fault)).into());
    }
    let mut holdings = scope.open_known(&wish.member)?.live()?;
    let reported = file.order.as_ref().map(|order| &order.cart);
    let cart = wish.cart.as_ref().or(reported);
    if cart.is_none() && programme.spending.needs_order() {
        let why = "the order's lines, since the programme's limits of spending look at them";
        return Err(Reject::invalid("/cart", "nothing", why).into());
    }
    let broken = broken(&programme, cart, wish.points, scope.money_unit());
    if !broken.is_empty() {
        return Err(Reject::SpendingRefused(broken).into());
    }
    holdings.load_for(&mut scope.work, &name, wish.points, Some(&wish.order))?;
    Ok(Ready {
        name,
        programme,
        holdings,
        file,
    })
}

fn reject(refused: Refused, order: &Id) -> Stop {
    Stop::Reject(match refused {
        Refused::Insufficient {
            requested,
            available,
        } => Reject::insufficient(requested, available),
        Refused::HoldExists => Reject::HoldExists(order.to_string()),
        Refused::NoHold => Reject::UnknownHold(order.to_string()),
        Refused::TooManyHolds => {
            let most = format!("at most {HOLDS_MAX} open holds of an account");
            Reject::over_limit("", "one more hold", &most)
        }
    })
}

/// Spends points on an order at once.
///
/// # Errors
/// [`Reject::Insufficient`], [`Reject::SpendingRefused`], [`Reject::UnknownMember`], and those of the storage.
pub fn redeem(scope: &mut Scope<'_>, wish: &Wish) -> Result<Moved, Stop> {
    let Ready {
        name,
        programme,
        mut holdings,
        mut file,
    } = ready(scope, wish)?;
    let at = holdings.at;
    let parts = holdings.account(&name).redeem(wish.points, &wish.order, at);
    let parts = parts.map_err(|refused| reject(refused, &wish.order))?;
    let moved = spent(
        scope,
        &name,
        &programme,
        &mut holdings,
        &mut file,
        wish.points,
        parts,
        at,
    )?;
    scope.work.put(keys::order(&wish.order), &file);
    scope.save(holdings)?;
    Ok(moved)
}

/// Notes points spent on an order, and what that does to the account.
#[expect(
    clippy::too_many_arguments,
    reason = "the parts of a command that only this file puts together"
)]
fn spent(
    scope: &mut Scope<'_>,
    name: &Name,
    programme: &Programme,
    holdings: &mut Holdings,
    file: &mut OrderFile,
    points: Amount,
    parts: Vec<Part>,
    at: Instant,
) -> Result<Moved, Stop> {
    let worth = programme.worth.of(points, scope.money_unit());
    file.spend(
        name,
        points,
        worth,
        programme.spending.shipping,
        programme.unit(),
        parts.clone(),
    );
    if let Expiry::Inactivity(idle) = &programme.expiry
        && idle.acts.contains(&Act::Redeem)
    {
        holdings.account(name).act(at);
    }
    let standing = standing(scope, holdings, name)?;
    let (released, lapsed) = (Amount::ZERO, Amount::ZERO);
    Ok(Moved {
        points,
        worth,
        parts,
        until: None,
        released,
        lapsed,
        standing,
    })
}

/// Sets points aside for an order.
///
/// # Errors
/// As [`redeem`], [`Reject::HoldExists`], and [`Reject::OverLimit`] for one hold too many.
pub fn hold(scope: &mut Scope<'_>, wish: &Wish) -> Result<Moved, Stop> {
    let Ready {
        name,
        programme,
        mut holdings,
        file,
    } = ready(scope, wish)?;
    let seconds = wish
        .seconds
        .or(programme.spending.hold_seconds)
        .unwrap_or(1_800);
    let until = holdings.at.plus_seconds(seconds);
    let parts = holdings
        .account(&name)
        .hold(wish.points, &wish.order, until);
    let parts = parts.map_err(|refused| reject(refused, &wish.order))?;
    let worth = programme.worth.of(wish.points, scope.money_unit());
    let standing = standing(scope, &mut holdings, &name)?;
    scope.work.put(keys::order(&wish.order), &file);
    scope.save(holdings)?;
    let (released, lapsed) = (Amount::ZERO, Amount::ZERO);
    Ok(Moved {
        points: wish.points,
        worth,
        parts,
        until: Some(until),
        released,
        lapsed,
        standing,
    })
}

/// The account that holds points for an order.
fn holder(scope: &mut Scope<'_>, order: &Id, programme: Option<&str>) -> Result<Ready, Stop> {
    let (name, programme) = scope.programme(programme)?;
    let file: Option<OrderFile> = scope.work.get(&keys::order(order))?;
    let mut file = file.ok_or_else(|| Reject::UnknownHold(order.to_string()))?;
    let holdings = scope.open_of(&mut file)?;
    scope.at_one_time()?;
    Ok(Ready {
        name,
        programme,
        holdings,
        file,
    })
}

/// Spends what is held for an order, all or part; the rest is released.
///
/// # Errors
/// [`Reject::UnknownHold`], [`Reject::Insufficient`], and those of the storage.
pub fn capture(
    scope: &mut Scope<'_>,
    order: &Id,
    programme: Option<&str>,
    points: Option<Amount>,
) -> Result<Moved, Stop> {
    let Ready {
        name,
        programme,
        mut holdings,
        mut file,
    } = holder(scope, order, programme)?;
    whole(&programme, points.unwrap_or_default())?;
    let at = holdings.at;
    let captured = holdings.account(&name).capture(points, order, at);
    let captured = captured.map_err(|refused| reject(refused, order))?;
    let points = captured.parts.iter().map(|part| part.points).sum();
    let parts = captured.parts;
    let moved = spent(
        scope,
        &name,
        &programme,
        &mut holdings,
        &mut file,
        points,
        parts,
        at,
    )?;
    scope.work.put(keys::order(order), &file);
    scope.save(holdings)?;
    Ok(Moved {
        released: captured.released,
        lapsed: captured.lapsed,
        ..moved
    })
}

/// Gives a hold back.
///
/// # Errors
/// [`Reject::UnknownHold`], and those of the storage.
pub fn release(scope: &mut Scope<'_>, order: &Id, programme: Option<&str>) -> Result<Moved, Stop> {
    let Ready {
        name,
        programme,
        mut holdings,
        ..
    } = holder(scope, order, programme)?;
    let at = holdings.at;
    let released = holdings.account(&name).release_hold(order, at);
    let (points, lapsed) = released.map_err(|refused| reject(refused, order))?;
    let worth = programme.worth.of(points, scope.money_unit());
    let standing = standing(scope, &mut holdings, &name)?;
    scope.save(holdings)?;
    Ok(Moved {
        points,
        worth,
        parts: Vec::new(),
        until: None,
        released: points,
        lapsed,
        standing,
    })
}

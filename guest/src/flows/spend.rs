//! Holds, captures, releases and redemptions.

use super::balance::{Standing, standing};
use super::scope::{Scope, Stop, whole};
use crate::domain::account::HOLDS_MAX;
use crate::domain::amount::Amount;
use crate::domain::config::{Act, Fault, Programme, Worth};
use crate::domain::entry::Part;
use crate::domain::ids::{Id, Name};
use crate::domain::instant::Instant;
use crate::domain::order::Cart;
use crate::domain::order_file::OrderFile;
use crate::domain::quote::{Paid, broken};
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

/// What is known of a member's order, whether it was reported or not.
///
/// # Errors
/// [`Reject::OrderDiffers`] for another member's, and those of the storage.
pub(super) fn file(scope: &mut Scope<'_>, order: &Id, member: &Id) -> Result<OrderFile, Stop> {
    let file: Option<OrderFile> = scope.work.get(&keys::order(order))?;
    let mut file = file.unwrap_or_else(|| OrderFile::new(member.clone()));
    if file.member != *member {
        scope.open_of(&mut file)?;
    }
    if file.member != *member {
        let fault = Fault::new("/member", member, file.member.as_str());
        return Err(Reject::OrderDiffers(Box::new(fault)).into());
    }
    Ok(file)
}

/// The open holds for an order, by programme: how many points, and what they would pay.
pub(super) fn held<'a>(
    scope: &'a Scope<'_>,
    holdings: &'a Holdings,
    order: &'a Id,
) -> impl Iterator<Item = (&'a Name, Amount, Amount)> {
    let unit = scope.money_unit();
    let programmes = scope.merchant.programmes.iter();
    programmes.flat_map(move |(name, programme)| {
        let holds = holdings.accounts.get(name).map(|account| &account.holds);
        let holds = holds.into_iter().flatten();
        let own = holds.filter(move |hold| hold.order == *order);
        own.map(move |hold| {
            let (worth, _) = hold.promise(programme);
            (name, hold.points(), worth.of(hold.points(), unit))
        })
    })
}

/// What points pay of an order already: what was spent and not given back, and what is held.
pub(super) fn paid(
    scope: &Scope<'_>,
    holdings: &Holdings,
    file: &OrderFile,
    order: &Id,
    programme: &Name,
) -> Paid {
    let unit = scope.money_unit();
    let spends = file.spends.iter();
    let spent = spends.map(|(name, spend)| (name, spend.left(), spend.pays(unit)));
    let mut paid = Paid::default();
    for (name, points, worth) in spent.chain(held(scope, holdings, order)) {
        if name == programme {
            paid.points += points;
            paid.worth += worth;
        } else {
            paid.others += worth;
        }
    }
    paid
}

/// Loads what a wish needs, and checks it against what the programme's limits of spending leave of the order. With `hold`
/// the points are to be held.
fn ready(scope: &mut Scope<'_>, wish: &Wish, hold: bool) -> Result<Ready, Stop> {
    let (name, programme) = scope.programme(wish.programme.as_deref())?;
    whole(&programme, wish.points)?;
    let file = file(scope, &wish.order, &wish.member)?;
    let mut holdings = scope.open_known(&wish.member)?.live()?;
    let account = holdings.account(&name);
    if hold && account.holds.iter().any(|hold| hold.order == wish.order) {
        return Err(reject(Refused::HoldExists, &wish.order));
    }
    let unit = scope.money_unit();
    let reported = file.cart(unit);
    let cart = reported.as_deref().or(wish.cart.as_ref());
    if cart.is_none() && programme.spending.needs_order() {
        let why = "the order's lines, since the programme's limits of spending look at them";
        return Err(Reject::invalid("/cart", "nothing", why).into());
    }
    let paid = paid(scope, &holdings, &file, &wish.order, &name);
    let broken = broken(&programme, cart, paid, wish.points, unit);
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
    let mut ready = ready(scope, wish, false)?;
    let at = ready.holdings.at;
    let account = ready.holdings.account(&ready.name);
    let parts = account.redeem(wish.points, &wish.order, at);
    let parts = parts.map_err(|refused| reject(refused, &wish.order))?;
    let promise = (ready.programme.worth, ready.programme.spending.shipping);
    spent(scope, ready, &wish.order, promise, parts)
}

/// Notes points spent on an order, at their worth, and what that does to the account.
fn spent(
    scope: &mut Scope<'_>,
    ready: Ready,
    order: &Id,
    (worth, shipping): (Worth, bool),
    parts: Vec<Part>,
) -> Result<Moved, Stop> {
    let Ready {
        name,
        programme,
        mut holdings,
        mut file,
    } = ready;
    let points = parts.iter().map(|part| part.points).sum();
    let worth = worth.of(points, scope.money_unit());
    file.spend(
        &name,
        points,
        worth,
        shipping,
        programme.unit(),
        parts.clone(),
    );
    let zone = scope.merchant.zone;
    holdings.act(&name, Act::Redeem, &programme.expiry, zone);
    let standing = standing(scope, &mut holdings, &name)?;
    scope.work.put(keys::order(order), &file);
    scope.save(holdings)?;
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
    } = ready(scope, wish, true)?;
    let seconds = wish
        .seconds
        .or(programme.spending.hold_seconds)
        .unwrap_or(1_800);
    let until = holdings.at.plus_seconds(seconds);
    let account = holdings.account(&name);
    let promise = (programme.worth, programme.spending.shipping);
    let parts = account.hold(wish.points, &wish.order, until, promise);
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
    let mut ready = holder(scope, order, programme)?;
    whole(&ready.programme, points.unwrap_or_default())?;
    let at = ready.holdings.at;
    let account = ready.holdings.account(&ready.name);
    let captured = account.capture(points, order, at);
    let captured = captured.map_err(|refused| reject(refused, order))?;
    let promise = captured.hold.promise(&ready.programme);
    let moved = spent(scope, ready, order, promise, captured.parts)?;
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

//! How many points may pay an order.

use super::scope::{Scope, Stop};
use super::spend;
use crate::domain::amount::Amount;
use crate::domain::ids::Id;
use crate::domain::order::Cart;
use crate::domain::order_file::OrderFile;
use crate::domain::quote::{Paid, Quote, quote as work_out};

/// Quotes the points of a member that may pay a cart. `order` names it, so that what it earned itself is left out, and what
/// points pay of it already counts; if it was reported, that is the cart.
///
/// # Errors
/// [`crate::reject::Reject::UnknownMember`], `UnknownProgramme`, `OrderDiffers`, and those of the storage.
pub fn quote(
    scope: &mut Scope<'_>,
    member: &Id,
    programme: Option<&str>,
    order: Option<&Id>,
    cart: &Cart,
    wished: Option<Amount>,
) -> Result<(Quote, Amount), Stop> {
    let (name, programme) = scope.programme(programme)?;
    let unit = scope.money_unit();
    let mut paid = Paid::default();
    let mut file = OrderFile::new(member.clone());
    if let Some(order) = order {
        file = spend::file(scope, order, member)?;
    }
    let mut holdings = scope.open_known(member)?.live()?;
    if let Some(order) = order {
        paid = spend::paid(scope, &holdings, &file, order, &name);
        holdings.load_all(&mut scope.work, &name)?;
    }
    let available = holdings.account(&name).available_for(order);
    let reported = file.cart(unit);
    let cart = reported.as_deref().unwrap_or(cart);
    let quote = work_out(&programme, cart, paid, available, wished, unit);
    Ok((quote, available))
}

//! How many points may pay an order.

use super::scope::{Scope, Stop};
use crate::domain::amount::Amount;
use crate::domain::ids::Id;
use crate::domain::order::Cart;
use crate::domain::quote::{Quote, quote as work_out};

/// Quotes the points of a member that may pay a cart. `order` names it, so that what it earned itself is left out.
///
/// # Errors
/// [`crate::reject::Reject::UnknownMember`], `UnknownProgramme`, and those of the storage.
pub fn quote(
    scope: &mut Scope<'_>,
    member: &Id,
    programme: Option<&str>,
    order: Option<&Id>,
    cart: &Cart,
    wished: Option<Amount>,
) -> Result<(Quote, Amount), Stop> {
    let (name, programme) = scope.programme(programme)?;
    let mut holdings = scope.open_known(member)?.live()?;
    if order.is_some() {
        holdings.load_all(&mut scope.work, &name)?;
    }
    let available = holdings.account(&name).available_for(order);
    Ok((
        work_out(&programme, cart, available, wished, scope.money_unit()),
        available,
    ))
}

//! Points given and taken by hand.

use super::super::balance::standing;
use super::super::scope::{Scope, Stop, whole};
use super::{ByHand, Change, end};
use crate::domain::amount::Amount;
use crate::domain::ids::{Id, Name};
use crate::domain::until::Until;
use crate::reject::Reject;
use serde::Serialize;

/// Points to give or take.
#[derive(Clone, Debug, Serialize)]
pub struct Wish {
    /// Whose account.
    pub member: Id,
    /// The programme; none: the only one.
    pub programme: Option<String>,
    /// With their sign, not 0.
    pub points: Amount,
    /// When what is given ends; none: by the programme's policy.
    pub until: Option<Until>,
    /// Whether what is not available becomes debt.
    pub into_debt: bool,
    /// Why, and who.
    pub by: ByHand,
}

/// Gives or takes points by hand. No limit of a rule counts them.
///
/// # Errors
/// [`Reject::UnknownMember`], [`Reject::UnknownProgramme`], [`Reject::Insufficient`], and those of the storage.
pub fn adjust(scope: &mut Scope<'_>, wish: &Wish) -> Result<Change, Stop> {
    let (name, programme) = scope.programme(wish.programme.as_deref())?;
    whole(&programme, wish.points)?;
    let mut holdings = scope.open_known(&wish.member)?.live()?;
    let at = holdings.at;
    let about = wish.by.about();
    let (mut debt, mut debt_paid) = (Amount::ZERO, Amount::ZERO);
    let (mut parts, mut lots) = (Vec::new(), Vec::new());
    if wish.points.is_positive() {
        let until = wish.until.map(|until| end(scope, until, at)).transpose()?;
        #[expect(clippy::expect_used, reason = "the text is a name")]
        let rule = Name::parse("adjust").expect("adjust is a name");
        let zone = scope.merchant.zone;
        let account = holdings.account(&name);
        let given = account.give((rule, wish.points), &programme, zone, until, at, about);
        lots.extend(account.lot(given.0.lot).cloned());
        parts.push(given.0);
        debt_paid = given.1;
    } else {
        let points = wish.points.abs();
        holdings.load_for(&mut scope.work, &name, points, None)?;
        let account = holdings.account(&name);
        (parts, debt) = account
            .take_back(points, wish.into_debt, at, about)
            .map_err(|available| Reject::insufficient(points, available))?;
    }
    let standing = standing(scope, &mut holdings, &name)?;
    scope.save(holdings)?;
    Ok(Change {
        points: wish.points,
        debt,
        debt_paid,
        parts,
        lots,
        standing,
        other: None,
    })
}

//! Coupons: issued, claimed, set aside and used; and the questions about them.

pub mod ask;
pub mod bulk;
pub mod checkout;
mod counts;
pub mod issue;
pub mod merge;

use super::members::live;
use super::scope::{Scope, Stop};
use crate::domain::coupon::code::Code;
use crate::domain::coupon::fit::Unfit;
use crate::domain::coupon::issued::{Coupon, Refusal};
use crate::domain::coupon::usage::UsedUp;
use crate::domain::ids::Id;
use crate::records::keys;
use crate::records::state::CodeKey;
use crate::reject::Reject;
use counts::Counts;

/// A coupon of this code.
fn coupon(scope: &mut Scope<'_>, code: Code) -> Result<Coupon, Reject> {
    let found = scope.work.get(&keys::coupon(code))?;
    found.ok_or_else(|| Reject::UnknownCoupon(code.to_string()))
}

/// Coupons of these codes, read in one call.
fn coupons(scope: &mut Scope<'_>, codes: &[Code]) -> Result<Vec<Coupon>, Reject> {
    scope
        .work
        .fetch(codes.iter().map(|code| keys::coupon(*code)))?;
    codes.iter().map(|code| coupon(scope, *code)).collect()
}

/// Refused by itself.
fn refused(code: Code, why: Refusal) -> Stop {
    Reject::coupon(Some(code), Unfit::Refused(why)).into()
}

/// A limit of issues is reached.
fn used_up(limit: UsedUp) -> Stop {
    Reject::coupon(None, Unfit::UsedUp(limit)).into()
}

/// A member of whom something is known, and who was not merged.
fn known(scope: &mut Scope<'_>, member: &Id) -> Result<(), Reject> {
    if let Some(record) = scope.work.get(&keys::member(member))? {
        return live(record).map(drop);
    }
    if scope.work.has(&keys::account(member))? {
        return Ok(());
    }
    Err(Reject::UnknownMember(member.to_string()))
}

/// The merchant's code key.
pub(super) fn code_key(scope: &mut Scope<'_>) -> Result<[u8; 32], Reject> {
    let stored: Option<CodeKey> = scope.work.get(keys::CODE_KEY)?;
    let bytes = stored.and_then(|stored| read_key(&stored.key));
    bytes.ok_or(Reject::CodeKeyNeeded)
}

/// The bytes of 64 hexadecimal digits.
#[must_use]
pub fn read_key(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut key = [0; 32];
    for (place, byte) in key.iter_mut().enumerate() {
        let pair = text.get(2 * place..2 * place + 2)?;
        if !pair.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        *byte = u8::from_str_radix(pair, 16).ok()?;
    }
    Some(key)
}

/// Sets the code key; whether it was not set before.
///
/// # Errors
/// [`Reject::CodeKeyDiffers`], and those of the storage.
pub fn set_code_key(scope: &mut Scope<'_>, key: &str) -> Result<bool, Stop> {
    let key = key.to_ascii_lowercase();
    match scope.work.get::<CodeKey>(keys::CODE_KEY)? {
        Some(known) if known.key == key => Ok(false),
        Some(_) => Err(Reject::CodeKeyDiffers.into()),
        None => {
            scope.work.put(keys::CODE_KEY.to_owned(), &CodeKey { key });
            Ok(true)
        }
    }
}

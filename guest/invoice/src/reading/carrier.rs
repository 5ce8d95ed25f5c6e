//! Carriers that are read as a whole, and the invoices that the platform lists on them.

use super::{Field, Reason, Refusal};
use crate::identifier::Number;
use crate::identifier::carrier::{Kind, MobileCode, is_verification_code};
use crate::identifier::number::NumberFault;

/// Reads a mobile bar code, and looks whether the verification code can be one. The code itself stays with the caller,
/// since nothing may keep it.
///
/// # Errors
/// One refusal for each field that is wrong; none of them holds what was typed.
pub fn read_carrier(code: &str, verification: &str) -> Result<MobileCode, Vec<Refusal>> {
    let mut refusals = Vec::new();
    let code = MobileCode::typed(code);
    if code.is_none() {
        refusals.push(Refusal::new(Field::Carrier, Reason::Form, None));
    }
    if !is_verification_code(verification) {
        refusals.push(Refusal::new(Field::Verification, Reason::Form, None));
    }
    code.filter(|_| refusals.is_empty()).ok_or(refusals)
}

/// A line of a carrier's list, as far as it decides whether the invoice is taken.
#[derive(Clone, Copy, Debug)]
pub struct Listed<'a> {
    /// The platform's `cardType`; blank: the carrier's own.
    pub card_type: &'a str,
    /// The platform's `invNum`.
    pub number: &'a str,
    /// The platform's `buyerBan`; blank or zeros: a consumer.
    pub buyer: &'a str,
}

/// Takes an invoice from a carrier's list.
///
/// # Errors
/// Invoices on a shop's own carrier, donated ones whose number is hidden, those made out to a business, and numbers
/// without their form.
pub fn read_listed(listed: Listed<'_>) -> Result<Number, Refusal> {
    let number = Number::typed(listed.number);
    let refuse = |field, reason| Err(Refusal::new(field, reason, number.ok()));
    if Kind::of(listed.card_type) == Some(Kind::Member) {
        return refuse(Field::Carrier, Reason::MemberCarrier);
    }
    if !listed.buyer.trim().trim_matches('0').is_empty() {
        return refuse(Field::Buyer, Reason::BusinessBuyer);
    }
    match number {
        Ok(number) => Ok(number),
        Err(NumberFault::Masked) => refuse(Field::Number, Reason::MaskedDonated),
        Err(NumberFault::Form) => refuse(Field::Number, Reason::Form),
    }
}

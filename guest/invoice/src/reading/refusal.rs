//! Why something is not taken for an invoice.

use crate::identifier::Number;

/// One reason, and where it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Where.
    pub field: Field,
    /// What is wrong.
    pub reason: Reason,
    /// The invoice's number, if it could be read.
    pub number: Option<Number>,
}

/// A part of what was sent in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// A code as a whole.
    Code,
    /// The number.
    Number,
    /// The date of issue, or the bar code's period.
    Date,
    /// The random code.
    Random,
    /// Sales or total.
    Amount,
    /// The buyer.
    Buyer,
    /// The seller.
    Seller,
    /// The check field.
    Check,
    /// The carrier.
    Carrier,
    /// The carrier's verification code.
    Verification,
}

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Nothing was sent.
    Nothing,
    /// No code of an invoice is among what was sent.
    NoInvoice,
    /// A right code came without its left one, which alone has the number.
    RightOnly,
    /// A carrier's code, which is no invoice.
    CarrierCode,
    /// A charity's donation code, which is no invoice.
    DonationCode,
    /// The left code or the bar code is cut off.
    TooShort,
    /// More than any code can hold.
    TooLong,
    /// More invoices than one upload may have.
    TooMany,
    /// Two codes of one invoice contradict each other.
    Disagree,
    /// It has not the field's form.
    Form,
    /// It lies after today.
    Future,
    /// The invoice was made out to a business.
    BusinessBuyer,
    /// A paper invoice that no platform knows.
    Traditional,
    /// The invoice is on a shop's own member carrier.
    MemberCarrier,
    /// The invoice was donated, and its last digits are hidden.
    MaskedDonated,
}

impl Refusal {
    pub(super) fn new(field: Field, reason: Reason, number: Option<Number>) -> Self {
        Self {
            field,
            reason,
            number,
        }
    }

    /// What may stand there.
    #[must_use]
    pub fn permitted(&self) -> &'static str {
        match (self.reason, self.field) {
            (Reason::Form, Field::Number) => "two letters and eight digits",
            (Reason::Form, Field::Date) => {
                "a day from 2006 to 2110 as year, month, day, by the Republic's calendar or the common one"
            }
            (Reason::Form, Field::Random) => "four digits",
            (Reason::Form, Field::Amount) => "eight hexadecimal digits",
            (Reason::Form, Field::Buyer | Field::Seller) => "eight digits",
            (Reason::Form, Field::Check) => "24 characters of Base64, then a colon or nothing",
            (Reason::Form, Field::Carrier) => {
                "a slash, then seven of digits, capitals, full stop, plus and minus"
            }
            (Reason::Form, Field::Verification) => "1 to 64 printed characters without blanks",
            (Reason::TooShort, _) => "77 characters in a left code, 19 in a bar code",
            (Reason::TooLong, _) => "8,192 bytes in a code",
            (Reason::TooMany, _) => "as many invoices and codes as one upload may have",
            (Reason::Future, _) => "today or a day before",
            (Reason::BusinessBuyer, _) => "an invoice without a buyer's business number",
            (Reason::Traditional, _) => "an e-invoice",
            (Reason::MemberCarrier, _) => "an invoice on a public carrier or on paper",
            (Reason::MaskedDonated, _) => "an invoice with its whole number",
            (Reason::Disagree, _) => "codes that say the same",
            (Reason::RightOnly, _) => "the left code, or both",
            _ => "the QR codes or the bar code of an e-invoice",
        }
    }
}

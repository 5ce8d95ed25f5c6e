//! The 77 fixed characters that a left QR code begins with (MOF's specification of the two-dimensional codes).

use super::{Field, Reason, Refusal, Settings, Warning, base64};
use crate::amount::hexadecimal;
use crate::identifier::{Number, Period, Random, TaxId, date};
use chrono::NaiveDate;

/// Characters, at least.
const LENGTH: usize = 77;

/// What the fixed characters say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) number: Number,
    pub(super) period: Period,
    pub(super) date: NaiveDate,
    pub(super) random: Random,
    pub(super) untaxed: u32,
    pub(super) total: u32,
    pub(super) seller: Option<TaxId>,
    pub(super) check: String,
    pub(super) warnings: Vec<Warning>,
}

/// Reads them, and gives what follows: nothing, or a text that begins with a colon.
///
/// # Errors
/// The first field that has not its form; then what is refused of invoices that can be read.
pub(super) fn header<'a>(
    code: &'a [u8],
    settings: &Settings<'_>,
) -> Result<(Header, &'a [u8]), Refusal> {
    let mut fields = Fields { rest: code };
    let number = Number::from_bytes(code.get(..10).unwrap_or_default());
    let refuse = |field, reason| Refusal::new(field, reason, number);
    let form = |field| refuse(field, Reason::Form);
    if code.len() < LENGTH {
        return Err(refuse(Field::Code, Reason::TooShort));
    }
    fields.take(10);
    let number = number.ok_or_else(|| form(Field::Number))?;
    let mut warnings = Vec::new();
    let (date, length) = issued(fields.rest).ok_or_else(|| form(Field::Date))?;
    fields.take(length);
    if length == 8 {
        warnings.push(Warning::CommonDate);
    }
    let period = Period::of(date).ok_or_else(|| form(Field::Date))?;
    let random = fields.take(4);
    let no_random = random == b"    ";
    let random = Random::from_bytes(random);
    if random.is_none() && !no_random {
        return Err(form(Field::Random));
    }
    let untaxed = hexadecimal(fields.take(8)).ok_or_else(|| form(Field::Amount))?;
    let total = hexadecimal(fields.take(8)).ok_or_else(|| form(Field::Amount))?;
    let buyer = fields.take(8);
    let blank = buyer == b"        ";
    if !blank && !buyer.iter().all(u8::is_ascii_digit) {
        return Err(form(Field::Buyer));
    }
    let seller = fields.take(8);
    if !seller.iter().all(u8::is_ascii_digit) {
        return Err(form(Field::Seller));
    }
    let seller = TaxId::from_bytes(seller);
    let check = fields.take(24);
    let whole = check.len() == 24 && check.iter().all(base64::is_sign);
    if !whole || !matches!(fields.rest, [] | [b':', ..]) {
        return Err(form(Field::Check));
    }
    if date > settings.today {
        return Err(refuse(Field::Date, Reason::Future));
    }
    // A code of a business has four blanks instead of the random code, or its buyer's number, or both.
    let Some(random) = random.filter(|_| TaxId::from_bytes(buyer).is_none()) else {
        return Err(refuse(Field::Buyer, Reason::BusinessBuyer));
    };
    let checks = seller.is_some_and(|seller| seller.checksum().new);
    let sixteen = base64::bytes(check).is_some_and(|bytes| bytes.len() == 16);
    for (warning, found) in [
        (Warning::DoubtfulLetter, number.is_doubtful()),
        (Warning::SellerChecksum, !checks),
        (Warning::BlankBuyer, blank),
        // Sellers abroad leave the total at 0 here and state it further on.
        (Warning::Amounts, untaxed > total && total > 0),
        (Warning::UnusualCheck, !sixteen),
    ] {
        if found {
            warnings.push(warning);
        }
    }
    let header = Header {
        number,
        period,
        date,
        random,
        untaxed,
        total,
        seller,
        check: String::from_utf8_lossy(check).into_owned(),
        warnings,
    };
    Ok((header, fields.rest))
}

/// The date at the beginning, and how many characters it takes: seven, or eight by the common calendar.
fn issued(text: &[u8]) -> Option<(NaiveDate, usize)> {
    [7, 8].into_iter().find_map(|length| {
        let date = date::digits(text.get(..length)?)?;
        Some((date, length))
    })
}

/// What is left of a code.
struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    /// The next characters; fewer at the code's end.
    fn take(&mut self, length: usize) -> &'a [u8] {
        let (field, rest) = self
            .rest
            .split_at_checked(length)
            .unwrap_or((self.rest, &[]));
        self.rest = rest;
        field
    }
}

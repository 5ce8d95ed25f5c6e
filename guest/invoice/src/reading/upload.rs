//! All codes of an upload: one invoice or several.

use super::bar::bar;
use super::code::{Code, Kind, Payload};
use super::header::{Header, header};
use super::join::join;
use super::pairing::{Left, pairs};
use super::{Extent, Field, Printed, Reading, Reason, Refusal, Settings, Warning, Way};
use rust_decimal::Decimal;

/// Bytes of a code, at most. A QR code holds 2,953; as text each of them may take three.
const LENGTH_MAX: usize = 8_192;

/// Codes for each invoice, at most: left, right, bar code, and whatever else a receipt has on it.
const CODES_EACH: usize = 6;

/// Reads the codes of an upload, in whatever order the decoder found them.
///
/// The answer has an entry for each invoice, in the order of the codes, and is never empty: where no invoice was found, it
/// says why. Codes of other kinds beside an invoice are passed over.
#[must_use]
#[inline(never)]
pub fn read_codes(codes: &[Code<'_>], settings: &Settings<'_>) -> Vec<Result<Reading, Refusal>> {
    let refuse = |reason| vec![Err(Refusal::new(Field::Code, reason, None))];
    if codes.len() > settings.invoices_max.saturating_mul(CODES_EACH) {
        return refuse(Reason::TooMany);
    }
    if codes.iter().any(|code| code.length() > LENGTH_MAX) {
        return refuse(Reason::TooLong);
    }
    let mut payloads: Vec<Payload> = Vec::new();
    for code in codes {
        let payload = Payload::of(code);
        // Decoders find one code twice, and find codes with nothing in them.
        if !payload.bytes.is_empty() && !payloads.contains(&payload) {
            payloads.push(payload);
        }
    }
    let found = invoices(&payloads, settings);
    if found.len() > settings.invoices_max {
        return refuse(Reason::TooMany);
    }
    if found.is_empty() {
        return refuse(instead(&payloads));
    }
    found
}

/// What was sent where no invoice was.
fn instead(payloads: &[Payload]) -> Reason {
    let sent = |kind| payloads.iter().any(|payload| payload.kind == kind);
    if payloads.is_empty() {
        Reason::Nothing
    } else if sent(Kind::Right) {
        Reason::RightOnly
    } else if sent(Kind::Carrier) {
        Reason::CarrierCode
    } else if sent(Kind::Donation) {
        Reason::DonationCode
    } else {
        Reason::NoInvoice
    }
}

fn invoices(payloads: &[Payload], settings: &Settings<'_>) -> Vec<Result<Reading, Refusal>> {
    let mut lefts = Vec::new();
    let mut headers = Vec::new();
    // What each code was read as, so that the answers come in the codes' order.
    let mut found: Vec<Option<Result<Reading, Refusal>>> = Vec::with_capacity(payloads.len());
    for (place, payload) in payloads.iter().enumerate() {
        found.push(match payload.kind {
            Kind::Left => match header(&payload.bytes, settings) {
                Ok((header, rest)) => {
                    lefts.push(Left {
                        place,
                        payload,
                        rest,
                    });
                    headers.push(header);
                    None
                }
                Err(refusal) => Some(Err(refusal)),
            },
            Kind::Bar => Some(bar(&payload.bytes, settings)),
            _ => None,
        });
    }
    let rights = pairs(payloads, &lefts);
    let some_left = payloads
        .iter()
        .enumerate()
        .any(|(place, payload)| payload.kind == Kind::Right && !rights.contains(&Some(place)));
    for ((left, header), right) in lefts.iter().zip(headers).zip(rights) {
        let right = right.and_then(|right| payloads.get(right));
        if let Some(found) = found.get_mut(left.place) {
            *found = Some(Ok(qr(left, header, right, some_left)));
        }
    }
    agreed(found)
}

fn qr(left: &Left<'_>, header: Header, right: Option<&Payload>, some_left: bool) -> Reading {
    let mut content = join(left.rest, left.payload.form, right);
    let mut warnings = header.warnings;
    warnings.append(&mut content.warnings);
    if some_left && right.is_none() && content.extent != Extent::All {
        warnings.push(Warning::UnpairedRight);
    }
    Reading {
        number: header.number,
        period: header.period,
        date: Some(header.date),
        random: header.random,
        way: Way::Qr,
        printed: Some(Printed {
            untaxed: Decimal::from(header.untaxed),
            total: content
                .abroad
                .unwrap_or_else(|| Decimal::from(header.total)),
            seller: header.seller,
            check: header.check,
            lines_here: content.here,
            lines_all: content.all,
            encoding: content.encoding,
        }),
        items: content.items,
        extent: content.extent,
        warnings,
    }
}

/// One entry for each number: codes of one invoice confirm each other, or none of them is believed.
fn agreed(found: Vec<Option<Result<Reading, Refusal>>>) -> Vec<Result<Reading, Refusal>> {
    let mut kept: Vec<Result<Reading, Refusal>> = Vec::new();
    for read in found.into_iter().flatten() {
        let number = number(&read);
        let before = kept
            .iter_mut()
            .find(|kept| number.is_some() && self::number(kept) == number);
        let Some(before) = before else {
            kept.push(read);
            continue;
        };
        *before = match (&*before, read) {
            (Ok(first), Ok(second)) if agree(first, &second) => Ok(fuller(first, second)),
            (Ok(_), Ok(_)) => Err(Refusal::new(Field::Code, Reason::Disagree, number)),
            // A code that can't be taken doesn't take away from one that says no more than it does; what is refused of
            // an invoice that was read, is.
            (Ok(first), Err(refusal)) if is_damage(&refusal) => Ok(first.clone()),
            (Err(first), Ok(second)) if is_damage(first) => Ok(second),
            // Damage hides no refusal, in whatever order they come.
            (Err(first), Err(second)) if is_damage(first) => Err(second),
            (Err(first), _) => Err(*first),
            (Ok(_), Err(refusal)) => Err(refusal),
        };
    }
    kept
}

fn number(read: &Result<Reading, Refusal>) -> Option<crate::identifier::Number> {
    match read {
        Ok(reading) => Some(reading.number),
        Err(refusal) => refusal.number,
    }
}

fn is_damage(refusal: &Refusal) -> bool {
    matches!(refusal.reason, Reason::Form | Reason::TooShort)
}

fn agree(first: &Reading, second: &Reading) -> bool {
    let dates = match (first.date, second.date) {
        (Some(first), Some(second)) => first == second,
        _ => true,
    };
    first.period == second.period && first.random == second.random && dates
}

/// The one that says more.
fn fuller(first: &Reading, second: Reading) -> Reading {
    let says = |reading: &Reading| (reading.printed.is_some(), reading.items.len());
    if says(&second) > says(first) {
        second
    } else {
        first.clone()
    }
}

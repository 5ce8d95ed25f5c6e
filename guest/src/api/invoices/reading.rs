//! What was read, in the interface's words.

use super::super::check::Check;
use crate::bindings::exports::stampcard::plugin::invoices as wit;
use stampcard_invoice::identifier::Number;
use stampcard_invoice::reading::{
    self as own, Code, Reading, Refusal, Settings, Typed, from_base64, read_codes, read_typed,
};

/// Codes of one upload, at most: ten invoices with all that a receipt may have on it.
const CODES_MAX: usize = 100;

/// Bytes of a typed field, at most.
const TYPED_MAX: usize = 200;

/// Turns one side's cases into the other's.
macro_rules! same {
    ($name:ident: $from:path, $to:path: $($case:ident),* $(,)?) => {
        fn $name(it: $from) -> $to {
            type From = $from;
            type To = $to;
            match it { $(From::$case => To::$case,)* }
        }
    };
}

same! { way: own::Way, wit::Way: Qr, Bar, Typed }
same! { extent: own::Extent, wit::Extent: Absent, All, Part, Broken }
same! { warning: own::Warning, wit::Warning:
    DoubtfulLetter, ForeignTrack, SellerChecksum, BlankBuyer, Amounts, UnusualCheck, CommonDate,
    Counts, ColonInName, Repaired, OtherEncoding, DoubtfulEncoding, UnreadableName,
    UnreadableItems, DoubtfulSeam, UnpairedRight
}
same! { field: own::Field, wit::Field:
    Code, Number, Date, Random, Amount, Buyer, Seller, Check, Carrier, Verification
}
same! { reason: own::Reason, wit::Reason:
    Nothing, NoInvoice, RightOnly, CarrierCode, DonationCode, TooShort, TooLong, TooMany, Disagree,
    Form, Future, BusinessBuyer, Traditional, MemberCarrier, MaskedDonated
}

/// Reads one upload, or what was typed.
pub(super) fn read(
    check: &mut Check,
    place: usize,
    sent: &wit::Sent,
    settings: &Settings<'_>,
) -> Vec<wit::ReadInvoice> {
    match sent {
        wit::Sent::Codes(codes) => {
            let path = format!("/sent/{place}/codes");
            check.count(&path, codes.len(), 0, CODES_MAX);
            let bytes: Vec<Option<Vec<u8>>> = codes
                .iter()
                .enumerate()
                .map(|(nth, code)| bytes(check, &path, nth, code))
                .collect();
            let codes: Vec<Code<'_>> = codes
                .iter()
                .zip(&bytes)
                .map(|(code, bytes)| Code {
                    text: code.text.as_deref(),
                    bytes: bytes.as_deref(),
                })
                .collect();
            let found = read_codes(&codes, settings);
            found
                .into_iter()
                .map(|one| match one {
                    Ok(reading) => wit::ReadInvoice::Read(shown(reading)),
                    Err(refusal) => wit::ReadInvoice::Refused(vec![refused(refusal)]),
                })
                .collect()
        }
        wit::Sent::Typed(typed) => {
            let fields = [
                ("number", &typed.number),
                ("date", &typed.date),
                ("random", &typed.random),
            ];
            for (field, text) in fields {
                if text.len() > TYPED_MAX {
                    let path = format_args!("/sent/{place}/typed/{field}");
                    check.fault(
                        &path,
                        format_args!("{} bytes", text.len()),
                        "at most 200 bytes",
                    );
                }
            }
            let typed = Typed {
                number: &typed.number,
                date: &typed.date,
                random: &typed.random,
            };
            vec![match read_typed(typed, settings) {
                Ok(reading) => wit::ReadInvoice::Read(shown(reading)),
                Err(refusals) => {
                    wit::ReadInvoice::Refused(refusals.into_iter().map(refused).collect())
                }
            }]
        }
    }
}

fn bytes(check: &mut Check, path: &str, nth: usize, code: &wit::Code) -> Option<Vec<u8>> {
    let text = code.bytes.as_deref()?;
    let bytes = from_base64(text.as_bytes());
    if bytes.is_none() {
        check.fault(&format_args!("{path}/{nth}/bytes"), text, "Base64");
    }
    bytes
}

fn shown(it: Reading) -> wit::Reading {
    let item = |it: own::Item| wit::Item {
        name: it.name,
        quantity: it.quantity.normalize().to_string(),
        price: it.price.normalize().to_string(),
    };
    let printed = it.printed.as_ref();
    wit::Reading {
        number: it.number.text().to_owned(),
        period: it.period.text(),
        date: it.date.map(|date| date.to_string()),
        random: it.random.text().to_owned(),
        way: way(it.way),
        total: printed.map(|printed| printed.total.normalize().to_string()),
        seller: printed.and_then(|printed| Some(printed.seller?.text().to_owned())),
        items: it.items.into_iter().map(item).collect(),
        extent: extent(it.extent),
        warnings: it.warnings.into_iter().map(warning).collect(),
    }
}

fn refused(it: Refusal) -> wit::Refusal {
    wit::Refusal {
        field: field(it.field),
        reason: reason(it.reason),
        number: it
            .number
            .as_ref()
            .map(|number: &Number| number.text().to_owned()),
        permitted: it.permitted().to_owned(),
    }
}

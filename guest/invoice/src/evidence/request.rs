//! Questions to MOF's application API, as the forms that it is sent. None of these is signed.

use crate::amount::digits;
use crate::identifier::carrier::MobileCode;
use crate::identifier::{Number, Period, Random, TaxId};
use chrono::{Datelike, Months, NaiveDate};
use std::fmt;

/// Where the paths lie.
pub const BASE: &str = "https://api.einvoice.nat.gov.tw";

const INVOICES: &str = "/PB2CAPIVAN/invapp/InvApp";
const CARRIERS: &str = "/PB2CAPIVAN/invServ/InvServ";

/// Seconds that a question to a carrier is dated ahead; the platform takes 10 to 180.
const AHEAD: u64 = 60;

/// Until when the credential is said to be valid: the platform's own example, used by most.
const VALID_UNTIL: &str = "2147483647";

/// A form: sent by POST, URL-encoded, in this order.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// Behind the base.
    pub path: &'static str,
    /// Names and values, not encoded yet.
    pub form: Vec<(&'static str, String)>,
}

impl fmt::Debug for Request {
    /// Without the values: a verification code and a key are among them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.path)?;
        f.debug_list()
            .entries(self.form.iter().map(|(name, _)| name))
            .finish()
    }
}

/// Who asks.
#[derive(Clone, Copy)]
pub struct Access<'a> {
    /// The key that the ministry gave out.
    pub app_id: &'a str,
    /// The device or member that asks, in the caller's own words.
    pub uuid: &'a str,
}

/// What an invoice was read from, as far as the platform wants it.
#[derive(Clone, Copy, Debug)]
pub enum Printed<'a> {
    /// A bar code or typed fields.
    Bar,
    /// A QR code.
    Qr {
        /// Its 24 characters of check.
        check: &'a str,
        /// Its seller.
        seller: TaxId,
    },
}

/// Asks for the header of an invoice; the random code is not needed.
#[must_use]
pub fn header(number: Number, date: NaiveDate, access: Access<'_>) -> Request {
    Request {
        path: INVOICES,
        form: vec![
            ("version", "0.5".to_owned()),
            ("type", "Barcode".to_owned()),
            ("invNum", number.text().to_owned()),
            ("action", "qryInvHeader".to_owned()),
            ("generation", "V2".to_owned()),
            ("invDate", day(date)),
            ("UUID", access.uuid.to_owned()),
            ("appID", access.app_id.to_owned()),
        ],
    }
}

/// Asks for an invoice with its lines. A bar code has no date, and the field is left blank.
#[must_use]
pub fn detail(
    number: Number,
    period: Period,
    date: Option<NaiveDate>,
    random: Random,
    printed: Printed<'_>,
    access: Access<'_>,
) -> Request {
    let kind = match printed {
        Printed::Bar => "Barcode",
        Printed::Qr { .. } => "QRCode",
    };
    let mut form = vec![
        ("version", "0.6".to_owned()),
        ("type", kind.to_owned()),
        ("invNum", number.text().to_owned()),
        ("action", "qryInvDetail".to_owned()),
        ("generation", "V2".to_owned()),
        ("invDate", date.map(day).unwrap_or_default()),
        ("UUID", access.uuid.to_owned()),
        ("appID", access.app_id.to_owned()),
        ("randomNumber", random.text().to_owned()),
    ];
    match printed {
        Printed::Bar => form.push(("invTerm", period.text())),
        Printed::Qr { check, seller } => {
            form.push(("encrypt", check.to_owned()));
            form.push(("sellerID", seller.text().to_owned()));
        }
    }
    Request {
        path: INVOICES,
        form,
    }
}

/// A page of what is on a carrier.
#[derive(Clone, Copy, Debug)]
pub struct Listing {
    /// The first day.
    pub from: NaiveDate,
    /// The last day, of the same month.
    pub to: NaiveDate,
    /// From 1.
    pub page: u32,
}

/// Asks for a page of a carrier's list; none where the days are of two months, or the last before the first, which the
/// platform refuses. `now` is in seconds since 1970.
#[must_use]
pub fn carrier_list(
    carrier: MobileCode,
    verification: &str,
    listing: Listing,
    now: u64,
    access: Access<'_>,
) -> Option<Request> {
    let Listing { from, to, page } = listing;
    let month = |date: NaiveDate| (date.year(), date.month());
    if from > to || month(from) != month(to) {
        return None;
    }
    let mut form = on_carrier("0.6", "carrierInvChk", carrier, verification, now);
    form.extend([
        ("startDate", day(from)),
        ("endDate", day(to)),
        ("onlyWinningInv", "N".to_owned()),
        ("uuid", access.uuid.to_owned()),
        ("appID", access.app_id.to_owned()),
        ("page", digits(u64::from(page.max(1)))),
    ]);
    Some(Request {
        path: CARRIERS,
        form,
    })
}

/// Asks for an invoice on a carrier with its lines. `now` is in seconds since 1970.
#[must_use]
pub fn carrier_detail(
    carrier: MobileCode,
    verification: &str,
    number: Number,
    date: NaiveDate,
    now: u64,
    access: Access<'_>,
) -> Request {
    let mut form = on_carrier("0.5", "carrierInvDetail", carrier, verification, now);
    form.extend([
        ("invNum", number.text().to_owned()),
        ("invDate", day(date)),
        ("uuid", access.uuid.to_owned()),
        ("appID", access.app_id.to_owned()),
    ]);
    Request {
        path: CARRIERS,
        form,
    }
}

/// The months of a range of days, each with its first and last day in it: a carrier is listed a month at a time.
#[must_use]
pub fn months(from: NaiveDate, to: NaiveDate) -> Vec<(NaiveDate, NaiveDate)> {
    let mut months = Vec::new();
    let mut first = from;
    while first <= to {
        let next = first
            .with_day(1)
            .and_then(|day| day.checked_add_months(Months::new(1)));
        let Some(next) = next else { break };
        months.push((first, next.pred_opt().unwrap_or(first).min(to)));
        first = next;
    }
    months
}

fn on_carrier(
    version: &str,
    action: &str,
    carrier: MobileCode,
    verification: &str,
    now: u64,
) -> Vec<(&'static str, String)> {
    vec![
        ("version", version.to_owned()),
        ("action", action.to_owned()),
        ("cardType", "3J0002".to_owned()),
        ("cardNo", carrier.text().to_owned()),
        ("cardEncrypt", verification.to_owned()),
        ("expTimeStamp", VALID_UNTIL.to_owned()),
        ("timeStamp", digits(now.saturating_add(AHEAD))),
    ]
}

/// `2026/04/10`: dates with hyphens are refused.
fn day(date: NaiveDate) -> String {
    let mut text = digits(u64::from(date.year().unsigned_abs()));
    for part in [date.month(), date.day()] {
        text.push('/');
        if part < 10 {
            text.push('0');
        }
        text.push_str(&digits(u64::from(part)));
    }
    text
}

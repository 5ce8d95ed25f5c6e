//! Tracks: the two letters of an invoice's number, given out anew for each period. They tell the e-invoices of a
//! year from traditional paper invoices, which no platform knows.

use super::{Number, Period};

/// The tracks of a year, by period. Letters I and O are in none of them.
#[derive(Clone, Copy, Debug)]
pub struct Year {
    /// By the common calendar.
    pub year: u32,
    /// Of e-invoices, first and last of each range.
    pub electronic: [&'static [(&'static str, &'static str)]; 6],
    /// Of hand-written and cash-register invoices.
    pub traditional: [&'static [(&'static str, &'static str)]; 6],
}

/// 2025 (ROC 114), as far as it is known from one company's copy of the table; real receipts agree.
pub const YEAR_2025: Year = Year {
    year: 2025,
    electronic: [
        &[("HZ", "HZ"), ("JA", "KS")],
        &[("KZ", "KZ"), ("LA", "MS")],
        &[("MZ", "MZ"), ("NA", "PS")],
        &[("PZ", "PZ"), ("QA", "RS")],
        &[("RZ", "RZ"), ("SA", "TS")],
        &[("TZ", "TZ"), ("UA", "VS")],
    ],
    traditional: [
        &[("HT", "HY")],
        &[("KT", "KY")],
        &[("MT", "MY")],
        &[("PT", "PY")],
        &[("RT", "RY")],
        &[("TT", "TY")],
    ],
};

/// What a track says about an invoice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Track {
    /// One of e-invoices.
    Electronic,
    /// One of traditional paper invoices.
    Traditional,
    /// None that the period has: the number or the date is probably wrong.
    Foreign,
    /// No table for the year is known.
    Unknown,
}

/// What the track of a number says, by the tables given.
#[must_use]
pub fn track(number: &Number, period: Period, years: &[Year]) -> Track {
    let Some(year) = years.iter().find(|year| year.year == period.common_year()) else {
        return Track::Unknown;
    };
    let letters = number.track();
    let within = |ranges: &[&[(&str, &str)]; 6]| {
        let ranges = ranges.get(period.place()).copied().unwrap_or_default();
        ranges
            .iter()
            .any(|(first, last)| *first <= letters && letters <= *last)
    };
    if within(&year.electronic) {
        Track::Electronic
    } else if within(&year.traditional) {
        Track::Traditional
    } else {
        Track::Foreign
    }
}

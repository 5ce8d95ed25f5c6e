//! Numbers and codes, held against the tables in `identifiers/`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a table that can't be read is a failed test"
)]

mod table;

use chrono::NaiveDate;
use serde::Deserialize;
use stampcard_invoice::fold;
use stampcard_invoice::identifier::carrier::{Certificate, Kind, MobileCode};
use stampcard_invoice::identifier::donation::DonationCode;
use stampcard_invoice::identifier::track::{YEAR_2025, track};
use stampcard_invoice::identifier::{Number, Period, TaxId, date, number::NumberFault};
use table::{day, rows};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TaxIdRow {
    number: String,
    #[serde(default)]
    new: bool,
    #[serde(default)]
    old: bool,
    #[serde(default)]
    none: bool,
    typed: Option<String>,
}

#[test]
fn tax_ids_keep_their_rules() {
    for row in rows::<TaxIdRow>("identifiers/tax-ids.yaml") {
        let id = TaxId::parse(&row.number);
        assert_eq!(id.is_none(), row.none, "{}", row.number);
        if let Some(id) = id {
            let sum = id.checksum();
            assert_eq!((sum.new, sum.old), (row.new, row.old), "{}", row.number);
        }
        if let Some(typed) = row.typed {
            assert_eq!(TaxId::typed(&row.number).unwrap().text(), typed);
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NumberRow {
    typed: String,
    reads: Option<String>,
    shown: Option<String>,
    masked: Option<String>,
    #[serde(default)]
    doubtful: bool,
    fault: Option<String>,
}

#[test]
fn numbers_are_typed_in_many_ways() {
    for row in rows::<NumberRow>("identifiers/numbers.yaml") {
        let fault = row.fault.map(|fault| match fault.as_str() {
            "masked" => NumberFault::Masked,
            "form" => NumberFault::Form,
            other => panic!("{other} is no fault"),
        });
        let number = Number::typed(&row.typed);
        assert_eq!(number.err(), fault, "{}", row.typed);
        assert_eq!(
            number.ok().map(|number| number.text().to_owned()),
            row.reads
        );
        let Ok(number) = number else { continue };
        assert_eq!(number.is_doubtful(), row.doubtful, "{}", row.typed);
        assert_eq!(row.shown.unwrap_or(number.shown()), number.shown());
        assert_eq!(row.masked.unwrap_or(number.masked()), number.masked());
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PeriodRow {
    day: String,
    period: String,
    first: Option<String>,
    end: Option<String>,
}

#[test]
fn each_day_lies_in_one_period() {
    for row in rows::<PeriodRow>("identifiers/periods.yaml") {
        let period = Period::of(day(&row.day));
        let text = period.map_or("none".to_owned(), |period| period.text());
        assert_eq!(text, row.period, "{}", row.day);
        let Some(period) = period else { continue };
        assert_eq!(period.first_day(), day(&row.first.unwrap()));
        assert_eq!(period.end(), day(&row.end.unwrap()));
        assert_eq!(Period::parse(&text), Some(period));
        assert!(period.holds(day(&row.day)));
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PeriodTextRow {
    text: String,
    holds: Option<String>,
    not: Option<String>,
    #[serde(default)]
    none: bool,
}

#[test]
fn periods_are_read_as_they_are_written() {
    for row in rows::<PeriodTextRow>("identifiers/period-texts.yaml") {
        let period = Period::parse(&row.text);
        assert_eq!(period.is_none(), row.none, "{}", row.text);
        let Some(period) = period else { continue };
        assert_eq!(period.text(), row.text);
        assert!(period.holds(day(&row.holds.unwrap())), "{}", row.text);
        assert!(!period.holds(day(&row.not.unwrap())), "{}", row.text);
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DateRow {
    typed: String,
    day: Option<String>,
}

#[test]
fn dates_are_typed_by_either_calendar() {
    for row in rows::<DateRow>("identifiers/dates.yaml") {
        let expected: Option<NaiveDate> = row.day.as_deref().map(day);
        assert_eq!(date::typed(&row.typed), expected, "{}", row.typed);
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CarrierRow {
    kind: String,
    text: String,
    valid: bool,
    typed: Option<String>,
}

#[test]
fn carriers_and_donation_codes_have_their_forms() {
    for row in rows::<CarrierRow>("identifiers/carriers.yaml") {
        let text = row.text.as_str();
        let owned = |text: &str| text.to_owned();
        let (strict, typed) = match row.kind.as_str() {
            "mobile" => (
                MobileCode::parse(text).map(|code| owned(code.text())),
                MobileCode::typed(text).map(|code| owned(code.text())),
            ),
            "certificate" => (
                Certificate::parse(text).map(|code| owned(code.text())),
                Certificate::typed(text).map(|code| owned(code.text())),
            ),
            "donation" => (
                DonationCode::parse(text).map(|code| owned(code.text())),
                DonationCode::typed(text).map(|code| owned(code.text())),
            ),
            other => panic!("{other} is no kind"),
        };
        assert_eq!(strict, row.valid.then(|| owned(text)), "{text}");
        assert_eq!(typed, row.typed.or(strict), "{text}");
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CardRow {
    r#type: String,
    kind: String,
}

#[test]
fn card_types_are_told_apart() {
    for row in rows::<CardRow>("identifiers/card-types.yaml") {
        let kind = Kind::of(&row.r#type).map_or("none".to_owned(), |kind| format!("{kind:?}"));
        assert_eq!(kind, row.kind, "{}", row.r#type);
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TrackRow {
    number: String,
    day: String,
    track: String,
}

#[test]
fn tracks_tell_kinds_of_invoices() {
    for row in rows::<TrackRow>("identifiers/tracks.yaml") {
        let number = Number::parse(&row.number).unwrap();
        let found = track(&number, Period::of(day(&row.day)).unwrap(), &[YEAR_2025]);
        assert_eq!(
            format!("{found:?}"),
            row.track,
            "{} {}",
            row.number,
            row.day
        );
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FoldRow {
    text: String,
    folded: String,
}

#[test]
fn width_case_and_blanks_make_no_difference() {
    for row in rows::<FoldRow>("folds.yaml") {
        let mut folded = "before".to_owned();
        fold::compared(&row.text, &mut folded);
        assert_eq!(folded, format!("before{}", row.folded));
    }
}

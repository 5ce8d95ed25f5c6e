//! Codes and typed input, held against the cases in `readings/`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a table that can't be read is a failed test"
)]

mod table;

#[path = "readings/sent.rs"]
mod sent;

use sent::{Sent, told};
use serde::Deserialize;
use stampcard_invoice::reading::{
    Listed, Reading, Refusal, Settings, Typed, Warning, read_carrier, read_codes, read_listed,
    read_typed,
};
use table::{day, rows, words};

const TODAY: &str = "2026-11-28";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    case: String,
    today: Option<String>,
    codes: Vec<Sent>,
    number: Option<String>,
    date: Option<String>,
    period: Option<String>,
    random: Option<String>,
    untaxed: Option<String>,
    total: Option<String>,
    seller: Option<String>,
    items: Option<Vec<String>>,
    extent: Option<String>,
    #[serde(default)]
    warnings: Vec<String>,
    refused: Option<String>,
}

fn settings(today: Option<&str>) -> Settings<'static> {
    Settings::on(day(today.unwrap_or(TODAY)))
}

fn why(refusal: &Refusal) -> String {
    assert!(!refusal.permitted().is_empty());
    format!("{} {}", words(&refusal.field), words(&refusal.reason))
}

fn warnings(reading: &Reading) -> Vec<String> {
    reading.warnings.iter().map(words).collect()
}

fn check(case: &Case, reading: &Reading) {
    let name = &case.case;
    let same = |expected: &Option<String>, found: Option<String>| {
        if let Some(expected) = expected {
            assert_eq!(found.unwrap_or("none".to_owned()), *expected, "{name}");
        }
    };
    let printed = reading.printed.as_ref();
    same(&case.number, Some(reading.number.text().to_owned()));
    same(&case.date, reading.date.map(|date| date.to_string()));
    same(&case.period, Some(reading.period.text()));
    same(&case.random, Some(reading.random.text().to_owned()));
    same(
        &case.untaxed,
        printed.map(|printed| printed.untaxed.to_string()),
    );
    same(
        &case.total,
        printed.map(|printed| printed.total.to_string()),
    );
    let seller = printed.and_then(|printed| printed.seller);
    same(&case.seller, seller.map(|seller| seller.text().to_owned()));
    same(&case.extent, Some(words(&reading.extent)));
    let items: Vec<String> = reading.items.iter().map(told).collect();
    assert_eq!(&items, case.items.as_ref().unwrap_or(&items), "{name}");
    assert_eq!(warnings(reading), case.warnings, "{name}");
}

#[test]
fn codes_of_one_invoice() {
    for file in ["receipts", "encodings", "refused"] {
        for case in rows::<Case>(&format!("readings/{file}.yaml")) {
            let found = sent::with(&case.codes, |codes| {
                read_codes(codes, &settings(case.today.as_deref()))
            });
            match found.as_slice() {
                [Ok(reading)] if case.refused.is_none() => check(&case, reading),
                [Err(refusal)] => assert_eq!(Some(why(refusal)), case.refused, "{}", case.case),
                other => panic!("{}: {other:?}", case.case),
            }
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Upload {
    case: String,
    max: Option<usize>,
    codes: Vec<Sent>,
    answers: Vec<String>,
}

#[test]
fn codes_of_several_invoices() {
    for case in rows::<Upload>("readings/uploads.yaml") {
        let mut settings = settings(None);
        settings.invoices_max = case.max.unwrap_or(settings.invoices_max);
        let found = sent::with(&case.codes, |codes| read_codes(codes, &settings));
        let answers: Vec<String> = found
            .iter()
            .map(|read| match read {
                Err(refusal) => why(refusal),
                Ok(reading) => {
                    let mut text = format!("{} {}", reading.number.text(), words(&reading.extent));
                    if reading.warnings.contains(&Warning::UnpairedRight) {
                        text.push_str(", unpaired right");
                    }
                    let items: Vec<String> = reading.items.iter().map(told).collect();
                    if !items.is_empty() {
                        text.push_str(": ");
                    }
                    text + &items.join(", ")
                }
            })
            .collect();
        assert_eq!(answers, case.answers, "{}", case.case);
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TypedRow {
    number: String,
    date: String,
    random: String,
    reads: Option<String>,
    day: Option<String>,
    period: Option<String>,
    #[serde(default)]
    warnings: Vec<String>,
    #[serde(default)]
    refused: Vec<String>,
}

#[test]
fn typed_fields() {
    for row in rows::<TypedRow>("readings/typed.yaml") {
        let typed = Typed {
            number: &row.number,
            date: &row.date,
            random: &row.random,
        };
        match read_typed(typed, &settings(None)) {
            Ok(reading) => {
                assert_eq!(
                    Some(reading.number.text()),
                    row.reads.as_deref(),
                    "{}",
                    row.number
                );
                assert_eq!(reading.date.map(|date| date.to_string()), row.day);
                assert_eq!(Some(reading.period.text()), row.period);
                assert_eq!(warnings(&reading), row.warnings, "{}", row.number);
            }
            Err(refusals) => {
                let refused: Vec<String> = refusals.iter().map(why).collect();
                assert_eq!(refused, row.refused, "{} {}", row.number, row.date);
            }
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CarrierRow {
    carrier: Option<String>,
    verification: Option<String>,
    listed: Option<String>,
    card: Option<String>,
    buyer: Option<String>,
    reads: Option<String>,
    #[serde(default)]
    refused: Vec<String>,
}

#[test]
fn carriers_and_what_is_listed_on_them() {
    for row in rows::<CarrierRow>("readings/carriers.yaml") {
        let read = match (&row.carrier, &row.listed) {
            (Some(carrier), None) => {
                read_carrier(carrier, row.verification.as_deref().unwrap_or_default())
                    .map(|code| code.text().to_owned())
            }
            (None, Some(number)) => read_listed(Listed {
                card_type: row.card.as_deref().unwrap_or_default(),
                number,
                buyer: row.buyer.as_deref().unwrap_or_default(),
            })
            .map(|number| number.text().to_owned())
            .map_err(|refusal| vec![refusal]),
            _ => panic!("a row is about a carrier or about what is listed"),
        };
        let refused = read.as_ref().err().into_iter().flatten().map(why);
        assert_eq!(refused.collect::<Vec<_>>(), row.refused);
        assert_eq!(read.ok(), row.reads);
    }
}

//! Rows of opening balances in a file: CSV with a heading, or NDJSON.

use super::Error;
use crate::json::Distinct;
use crate::scenario::time;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use serde_json::{Map, Value};
use std::io::{BufRead, BufReader, Read};
use std::ops::Range;

/// How a file holds its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// RFC 4180 with a heading.
    Csv,
    /// One JSON object a line.
    Ndjson,
}

impl Format {
    /// By the ending of a file's name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        match name.rsplit_once('.')?.1 {
            "csv" => Some(Self::Csv),
            "ndjson" | "jsonl" => Some(Self::Ndjson),
            _ => None,
        }
    }
}

/// The fields of a row, those that it must have first.
pub const FIELDS: [&str; 6] = [
    "member",
    "points",
    "programme",
    "activates-at",
    EXPIRES,
    "reference",
];

/// The field whose date is the last day.
const EXPIRES: &str = "expires-at";

/// What may stand for an instant.
const INSTANT: &str = "an instant such as 2026-11-22T12:00:00+08:00, or a date such as 2026-11-22";

/// How many of them a row must have.
const NEEDED: usize = 2;

/// Bytes of a line or a record, at most.
const LINE_MAX: usize = 64 * 1024;

/// One thing that is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Counts the rows from 1, without the heading.
    pub row: u64,
    /// The field; empty for the row as a whole.
    pub field: String,
    /// What was found and what may stand there.
    pub problem: String,
}

/// A row: its number, and the request's row, or what is wrong with its form.
pub type Numbered = (u64, Result<Value, Vec<Fault>>);

/// The rows of a file, one after another, with dates of `zone` read as instants.
///
/// # Errors
/// [`Error::Form`] for a heading that is none, [`Error::File`].
pub fn read<'r>(
    format: Format,
    zone: Tz,
    file: impl Read + 'r,
) -> Result<Box<dyn Iterator<Item = Result<Numbered, Error>> + 'r>, Error> {
    Ok(match format {
        Format::Csv => Box::new(csv_rows(zone, file)?),
        Format::Ndjson => Box::new(ndjson_rows(zone, file)),
    })
}

fn csv_rows<'r>(
    zone: Tz,
    file: impl Read + 'r,
) -> Result<impl Iterator<Item = Result<Numbered, Error>> + 'r, Error> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file);
    let heading = reader.headers().map_err(|error| form(&error))?.clone();
    let names: Vec<String> = heading
        .iter()
        .map(|name| name.trim_start_matches('\u{feff}').trim().to_owned())
        .collect();
    let unknown = names.iter().find(|name| !FIELDS.contains(&name.as_str()));
    let has = |field: &str| names.iter().any(|name| name == field);
    let missing = FIELDS.into_iter().take(NEEDED).find(|field| !has(field));
    let twice = names.iter().enumerate().find(|(place, name)| {
        let before = names.iter().take(*place);
        before.clone().any(|other| other == *name)
    });
    let problem = match (unknown, missing, twice) {
        (Some(name), ..) => format!("has an unknown column {name:?}"),
        (_, Some(name), _) => format!("lacks the column {name}"),
        (.., Some((_, name))) => format!("has the column {name} twice"),
        _ => String::new(),
    };
    if !problem.is_empty() {
        let known = FIELDS.join(", ");
        return Err(Error::Form(format!(
            "the heading {problem}; there may stand {known}"
        )));
    }
    let mut number = 0;
    Ok(reader.into_records().map(move |record| {
        number += 1;
        let record = match record {
            Ok(record) => record,
            Err(error) if matches!(error.kind(), csv::ErrorKind::Utf8 { .. }) => {
                return Ok((number, Err(vec![whole(number, "it is no UTF-8 text")])));
            }
            Err(error) => return Err(form(&error)),
        };
        if record.as_slice().len() > LINE_MAX {
            let problem = format!("it is longer than {LINE_MAX} bytes");
            return Ok((number, Err(vec![whole(number, &problem)])));
        }
        if record.len() != names.len() {
            let problem = format!(
                "it has {} fields, the heading {}",
                record.len(),
                names.len()
            );
            return Ok((number, Err(vec![whole(number, &problem)])));
        }
        let cells = names.iter().zip(record.iter());
        let cells = cells.filter(|(_, cell)| !cell.is_empty());
        let row = cells.map(|(name, cell)| (name.clone(), Value::from(cell)));
        Ok((number, checked(number, zone, row.collect())))
    }))
}

fn ndjson_rows<'r>(
    zone: Tz,
    file: impl Read + 'r,
) -> impl Iterator<Item = Result<Numbered, Error>> + 'r {
    let mut file = BufReader::new(file);
    let mut number = 0;
    std::iter::from_fn(move || {
        loop {
            let mut line = Vec::new();
            let most = u64::try_from(LINE_MAX).unwrap_or(u64::MAX);
            match (&mut file).take(most).read_until(b'\n', &mut line) {
                Err(error) => return Some(Err(error.into())),
                Ok(0) => return None,
                Ok(_) => {}
            }
            if line.len() == LINE_MAX && line.last() != Some(&b'\n') {
                let problem = format!("line {} is longer than {LINE_MAX} bytes", number + 1);
                return Some(Err(Error::Form(problem)));
            }
            if line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            number += 1;
            return Some(Ok((number, object(number, zone, &line))));
        }
    })
}

fn object(number: u64, zone: Tz, line: &[u8]) -> Result<Value, Vec<Fault>> {
    let read: Distinct = serde_json::from_slice(line)
        .map_err(|error| vec![whole(number, &format!("it is no JSON: {error}"))])?;
    let value = read.value().map_err(|doubled| {
        vec![Fault {
            row: number,
            field: doubled.pointer.trim_start_matches('/').to_owned(),
            problem: "it stands twice".to_owned(),
        }]
    })?;
    let Value::Object(mut row) = value else {
        return Err(vec![whole(number, "it is no JSON object")]);
    };
    row.retain(|_, value| !value.is_null());
    // Whole numbers may stand without quotes; a bare fraction is refused as a text would be that is none.
    for field in ["points", "member", "reference"] {
        if let Some(value) = row.get_mut(field)
            && value.is_i64()
        {
            *value = Value::from(value.to_string());
        }
    }
    checked(number, zone, row)
}

/// Looks at all that the plugin's own checks can't see: what fields there are, and that they are texts and instants.
fn checked(number: u64, zone: Tz, mut row: Map<String, Value>) -> Result<Value, Vec<Fault>> {
    let fault = |field: &str, problem: String| Fault {
        row: number,
        field: field.to_owned(),
        problem,
    };
    let mut faults = Vec::new();
    for (field, value) in &mut row {
        if !FIELDS.contains(&field.as_str()) {
            let known = FIELDS.join(", ");
            faults.push(fault(
                field,
                format!("it is unknown; there may stand {known}"),
            ));
            continue;
        }
        let Some(text) = value.as_str() else {
            faults.push(fault(
                field,
                format!("found {value}; permitted: text in quotes"),
            ));
            continue;
        };
        if !field.ends_with("-at") {
            continue;
        }
        match instant(text, field == EXPIRES, zone) {
            Some(at) => *value = Value::from(time::rfc3339(at)),
            None => faults.push(fault(
                field,
                format!("found {text:?}; permitted: {INSTANT}"),
            )),
        }
    }
    for field in FIELDS.iter().take(NEEDED) {
        if !row.contains_key(*field) {
            faults.push(fault(field, "it is missing".to_owned()));
        }
    }
    if faults.is_empty() {
        Ok(Value::Object(row))
    } else {
        Err(faults)
    }
}

/// The seconds of the years that the plugin knows, 1970 to 9999.
const SECONDS: Range<i64> = 0..253_402_300_800;

/// Reads an instant, or a local date: what becomes usable does so as the day begins, what lapses is good for all of it.
fn instant(text: &str, ends: bool, zone: Tz) -> Option<DateTime<Utc>> {
    let at = match DateTime::parse_from_rfc3339(text) {
        Ok(at) => at.to_utc(),
        Err(_) => {
            let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
            // The parser takes other widths too.
            if date.to_string() != text {
                return None;
            }
            let date = date.checked_add_days(Days::new(u64::from(ends)))?;
            time::resolve(date.and_time(NaiveTime::MIN), zone, false)
        }
    };
    SECONDS.contains(&at.timestamp()).then_some(at)
}

fn whole(row: u64, problem: &str) -> Fault {
    Fault {
        row,
        field: String::new(),
        problem: problem.to_owned(),
    }
}

fn form(error: &csv::Error) -> Error {
    Error::Form(format!("the file is no CSV: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn all(format: Format, text: &str) -> Vec<Numbered> {
        let rows = read(format, Tz::Asia__Taipei, text.as_bytes()).unwrap();
        rows.map(Result::unwrap).collect()
    }

    fn faults(read: &Numbered) -> Vec<(u64, &str)> {
        let faults = read.1.as_ref().unwrap_err().iter();
        faults
            .map(|fault| (fault.row, fault.field.as_str()))
            .collect()
    }

    #[test]
    fn both_formats_give_the_same_rows() {
        let csv =
            "\u{feff}points,member,expires-at\r\n12.5,\"a,b\",2027-01-01T00:00:00Z\r\n3,jo,\r\n";
        let ndjson = concat!(
            "{\"member\":\"a,b\",\"points\":\"12.5\",\"expires-at\":\"2027-01-01T00:00:00Z\"}\n\n",
            "{\"member\":\"jo\",\"points\":3,\"reference\":null}",
        );
        let expected = [
            json!({ "member": "a,b", "points": "12.5", "expires-at": "2027-01-01T00:00:00Z" }),
            json!({ "member": "jo", "points": "3" }),
        ];
        for rows in [all(Format::Csv, csv), all(Format::Ndjson, ndjson)] {
            let rows: Vec<Value> = rows.into_iter().map(|row| row.1.unwrap()).collect();
            assert_eq!(rows, expected);
        }
    }

    #[test]
    fn faulty_rows_are_counted_and_the_others_go_on() {
        let rows = all(
            Format::Csv,
            "member,points,expires-at\nmei,1,soon\njo\nlin,2,\n,,\n",
        );
        assert_eq!(faults(&rows[0]), [(1, "expires-at")]);
        assert_eq!(faults(&rows[1]), [(2, "")]);
        assert!(rows[2].1.is_ok());
        assert_eq!(faults(&rows[3]), [(4, "member"), (4, "points")]);
        let lines = "{\"member\":\"mei\",\"points\":1.5,\"colour\":\"red\"}\n[1]\n{\n{\"points\":1,\"member\":\"a\",\"points\":2}\n";
        let rows = all(Format::Ndjson, lines);
        assert_eq!(faults(&rows[0]), [(1, "colour"), (1, "points")]);
        assert_eq!(faults(&rows[1]), [(2, "")]);
        assert_eq!(faults(&rows[2]), [(3, "")]);
        assert_eq!(faults(&rows[3]), [(4, "points")]);
    }

    #[test]
    fn dates_are_days_of_the_zone() {
        let told = |text: &str, ends: bool, zone: Tz| {
            let at = instant(text, ends, zone);
            at.map_or_else(|| "-".to_owned(), time::rfc3339)
        };
        let taipei = Tz::Asia__Taipei;
        assert_eq!(told("2026-12-31", false, taipei), "2026-12-30T16:00:00Z");
        assert_eq!(told("2026-12-31", true, taipei), "2026-12-31T16:00:00Z");
        let at = "2026-12-31T08:00:00.5+08:00";
        assert_eq!(told(at, true, taipei), "2026-12-31T00:00:00.500Z");
        // The day before lasts 25 hours in New York; in Beirut clocks skip the first hour of the 29th.
        let york = Tz::America__New_York;
        assert_eq!(told("2026-11-01", true, york), "2026-11-02T05:00:00Z");
        assert_eq!(
            told("2026-03-28", true, Tz::Asia__Beirut),
            "2026-03-28T22:00:00Z"
        );
        for text in [
            "2026-02-29",
            "2026-2-01",
            "20260201",
            "2026-02-01 ",
            "9999-12-31",
        ] {
            assert_eq!(told(text, true, Tz::UTC), "-", "{text}");
        }
    }

    #[test]
    fn a_heading_names_what_is_known() {
        for (heading, named) in [
            ("member,points,colour\n", "colour"),
            ("member\n", "points"),
            ("member,points,member\n", "twice"),
        ] {
            let Err(Error::Form(problem)) =
                read(Format::Csv, Tz::UTC, heading.as_bytes()).map(drop)
            else {
                panic!("{heading} was taken");
            };
            assert!(problem.contains(named), "{problem}");
        }
    }
}

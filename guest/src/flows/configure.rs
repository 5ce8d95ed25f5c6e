//! The merchant's configuration.

#[cfg(test)]
mod coupons;
#[cfg(test)]
mod notices;
mod past;
mod pointer;
#[cfg(test)]
mod readings;

use super::command::{Execution, fingerprint};
use super::notices::origins;
use super::terms;
use super::tick::first_checked;
use crate::domain::config::{self, Fault, Merchant};
use crate::domain::instant::Instant;
use crate::json::{self, Raw};
use crate::packed::unpack;
use crate::ports::{Outcome, Ports};
use crate::records::state::{Configuration, Key, Upkeep};
use crate::records::{Work, keys};
use crate::reject::Reject;
pub use past::{Page, history, past};
use pointer::pointer;

/// The JSON Schema of the document, as one line; a test keeps `schema/` equal to what the types say.
#[must_use]
pub fn schema() -> String {
    unpack(include_bytes!(concat!(
        env!("OUT_DIR"),
        "/merchant.schema.packed"
    )))
}

/// Documents to begin with, by name. A test applies each.
pub const PRESETS: [(&str, &str); 4] = [
    ("cyberbiz", include_str!("../../presets/cyberbiz.json")),
    ("omnichat", include_str!("../../presets/omnichat.json")),
    ("onehae", include_str!("../../presets/onehae.json")),
    (
        "three-notices",
        include_str!("../../presets/three-notices.json"),
    ),
];

/// Bytes of a document, at most: it is read by every command.
const DOCUMENT_MAX: usize = 256 * 1024;

/// Faults that are listed, at most.
const FAULTS_MAX: usize = 100;

/// A configuration that was applied.
#[derive(Clone, Debug)]
pub struct Applied {
    /// Counts them from 1.
    pub number: u32,
    /// When.
    pub at: Instant,
    /// As it was given.
    pub document: String,
    /// What it says.
    pub merchant: Merchant,
}

/// Reads a document and checks all that it says, and that its terms are confirmed where points lapse by themselves.
///
/// # Errors
/// [`Reject::InvalidConfiguration`].
pub fn validate(document: &str) -> Result<Merchant, Reject> {
    let merchant = read(document)?;
    match terms::unconfirmed(&merchant) {
        None => Ok(merchant),
        Some(fault) => Err(Reject::InvalidConfiguration(vec![fault])),
    }
}

/// Reads a document and checks all that it says but whether its terms are confirmed.
///
/// # Errors
/// [`Reject::InvalidConfiguration`].
pub fn read(document: &str) -> Result<Merchant, Reject> {
    if document.len() > DOCUMENT_MAX {
        let found = format!("{} bytes", document.len());
        return Err(Reject::InvalidConfiguration(vec![Fault::new(
            "",
            found,
            "at most 262,144 bytes",
        )]));
    }
    let merchant: Merchant = json::read(document)
        .map_err(|error| Reject::InvalidConfiguration(vec![shape(document, &error)]))?;
    let mut faults = config::faults(&merchant);
    faults.truncate(FAULTS_MAX);
    if faults.is_empty() {
        Ok(merchant)
    } else {
        Err(Reject::InvalidConfiguration(faults))
    }
}

/// A fault of shape or of syntax: where, what was found, and what may stand there.
pub(super) fn shape(document: &str, fault: &json::Fault) -> Fault {
    let before = document.get(..fault.at).unwrap_or(document);
    let (found, permitted) = fault
        .text
        .split_once(", expected ")
        .unwrap_or((&fault.text, "see the schema"));
    let found = if fault.syntax {
        let line = before.matches('\n').count() + 1;
        let column = before
            .chars()
            .rev()
            .take_while(|char| *char != '\n')
            .count()
            + 1;
        format!("{found} at line {line}, column {column}")
    } else {
        found.to_owned()
    };
    Fault::new(pointer(before), found, permitted)
}

/// Puts a document in force.
///
/// # Errors
/// [`Reject::InvalidConfiguration`], [`Reject::KeyReused`], [`Reject::Busy`], and those of the storage.
pub fn apply(ports: &dyn Ports, execution: &Execution, document: &str) -> Result<Applied, Reject> {
    let now = ports.now();
    let merchant = validate(document)?;
    let raw = Raw::of(document.trim().to_owned());
    for _ in 0..4 {
        let mut work = Work::new(ports);
        let current: Option<Configuration> = work.get(keys::CONFIGURATION)?;
        let number = current.as_ref().map_or(0, |current| current.number);
        let number = number.saturating_add(1);
        let applied = Applied {
            number,
            at: now,
            document: document.to_owned(),
            merchant: merchant.clone(),
        };
        let Execution::Commit(key) = execution else {
            return Ok(applied);
        };
        let key = keys::key("merchant.apply", key);
        let payload = fingerprint(&document);
        if let Some(bound) = work.get::<Key<Raw>>(&key)? {
            if bound.payload != payload {
                return Err(Reject::KeyReused);
            }
            let number = json::read(bound.answer.text()).map_err(|_| Reject::Unreadable(key))?;
            return Ok(Applied {
                number,
                at: bound.at,
                ..applied
            });
        }
        work.put(
            key,
            &Key {
                at: now,
                payload,
                answer: number,
            },
        );
        let record = Configuration {
            number,
            at: now,
            document: raw.clone(),
        };
        // One that a later version wrote may not be readable any more.
        let before = current.and_then(|current| json::read(current.document.text()).ok());
        if let Some(before) = before {
            origins::keep(&mut work, &before, &merchant)?;
        }
        work.put(keys::CONFIGURATION.to_owned(), &record);
        work.put(keys::configuration(number), &record);
        if work.get::<Upkeep>(keys::UPKEEP)?.is_none() {
            let checked = first_checked(&merchant, now);
            work.put(
                keys::UPKEEP.to_owned(),
                &Upkeep {
                    checked,
                    birthdays: None,
                    notices: None,
                    posted: None,
                },
            );
        }
        if work.commit()? == Outcome::Committed {
            return Ok(applied);
        }
    }
    Err(Reject::Busy)
}

/// The configuration in force.
///
/// # Errors
/// [`Reject::NotConfigured`], and those of the storage.
pub fn current(ports: &dyn Ports) -> Result<Applied, Reject> {
    let mut work = Work::new(ports);
    let stored: Configuration = work
        .get(keys::CONFIGURATION)?
        .ok_or(Reject::NotConfigured)?;
    let document = stored.document.text().to_owned();
    let merchant = json::read(&document);
    let merchant = merchant.map_err(|_| Reject::Unreadable(keys::CONFIGURATION.to_owned()))?;
    Ok(Applied {
        number: stored.number,
        at: stored.at,
        document,
        merchant,
    })
}

/// A schema that is published with the component says what the types say. `UPDATE_SCHEMA=1` writes it anew.
#[cfg(test)]
pub(super) fn assert_schema(file: &str, of_types: &schemars::Schema, packed: &str) {
    let path = format!("{}/schema/{file}", env!("CARGO_MANIFEST_DIR"));
    let schema = serde_json::to_string_pretty(of_types).unwrap() + "\n";
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(&path, &schema).unwrap();
    }
    let published = std::fs::read_to_string(&path).unwrap();
    assert!(
        published == schema,
        "run with UPDATE_SCHEMA=1 and commit {path}"
    );
    let line: String = published.lines().map(str::trim_start).collect();
    assert_eq!(packed, line);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_want_nothing_but_a_confirmation() {
        for (name, document) in PRESETS {
            read(document).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        }
    }

    /// A document that is right, to put wrong things into.
    const RIGHT: &str = r#"{
        "zone": "Asia/Taipei", "currency": "TWD",
        "programmes": { "points": {
            "worth": { "points": "1", "money": "1" },
            "earn": [
                { "id": "base", "kind": "order", "award": { "rate": { "points": "1", "per": "100" } } },
                { "id": "more", "kind": "order", "award": { "rate": { "points": "1", "per": "50" } } }
            ],
            "expiry": { "exact": { "days": 365 } }
        } }
    }"#;

    #[test]
    fn faults_of_shape_tell_where_and_what() {
        assert!(read(RIGHT).is_ok(), "{:?}", read(RIGHT));
        let more = "/programmes/points/earn/1";
        for (right, wrong, path, found, permitted) in [
            (
                r#""zone": "Asia/Taipei", "#,
                "",
                "",
                "missing field `zone`",
                "see the schema",
            ),
            (
                "Asia/Taipei",
                "Asia/Atlantis",
                "/zone",
                r#"invalid value: string "Asia/Atlantis""#,
                "an IANA zone",
            ),
            (
                r#""TWD""#,
                "5",
                "/currency",
                "invalid type: integer `5`",
                "a string",
            ),
            (
                r#""currency""#,
                r#""money/~""#,
                "/money~1~0",
                "unknown field `money/~`",
                "one of `zone`, ",
            ),
            (
                r#""id": "more", "#,
                "",
                more,
                "missing field `id`",
                "see the schema",
            ),
            (
                r#""id": "more""#,
                r#""id": [1, 2]"#,
                "/programmes/points/earn/1/id",
                "invalid type: sequence",
                "",
            ),
            (
                r#""per": "50""#,
                r#""per": 0.5"#,
                "/programmes/points/earn/1/award/rate/per",
                "",
                "a decimal in quotes",
            ),
            (
                r#""per": "50""#,
                r#""par": "50""#,
                "/programmes/points/earn/1/award/rate/par",
                "unknown field `par`",
                "",
            ),
            (
                r#", "per": "50""#,
                "",
                "/programmes/points/earn/1/award/rate",
                "missing field `per`",
                "",
            ),
            (
                r#""days": 365"#,
                r#""days": "365""#,
                "/programmes/points/expiry/exact/days",
                "invalid type: string",
                "",
            ),
            (
                r#"{ "days": 365 }"#,
                "5",
                "/programmes/points/expiry/exact",
                "invalid type: integer `5`",
                "one of `days`, `months`, `years`",
            ),
            (
                r#""days": 365 } }"#,
                r#""days": 365 "#,
                "/programmes/points",
                "the end of the text at line 11, column 6",
                "a comma or the closing bracket",
            ),
            (RIGHT, "[]", "", "invalid type: sequence", "an object"),
            (
                RIGHT,
                "",
                "",
                "the end of the text at line 1, column 1",
                "a value",
            ),
        ] {
            let document = RIGHT.replace(right, wrong);
            let Err(Reject::InvalidConfiguration(faults)) = read(&document) else {
                panic!("{wrong}");
            };
            let [fault] = faults.as_slice() else {
                panic!("{faults:?}");
            };
            assert_eq!(fault.path, path, "{fault:?}");
            assert!(fault.found.starts_with(found), "{fault:?}");
            assert!(fault.permitted.starts_with(permitted), "{fault:?}");
        }
        let Err(Reject::InvalidConfiguration(faults)) = read(&format!("{RIGHT} x")) else {
            panic!("something behind the document");
        };
        let behind = "its end";
        assert_eq!(
            (faults[0].path.as_str(), faults[0].permitted.as_str()),
            ("", behind)
        );
    }

    #[test]
    fn the_schema_is_that_of_the_types() {
        let of_types = schemars::schema_for!(Merchant);
        assert_schema("merchant.schema.json", &of_types, &schema());
    }
}

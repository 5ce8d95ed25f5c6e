//! The merchant's configuration.

use super::command::{Execution, fingerprint};
use super::tick::first_checked;
use crate::domain::config::{self, Fault, Merchant};
use crate::domain::instant::Instant;
use crate::ports::{Outcome, Ports};
use crate::records::state::{Configuration, Key, Upkeep};
use crate::records::{Work, keys};
use crate::reject::Reject;
use serde_json::value::RawValue;

/// The JSON Schema of the document; a test keeps it equal to what the types say.
pub const SCHEMA: &str = include_str!("../../schema/merchant.schema.json");

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

/// Reads a document and checks all that it says.
///
/// # Errors
/// [`Reject::InvalidConfiguration`].
pub fn validate(document: &str) -> Result<Merchant, Reject> {
    if document.len() > DOCUMENT_MAX {
        let found = format!("{} bytes", document.len());
        return Err(Reject::InvalidConfiguration(vec![Fault::new(
            "",
            found,
            "at most 262,144 bytes",
        )]));
    }
    let mut reader = serde_json::Deserializer::from_str(document);
    let merchant: Merchant = serde_path_to_error::deserialize(&mut reader)
        .map_err(|error| Reject::InvalidConfiguration(vec![shape(&error)]))?;
    reader.end().map_err(|error| {
        Reject::InvalidConfiguration(vec![Fault::new(
            "",
            error,
            "one JSON object and nothing behind it",
        )])
    })?;
    let mut faults = config::faults(&merchant);
    faults.truncate(FAULTS_MAX);
    if faults.is_empty() {
        Ok(merchant)
    } else {
        Err(Reject::InvalidConfiguration(faults))
    }
}

/// A fault of shape: where, what was found, and what serde expected there.
fn shape(error: &serde_path_to_error::Error<serde_json::Error>) -> Fault {
    use serde_path_to_error::Segment;
    let mut path = String::new();
    for segment in error.path() {
        let step = match segment {
            Segment::Seq { index } => index.to_string(),
            Segment::Map { key } => key.replace('~', "~0").replace('/', "~1"),
            Segment::Enum { variant } => variant.clone(),
            Segment::Unknown => continue,
        };
        path.push('/');
        path.push_str(&step);
    }
    let text = error.inner().to_string();
    let (found, permitted) = text
        .split_once(", expected ")
        .unwrap_or((&text, "see the schema"));
    let position = permitted
        .rfind(" at line ")
        .map_or(permitted, |end| permitted.get(..end).unwrap_or(permitted));
    Fault::new(path, found, position)
}

/// Puts a document in force.
///
/// # Errors
/// [`Reject::InvalidConfiguration`], [`Reject::KeyReused`], [`Reject::Busy`], and those of the storage.
pub fn apply(ports: &dyn Ports, execution: &Execution, document: &str) -> Result<Applied, Reject> {
    let now = ports.now();
    let merchant = validate(document)?;
    let raw: Box<RawValue> = RawValue::from_string(document.trim().to_owned())
        .map_err(|_| Reject::Unreadable(keys::CONFIGURATION.to_owned()))?;
    for _ in 0..4 {
        let mut work = Work::new(ports);
        let current: Option<Configuration> = work.get(keys::CONFIGURATION)?;
        let number = current
            .map_or(0, |current| current.number)
            .saturating_add(1);
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
        if let Some(bound) = work.get::<Key>(&key)? {
            if bound.payload != payload {
                return Err(Reject::KeyReused);
            }
            let number =
                serde_json::from_str(bound.answer.get()).map_err(|_| Reject::Unreadable(key))?;
            return Ok(Applied {
                number,
                at: bound.at,
                ..applied
            });
        }
        let answer = RawValue::from_string(number.to_string());
        let answer = answer.map_err(|_| Reject::Unreadable(key.clone()))?;
        work.put(
            key,
            &Key {
                at: now,
                payload,
                answer,
            },
        );
        let record = Configuration {
            number,
            at: now,
            document: raw.clone(),
        };
        work.put(keys::CONFIGURATION.to_owned(), &record);
        work.put(keys::configuration(number), &record);
        if work.get::<Upkeep>(keys::UPKEEP)?.is_none() {
            let checked = first_checked(&merchant, now);
            work.put(
                keys::UPKEEP.to_owned(),
                &Upkeep {
                    checked,
                    birthdays: None,
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
    let document = stored.document.get().to_owned();
    let merchant = serde_json::from_str(&document);
    let merchant = merchant.map_err(|_| Reject::Unreadable(keys::CONFIGURATION.to_owned()))?;
    Ok(Applied {
        number: stored.number,
        at: stored.at,
        document,
        merchant,
    })
}

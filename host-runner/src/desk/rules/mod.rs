//! The rules that a merchant had: which were applied when, what differs between two of them, and an earlier one put in force again.

mod diff;

pub use diff::{Change, differences};

use super::Error;
use super::ask::{ask, call, pages, try_call};
use crate::call::{Execution, Subject};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A configuration that was applied.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Applied {
    /// Counts them from 1.
    pub number: u32,
    /// When, as RFC 3339.
    pub at: String,
    /// Bytes of its document.
    pub bytes: u32,
}

/// A document that was applied.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Past {
    /// The configuration's number.
    pub number: u32,
    /// When it was applied, as RFC 3339.
    pub at: String,
    /// JSON.
    pub document: String,
}

impl Past {
    /// What the document says.
    ///
    /// # Errors
    /// [`Error::Answer`] for one that is no JSON, which nobody can have applied.
    pub fn json(&self) -> Result<Value, Error> {
        read("merchant.past", serde_json::from_str(&self.document))
    }
}

/// What putting earlier rules in force came to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum RolledBack {
    /// The document is in force already, under this number: nothing was done.
    InForce(u32),
    /// It is in force again, as the configuration of this number; in a dry run it would be.
    Applied(u32),
}

/// All configurations that were applied, those applied last first.
///
/// # Errors
/// [`Error`].
pub fn list(subject: &mut dyn Subject) -> Result<Vec<Applied>, Error> {
    const FUNCTION: &str = "merchant.history";
    let mut all = Vec::new();
    pages(subject, FUNCTION, json!({}), "before", |_, page| {
        #[derive(Deserialize)]
        struct Page {
            applied: Vec<Applied>,
        }
        let page: Page = read(FUNCTION, serde_json::from_value(page))?;
        all.extend(page.applied);
        Ok(())
    })?;
    Ok(all)
}

/// The document of a configuration; none: of the one in force.
///
/// # Errors
/// [`Error::Refused`] for a number that there is not, and where nothing was applied yet.
pub fn past(subject: &mut dyn Subject, number: Option<u32>) -> Result<Past, Error> {
    let (function, request) = match number {
        Some(number) => ("merchant.past", Some(json!({ "number": number }))),
        None => ("merchant.current", None),
    };
    let answer = ask(subject, function, request)?;
    read(function, serde_json::from_value(answer))
}

/// Puts the document of an earlier configuration in force, as one of its own. Its key says which and after which, so that a run that is
/// repeated because its answer was lost applies nothing twice.
///
/// # Errors
/// [`Error::Refused`] for a number that there is not, and for a document that this version of the component refuses.
pub fn roll_back(
    subject: &mut dyn Subject,
    number: u32,
    dry_run: bool,
) -> Result<RolledBack, Error> {
    const FUNCTION: &str = "merchant.apply";
    let current = past(subject, None)?;
    let wanted = past(subject, Some(number))?;
    if current.json()? == wanted.json()? {
        return Ok(RolledBack::InForce(current.number));
    }
    let execution = if dry_run {
        Execution::DryRun
    } else {
        let after = current.number;
        Execution::Commit(format!("rules-rollback-to-{number}-after-{after}"))
    };
    let request = json!({ "document": wanted.document });
    let call = call(FUNCTION, Some(execution), Some(request));
    let answer = try_call(subject, &call)?.map_err(|error| Error::Refused {
        function: FUNCTION.to_owned(),
        error,
    })?;
    #[derive(Deserialize)]
    struct Answer {
        number: u32,
    }
    let applied: Answer = read(FUNCTION, serde_json::from_value(answer))?;
    Ok(RolledBack::Applied(applied.number))
}

fn read<T: DeserializeOwned>(function: &str, read: serde_json::Result<T>) -> Result<T, Error> {
    read.map_err(|error| Error::Answer {
        function: function.to_owned(),
        problem: error.to_string(),
    })
}

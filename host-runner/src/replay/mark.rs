//! The durable mark that says how far a replay has come, and of what.

use super::error::Error;
use super::stage::Stage;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Counts the forms that marks have had.
const VERSION: u32 = 1;

/// What was replayed, and how far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mark {
    version: u32,
    /// Fingerprint of the file.
    orders: String,
    /// Fingerprint of the merchant's configuration.
    rules: String,
    reached: Reached,
}

/// How far a replay has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Reached {
    /// The ticks up to this day's noon are done; its orders may be played in part.
    Begun(NaiveDate),
    /// This day's orders are played; the ticks after them may be done in part.
    Played(NaiveDate),
    /// Everything is done up to the end of this day.
    Finished(NaiveDate),
}

impl Reached {
    pub(super) fn date(self) -> NaiveDate {
        match self {
            Self::Begun(date) | Self::Played(date) | Self::Finished(date) => date,
        }
    }
}

/// The marks of one file under one configuration.
pub(super) struct Marks<'a> {
    pub(super) stage: &'a dyn Stage,
    /// Fingerprint of the file.
    pub(super) orders: &'a str,
    /// Fingerprint of the merchant's configuration.
    pub(super) rules: &'a str,
}

impl Marks<'_> {
    /// How far earlier runs came; none: this is the first. Refuses what they did not begin.
    pub(super) fn load(&self) -> Result<Option<Reached>, Error> {
        let Some(text) = self.stage.mark().map_err(Error::Storage)? else {
            return Ok(None);
        };
        let unreadable = |problem: String| Error::Mark {
            problem,
            mark: text.clone(),
        };
        let mark: Mark =
            serde_json::from_str(&text).map_err(|error| unreadable(error.to_string()))?;
        if mark.version != VERSION {
            return Err(unreadable(format!(
                "version {} is not {VERSION}",
                mark.version
            )));
        }
        if mark.orders != self.orders {
            let given = self.orders.to_owned();
            return Err(Error::OtherFile {
                known: mark.orders,
                given,
            });
        }
        if mark.rules != self.rules {
            return Err(Error::OtherRules);
        }
        Ok(Some(mark.reached))
    }

    /// Keeps how far this run has come.
    pub(super) fn save(&self, reached: Reached) -> Result<(), Error> {
        let (orders, rules) = (self.orders.to_owned(), self.rules.to_owned());
        let mark = Mark {
            version: VERSION,
            orders,
            rules,
            reached,
        };
        let text = serde_json::to_string(&mark).map_err(|error| Error::Storage(error.into()))?;
        self.stage.set_mark(&text).map_err(Error::Storage)
    }
}

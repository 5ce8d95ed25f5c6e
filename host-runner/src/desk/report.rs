//! The plugin's reports, read to their ends.

use super::Error;
use super::ask::{of, pages};
use super::decimal;
use crate::call::Subject;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize, de};
use serde_json::Value;
use std::collections::BTreeMap;

/// What one rule's points did in a month.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Movement {
    /// Such as `2026-11`.
    pub month: String,
    /// None: points that are owed.
    pub rule: Option<String>,
    /// The kind of entry.
    pub kind: String,
    /// With the entries' sign.
    #[serde(with = "decimal")]
    pub points: Decimal,
}

/// What moved.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Movements {
    /// The programme.
    pub programme: String,
    /// When it was read.
    pub as_of: String,
    /// By month, rule and kind.
    pub movements: Vec<Movement>,
    /// The share that lapsed of what ended.
    pub breakage: Option<String>,
}

/// Money.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Money {
    /// As decimal.
    pub amount: String,
    /// ISO 4217.
    pub currency: String,
}

/// What lapses in a month.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Outstanding {
    /// None: never, or not known yet.
    pub month: Option<String>,
    /// How many.
    #[serde(with = "decimal")]
    pub points: Decimal,
    /// What they are worth.
    pub worth: Money,
}

/// What members hold.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Liability {
    /// The programme.
    pub programme: String,
    /// When it was read.
    pub as_of: String,
    /// By month, what never lapses last.
    pub outstanding: Vec<Outstanding>,
    /// All of it.
    #[serde(with = "decimal")]
    pub points: Decimal,
    /// What members owe.
    #[serde(with = "decimal")]
    pub debt: Decimal,
    /// The difference.
    #[serde(with = "decimal")]
    pub balance: Decimal,
    /// What `points` are worth.
    pub worth: Money,
}

/// The points of one rule in a month, by what became of them; all but `adjusted` are 0 or more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Granted.
    pub issued: Decimal,
    /// Spent.
    pub redeemed: Decimal,
    /// Lapsed.
    pub lapsed: Decimal,
    /// Taken back.
    pub reversed: Decimal,
    /// Given back.
    pub restored: Decimal,
    /// All else, with its sign.
    pub adjusted: Decimal,
}

impl Sums {
    /// Adds points of a kind, with the entries' sign.
    fn add(&mut self, kind: &str, points: Decimal) {
        match kind {
            "earn" => self.issued += points,
            "redeem" => self.redeemed -= points,
            "expire" => self.lapsed -= points,
            "reverse" => self.reversed -= points,
            "restore" => self.restored += points,
            _ => self.adjusted += points,
        }
    }
}

impl Movements {
    /// Reads what moved in a programme from the month `first` to `last`.
    ///
    /// # Errors
    /// [`Error`].
    pub fn read(
        subject: &mut dyn Subject,
        programme: &str,
        first: Option<&str>,
        last: Option<&str>,
    ) -> Result<Self, Error> {
        let mut request = of(programme);
        for (field, month) in [("first", first), ("last", last)] {
            if let (Some(request), Some(month)) = (request.as_object_mut(), month) {
                request.insert(field.to_owned(), month.into());
            }
        }
        last_of(subject, "reports.movements", request)
    }

    /// The sums by month and rule.
    #[must_use]
    pub fn by_rule(&self) -> BTreeMap<(&str, Option<&str>), Sums> {
        self.sums(|it| (it.month.as_str(), it.rule.as_deref()))
    }

    /// The sums by month.
    #[must_use]
    pub fn by_month(&self) -> BTreeMap<&str, Sums> {
        self.sums(|it| it.month.as_str())
    }

    fn sums<'a, K: Ord>(&'a self, key: impl Fn(&'a Movement) -> K) -> BTreeMap<K, Sums> {
        let mut sums: BTreeMap<K, Sums> = BTreeMap::new();
        for it in &self.movements {
            sums.entry(key(it)).or_default().add(&it.kind, it.points);
        }
        sums
    }
}

impl Liability {
    /// Reads what the members of a programme hold.
    ///
    /// # Errors
    /// [`Error`].
    pub fn read(subject: &mut dyn Subject, programme: &str) -> Result<Self, Error> {
        last_of(subject, "reports.liability", of(programme))
    }
}

/// The last answer of a report, which is all of it.
fn last_of<T: de::DeserializeOwned>(
    subject: &mut dyn Subject,
    function: &str,
    request: Value,
) -> Result<T, Error> {
    let mut report = Value::Null;
    pages(subject, function, request, "next", |_, page| {
        report = page;
        Ok(())
    })?;
    serde_json::from_value(report).map_err(|error| Error::Answer {
        function: function.to_owned(),
        problem: error.to_string(),
    })
}

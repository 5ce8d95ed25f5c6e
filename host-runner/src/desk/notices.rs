//! What a merchant's notices came to.

use super::Error;
use super::ask::pages;
use crate::call::Subject;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Which notices: of a month, by a channel, of a kind, with an end.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
pub struct Which {
    /// Such as `2026-11`, in the merchant's zone.
    pub month: String,
    /// Such as `email`.
    pub channel: String,
    /// Such as `points-expiring`.
    pub kind: String,
    /// Such as `delivered` or `denied`.
    pub state: String,
    /// The policy's code, of those that it denied or put off.
    pub code: Option<String>,
}

/// How many, and what they cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Came {
    /// Notices.
    pub notices: u64,
    /// In the merchant's money.
    pub cost: Decimal,
}

/// A portion's row.
#[derive(Deserialize)]
struct Figure {
    #[serde(flatten)]
    which: Which,
    notices: u64,
    cost: String,
}

/// The sums of all notices that were made from the month `first` to `last`.
///
/// # Errors
/// [`Error`].
pub fn read(
    subject: &mut dyn Subject,
    first: Option<&str>,
    last: Option<&str>,
) -> Result<BTreeMap<Which, Came>, Error> {
    const FUNCTION: &str = "notices.figures";
    let request = json!({ "first": first, "last": last, "after": null });
    let mut sums: BTreeMap<Which, Came> = BTreeMap::new();
    pages(subject, FUNCTION, request, "after", |_, mut page| {
        let unreadable = |problem: String| Error::Answer {
            function: FUNCTION.to_owned(),
            problem,
        };
        let rows = page.get_mut("figures").map(Value::take).unwrap_or_default();
        let rows: Vec<Figure> =
            serde_json::from_value(rows).map_err(|error| unreadable(error.to_string()))?;
        for row in rows {
            let cost = Decimal::from_str_exact(&row.cost)
                .map_err(|_| unreadable(format!("the cost {:?}", row.cost)))?;
            let sum = sums.entry(row.which).or_default();
            sum.notices += row.notices;
            sum.cost += cost;
        }
        Ok(())
    })?;
    Ok(sums)
}

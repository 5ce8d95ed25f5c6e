//! Orders as the plugin remembers them.

use super::super::Error;
use super::super::ask::pages;
use super::super::decimal;
use super::instant;
use crate::call::Subject;
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// The function that tells them.
const FUNCTION: &str = "points.recorded-orders";

/// A report that brought an order to a state.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Report {
    pub(super) tried: Order,
    /// The state before; none: it was the first report.
    pub(super) before: Option<Before>,
    /// What it was granted.
    pub(super) grants: Vec<Grant>,
}

/// An order as rules are tried on it.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Order {
    pub(super) at: DateTime<Utc>,
    /// As the interface has it.
    pub(super) order: Value,
    pub(super) tier: Option<String>,
    pub(super) tags: Option<Vec<String>>,
}

/// The state before, and since when.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Before {
    pub(super) state: String,
    pub(super) at: DateTime<Utc>,
}

/// What one programme granted.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Grant {
    pub(super) programme: String,
    pub(super) awards: Vec<Award>,
}

/// What one rule granted.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Award {
    pub(super) rule: String,
    #[serde(with = "decimal")]
    pub(super) points: Decimal,
}

/// What an order would be granted.
#[derive(Debug, Deserialize)]
pub(super) struct Tried {
    pub(super) grants: Vec<Grant>,
}

impl Order {
    /// The platform's id.
    pub(super) fn id(&self) -> &str {
        self.text("order")
    }

    /// Whose it is.
    pub(super) fn member(&self) -> &str {
        self.text("member")
    }

    /// How many lines it has.
    pub(super) fn lines(&self) -> usize {
        let lines = self.order.get("lines").and_then(Value::as_array);
        lines.map_or(0, Vec::len)
    }

    fn text(&self, field: &str) -> &str {
        let text = self.order.get(field).and_then(Value::as_str);
        text.unwrap_or_default()
    }
}

/// All reports between two instants, in the order of time, and how many orders were looked at for them.
pub(super) fn read(
    subject: &mut dyn Subject,
    since: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<(Vec<Report>, u64), Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "kebab-case")]
    struct Page {
        reports: Vec<Report>,
        looked_at: u64,
    }
    let (mut reports, mut looked_at) = (Vec::new(), 0);
    let request = json!({ "since": instant(since), "until": instant(until) });
    pages(subject, FUNCTION, request, "after", |_, page| {
        let page: Page = read_as(FUNCTION, page)?;
        reports.extend(page.reports);
        looked_at += page.looked_at;
        Ok(())
    })?;
    // Those of one instant stay in the order of their ids, and an order's own in that of their states.
    reports.sort_by_key(|report| report.tried.at);
    Ok((reports, looked_at))
}

/// An answer in the shape that it has here.
pub(super) fn read_as<T: DeserializeOwned>(function: &str, answer: Value) -> Result<T, Error> {
    serde_json::from_value(answer).map_err(|error| Error::Answer {
        function: function.to_owned(),
        problem: error.to_string(),
    })
}

//! Ticks of a step, several taken as one.

use super::time;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// What a report counts of notices.
const NOTICES: [&str; 3] = ["notices-made", "notices-sent", "notices-dropped"];

/// The sum of several tick reports.
#[derive(Default)]
pub(super) struct Sum {
    next: Option<DateTime<Utc>>,
    checks: Vec<Value>,
    accounts: u64,
    levels_ended: u64,
    birthdays: u64,
    bulk_grants: u64,
    coupons_issued: u64,
    notices: [u64; 3],
}

impl Sum {
    /// Adds a report and gives the instant at which the plugin wants the next tick.
    pub(super) fn add(&mut self, report: &Value) -> Option<DateTime<Utc>> {
        let count = |name: &str| report.get(name).and_then(Value::as_u64).unwrap_or(0);
        self.accounts = self.accounts.saturating_add(count("accounts"));
        self.levels_ended = self.levels_ended.saturating_add(count("levels-ended"));
        self.birthdays = self.birthdays.saturating_add(count("birthdays"));
        self.bulk_grants = self.bulk_grants.saturating_add(count("bulk-grants"));
        let coupons = count("coupons-issued");
        self.coupons_issued = self.coupons_issued.saturating_add(coupons);
        for (sum, name) in self.notices.iter_mut().zip(NOTICES) {
            *sum = sum.saturating_add(count(name));
        }
        let checks = report.get("checks").and_then(Value::as_array);
        self.checks.extend(checks.into_iter().flatten().cloned());
        let next = report.get("next").and_then(Value::as_str);
        self.next = next
            .and_then(|text| DateTime::parse_from_rfc3339(text).ok())
            .map(|at| at.to_utc());
        self.next
    }

    /// As one report: counts summed, checks in a row, `next` as the last one said.
    pub(super) fn report(self) -> Value {
        let [made, sent, dropped] = self.notices;
        json!({
            "next": self.next.map(time::rfc3339),
            "checks": self.checks,
            "accounts": self.accounts,
            "levels-ended": self.levels_ended,
            "birthdays": self.birthdays,
            "bulk-grants": self.bulk_grants,
            "coupons-issued": self.coupons_issued,
            "notices-made": made,
            "notices-sent": sent,
            "notices-dropped": dropped,
        })
    }
}

//! Reports equal the sums of the ledger and of the accounts.

use crate::check::ensure;
use crate::dice::{decimal, number};
use crate::world::{Checked, World, instant};
use serde_json::{Value, json};
use stampcard_guest::domain::instant::Instant;
use stampcard_guest::domain::zone::Zone;
use std::collections::BTreeMap;

/// Sums by month, rule and kind, in ten-thousandths.
type Sums = BTreeMap<(String, String, String), i64>;

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or("-").to_owned()
}

impl World {
    /// Both reports of each programme, added up anew from what else the interface tells.
    pub(crate) fn check_reports(&mut self) -> Checked {
        for programme in self.configured.clone() {
            self.check_movements(&programme)?;
            self.check_liability(&programme)?;
        }
        Ok(())
    }

    /// A report read to its end.
    fn whole_report(&mut self, function: &str, programme: &str) -> Checked<Value> {
        let mut next = Value::Null;
        loop {
            let request = json!({ "programme": programme, "next": next });
            let report = self.told(function, request)?;
            next = report["next"].clone();
            if next.is_null() {
                return Ok(report);
            }
        }
    }

    /// All rows of a programme's list.
    fn rows(&mut self, function: &str, programme: &str, field: &str) -> Checked<Vec<Value>> {
        let (mut rows, mut after) = (Vec::new(), Value::Null);
        loop {
            let request = json!({ "programme": programme, "limit": 500, "after": after });
            let page = self.told(function, request)?;
            rows.extend(list(&page[field]).iter().cloned());
            after = page["next"].clone();
            if after.is_null() {
                return Ok(rows);
            }
        }
    }

    fn month(&self, at: &Value) -> String {
        let zone = Zone::parse(self.shop.zone).unwrap();
        let at = at.as_str().and_then(Instant::parse);
        at.map_or_else(
            || "-".to_owned(),
            |at| zone.date(at).format("%Y-%m").to_string(),
        )
    }

    fn check_movements(&mut self, programme: &str) -> Checked {
        let report = self.whole_report("reports.movements", programme)?;
        let as_of = instant(&report["as-of"]);
        let mut sums = Sums::new();
        // A clock that was set back leaves entries that are dated after it.
        let entries = self.rows("points.ledger", programme, "entries")?;
        let entries = entries
            .iter()
            .filter(|entry| instant(&entry["at"]) <= as_of);
        for entry in entries {
            let points = number(&entry["points"]);
            let (month, kind) = (self.month(&entry["at"]), text(&entry["kind"]));
            let mut rest = points;
            for part in list(&entry["parts"]) {
                let part_of = number(&part["points"]) * points.signum();
                rest -= part_of;
                let key = (month.clone(), text(&part["rule"]), kind.clone());
                *sums.entry(key).or_default() += part_of;
            }
            *sums.entry((month, "-".to_owned(), kind)).or_default() += rest;
        }
        sums.retain(|_, points| *points != 0);
        let mut told = Sums::new();
        for row in list(&report["movements"]) {
            let key = (text(&row["month"]), text(&row["rule"]), text(&row["kind"]));
            let twice = told.insert(key, number(&row["points"]));
            ensure(twice.is_none(), || format!("a sum stands twice: {report}"))?;
        }
        told.retain(|_, points| *points != 0);
        ensure(told == sums, || {
            format!("{programme} moved {sums:?}, its report says {told:?}")
        })?;
        let of = |kind: &str| -> i64 {
            let sums = sums.iter().filter(|((.., known), _)| known == kind);
            sums.map(|(_, points)| points).sum()
        };
        let lapsed = -of("expire");
        let ended = lapsed + (-of("redeem") - of("restore")).max(0);
        let share = (ended > 0).then(|| i128::from(lapsed) * 10_000 / i128::from(ended));
        let told = report["breakage"].as_str();
        let told = told.map(|_| i128::from(number(&report["breakage"])));
        ensure(told == share, || {
            format!("{share:?} of {programme} lapsed: {report}")
        })
    }

    fn check_liability(&mut self, programme: &str) -> Checked {
        let report = self.whole_report("reports.liability", programme)?;
        let (mut months, mut debt) = (BTreeMap::new(), 0);
        for account in self.rows("points.accounts", programme, "accounts")? {
            debt += number(&account["balance"]["debt"]);
            let of = json!({ "member": account["member"], "programme": programme });
            for lot in self.all_lots(&of)? {
                let month = self.month(&lot["expires-at"]);
                *months.entry(month).or_default() += number(&lot["left"]);
            }
        }
        let rows = list(&report["outstanding"]);
        let told: BTreeMap<String, i64> = rows
            .iter()
            .map(|row| (text(&row["month"]), number(&row["points"])))
            .collect();
        ensure(told.len() == rows.len() && told == months, || {
            format!("{programme} holds {months:?}: {report}")
        })?;
        let points: i64 = months.values().sum();
        let sums = [
            ("points", points),
            ("debt", debt),
            ("balance", points - debt),
        ];
        for (field, sum) in sums {
            ensure(number(&report[field]) == sum, || {
                format!("{field} should be {}: {report}", decimal(sum))
            })?;
        }
        Ok(())
    }
}

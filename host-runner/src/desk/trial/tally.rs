//! What was granted, beside what would have been.

use super::super::decimal;
use super::recorded::{Grant, Report};
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::BTreeMap;

/// What one programme granted.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ByProgramme {
    /// Its name.
    pub programme: String,
    /// As it was.
    #[serde(with = "decimal")]
    pub was: Decimal,
    /// By the new rules.
    #[serde(with = "decimal")]
    pub would: Decimal,
    /// `would` − `was`.
    #[serde(with = "decimal")]
    pub difference: Decimal,
    /// Orders that would be granted more,
    pub gain: u64,
    /// less,
    pub lose: u64,
    /// and as much, those that get nothing either way among them.
    pub stay: u64,
    /// By rule; one that granted nothing either way is not among them.
    pub rules: Vec<ByRule>,
}

/// What one rule granted.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ByRule {
    /// Its id.
    pub rule: String,
    /// As it was.
    #[serde(with = "decimal")]
    pub was: Decimal,
    /// By the new rules.
    #[serde(with = "decimal")]
    pub would: Decimal,
    /// `would` − `was`.
    #[serde(with = "decimal")]
    pub difference: Decimal,
    /// Reports that it granted something, as it was.
    pub reports_was: u64,
    /// The same by the new rules.
    pub reports_would: u64,
}

/// As it was, and as it would be.
#[derive(Clone, Copy, Debug, Default)]
struct Both {
    was: Decimal,
    would: Decimal,
    reports_was: u64,
    reports_would: u64,
}

/// Sums so far.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// By order, then by programme.
    orders: BTreeMap<String, BTreeMap<String, Both>>,
    /// By programme, then by rule.
    rules: BTreeMap<String, BTreeMap<String, Both>>,
}

impl Tally {
    /// Adds what a report was granted.
    pub(super) fn was(&mut self, report: &Report) {
        self.add(report, &report.grants, |both, points| {
            both.was += points;
            both.reports_was += 1;
        });
    }

    /// Adds what it would be granted.
    pub(super) fn would(&mut self, report: &Report, grants: &[Grant]) {
        self.add(report, grants, |both, points| {
            both.would += points;
            both.reports_would += 1;
        });
    }

    fn add(&mut self, report: &Report, grants: &[Grant], add: impl Fn(&mut Both, Decimal)) {
        let of_order = self.orders.entry(report.tried.id().to_owned()).or_default();
        for grant in grants {
            let of_programme = self.rules.entry(grant.programme.clone()).or_default();
            for award in &grant.awards {
                add(
                    of_order.entry(grant.programme.clone()).or_default(),
                    award.points,
                );
                add(
                    of_programme.entry(award.rule.clone()).or_default(),
                    award.points,
                );
            }
        }
    }

    /// How many orders there were.
    pub(super) fn orders(&self) -> u64 {
        u64::try_from(self.orders.len()).unwrap_or(u64::MAX)
    }

    /// By programme that granted something or would have.
    pub(super) fn programmes(&self) -> Vec<ByProgramme> {
        let programme = |(name, rules): (&String, &BTreeMap<String, Both>)| {
            let mut sums = ByProgramme {
                programme: name.clone(),
                ..ByProgramme::default()
            };
            for (rule, both) in rules {
                sums.was += both.was;
                sums.would += both.would;
                sums.rules.push(ByRule {
                    rule: rule.clone(),
                    was: both.was,
                    would: both.would,
                    difference: both.would - both.was,
                    reports_was: both.reports_was,
                    reports_would: both.reports_would,
                });
            }
            sums.difference = sums.would - sums.was;
            for order in self.orders.values() {
                let both = order.get(name).copied().unwrap_or_default();
                let count = match both.would.cmp(&both.was) {
                    std::cmp::Ordering::Greater => &mut sums.gain,
                    std::cmp::Ordering::Less => &mut sums.lose,
                    std::cmp::Ordering::Equal => &mut sums.stay,
                };
                *count += 1;
            }
            sums
        };
        self.rules.iter().map(programme).collect()
    }
}

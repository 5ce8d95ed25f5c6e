//! The command `try-rules`.

use super::figures::{grouped, points, table};
use super::shop::Shop;
use anyhow::Context;
use chrono::NaiveDate;
use clap::Args;
use comfy_table::{Row, Table};
use stampcard::desk::trial::{ByProgramme, Span, Trial, try_rules};
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// Prints what the orders of some days would have been granted under other rules, beside what they were granted.
///
/// The orders are those that the database holds; nothing is stored. Each is judged by the rules alone, in the states that it reached
/// on those days, with its member's tier and tags of today.
///
/// Examples:
///   stampcard try-rules --merchant tea-house --rules new.json
///   stampcard try-rules --rules new.json --from 2026-11-01 --to 2026-11-07 --json
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct TryRules {
    /// The document with the new rules; its terms need not be confirmed
    #[arg(long, value_name = "FILE")]
    rules: PathBuf,
    /// The first day, in the merchant's zone; else the seventh up to the last one
    #[arg(long, value_name = "YYYY-MM-DD")]
    from: Option<NaiveDate>,
    /// The last day; else yesterday
    #[arg(long, value_name = "YYYY-MM-DD")]
    to: Option<NaiveDate>,
    /// Print it as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    shop: Shop,
}

impl TryRules {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let document = std::fs::read_to_string(&self.rules)
            .with_context(|| format!("can't read the rules {}", self.rules.display()))?;
        let mut opened = self.shop.open()?;
        let sandbox = opened.as_mut();
        let span = Span {
            from: self.from,
            to: self.to,
        };
        let trial = try_rules(sandbox, &document, span, self.shop.now()?)?;
        let mut out = io::stdout().lock();
        if self.json {
            serde_json::to_writer_pretty(&mut out, &trial)?;
            writeln!(out)?;
        } else {
            write(&mut out, &trial)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn write(out: &mut dyn Write, trial: &Trial) -> io::Result<()> {
    let (orders, reports) = (grouped(trial.orders), grouped(trial.reports));
    writeln!(
        out,
        "{} to {}: {orders} orders, {reports} reports of them that they had reached a state",
        trial.from, trial.to
    )?;
    for programme in &trial.programmes {
        writeln!(out, "\nProgramme {}", programme.programme)?;
        writeln!(out, "{}", by_rule(programme))?;
        writeln!(
            out,
            "{} orders gain, {} lose, {} stay as they are",
            grouped(programme.gain),
            grouped(programme.lose),
            grouped(programme.stay),
        )?;
    }
    writeln!(
        out,
        "\nLimits begin with nothing used, refunds are left out on both sides, and points, tiers and tags are those of today. Why a rule \
         gave nothing is not told; points.report-order in a dry run tells it."
    )?;
    if trial.batches > 1 {
        writeln!(
            out,
            "The orders were tried in {} calls: budgets began anew with each.",
            grouped(trial.batches)
        )?;
    }
    if trial.split_members > 0 {
        writeln!(
            out,
            "{} members have so many orders that their own limits began anew, too.",
            grouped(trial.split_members)
        )?;
    }
    if trial.other_tiers > 0 {
        writeln!(
            out,
            "{} reports are of members at a level that the new rules have not; they were tried at the base level.",
            grouped(trial.other_tiers)
        )?;
    }
    Ok(())
}

fn by_rule(programme: &ByProgramme) -> Table {
    let header = vec![
        "rule",
        "as it was",
        "new rules",
        "difference",
        "reports as it was",
        "reports, new rules",
    ];
    let mut rows: Vec<Row> = programme
        .rules
        .iter()
        .map(|rule| {
            Row::from(vec![
                rule.rule.clone(),
                points(&rule.was),
                points(&rule.would),
                points(&rule.difference),
                grouped(rule.reports_was),
                grouped(rule.reports_would),
            ])
        })
        .collect();
    rows.push(Row::from(vec![
        "all".to_owned(),
        points(&programme.was),
        points(&programme.would),
        points(&programme.difference),
    ]));
    table(header, rows)
}

//! The command `rules`.

use super::figures::{grouped, table};
use super::shop::Shop;
use clap::{Args, Subcommand};
use comfy_table::Row;
use serde::Serialize;
use stampcard::call::Subject;
use stampcard::desk::rules::{self, RolledBack};
use std::io::{self, Write};
use std::process::ExitCode;

/// Lists the rules that a merchant had, shows what differs between two of them, and puts earlier ones in force again.
///
/// Each configuration that was applied is kept for good under its number. Rolling back applies an earlier document as a new
/// configuration: what was granted or promised meanwhile keeps the rules that it was made under.
#[derive(Debug, Args)]
#[command(after_help = r#"Examples:
  stampcard rules --merchant tea-house list
  stampcard rules --merchant tea-house diff 3
  stampcard rules --merchant tea-house rollback 3 --dry-run"#)]
pub(super) struct Rules {
    #[command(flatten)]
    shop: Shop,
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// List all configurations, those applied last first
    List {
        /// Print them as JSON
        #[arg(long)]
        json: bool,
    },
    /// Print a document as it was applied
    Show {
        /// The configuration's number; else the one in force
        number: Option<u32>,
    },
    /// Print what differs between two documents, by JSON pointer; exits with 1 if something does
    Diff {
        /// The number of the earlier one
        was: u32,
        /// The number of the later one; else the one in force
        is: Option<u32>,
        /// Print it as JSON
        #[arg(long)]
        json: bool,
    },
    /// Put an earlier document in force again
    Rollback {
        /// The number of its configuration
        number: u32,
        /// Check it and show what would change, and store nothing
        #[arg(long)]
        dry_run: bool,
    },
}

impl Rules {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let mut opened = self.shop.open()?;
        let sandbox = opened.as_mut();
        let mut out = io::stdout().lock();
        match self.act {
            Act::List { json } => list(&mut out, sandbox, json)?,
            Act::Show { number } => {
                let past = rules::past(sandbox, number)?;
                writeln!(out, "{}", past.document)?;
            }
            Act::Diff { was, is, json } => {
                let differ = diff(&mut out, sandbox, (was, is), json)?;
                return Ok(ExitCode::from(u8::from(differ)));
            }
            Act::Rollback { number, dry_run } => {
                roll_back(&mut out, sandbox, number, dry_run)?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn list(out: &mut dyn Write, sandbox: &mut dyn Subject, json: bool) -> anyhow::Result<()> {
    let all = rules::list(sandbox)?;
    if json {
        return pretty(out, &all);
    }
    let rows = all.iter().enumerate().map(|(place, applied)| {
        let number = applied.number.to_string();
        let mark = if place == 0 { "in force" } else { "" };
        let bytes = grouped(applied.bytes.into());
        Row::from(vec![number, applied.at.clone(), bytes, mark.to_owned()])
    });
    let header = vec!["number", "applied at", "bytes", ""];
    writeln!(out, "{}", table(header, rows.collect()))?;
    Ok(())
}

/// Whether something differs.
fn diff(
    out: &mut dyn Write,
    sandbox: &mut dyn Subject,
    (was, is): (u32, Option<u32>),
    json: bool,
) -> anyhow::Result<bool> {
    let was = rules::past(sandbox, Some(was))?.json()?;
    let is = rules::past(sandbox, is)?.json()?;
    let changes = rules::differences(&was, &is);
    if json {
        pretty(out, &changes)?;
    } else {
        for change in &changes {
            writeln!(out, "{change}")?;
        }
    }
    Ok(!changes.is_empty())
}

fn roll_back(
    out: &mut dyn Write,
    sandbox: &mut dyn Subject,
    number: u32,
    dry_run: bool,
) -> anyhow::Result<()> {
    let before = rules::past(sandbox, None)?.json()?;
    let after = rules::past(sandbox, Some(number))?.json()?;
    let done = rules::roll_back(sandbox, number, dry_run)?;
    for change in rules::differences(&before, &after) {
        writeln!(out, "{change}")?;
    }
    match done {
        RolledBack::InForce(now) => writeln!(
            out,
            "The rules of {number} are in force already, as configuration {now}."
        )?,
        RolledBack::Applied(now) if dry_run => writeln!(
            out,
            "The rules of {number} would be in force as configuration {now}; nothing was stored."
        )?,
        RolledBack::Applied(now) => writeln!(
            out,
            "The rules of {number} are in force as configuration {now}."
        )?,
    }
    Ok(())
}

fn pretty(out: &mut dyn Write, value: &impl Serialize) -> anyhow::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)?;
    Ok(())
}

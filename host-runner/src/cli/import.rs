//! The command `import`.

use super::figures::grouped;
use super::shop::Shop;
use anyhow::{Context, anyhow};
use clap::{Args, ValueEnum};
use stampcard::desk::import::Import as File;
use stampcard::desk::rows;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// A line of progress is told after so many rows.
const TELL: u64 = 10_000;

/// Brings opening balances in from a file, each row as a lot with its dates.
///
/// A CSV file begins with a heading; an NDJSON file has an object a line. The fields are member and points, and where
/// wanted programme, activates-at, expires-at and reference. Dates are instants such as 2027-01-01T00:00:00+08:00, or days
/// of the merchant's zone such as 2026-12-31: the first on which points can be used, and the last.
///
/// All rows are looked at first. If any is faulty, each fault is printed with its row's number (the first row behind the
/// heading is 1) and nothing is stored. Then the rows are brought in, a hundred at a time under keys of their own, so
/// that an import that was stopped goes on when it is started again with the same file, and no row counts twice.
///
/// Exit code: 0 when all is done, 1 when rows are faulty, 2 when the file can't be read.
///
/// Examples:
///   stampcard import balances.csv --merchant tea-house --dry-run
///   stampcard import balances.ndjson --merchant tea-house
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Import {
    /// The rows
    file: PathBuf,
    /// How the file holds them; else by its name's ending
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Only look for faults
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    shop: Shop,
}

/// How a file holds rows.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Format {
    /// With a heading, as spreadsheets write it
    Csv,
    /// A JSON object a line
    Ndjson,
}

impl From<Format> for rows::Format {
    fn from(format: Format) -> Self {
        match format {
            Format::Csv => Self::Csv,
            Format::Ndjson => Self::Ndjson,
        }
    }
}

impl Import {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let name = self.file.display().to_string();
        let format = self.format.map(rows::Format::from);
        let format = format
            .or_else(|| rows::Format::of_name(&name))
            .ok_or_else(|| anyhow!("{name} ends neither in .csv nor in .ndjson: say --format"))?;
        let file = std::fs::File::open(&self.file).with_context(|| name.clone())?;
        let mut file = File::new(file, format).with_context(|| name.clone())?;
        let mut opened = self.shop.open()?;
        let sandbox = opened.as_mut();
        let mut out = io::stdout().lock();
        let mut faults = 0;
        let rows = file.check(sandbox, |fault| {
            faults += 1;
            let place = match fault.field.as_str() {
                "" => String::new(),
                field => format!("{field}: "),
            };
            Ok(writeln!(
                out,
                "row {}: {place}{}",
                fault.row, fault.problem
            )?)
        });
        let rows = rows.with_context(|| name.clone())?;
        if faults > 0 {
            writeln!(
                out,
                "{} faults in {} rows; nothing was stored",
                grouped(faults),
                grouped(rows)
            )?;
            return Ok(ExitCode::FAILURE);
        }
        if self.dry_run {
            writeln!(out, "{} rows, none of them faulty", grouped(rows))?;
            return Ok(ExitCode::SUCCESS);
        }
        let mut told = 0;
        let done = file.commit(sandbox, |rows| {
            if rows / TELL > told {
                told = rows / TELL;
                // Nothing is lost where standard error is closed.
                drop(writeln!(io::stderr(), "{} rows are in", grouped(rows)));
            }
        });
        let done = done.with_context(|| name.clone())?;
        writeln!(out, "{} rows are in", grouped(done))?;
        Ok(ExitCode::SUCCESS)
    }
}

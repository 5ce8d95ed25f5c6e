//! The command `replay`.

mod bar;
mod list;
mod tables;

use super::common::{self, Component};
use super::figures;
use anyhow::Context;
use bar::Bar;
use chrono::NaiveDate;
use chrono_tz::Tz;
use clap::Args;
use list::List;
use serde::Serialize;
use stampcard::capabilities::Merchant;
use stampcard::capabilities::clock::Manual;
use stampcard::capabilities::http::Denied;
use stampcard::capabilities::logging::{Level, Stderr};
use stampcard::capabilities::messaging::Accepting;
use stampcard::capabilities::storage::Sqlite;
use stampcard::limits::Limits;
use stampcard::replay::{self, Error, Report, Rules, Sandboxed, Stage, currency, orders};
use stampcard::sandbox::{Host, Mode};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// Plays a file of purchases through the sandboxed component, and adds up what came of them.
///
/// FILE has a heading (customer_id date number_of_cds dollar_value) and then a purchase a line: the
/// customer, the date as yyyymmdd, how many items, and the price. Each is reported as a paid order at
/// noon of its day; its line number is the order's id and idempotency key. In between come the ticks
/// that the component asks for. The clock is the replay's own, so that years pass in a minute.
///
/// A replay that was stopped, however hard, goes on where it was when it is started again in the same
/// way, and comes to the same end.
///
/// Examples:
///   stampcard replay orders.txt
///   stampcard replay orders.txt --notices --until 1999-06-30 --told notices.jsonl
///   stampcard replay orders.txt --config rules.json --merchant shop-2 --json
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Replay {
    /// The purchases; without it, 600 generated ones
    file: Option<PathBuf>,
    /// Whose orders they are; else named after the file, or `generated`
    #[arg(long, value_name = "ID")]
    merchant: Option<String>,
    /// The SQLite database; else replay.db in the user's folder for data
    #[arg(long, value_name = "FILE")]
    database: Option<PathBuf>,
    /// The merchant's rules, a JSON document; else a point for each full dollar, for 365 days
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The IANA zone of days and months; a document of --config names its own
    #[arg(long, value_name = "ZONE", default_value_t = replay::ZONE, conflicts_with = "config")]
    zone: Tz,
    /// With these rules, tell members who hold 10 points or more by e-mail two months, one month and three days before points
    /// lapse, and when they have. Nothing is sent: the report says what would have gone out
    #[arg(long, conflicts_with = "config")]
    notices: bool,
    /// Write each notice to this file, a line of JSON each
    #[arg(long, value_name = "FILE")]
    told: Option<PathBuf>,
    /// The last day, as yyyy-mm-dd; else the last of the last order's month
    #[arg(long, value_name = "DATE")]
    until: Option<NaiveDate>,
    /// Members whose orders are reported at one time; with 1, one after another as in the file
    #[arg(long, value_name = "N", default_value_t = replay::THREADS,
          value_parser = clap::value_parser!(u16).range(1..=500))]
    threads: u16,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    component: Component,
}

impl Replay {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let (file, name) = match &self.file {
            Some(path) => {
                let file = std::fs::read(path).with_context(|| path.display().to_string())?;
                (file, merchant_of(path))
            }
            None => (
                replay::generate(replay::ORDERS).into_bytes(),
                "generated".to_owned(),
            ),
        };
        // With other rules it is another merchant: one that was begun keeps its own.
        let name = if self.notices {
            format!("{name}-notices")
        } else {
            name
        };
        let merchant = Merchant::new(self.merchant.as_deref().unwrap_or(&name))?;
        let database = self.database()?;
        let stage = self.stage(merchant.clone(), &database)?;
        match self.play(&stage, &file) {
            Ok(report) => {
                self.print(&report, &merchant, &database)?;
                Ok(ExitCode::SUCCESS)
            }
            Err(Failed::Replay(error @ (Error::LedgerDiffers { .. } | Error::Refused { .. }))) => {
                writeln!(io::stderr(), "stampcard: {error}")?;
                Ok(ExitCode::FAILURE)
            }
            Err(Failed::Replay(error)) => Err(error.into()),
            Err(Failed::Orders(error)) => {
                let path = self.file.as_deref().map(Path::display);
                Err(error).with_context(|| path.map_or_else(String::new, |path| path.to_string()))
            }
            Err(Failed::Other(error)) => Err(error),
        }
    }

    /// The database file; its folder exists.
    fn database(&self) -> anyhow::Result<PathBuf> {
        let file = match &self.database {
            Some(file) => file.clone(),
            None => common::data_folder()?.join("replay.db"),
        };
        if let Some(folder) = file.parent().filter(|folder| *folder != Path::new("")) {
            std::fs::create_dir_all(folder)
                .with_context(|| format!("can't make the folder {}", folder.display()))?;
        }
        Ok(file)
    }

    fn stage(&self, merchant: Merchant, database: &Path) -> anyhow::Result<Sandboxed> {
        let plugin = self.component.load()?;
        let storage = Arc::new(Sqlite::open(database)?);
        let clock = Manual::default();
        // Every day's check tells of itself; in a run of years only what matters is wanted.
        let log = Arc::new(Stderr { from: Level::Warn });
        let host = Host {
            storage: storage.clone(),
            clock: Arc::new(clock.clone()),
            messaging: Arc::new(Accepting),
            http: Arc::new(Denied),
            log,
        };
        let (limits, mode) = (Arc::new(Limits::default()), Mode::Fresh);
        Ok(Sandboxed {
            plugin,
            host: Arc::new(host),
            clock,
            marks: storage,
            merchant,
            limits,
            mode,
        })
    }

    fn play(&self, stage: &Sandboxed, file: &[u8]) -> Result<Report, Failed> {
        let mut subject = stage.subject();
        let document = match &self.config {
            Some(path) => std::fs::read_to_string(path)
                .with_context(|| path.display().to_string())
                .map_err(Failed::Other)?,
            None => Rules::default_document(subject.as_mut(), self.zone, self.notices),
        };
        let rules = Rules::check(subject.as_mut(), document)?;
        let orders = orders::read(file, currency::decimals(&rules.currency))?;
        let mut bar = Bar::new().map_err(Failed::Other)?;
        let threads = self.threads;
        let replay = replay::Replay {
            orders: &orders,
            rules: &rules,
            until: self.until,
            threads,
        };
        let played = replay.run(stage, &mut |progress| bar.show(progress));
        bar.finish();
        let mut list = match &self.told {
            Some(path) => Some(List::to(path).map_err(Failed::Other)?),
            None => None,
        };
        let report = Report::read(subject.as_mut(), &rules, &orders, played?, &mut |told| {
            if let Some(list) = &mut list {
                list.add(told);
            }
        })?;
        if let Some(list) = list {
            list.finish().map_err(Failed::Other)?;
        }
        Ok(report)
    }

    fn print(&self, report: &Report, merchant: &Merchant, database: &Path) -> anyhow::Result<()> {
        let bytes = size(database)?;
        let mut out = io::stdout().lock();
        if self.json {
            let (merchant, database) = (merchant.as_str(), database.display().to_string());
            let whole = Whole {
                merchant,
                database,
                database_bytes: bytes,
                report,
            };
            serde_json::to_writer_pretty(&mut out, &whole)?;
            writeln!(out)?;
        } else {
            tables::write(&mut out, report)?;
            let kibibytes = figures::grouped(bytes.div_ceil(1024));
            writeln!(
                out,
                "\nmerchant {merchant} in {} ({kibibytes} KiB)",
                database.display()
            )?;
        }
        Ok(out.flush()?)
    }
}

/// The report with where it comes from.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Whole<'a> {
    merchant: &'a str,
    database: String,
    database_bytes: u64,
    #[serde(flatten)]
    report: &'a Report,
}

enum Failed {
    Replay(Error),
    Orders(orders::Error),
    Other(anyhow::Error),
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Replay(error)
    }
}

impl From<orders::Error> for Failed {
    fn from(error: orders::Error) -> Self {
        Self::Orders(error)
    }
}

/// A merchant named after a file: what of its name may stand in an id.
fn merchant_of(path: &Path) -> String {
    let stem = path
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .to_lowercase();
    let permitted = |one: char| {
        if one.is_ascii_alphanumeric() {
            one
        } else {
            '-'
        }
    };
    let name: String = stem.chars().map(permitted).take(64).collect();
    let name = name.trim_matches('-');
    if name.is_empty() {
        "replay".to_owned()
    } else {
        name.to_owned()
    }
}

/// The bytes of the database, its log of recent writes included.
fn size(database: &Path) -> io::Result<u64> {
    let mut log = database.as_os_str().to_owned();
    log.push("-wal");
    let log = match std::fs::metadata(log) {
        Ok(log) => log.len(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
        Err(error) => return Err(error),
    };
    Ok(std::fs::metadata(database)?.len() + log)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merchants_named_after_files() {
        let found = ["a/Orders 1997.txt", "cdnow.csv", "訂單.txt", "-x-"]
            .map(|path| merchant_of(path.as_ref()));
        assert_eq!(found, ["orders-1997", "cdnow", "replay", "x"]);
    }
}

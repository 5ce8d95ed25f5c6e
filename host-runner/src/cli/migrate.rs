//! The command `migrate`.

use super::common;
use anyhow::Context;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use stampcard::capabilities::storage::Place;
use stampcard::migration::copy;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Copy a whole database into another: SQLite into PostgreSQL, or back.
///
/// No host may serve either of them meanwhile. At the end both are compared. A copy that was cut off goes on when it is begun
/// again; where the other database has something else of a merchant, nothing of it is changed.
#[derive(Debug, Args)]
pub(super) struct Migrate {
    /// The database to copy: a SQLite file, or postgres://user@host/database with its password in PGPASSWORD
    #[arg(long, value_name = "FILE|ADDRESS")]
    from: PathBuf,
    /// The one to copy into, made if missing
    #[arg(long, value_name = "FILE|ADDRESS")]
    to: PathBuf,
}

impl Migrate {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        if let Place::File(file) = Place::named(&self.from) {
            anyhow::ensure!(file.exists(), "{}: there is no such file", file.display());
        }
        let (from, _) = common::open(Some(&self.from), "")?;
        let (to, _) = common::open(Some(&self.to), "")?;
        let bar = ProgressBar::new_spinner();
        let style = ProgressStyle::with_template("{spinner} {msg} [{elapsed}]");
        bar.set_style(style.context("a progress bar's form")?);
        let copied = copy(&*from, &*to, |copied| {
            bar.set_message(format!(
                "{} merchants, {} records",
                copied.merchants, copied.rows
            ));
            bar.tick();
        });
        bar.finish_and_clear();
        let copied = copied?;
        writeln!(
            std::io::stdout(),
            "{} merchants with {} records and {} marks are in both databases, and the same.",
            copied.merchants,
            copied.rows,
            copied.marks
        )?;
        Ok(ExitCode::SUCCESS)
    }
}

//! The command `export`.

use super::import::Format;
use super::shop::{self, Shop};
use anyhow::Context;
use clap::{Args, ValueEnum};
use stampcard::desk::export::{self, export};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// Writes a merchant's ledger, balances or open lots, what is due included.
///
/// Rows are written as they are read, so that it takes no more memory for a long ledger. In CSV, text that a spreadsheet
/// would take for a formula has an apostrophe before it; NDJSON holds the plugin's objects as they are.
///
/// Examples:
///   stampcard export ledger --merchant tea-house > ledger.csv
///   stampcard export lots --programme cash --format ndjson --out lots.ndjson
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Export {
    /// What to write
    #[arg(value_enum)]
    what: What,
    /// One programme; else all that the merchant has
    #[arg(long, value_name = "NAME")]
    programme: Option<String>,
    /// How to write it
    #[arg(long, value_enum, default_value_t = Format::Csv)]
    format: Format,
    /// Where to; else to standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    shop: Shop,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum What {
    /// All entries, by member
    Ledger,
    /// All accounts, by member
    Balances,
    /// All open lots, by member
    Lots,
}

impl Export {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let mut sandbox = self.shop.open()?;
        let programmes = shop::programmes(&mut sandbox, self.programme.as_ref())?;
        let what = match self.what {
            What::Ledger => export::What::Ledger,
            What::Balances => export::What::Balances,
            What::Lots => export::What::Lots,
        };
        let out: Box<dyn Write> = match &self.out {
            Some(file) => {
                let made = File::create(file);
                Box::new(made.with_context(|| file.display().to_string())?)
            }
            None => Box::new(io::stdout().lock()),
        };
        export(
            &mut sandbox,
            what,
            &programmes,
            self.format.into(),
            BufWriter::new(out),
        )?;
        Ok(ExitCode::SUCCESS)
    }
}

//! The command `export`.

use super::import::Format;
use super::shop::{self, Shop};
use anyhow::Context;
use clap::{Args, ValueEnum};
use serde_json::json;
use stampcard::call::Subject;
use stampcard::desk::export::{self, export};
use stampcard::desk::submissions::{self, Table};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// Writes a merchant's ledger, balances or open lots, what is due included, or what came in to a campaign.
///
/// Rows are written as they are read, so that it takes no more memory for a long ledger. In CSV, text that a spreadsheet
/// would take for a formula has an apostrophe before it; NDJSON holds the plugin's objects as they are.
///
/// Examples:
///   stampcard export ledger --merchant tea-house > ledger.csv
///   stampcard export lots --programme cash --format ndjson --out lots.ndjson
///   stampcard export submissions --campaign c-000001 --language en --out participants.csv
///   stampcard export lines --campaign c-000001 --out lines.csv
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Export {
    /// What to write
    #[arg(value_enum)]
    what: What,
    /// One programme; else all that the merchant has
    #[arg(long, value_name = "NAME")]
    programme: Option<String>,
    /// The campaign of submissions and lines
    #[arg(long, value_name = "ID", required_if_eq_any = [("what", "submissions"), ("what", "lines")])]
    campaign: Option<String>,
    /// The language of their headings and words: zh-TW, ko or en
    #[arg(long, value_name = "TAG", default_value = "zh-TW")]
    language: String,
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
    /// A row for each submission to a campaign, in every state
    Submissions,
    /// A row for each line of the invoices that passed or did not qualify; CSV alone
    Lines,
}

impl Export {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let mut opened = self.shop.open()?;
        let sandbox = opened.as_mut();
        let what = match self.what {
            What::Ledger => export::What::Ledger,
            What::Balances => export::What::Balances,
            What::Lots => export::What::Lots,
            What::Submissions => return self.campaign(sandbox, Table::Submissions),
            What::Lines => return self.campaign(sandbox, Table::Lines),
        };
        let programmes = shop::programmes(sandbox, self.programme.as_ref())?;
        let out = self.out()?;
        export(sandbox, what, &programmes, self.format.into(), out)?;
        Ok(ExitCode::SUCCESS)
    }

    /// Writes a campaign's table. Whoever runs the program has the database, and needs no role.
    fn campaign(&self, sandbox: &mut dyn Subject, which: Table) -> anyhow::Result<ExitCode> {
        let about = json!({
            "actor": { "name": "stampcard export", "role": "administrator" },
            "campaign": self.campaign,
        });
        match (which, self.format) {
            (Table::Submissions, Format::Ndjson) => {
                submissions::objects(sandbox, &about, self.out()?)?;
            }
            (Table::Lines, Format::Ndjson) => {
                anyhow::bail!("--format ndjson is none for lines; csv is");
            }
            (which, Format::Csv) => {
                let mut about = about;
                if let Some(about) = about.as_object_mut() {
                    about.insert("language".to_owned(), json!(self.language));
                }
                submissions::table(sandbox, &about, which, self.out()?)?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }

    /// Where to. A file is made once there is something to write.
    fn out(&self) -> anyhow::Result<BufWriter<Box<dyn Write>>> {
        let out: Box<dyn Write> = match &self.out {
            Some(file) => {
                let made = File::create(file);
                Box::new(made.with_context(|| file.display().to_string())?)
            }
            None => Box::new(io::stdout().lock()),
        };
        Ok(BufWriter::new(out))
    }
}

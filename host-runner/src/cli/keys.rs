//! The command `keys`.

use anyhow::{Context, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use clap::{Args, Subcommand};
use comfy_table::Table;
use comfy_table::presets::ASCII_MARKDOWN;
use stampcard::capabilities::Merchant;
use stampcard::capabilities::clock::{Clock, System};
use stampcard::keys::{ApiKey, Keys as Store, Role};
use stampcard::server::Settings;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Make, list, replace and end the API keys of a server.
///
/// A running server sees changes within a second. A key is shown once, when it is made; the file keeps its hash.
#[derive(Debug, Args)]
#[command(after_help = r#"Examples:
  stampcard keys --config stampcard.toml create --merchant tea-house --role administrator --name "checkout"
  stampcard keys --config stampcard.toml rotate k-0a1b2c3d4e5f --keep-hours 48"#)]
pub(super) struct Keys {
    /// The server's settings file
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Make a key and print it
    Create {
        /// Whose it is
        #[arg(long, value_name = "ID")]
        merchant: Merchant,
        /// administrator, supervisor, marketing, customer-service-manager, customer-service-staff, sales-manager or sales-staff
        #[arg(long)]
        role: Role,
        /// What it is for
        #[arg(long)]
        name: String,
    },
    /// List all keys, without the keys themselves
    List,
    /// Make a key in place of another one and print it; the other goes on for a while
    Rotate {
        /// The key's id, as `list` shows it
        id: String,
        /// Hours for which the old key goes on, 0 to 720
        #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u32).range(0..=720))]
        keep_hours: u32,
    },
    /// End a key at once
    Revoke {
        /// The key's id, as `list` shows it
        id: String,
    },
}

impl Keys {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let file = self.config.display().to_string();
        let settings = Settings::read(&self.config).context(file)?;
        let store = Store::open(&settings.api_keys)?;
        let now = now()?;
        let mut out = std::io::stdout().lock();
        match self.act {
            Act::Create {
                merchant,
                role,
                name,
            } => {
                let (key, text) = store.create(&merchant, role, &name, now)?;
                writeln!(out, "{text}")?;
                told(&key, "made; it is not shown again")?;
            }
            Act::Rotate { id, keep_hours } => {
                let until = now.checked_add_signed(TimeDelta::hours(keep_hours.into()));
                let until = until.context("the clock stands at its end")?;
                let (key, text) = store.rotate(&id, now, until)?;
                writeln!(out, "{text}")?;
                let what = format!("made in place of {id}, which ends at {until}");
                told(&key, &what)?;
            }
            Act::Revoke { id } => store.revoke(&id, now)?,
            Act::List => {
                let mut table = Table::new();
                table.load_style(ASCII_MARKDOWN);
                table.set_header(["id", "merchant", "role", "name", "made", "ends"]);
                for key in store.list()? {
                    let ends = key
                        .until
                        .map_or_else(String::new, |until| until.to_string());
                    table.add_row([
                        key.id,
                        key.merchant.to_string(),
                        key.role.to_string(),
                        key.name,
                        key.created.to_string(),
                        ends,
                    ]);
                }
                writeln!(out, "{table}")?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn told(key: &ApiKey, what: &str) -> std::io::Result<()> {
    let ApiKey {
        id, merchant, role, ..
    } = key;
    writeln!(std::io::stderr(), "{id} for {merchant} as {role}: {what}")
}

pub(super) fn now() -> anyhow::Result<DateTime<Utc>> {
    let now = System.now();
    let seconds = i64::try_from(now.seconds)?;
    ensure!(seconds > 0, "the system's clock stands before 1970");
    DateTime::from_timestamp(seconds, 0).context("the system's clock is beyond all dates")
}

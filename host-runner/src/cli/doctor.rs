//! The command `doctor`.

use super::common::components;
use anyhow::Context;
use clap::Args;
use comfy_table::Table;
use comfy_table::presets::ASCII_MARKDOWN;
use stampcard::capabilities::clock::System;
use stampcard::capabilities::logging::Stderr;
use stampcard::doctor::{Health, Parts, look};
use stampcard::engine::{self, Engine};
use stampcard::server::Settings;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// Look at a server's settings, files and merchants, and say what would go wrong and what to do.
///
/// Nothing is sent and no record changed. A database of an earlier format is taken over, as the server would. Ends with 1 where
/// something won't work.
#[derive(Debug, Args)]
#[command(after_help = r#"Example:
  stampcard doctor --config stampcard.toml"#)]
pub(super) struct Doctor {
    /// The server's settings file
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

impl Doctor {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let file = self.config.display().to_string();
        let settings = Settings::read(&self.config).context(file)?;
        let parts = Parts {
            components: components(&settings, &Engine::new(&engine::Settings::default())?)?,
            clock: Arc::new(System),
            log: Arc::new(Stderr::default()),
        };
        let found = look(&settings, &parts);
        let mut table = Table::new();
        table.load_style(ASCII_MARKDOWN);
        table.set_header(["", "what", "found"]);
        for one in &found {
            table.add_row([one.health.name(), &one.what, &one.told]);
        }
        writeln!(std::io::stdout(), "{table}")?;
        let worst = found.iter().map(|one| one.health).max();
        Ok(match worst {
            Some(Health::Bad) => ExitCode::FAILURE,
            _ => ExitCode::SUCCESS,
        })
    }
}

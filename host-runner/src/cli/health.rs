//! The command `health`.

use anyhow::Context;
use clap::Args;
use stampcard::server::{Running, Settings};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Ask the server of this machine whether it answers and its storage does; ends with 1 where not.
#[derive(Debug, Args)]
pub(super) struct Health {
    /// The server's settings file
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

impl Health {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let file = self.config.display().to_string();
        let settings = Settings::read(&self.config).context(file)?;
        match Running::of(&settings).is_ready() {
            Ok(()) => {
                writeln!(std::io::stdout(), "ready")?;
                Ok(ExitCode::SUCCESS)
            }
            Err(error) => {
                writeln!(std::io::stdout(), "{error}")?;
                Ok(ExitCode::FAILURE)
            }
        }
    }
}

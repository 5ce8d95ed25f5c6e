//! The command `restore`.

use super::backup::ELSEWHERE;
use anyhow::bail;
use clap::Args;
use stampcard::capabilities::storage::{Place, restore};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Look at all of a backup, and put a copy of it where a server looks for its database.
///
/// No server may have the database meanwhile. What was there before is kept beside it, with `.replaced` behind its name.
#[derive(Debug, Args)]
#[command(after_help = r#"Example:
  stampcard restore --from backups/stampcard-20261129T031500Z.db --to stampcard.db --replace"#)]
pub(super) struct Restore {
    /// The backup
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// The database, a file that isn't there
    #[arg(long, value_name = "DATABASE")]
    to: PathBuf,
    /// The database may be there, and is replaced
    #[arg(long)]
    replace: bool,
}

impl Restore {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let (Place::File(from), Place::File(to)) =
            (Place::named(&self.from), Place::named(&self.to))
        else {
            bail!("{ELSEWHERE}");
        };
        let restored = restore(&from, &to, self.replace)?;
        let mut out = std::io::stdout();
        let (records, bytes) = (restored.records, restored.bytes);
        writeln!(
            out,
            "{} has {records} records in {bytes} bytes.",
            to.display()
        )?;
        if let Some(former) = restored.former {
            writeln!(out, "What was there before is {} now.", former.display())?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

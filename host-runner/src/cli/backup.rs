//! The command `backup`.

use anyhow::{Context, bail};
use clap::Args;
use stampcard::capabilities::clock::{Clock, System};
use stampcard::capabilities::storage::{OpenError, Place, Sqlite, Storage};
use stampcard::server::{Running, Settings};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Back a server's SQLite database up, while it runs or not.
///
/// A server that runs is asked on its operator's address, by the key that the settings name, and puts the file into the
/// settings' folder of backups, from where it is copied to where it is wanted. A database that no server has is copied at once.
/// The file is whole by itself and of one instant.
#[derive(Debug, Args)]
#[command(after_help = r#"Examples:
  stampcard backup --config stampcard.toml
  stampcard backup --config stampcard.toml --to /mnt/away/stampcard.db"#)]
pub(super) struct Backup {
    /// The server's settings file
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Where the backup goes, a file that isn't there yet [default: the server's folder of backups, named by the time]
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
}

impl Backup {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let file = self.config.display().to_string();
        let settings = Settings::read(&self.config).context(file)?;
        let Place::File(database) = &settings.database else {
            bail!("{}: {ELSEWHERE}", settings.database);
        };
        anyhow::ensure!(
            database.exists(),
            "{}: there is no such file",
            database.display()
        );
        let (file, bytes) = match Sqlite::open(database) {
            Ok(own) => self.by_itself(&own, &settings)?,
            Err(OpenError::InUse { .. }) => self.by_the_server(&settings)?,
            Err(error) => return Err(error.into()),
        };
        writeln!(io::stdout(), "{} has {bytes} bytes.", file.display())?;
        Ok(ExitCode::SUCCESS)
    }

    /// Of a database that nobody else has.
    fn by_itself(&self, own: &Sqlite, settings: &Settings) -> anyhow::Result<(PathBuf, u64)> {
        let to = match &self.to {
            Some(to) => to.clone(),
            None => settings.backup.file(System.now())?,
        };
        let made = own.backup(&to, &Arc::new(AtomicBool::new(false)))?;
        Ok((made.file, made.bytes))
    }

    /// Of the one that a server has.
    fn by_the_server(&self, settings: &Settings) -> anyhow::Result<(PathBuf, u64)> {
        if let Some(to) = self.to.as_deref().filter(|to| to.exists()) {
            bail!(
                "{} is there already: name a file that doesn't exist",
                to.display()
            );
        }
        let made = Running::of(settings).backup();
        let made = made.context("the database is in use, and its server made no backup")?;
        let Some(to) = &self.to else {
            return Ok((made.file, made.bytes));
        };
        copy(&made.file, to)
            .with_context(|| format!("{} stays: {}", made.file.display(), to.display()))?;
        Ok((to.clone(), made.bytes))
    }
}

/// What is said of a database that is backed up by other means.
pub(super) const ELSEWHERE: &str = "a PostgreSQL server is backed up and restored by its own means, pg_dump and \
     pg_restore or base backups, and not by this program";

/// Copies a file to where none is; the disk has it when this returns.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let mut source = File::open(from)?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut target = options.open(to)?;
    let copied = io::copy(&mut source, &mut target).and_then(|_| target.sync_all());
    if copied.is_err() {
        // Half a file must not look like a backup; what can't be removed the error tells of.
        drop(fs::remove_file(to));
    }
    copied
}

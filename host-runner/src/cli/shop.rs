//! The merchant that a command works for, on its database.

use super::common::{Component, Database};
use anyhow::Context;
use chrono::{DateTime, Utc};
use clap::Args;
use stampcard::call::Subject;
use stampcard::capabilities::Merchant;
use stampcard::capabilities::clock::{Clock, Instant, Manual, System};
use stampcard::capabilities::http::Denied;
use stampcard::capabilities::logging::Stderr;
use stampcard::capabilities::messaging::Directory;
use stampcard::desk;
use stampcard::limits::Limits;
use stampcard::remote::Remote;
use stampcard::sandbox::{Host, Mode, Sandbox};
use std::path::PathBuf;
use std::sync::Arc;

/// Whose records, where they are, and what runs on them.
#[derive(Debug, Args)]
pub(super) struct Shop {
    /// The merchant
    #[arg(long, value_name = "ID", default_value = "default")]
    merchant: Merchant,
    #[command(flatten)]
    database: Database,
    /// The server that has the database, such as http://127.0.0.1:8080, asked instead of opening it
    #[arg(long, value_name = "URL", requires = "api_key_file", conflicts_with_all = ["merchant", "database", "at"])]
    server: Option<String>,
    /// The file with the API key of the merchant at the server
    #[arg(long, value_name = "FILE", requires = "server")]
    api_key_file: Option<PathBuf>,
    /// The instant that the plugin takes for now, such as 2026-11-22T04:00:00Z
    #[arg(long, value_name = "INSTANT")]
    at: Option<DateTime<Utc>>,
    #[command(flatten)]
    component: Component,
}

impl Shop {
    /// The instant that the plugin takes for now.
    pub(super) fn now(&self) -> anyhow::Result<DateTime<Utc>> {
        let Instant {
            seconds,
            nanoseconds,
        } = self.clock()?.now();
        let at = DateTime::from_timestamp(i64::try_from(seconds)?, nanoseconds);
        at.context("the clock stands beyond the calendar")
    }

    fn clock(&self) -> anyhow::Result<Arc<dyn Clock>> {
        Ok(match self.at {
            None => Arc::new(System),
            Some(at) => Arc::new(Manual::new(instant(at)?)),
        })
    }

    /// The plugin, bound to the merchant: here, or where the server has it.
    pub(super) fn open(&self) -> anyhow::Result<Box<dyn Subject>> {
        if let (Some(server), Some(key)) = (&self.server, &self.api_key_file) {
            let remote = Remote::new(server, key.clone(), self.component.load()?)?;
            return Ok(Box::new(remote));
        }
        let (storage, folder) = self.database.open()?;
        let log = Arc::new(Stderr::default());
        let folder = folder.join("messages");
        let host = Host {
            storage,
            clock: self.clock()?,
            messaging: Arc::new(Directory::new(&folder, log.clone())),
            http: Arc::new(Denied),
            log,
        };
        Ok(Box::new(Sandbox::new(
            self.component.load()?,
            Arc::new(host),
            self.merchant.clone(),
            Arc::new(Limits::default()),
            Mode::Fresh,
        )))
    }
}

/// An instant of the command line, for the plugin.
pub(super) fn instant(at: DateTime<Utc>) -> anyhow::Result<Instant> {
    Ok(Instant {
        seconds: u64::try_from(at.timestamp())
            .context("--at lies before 1970, where the plugin's time begins")?,
        nanoseconds: at.timestamp_subsec_nanos(),
    })
}

/// The programme that was named, or all that the merchant has.
pub(super) fn programmes(
    sandbox: &mut dyn Subject,
    named: Option<&String>,
) -> Result<Vec<String>, desk::Error> {
    named.map_or_else(|| desk::programmes(sandbox), |name| Ok(vec![name.clone()]))
}

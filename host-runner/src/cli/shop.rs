//! The merchant that a command works for, on its database.

use super::common::{Component, Database};
use anyhow::Context;
use chrono::{DateTime, Utc};
use clap::Args;
use stampcard::capabilities::Merchant;
use stampcard::capabilities::clock::{Clock, Instant, Manual, System};
use stampcard::capabilities::http::Denied;
use stampcard::capabilities::logging::Stderr;
use stampcard::capabilities::messaging::Directory;
use stampcard::desk;
use stampcard::limits::Limits;
use stampcard::sandbox::{Host, Mode, Sandbox};
use std::sync::Arc;

/// Whose records, where they are, and what runs on them.
#[derive(Debug, Args)]
pub(super) struct Shop {
    /// The merchant
    #[arg(long, value_name = "ID", default_value = "default")]
    merchant: Merchant,
    #[command(flatten)]
    database: Database,
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

    /// The plugin, bound to the merchant.
    pub(super) fn open(&self) -> anyhow::Result<Sandbox> {
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
        Ok(Sandbox::new(
            self.component.load()?,
            Arc::new(host),
            self.merchant.clone(),
            Arc::new(Limits::default()),
            Mode::Fresh,
        ))
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
    sandbox: &mut Sandbox,
    named: Option<&String>,
) -> Result<Vec<String>, desk::Error> {
    named.map_or_else(|| desk::programmes(sandbox), |name| Ok(vec![name.clone()]))
}

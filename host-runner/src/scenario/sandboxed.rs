//! The sandbox as a stage.

use super::stage::{Records, Stage, StoredError};
use crate::call::Subject;
use crate::capabilities::Merchant;
use crate::capabilities::clock::{Instant, Manual};
use crate::capabilities::http::{Exchange, Script, Traffic};
use crate::capabilities::logging::{Collected, Line};
use crate::capabilities::messaging::{Channel, Message, Outcome, Simulated};
use crate::capabilities::storage::{Range, Storage};
use crate::limits::Limits;
use crate::plugin::Plugin;
use crate::sandbox::{Host, Mode, Sandbox};
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// Rows of one page when all records are read.
const PAGE: u32 = 1_000;

/// A merchant in the sandbox under a clock of its own, with no network but answers by script; messages to members go nowhere.
pub struct Sandboxed {
    sandbox: Sandbox,
    clock: Manual,
    storage: Arc<dyn Storage>,
    merchant: Merchant,
    log: Arc<Collected>,
    messaging: Arc<Simulated>,
    http: Arc<Script>,
}

impl Sandboxed {
    /// A stage for this merchant, of whom the storage holds nothing yet.
    #[must_use]
    pub fn new(plugin: Plugin, storage: Arc<dyn Storage>, merchant: Merchant, mode: Mode) -> Self {
        let clock = Manual::default();
        let log = Arc::new(Collected::default());
        let messaging = Arc::new(Simulated::default());
        let http = Arc::new(Script::default());
        let host = Host {
            storage: Arc::clone(&storage),
            clock: Arc::new(clock.clone()),
            messaging: messaging.clone(),
            http: http.clone(),
            log: log.clone(),
        };
        let limits = Arc::new(Limits::default());
        let sandbox = Sandbox::new(plugin, Arc::new(host), merchant.clone(), limits, mode);
        Self {
            sandbox,
            clock,
            storage,
            merchant,
            log,
            messaging,
            http,
        }
    }

    /// What the plugin has logged so far.
    #[must_use]
    pub fn lines(&self) -> Vec<Line> {
        self.log.lines()
    }
}

impl Stage for Sandboxed {
    fn subject(&mut self) -> &mut dyn Subject {
        &mut self.sandbox
    }

    fn set_clock(&mut self, now: DateTime<Utc>) {
        // The clock begins in 1970; a file that goes further back finds it standing there.
        let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
        self.clock.set(Instant {
            seconds,
            nanoseconds: now.timestamp_subsec_nanos(),
        });
    }

    fn answer(&mut self, channel: Channel, outcome: Outcome) {
        self.messaging.answer(channel, outcome);
    }

    fn sent(&mut self) -> Vec<Message> {
        self.messaging.take()
    }

    fn script(&mut self, exchanges: Vec<Exchange>) {
        self.http.add(exchanges);
    }

    fn traffic(&mut self) -> Option<Traffic> {
        Some(self.http.take())
    }

    fn stored(&mut self) -> Result<Option<Records>, StoredError> {
        let mut records = Records::new();
        let mut start = String::new();
        loop {
            // No key of the plugin's begins with the last character that there is.
            let range = Range {
                start,
                end: char::MAX.to_string(),
                limit: PAGE,
                backward: false,
            };
            let rows = self.storage.scan(&self.merchant, &range)?;
            let Some(last) = rows.last() else {
                return Ok(Some(records));
            };
            // The least key behind the last one read.
            start = format!("{}\0", last.key);
            records.extend(rows.into_iter().map(|row| (row.key, row.value)));
        }
    }
}

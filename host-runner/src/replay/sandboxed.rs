//! A stage on the sandbox: fresh instances of the plugin over a host's capabilities.

use super::stage::{Failure, Stage};
use crate::call::Subject;
use crate::capabilities::Merchant;
use crate::capabilities::clock::{Instant, Manual};
use crate::capabilities::storage::Marks;
use crate::limits::Limits;
use crate::plugin::Plugin;
use crate::sandbox::{Host, Mode, Sandbox};
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// The mark's name among the merchant's marks.
const MARK: &str = "replay";

/// A merchant in the sandbox, ready to be replayed.
pub struct Sandboxed {
    /// The component.
    pub plugin: Plugin,
    /// What it is given. Its clock must be a clone of `clock`.
    pub host: Arc<Host>,
    /// The clock that the replay sets.
    pub clock: Manual,
    /// Where the replay's mark is kept: in the same database as the merchant's records, so that
    /// neither is ever there without the other.
    pub marks: Arc<dyn Marks>,
    /// Whose orders they are.
    pub merchant: Merchant,
    /// Bounds of one command.
    pub limits: Arc<Limits>,
    /// How long an instance lives.
    pub mode: Mode,
}

impl Stage for Sandboxed {
    fn subject(&self) -> Box<dyn Subject + '_> {
        Box::new(Sandbox::new(
            self.plugin.clone(),
            Arc::clone(&self.host),
            self.merchant.clone(),
            Arc::clone(&self.limits),
            self.mode,
        ))
    }

    fn set_clock(&self, now: DateTime<Utc>) {
        // A replay's days lie after 1970, where the clock begins.
        let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
        self.clock.set(Instant {
            seconds,
            nanoseconds: now.timestamp_subsec_nanos(),
        });
    }

    fn mark(&self) -> Result<Option<String>, Failure> {
        Ok(self.marks.mark(&self.merchant, MARK)?)
    }

    fn set_mark(&self, mark: &str) -> Result<(), Failure> {
        Ok(self.marks.set_mark(&self.merchant, MARK, mark)?)
    }
}

//! The table `events.nats`.

use crate::capabilities::messaging::{ChannelsError, Reader};
use crate::capabilities::nats::{self, prefix};
use std::time::Duration;

/// Where events come from, and how many at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(super) server: nats::Settings,
    /// What subjects and the names of streams begin with.
    pub(crate) prefix: String,
    /// Events of this host at once. Default 8.
    pub(crate) at_once: usize,
    /// Events of all hosts at once. With 1, each waits for the one before. Default 1,000.
    pub(crate) pending: u32,
    /// How often an event is handed out before it is set aside. Default 10.
    pub(super) deliveries: u32,
    /// After how long without a sign of life an event is handed to another. Default a minute.
    pub(super) ack_wait: Duration,
    /// How long what came of events is kept. Default 7 days.
    pub(super) results: Duration,
    /// How long what was set aside is kept. Default 30 days.
    pub(super) poison: Duration,
    /// How long JetStream knows a message again. Default an hour.
    pub(super) duplicates: Duration,
    /// Copies of each stream in a cluster. Default 1.
    pub(crate) replicas: u32,
}

impl Settings {
    pub(crate) fn read(mut own: Reader<'_>) -> Result<Self, ChannelsError> {
        let days = |number: u32| Duration::from_secs(u64::from(number) * 86_400);
        let seconds = |number: u32| Duration::from_secs(number.into());
        let settings = Self {
            server: nats::Settings::read(&mut own)?,
            prefix: prefix(&mut own)?,
            at_once: usize::try_from(own.number("at-once", 1..=64, 8)?).unwrap_or(1),
            pending: own.number("pending", 1..=10_000, 1_000)?,
            deliveries: own.number("deliveries", 1..=100, 10)?,
            ack_wait: seconds(own.number("ack-seconds", 2..=3_600, 60)?),
            results: days(own.number("results-days", 1..=3_650, 7)?),
            poison: days(own.number("poison-days", 1..=3_650, 30)?),
            duplicates: seconds(
                own.number("duplicate-minutes", 1..=1_440, 60)?
                    .saturating_mul(60),
            ),
            replicas: own.number("replicas", 1..=5, 1)?,
        };
        own.done()?;
        Ok(settings)
    }

    /// What the subject of an event begins with.
    pub(super) fn incoming(&self) -> String {
        format!("{}.in.", self.prefix)
    }
}

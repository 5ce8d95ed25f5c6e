//! What the server takes from those who connect.

use crate::capabilities::messaging::{ChannelsError, Reader};
use std::time::Duration;

/// Bounds of connections and requests; the table `limits` of the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Connections at once; further ones wait to be taken. Default 1,000.
    pub connections: usize,
    /// Bytes of a body. Default 4 MiB, as the sandbox's own limit of a request.
    pub body: usize,
    /// How long the head of a request may take, and how long a connection may lie idle. Default 10 seconds.
    pub head_time: Duration,
    /// How long the body of a request may take, and how long a client may take nothing of an answer. Default 15 seconds.
    pub body_time: Duration,
    /// Commands that run at once, each on a thread of its own. Where the storage makes promises, as SQLite does, a thread has the next command while
    /// the disk confirms one; 32 for each thread may be under way so. Default 8.
    pub workers: usize,
    /// Commands of one merchant that run at once, unless the register says otherwise. Default: half of the workers.
    pub merchant_commands: usize,
    /// How long a request may wait for a free thread. Default 5 seconds.
    pub wait: Duration,
    /// After how long a report of a notice that nobody knew is looked at again. Default 2 minutes.
    pub report_again: Duration,
    /// Requests a second of one API key; twice as many may come at once. Default 100.
    pub per_second: u32,
    /// Merchants that are ticked at once, each on a thread of its own. Default 2.
    pub ticks: usize,
    /// How long requests that are under way may go on after the server was told to stop. Default 30 seconds.
    pub shutdown: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            connections: 1_000,
            body: 4 * 1024 * 1024,
            head_time: Duration::from_secs(10),
            body_time: Duration::from_secs(15),
            workers: 8,
            merchant_commands: 4,
            wait: Duration::from_secs(5),
            report_again: Duration::from_secs(120),
            per_second: 100,
            ticks: 2,
            shutdown: Duration::from_secs(30),
        }
    }
}

impl Bounds {
    /// Reads the table; what it leaves out is as usual.
    pub(super) fn read(table: Option<Reader<'_>>) -> Result<Self, ChannelsError> {
        let Some(mut table) = table else {
            return Ok(Self::default());
        };
        let size = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        let seconds = |number: u32| Duration::from_secs(number.into());
        let workers = table.number("workers", 1..=512, 8)?;
        let half = (workers / 2).max(1);
        let bounds = Self {
            connections: size(table.number("connections", 1..=100_000, 1_000)?),
            body: size(table.number("body-kib", 1..=65_536, 4_096)?).saturating_mul(1024),
            head_time: seconds(table.number("head-seconds", 1..=300, 10)?),
            body_time: seconds(table.number("body-seconds", 1..=300, 15)?),
            workers: size(workers),
            merchant_commands: size(table.number("merchant-commands", 1..=512, half)?),
            wait: seconds(table.number("wait-seconds", 1..=60, 5)?),
            report_again: seconds(table.number("report-again-seconds", 1..=3_600, 120)?),
            per_second: table.number("requests-per-second", 1..=100_000, 100)?,
            ticks: size(table.number("ticks", 1..=64, 2)?),
            shutdown: seconds(table.number("shutdown-seconds", 1..=600, 30)?),
        };
        table.done()?;
        Ok(bounds)
    }
}

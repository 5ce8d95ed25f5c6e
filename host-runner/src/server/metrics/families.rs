//! The figures by name, each with its help, unit and labels.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use std::sync::atomic::AtomicU64;

/// Bounds of times, in seconds: from a command in memory to a provider that hangs.
const TIMES: [f64; 14] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0,
];

/// Bounds of how late ticks are, in seconds: up to the hour after which a merchant is looked after in any case.
const DELAYS: [f64; 9] = [0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3_600.0];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) route: String,
    pub(super) status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct OfRoute {
    pub(super) route: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct FunctionOutcome {
    pub(super) function: String,
    pub(super) outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Function {
    pub(super) function: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Ended {
    pub(super) outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Came {
    pub(super) by: &'static str,
    pub(super) outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Handed {
    pub(super) channel: &'static str,
    pub(super) outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct OfChannel {
    pub(super) channel: &'static str,
}

/// Histograms of times, by labels.
type Times<L> = Family<L, Histogram, fn() -> Histogram>;

/// A gauge of a fraction.
type Fraction = Gauge<f64, AtomicU64>;

/// Without labels; as a family it isn't told before it is known.
pub(super) type Unlabelled = [(&'static str, &'static str); 0];

/// Every figure.
pub(super) struct Families {
    pub(super) requests: Family<Request, Counter>,
    pub(super) request_times: Times<OfRoute>,
    pub(super) commands: Family<FunctionOutcome, Counter>,
    pub(super) again: Family<Function, Counter>,
    pub(super) command_times: Times<Function>,
    pub(super) fuel: Family<Function, Counter>,
    pub(super) busy: Gauge,
    pub(super) under_way: Gauge,
    pub(super) events: Family<Came, Counter>,
    pub(super) events_here: Gauge,
    pub(super) ticks: Family<Ended, Counter>,
    pub(super) tick_times: Histogram,
    pub(super) lateness: Histogram,
    pub(super) due: Gauge,
    pub(super) oldest: Fraction,
    pub(super) merchants: Gauge,
    pub(super) messages: Family<Handed, Counter>,
    pub(super) message_times: Times<OfChannel>,
    pub(super) stored: Family<Unlabelled, Gauge>,
    pub(super) free: Family<Unlabelled, Gauge>,
    pub(super) spans: Family<Ended, Counter>,
    pub(super) connections: Gauge,
    pub(super) last_backup: Family<Unlabelled, Gauge>,
    pub(super) backup_time: Family<Unlabelled, Fraction>,
    pub(super) memory: Gauge,
    pub(super) files: Gauge,
}

fn times() -> Histogram {
    Histogram::new(TIMES)
}

impl Families {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let all = Self {
            requests: Family::default(),
            request_times: Family::new_with_constructor(times),
            commands: Family::default(),
            again: Family::default(),
            command_times: Family::new_with_constructor(times),
            fuel: Family::default(),
            busy: Gauge::default(),
            under_way: Gauge::default(),
            events: Family::default(),
            events_here: Gauge::default(),
            ticks: Family::default(),
            tick_times: times(),
            lateness: Histogram::new(DELAYS),
            due: Gauge::default(),
            oldest: Fraction::default(),
            merchants: Gauge::default(),
            messages: Family::default(),
            message_times: Family::new_with_constructor(times),
            stored: Family::default(),
            free: Family::default(),
            spans: Family::default(),
            connections: Gauge::default(),
            last_backup: Family::default(),
            backup_time: Family::default(),
            memory: Gauge::default(),
            files: Gauge::default(),
        };
        let build = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "The program", build);
        let of = "HTTP requests that were answered, by method, pattern of the address and status";
        registry.register("http_requests", of, all.requests.clone());
        let of = "From the head of a request to its answer";
        let times = all.request_times.clone();
        registry.register_with_unit("http_request_duration", of, Unit::Seconds, times);
        let of = "Calls of the plugin's functions by HTTP and events: done, refused by the plugin, or failed";
        registry.register("commands", of, all.commands.clone());
        let of =
            "Commands that were made once more, since another came between or the storage failed";
        registry.register("commands_again", of, all.again.clone());
        let of = "From a command's thread to its answer";
        let times = all.command_times.clone();
        registry.register_with_unit("command_duration", of, Unit::Seconds, times);
        let of = "Fuel that commands took";
        registry.register("command_fuel", of, all.fuel.clone());
        let of = "Commands that have a thread now";
        registry.register("commands_running", of, all.busy.clone());
        let of = "Commands under an idempotency key that have a thread, or wait for the disk without one";
        registry.register("commands_under_way", of, all.under_way.clone());
        let of = "Events by NATS and by webhook: done, refused by the plugin, retried, or set aside as poison";
        registry.register("events", of, all.events.clone());
        let of = "Whether events come in by NATS now: 1, or 0";
        registry.register("events_connected", of, all.events_here.clone());
        registry.register("ticks", "Ticks of merchants", all.ticks.clone());
        let of = "From a tick's begin to its end, with what it waits for providers";
        let times = all.tick_times.clone();
        registry.register_with_unit("tick_duration", of, Unit::Seconds, times);
        let of = "How long after it was due a tick began";
        registry.register_with_unit("tick_delay", of, Unit::Seconds, all.lateness.clone());
        let of = "Merchants that are due to be ticked and wait for a thread";
        registry.register("ticks_due", of, all.due.clone());
        let of = "For how long the first of them has been due";
        registry.register_with_unit("tick_oldest_due", of, Unit::Seconds, all.oldest.clone());
        registry.register(
            "merchants",
            "Merchants that are served",
            all.merchants.clone(),
        );
        let of = "Messages that were handed to providers, by channel and outcome";
        registry.register("messages", of, all.messages.clone());
        let of = "How long a channel's provider took for the messages of a call, which go beside each other";
        let times = all.message_times.clone();
        registry.register_with_unit("message_batch_duration", of, Unit::Seconds, times);
        let of = "What the database's files take, its journal and logs included";
        registry.register_with_unit("storage", of, Unit::Bytes, all.stored.clone());
        let of = "What is left on the database's disk";
        registry.register_with_unit("storage_free", of, Unit::Bytes, all.free.clone());
        let of = "Spans of traces: sent, dropped for want of room, lost since the collector was away, or refused by it";
        registry.register("spans", of, all.spans.clone());
        let of = "Open connections, those that wait idle included";
        registry.register("connections", of, all.connections.clone());
        let of = "When the last backup was made, 0 where there is none and one should be";
        let last = all.last_backup.clone();
        registry.register_with_unit("backup_last_success_timestamp", of, Unit::Seconds, last);
        let of = "How long the last backup took";
        let time = all.backup_time.clone();
        registry.register_with_unit("backup_duration", of, Unit::Seconds, time);
        let of = "Memory that the process has in use";
        registry.register_with_unit("resident_memory", of, Unit::Bytes, all.memory.clone());
        registry.register(
            "open_files",
            "Files and sockets that are open",
            all.files.clone(),
        );
        all
    }
}

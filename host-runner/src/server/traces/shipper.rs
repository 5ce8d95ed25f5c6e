//! The thread that ships spans. A collector that is away or slow costs nothing but what it misses, which is counted.

use super::post::{Post, Posted};
use super::queue::Queue;
use crate::server::metrics::{Fate, Metrics};
use opentelemetry::Context;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData, SpanProcessor};
use std::fmt;
use std::io;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Pauses before a batch is posted again to a collector that is away or can't take it now.
const PAUSES: [Duration; 3] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
];

/// The longest pause that a collector may ask for.
const LONGEST: Duration = Duration::from_secs(30);

/// The thread, and what waits for it.
pub(super) struct Shipper {
    queue: Arc<Queue<SpanData>>,
    metrics: Arc<Metrics>,
    /// Nobody tells anything there; it closes when the thread ends.
    ended: Mutex<Receiver<()>>,
}

impl Shipper {
    /// Begins.
    pub(super) fn start(post: Post, metrics: Arc<Metrics>) -> io::Result<Self> {
        let queue = Arc::new(Queue::new());
        let (ends, ended) = channel();
        let (own, counts) = (queue.clone(), metrics.clone());
        std::thread::Builder::new()
            .name("traces".to_owned())
            .spawn(move || {
                ship(&own, &post, &counts);
                drop::<std::sync::mpsc::Sender<()>>(ends);
            })?;
        Ok(Self {
            queue,
            metrics,
            ended: Mutex::new(ended),
        })
    }

    /// Ships what waits, for so long at most, and takes no more. A request that is under way is not waited for any longer.
    pub(super) fn stop(&self, within: Duration) {
        self.queue.end(Instant::now() + within);
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        // Whether it ended or the time is over.
        let _ = ended.recv_timeout(within);
    }
}

/// Where the tracer puts spans that ended.
pub(super) struct Feed {
    queue: Arc<Queue<SpanData>>,
    metrics: Arc<Metrics>,
}

impl Feed {
    pub(super) fn new(shipper: &Shipper) -> Self {
        Self {
            queue: shipper.queue.clone(),
            metrics: shipper.metrics.clone(),
        }
    }
}

impl fmt::Debug for Feed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Feed").finish_non_exhaustive()
    }
}

impl SpanProcessor for Feed {
    fn on_start(&self, _: &mut Span, _: &Context) {}

    fn on_end(&self, span: SpanData) {
        if !self.queue.push(span) {
            self.metrics.spans(Fate::Dropped, 1);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, within: Duration) -> OTelSdkResult {
        self.queue.end(Instant::now() + within);
        Ok(())
    }
}

/// Ships until nothing comes any more.
fn ship(queue: &Queue<SpanData>, post: &Post, metrics: &Metrics) {
    while let Some(batch) = queue.next() {
        let count = batch.len();
        let body = post.body(batch);
        match deliver(queue, post, &body) {
            Some(Posted::Taken { refused }) => {
                let refused = refused.min(count);
                metrics.spans(Fate::Refused, refused);
                metrics.spans(Fate::Sent, count.saturating_sub(refused));
            }
            Some(Posted::Refused) => metrics.spans(Fate::Refused, count),
            Some(Posted::Again(_)) => metrics.spans(Fate::Lost, count),
            None => metrics.spans(Fate::Dropped, count),
        }
    }
}

/// What became of a batch at last; none where the time was over before it could be tried.
fn deliver(queue: &Queue<SpanData>, post: &Post, body: &[u8]) -> Option<Posted> {
    let mut posted = None;
    for pause in PAUSES.into_iter().map(Some).chain([None]) {
        let left = queue.left();
        if left == Some(Duration::ZERO) {
            break;
        }
        posted = Some(post.post(body, left));
        match (&posted, pause) {
            (Some(Posted::Again(asked)), Some(pause)) if left.is_none() => {
                queue.pause(asked.unwrap_or(pause).min(LONGEST));
            }
            _ => break,
        }
    }
    posted
}

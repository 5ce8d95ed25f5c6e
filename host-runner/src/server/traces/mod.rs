//! Traces for OpenTelemetry: what a request or a tick waited for, and how long. A span tells counts, times, names of functions and how
//! things ended. No member, address, key of storage, idempotency key or text of anybody's is in one; of persons it names nobody,
//! and of merchants the id alone, as the access log does.
//!
//! Spans go by one queue with an end to one thread, which posts them. Whoever makes one never waits.

mod calls;
mod names;
mod ports;
mod post;
mod queue;
mod settings;
mod shipper;
mod span;
#[cfg(test)]
mod tests;
mod watched;

pub(super) use settings::Settings;
pub(super) use span::Trace;

use super::metrics::Metrics;
use crate::capabilities::Merchant;
use names::{INSTANCE, SCHEMA, SERVICE, VERSION};
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::{SpanKind, TracerProvider};
use opentelemetry::{Context, InstrumentationScope, KeyValue};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{Sampler, SdkTracer, SdkTracerProvider};
use post::Post;
use ring::rand::{SecureRandom, SystemRandom};
use shipper::{Feed, Shipper};
use std::sync::Arc;
use std::time::Duration;

/// How long the last spans may take when the server ends.
const LAST: Duration = Duration::from_secs(5);

/// What makes traces; nothing where the settings name no collector.
#[derive(Clone, Default)]
pub(super) struct Traces(Option<Arc<Tracing>>);

struct Tracing {
    tracer: SdkTracer,
    shipper: Shipper,
}

impl Traces {
    /// Begins to ship spans to the collector of the settings, if they name one. Nobody asks whether it is there.
    ///
    /// # Errors
    /// Why it can't be set up, in words.
    pub(super) fn start(
        settings: Option<&Settings>,
        metrics: &Arc<Metrics>,
    ) -> Result<Self, String> {
        let Some(settings) = settings else {
            return Ok(Self::default());
        };
        let resource = resource(settings)?;
        let post = Post::new(settings, &resource)?;
        let shipper = Shipper::start(post, metrics.clone()).map_err(|error| error.to_string())?;
        // Callers decide for what they call; the share is of what begins here.
        let share = Sampler::TraceIdRatioBased(settings.share);
        let provider = SdkTracerProvider::builder()
            .with_sampler(Sampler::ParentBased(Box::new(share)))
            .with_resource(resource)
            .with_span_processor(Feed::new(&shipper))
            .build();
        let scope = InstrumentationScope::builder("stampcard")
            .with_version(env!("CARGO_PKG_VERSION"))
            .with_schema_url(SCHEMA)
            .build();
        let tracer = provider.tracer_with_scope(scope);
        Ok(Self(Some(Arc::new(Tracing { tracer, shipper }))))
    }

    /// A request that was received, with the caller's `traceparent`. A malformed one is as good as none.
    pub(super) fn request(&self, parent: Option<&str>) -> Trace {
        self.0.as_ref().map_or_else(Trace::default, |tracing| {
            let parent = parent.map_or_else(Context::new, joined);
            Trace::root(&tracing.tracer, "HTTP", SpanKind::Server, &parent)
        })
    }

    /// A tick of a merchant, which was due so long ago.
    pub(super) fn tick(&self, merchant: &Merchant, late: Duration) -> Trace {
        self.0.as_ref().map_or_else(Trace::default, |tracing| {
            let none = Context::new();
            let trace = Trace::root(&tracing.tracer, "tick", SpanKind::Internal, &none);
            trace.tell(|| {
                vec![
                    KeyValue::new(names::MERCHANT, merchant.as_str().to_owned()),
                    KeyValue::new(names::DELAY, late.as_secs_f64()),
                ]
            });
            trace
        })
    }

    /// Ships what is left, within a bound; what doesn't go by then is dropped.
    pub(super) fn stop(&self) {
        if let Some(tracing) = &self.0 {
            tracing.shipper.stop(LAST);
        }
    }
}

/// Who tells.
fn resource(settings: &Settings) -> Result<Resource, String> {
    let instance = settings.instance.clone().map_or_else(random, Ok)?;
    let attributes = [
        KeyValue::new(SERVICE, settings.service.clone()),
        KeyValue::new(VERSION, env!("CARGO_PKG_VERSION")),
        KeyValue::new(INSTANCE, instance),
    ];
    // What the environment says of OpenTelemetry stays out: settings stand in one place.
    let resource = Resource::builder_empty();
    Ok(resource.with_schema_url(attributes, SCHEMA).build())
}

/// A UUID of version 4, which tells nothing of the machine.
fn random() -> Result<String, String> {
    let mut bytes = [0; 16];
    let filled = SystemRandom::new().fill(&mut bytes);
    filled.map_err(|_| "the system gives no random bytes".to_owned())?;
    let version = (u128::from_be_bytes(bytes) & !(0xf << 76)) | (4 << 76);
    let digits = format!("{:032x}", (version & !(0b11 << 62)) | (0b10 << 62));
    let mut id = digits;
    for at in [20, 16, 12, 8] {
        id.insert(at, '-');
    }
    Ok(id)
}

/// The caller's span as the parent of what comes.
fn joined(parent: &str) -> Context {
    /// The one header that is read. `tracestate` is free text of others and goes nowhere.
    struct Parent<'a>(&'a str);

    impl Extractor for Parent<'_> {
        fn get(&self, key: &str) -> Option<&str> {
            (key == "traceparent").then_some(self.0)
        }

        fn keys(&self) -> Vec<&str> {
            vec!["traceparent"]
        }
    }

    TraceContextPropagator::new().extract_with_context(&Context::new(), &Parent(parent))
}

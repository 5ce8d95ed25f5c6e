//! A span that is open, and those below it.

use super::names::{ERROR, MERCHANT, METHOD, REQUEST, ROUTE, SCHEME, STATUS, method};
use super::watched::Watched;
use crate::capabilities::Merchant;
use crate::capabilities::clock::{Clock, System};
use crate::sandbox::Sandbox;
use opentelemetry::trace::{Span, SpanBuilder, SpanKind, Status, TraceContextExt, TraceId, Tracer};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::trace::SdkTracer;
use std::borrow::Cow;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What is told of a request, a tick, or a part of one. Nothing where it isn't sampled, and then it costs nothing. Its span ends by
/// [`Trace::end`], or when the last of its clones is gone.
#[derive(Clone, Default)]
pub(in crate::server) struct Trace {
    id: Option<TraceId>,
    open: Option<Open>,
}

#[derive(Clone)]
struct Open {
    tracer: SdkTracer,
    /// The span, as the parent of others.
    context: Context,
}

/// A part that is over.
pub(super) struct Past {
    pub(super) name: Cow<'static, str>,
    pub(super) kind: SpanKind,
    pub(super) attributes: Vec<KeyValue>,
    /// What it failed with.
    pub(super) error: Option<Cow<'static, str>>,
}

impl Trace {
    /// The first span here, if it is sampled.
    pub(super) fn root(
        tracer: &SdkTracer,
        name: &'static str,
        kind: SpanKind,
        parent: &Context,
    ) -> Self {
        let builder = SpanBuilder::from_name(name).with_kind(kind);
        let span = tracer.build_with_context(builder, parent);
        let sampled = span.is_recording();
        // A trace that somebody else began has its name, whether it is told or not.
        let named = sampled || parent.has_active_span();
        Self {
            id: named.then(|| span.span_context().trace_id()),
            open: sampled.then(|| Open {
                tracer: tracer.clone(),
                context: parent.with_span(span),
            }),
        }
    }

    /// The trace's id for the access log: 32 digits.
    pub(in crate::server) fn id(&self) -> Option<String> {
        self.id.map(|id| id.to_string())
    }

    /// Whether anything is told.
    pub(super) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// A part of it that begins.
    pub(in crate::server) fn part(&self, name: impl Into<Cow<'static, str>>) -> Self {
        let open = self.open.as_ref().map(|open| {
            let builder = SpanBuilder::from_name(name).with_kind(SpanKind::Internal);
            let span = open.tracer.build_with_context(builder, &open.context);
            Open {
                tracer: open.tracer.clone(),
                context: open.context.with_span(span),
            }
        });
        Self { id: self.id, open }
    }

    /// A part of it that took so long and ended now.
    pub(super) fn past(&self, past: Past, took: Duration) {
        let Some(open) = &self.open else {
            return;
        };
        let end = now();
        let builder = SpanBuilder::from_name(past.name)
            .with_kind(past.kind)
            .with_start_time(end.checked_sub(took).unwrap_or(end))
            .with_attributes(past.attributes);
        let mut span = open.tracer.build_with_context(builder, &open.context);
        if let Some(error) = past.error {
            span.set_attribute(KeyValue::new(ERROR, error));
            span.set_status(Status::error(""));
        }
        span.end_with_timestamp(end);
    }

    /// Adds attributes.
    pub(super) fn tell(&self, attributes: impl FnOnce() -> Vec<KeyValue>) {
        if let Some(open) = &self.open {
            open.context.span().set_attributes(attributes());
        }
    }

    /// It failed, with this of a bounded number of reasons.
    pub(in crate::server) fn fail(&self, error: impl Into<Cow<'static, str>>) {
        if let Some(open) = &self.open {
            let span = open.context.span();
            span.set_attribute(KeyValue::new(ERROR, error.into()));
            span.set_status(Status::error(""));
        }
    }

    /// It ends now.
    pub(in crate::server) fn end(&self) {
        if let Some(open) = &self.open {
            open.context.span().end();
        }
    }

    /// A sandbox each of whose calls is a part of it.
    pub(in crate::server) fn watch<'s>(&self, sandbox: &'s mut Sandbox) -> Watched<'s> {
        Watched::new(sandbox, self.clone())
    }

    /// A request was received: its method, the pattern of its address, if one fits, and its name in the access log.
    pub(in crate::server) fn received(&self, told: &str, route: Option<&str>, name: &str) {
        let Some(open) = &self.open else {
            return;
        };
        let method = method(told);
        let verb = if method == told { method } else { "HTTP" };
        let span = open.context.span();
        span.update_name(route.map_or_else(|| verb.to_owned(), |route| format!("{verb} {route}")));
        span.set_attributes([
            KeyValue::new(METHOD, method),
            KeyValue::new(SCHEME, "http"),
            KeyValue::new(REQUEST, name.to_owned()),
        ]);
        if let Some(route) = route {
            span.set_attribute(KeyValue::new(ROUTE, route.to_owned()));
        }
    }

    /// It was answered. What the caller did wrong is no error of the server's.
    pub(in crate::server) fn answered(&self, status: u16, whose: Option<&Merchant>) {
        self.tell(|| {
            let whose = whose.map(|whose| KeyValue::new(MERCHANT, whose.as_str().to_owned()));
            let status = KeyValue::new(STATUS, i64::from(status));
            std::iter::once(status).chain(whose).collect()
        });
        if status >= 500 {
            self.fail(status.to_string());
        }
        self.end();
    }
}

/// The time by the system: spans of several machines are put beside each other.
fn now() -> SystemTime {
    let now = System.now();
    let since = Duration::new(now.seconds, now.nanoseconds);
    UNIX_EPOCH.checked_add(since).unwrap_or(UNIX_EPOCH)
}

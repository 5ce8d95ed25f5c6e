//! A collector of traces on loopback, which keeps what comes.

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Told;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use serde_json::{Value, json};
use stampcard::loopback::{Act, Answer, Asked, Server};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// The collector.
pub(crate) struct Collector {
    server: Server,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Collector {
    pub(crate) fn start() -> Self {
        Self::that(|| Act::Answer(Answer::new(200, "application/x-protobuf", "")))
    }

    /// One that does this with every request.
    pub(crate) fn that(act: impl Fn() -> Act + Send + Sync + 'static) -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let own = asked.clone();
        let handler = move |request: &Asked| {
            own.lock().unwrap().push(request.clone());
            act()
        };
        let server = Server::start("127.0.0.1:0".parse().unwrap(), handler).unwrap();
        Self { server, asked }
    }

    /// The server's settings for it.
    pub(crate) fn settings(&self) -> String {
        format!(
            "[traces]\nendpoint = \"http://{}\"\ninstance = \"one\"\nheaders = {{ authorization-file = \"secret\" }}\n",
            self.server.address()
        )
    }

    /// All requests that came.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// All spans that came.
    pub(crate) fn spans(&self) -> Vec<Span> {
        let asked = self.asked();
        let told = asked
            .iter()
            .map(|asked| ExportTraceServiceRequest::decode(&*asked.body).unwrap());
        let resources = told.flat_map(|told| told.resource_spans);
        let scopes = resources.flat_map(|resource| resource.scope_spans);
        scopes.flat_map(|scope| scope.spans).collect()
    }

    /// Waits for a span of this name, which ends after those below it.
    pub(crate) fn wait(&self, name: &str) -> Span {
        let began = Instant::now();
        loop {
            let spans = self.spans();
            if let Some(span) = spans.iter().find(|span| span.name == name) {
                return span.clone();
            }
            let names: Vec<_> = spans.iter().map(|span| &span.name).collect();
            assert!(
                began.elapsed() < Duration::from_secs(20),
                "no {name} in {names:?}"
            );
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// The span of this name right below another one.
    pub(crate) fn below(&self, span: &Span, name: &str) -> Span {
        let spans = self.spans();
        let mut below = spans.iter().filter(|one| {
            one.parent_span_id == span.span_id && one.trace_id == span.trace_id && one.name == name
        });
        let found = below.next();
        assert!(found.is_some(), "no {name} in {spans:?}");
        let found = found.unwrap();
        assert!(found.start_time_unix_nano >= span.start_time_unix_nano);
        assert!(found.end_time_unix_nano <= span.end_time_unix_nano);
        found.clone()
    }
}

/// An attribute of a span; null where it has none.
pub(crate) fn attribute(span: &Span, name: &str) -> Value {
    let mut all = span.attributes.iter();
    let found = all.find(|one: &&KeyValue| one.key == name);
    found.map_or(Value::Null, |one| json_of(one.value.as_ref()))
}

fn json_of(value: Option<&AnyValue>) -> Value {
    match value.and_then(|value| value.value.as_ref()) {
        Some(Told::StringValue(text)) => json!(text),
        Some(Told::BoolValue(flag)) => json!(flag),
        Some(Told::IntValue(number)) => json!(number),
        Some(Told::DoubleValue(number)) => json!(number),
        Some(Told::ArrayValue(all)) => all.values.iter().map(|one| json_of(Some(one))).collect(),
        other => {
            assert_eq!(other, None);
            Value::Null
        }
    }
}

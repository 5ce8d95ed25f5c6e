use super::*;
use crate::capabilities::messaging::Reader;
use crate::loopback::{Act, Answer, Server};
use crate::server::metrics::Standing;
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use std::sync::Mutex;
use std::time::Instant;

const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/// Traces to a collector that does this with each request, and the spans that came there.
fn traces(
    more: &str,
    act: impl Fn(usize) -> Act + Send + Sync + 'static,
) -> (Traces, Arc<Metrics>, Arc<Mutex<Vec<Span>>>, Server) {
    let got = Arc::new(Mutex::new(Vec::new()));
    let (own, count) = (got.clone(), Mutex::new(0));
    let server = Server::start("127.0.0.1:0".parse().unwrap(), move |asked| {
        let told = ExportTraceServiceRequest::decode(&*asked.body).unwrap();
        let resources = told.resource_spans.into_iter();
        let scopes = resources.flat_map(|resource| resource.scope_spans);
        own.lock()
            .unwrap()
            .extend(scopes.flat_map(|scope| scope.spans));
        let mut count = count.lock().unwrap();
        *count += 1;
        act(*count)
    })
    .unwrap();
    let text = format!("endpoint = \"http://{}\"\n{more}", server.address());
    let table = toml::Value::Table(text.parse().unwrap());
    let folder = std::path::Path::new("");
    let reader = Reader::new("traces".to_owned(), table, folder).unwrap();
    let settings = Settings::read(reader).unwrap();
    let metrics = Arc::new(Metrics::new());
    let traces = Traces::start(Some(&settings), &metrics).unwrap();
    (traces, metrics, got, server)
}

fn fine(_: usize) -> Act {
    Act::Answer(Answer::new(200, "application/x-protobuf", ""))
}

fn figure(metrics: &Metrics, outcome: &str) -> usize {
    let text = metrics.text(&Standing::default()).unwrap();
    let begin = format!("stampcard_spans_total{{outcome=\"{outcome}\"}} ");
    let mut lines = text.lines();
    let found = lines.find_map(|line| line.strip_prefix(&begin));
    found.map_or(0, |count| count.parse().unwrap())
}

#[test]
fn a_caller_decides_for_what_it_calls_and_the_share_for_the_rest() {
    let (traces, metrics, got, _server) = traces("share = 0.0", fine);
    assert_eq!(traces.request(None).id(), None);
    let unsampled = traces.request(Some(&PARENT.replace("-01", "-00")));
    assert!(!unsampled.is_open() && !unsampled.part("x").is_open());
    assert_eq!(
        unsampled.id().as_deref(),
        Some("0af7651916cd43dd8448eb211c80319c")
    );
    for malformed in [
        "",
        "00",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x",
        "hush",
    ] {
        let trace = traces.request(Some(malformed));
        assert!(!trace.is_open() && trace.id().is_none(), "{malformed}");
    }
    let sampled = traces.request(Some(PARENT));
    let part = sampled.part("x");
    part.end();
    sampled.end();
    // The same span ends once.
    sampled.end();
    drop((part, sampled));
    traces.stop();
    let got = got.lock().unwrap();
    assert_eq!(got.len(), 2);
    assert_eq!(got[0].parent_span_id, got[1].span_id);
    assert_eq!(
        u64::from_be_bytes(got[1].parent_span_id.clone().try_into().unwrap()),
        0xb7ad_6b71_6920_3331
    );
    assert_eq!(figure(&metrics, "sent"), 2);
}

#[test]
fn what_the_collector_does_not_want_is_counted() {
    let some = ExportTraceServiceResponse {
        partial_success: Some(ExportTracePartialSuccess {
            rejected_spans: 2,
            error_message: "full".to_owned(),
        }),
    };
    let some = Answer::new(200, "application/x-protobuf", some.encode_to_vec());
    let (own, metrics, _, _server) = traces("", move |_| Act::Answer(some.clone()));
    for _ in 0..3 {
        own.request(None).end();
    }
    own.stop();
    assert_eq!(
        (figure(&metrics, "sent"), figure(&metrics, "refused")),
        (1, 2)
    );
    let (own, metrics, _, _server) = traces("", |_| Act::Answer(Answer::text(400, "no")));
    own.request(None).end();
    own.stop();
    assert_eq!(figure(&metrics, "refused"), 1);
}

#[test]
fn a_collector_that_was_away_for_a_moment_misses_nothing() {
    let busy = Answer::text(503, "").with("retry-after", "1");
    let (traces, metrics, _, _server) = traces("", move |count| match count {
        1 => Act::Answer(busy.clone()),
        2 => Act::HangUp,
        _ => fine(count),
    });
    traces.request(None).end();
    let began = Instant::now();
    while figure(&metrics, "sent") == 0 {
        assert!(began.elapsed() < Duration::from_secs(20));
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(figure(&metrics, "lost"), 0);
    traces.stop();
}

#[test]
fn a_collector_that_hangs_holds_nobody_up_and_what_it_misses_is_counted() {
    let (traces, metrics, _, _server) = traces("", |_| Act::Stall);
    let began = Instant::now();
    let many = queue::ROOM + 2 * queue::BATCH;
    for _ in 0..many {
        traces.request(None).end();
    }
    assert!(
        began.elapsed() < Duration::from_secs(2),
        "{:?}",
        began.elapsed()
    );
    assert!(figure(&metrics, "dropped") > 0);
    let began = Instant::now();
    traces.stop();
    assert!(
        began.elapsed() < LAST + Duration::from_secs(2),
        "{:?}",
        began.elapsed()
    );
    // Nothing is taken any more, and that is counted, too.
    let dropped = figure(&metrics, "dropped");
    traces.request(None).end();
    assert_eq!(figure(&metrics, "dropped"), dropped + 1);
}

#[test]
fn an_instance_without_a_name_has_a_random_one() {
    let (one, other) = (random().unwrap(), random().unwrap());
    assert_ne!(one, other);
    let parts: Vec<usize> = one.split('-').map(str::len).collect();
    assert_eq!(parts, [8, 4, 4, 4, 12]);
    assert_eq!(&one[14..15], "4");
    assert!("89ab".contains(&one[19..20]), "{one}");
}

//! The access log: a line of JSON for each request, without anything that is somebody's own or secret.

use super::api;
use super::routes::Shared;
use crate::capabilities::Merchant;
use crate::capabilities::clock::Instant;
use axum::extract::{MatchedPath, Request, State};
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_LENGTH, HeaderName};
use axum::middleware::Next;
use axum::response::Response;
use chrono::{DateTime, SecondsFormat};
use ring::rand::{SecureRandom, SystemRandom};
use serde::Serialize;
use std::io::Write;

/// The header that names a request in the log.
const REQUEST: HeaderName = HeaderName::from_static("x-request-id");

/// Where lines of the access log go. Writing one never fails for the caller.
pub trait AccessLog: Send + Sync {
    /// Takes a line, without its end.
    fn line(&self, line: &str);
}

/// Lines on standard output.
#[derive(Clone, Copy, Debug, Default)]
pub struct StdoutAccess;

impl AccessLog for StdoutAccess {
    fn line(&self, line: &str) {
        let line = format!("{line}\n");
        // Nobody is left to tell it to where standard output is closed.
        drop(std::io::stdout().lock().write_all(line.as_bytes()));
    }
}

/// Whose request it was; a handler that knows puts it into its response.
#[derive(Clone, Debug)]
pub(super) struct Whose(pub(super) Merchant);

/// What is told of a request: the pattern of its address, not the address, which may hold a secret or a name.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Line<'a> {
    time: String,
    request: &'a str,
    method: &'a str,
    route: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    merchant: Option<&'a str>,
    status: u16,
    micros: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<String>,
}

/// Names each request, answers with its name, and tells of it when the answer is made, to the log, the figures and the traces.
pub(super) async fn log(
    State(shared): State<Shared>,
    mut request: Request,
    next: Next,
) -> Response {
    let began = std::time::Instant::now();
    let name = name();
    let method = request.method().as_str().to_owned();
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let matched = matched.as_ref().map(MatchedPath::as_str);
    let route = matched.unwrap_or("-");
    let length = request.headers().get(CONTENT_LENGTH);
    let body = length.and_then(|length| length.to_str().ok()?.parse().ok());
    let trace = shared.traces.request(parent(&request, route));
    trace.received(&method, matched, &name);
    request.extensions_mut().insert(trace.clone());
    let mut response = next.run(request).await;
    if let Ok(value) = HeaderValue::from_str(&name) {
        response.headers_mut().insert(REQUEST, value);
    }
    let whose = response.extensions().get::<Whose>();
    let took = began.elapsed();
    let status = response.status().as_u16();
    shared.metrics.request(&method, route, status, took);
    trace.answered(status, whose.map(|whose| &whose.0));
    let line = Line {
        time: time(shared.clock.now()),
        request: &name,
        method: &method,
        route,
        merchant: whose.map(|whose| whose.0.as_str()),
        status,
        micros: u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        body,
        trace: trace.id(),
    };
    if let Ok(line) = serde_json::to_string(&line) {
        shared.access.line(&line);
    }
    response
}

/// The caller's own trace. Only who calls functions is part of the same system; providers and members are not.
fn parent<'a>(request: &'a Request, route: &str) -> Option<&'a str> {
    if !route.starts_with(api::ROOT) {
        return None;
    }
    let mut told = request.headers().get_all("traceparent").iter();
    let parent = told.next()?.to_str().ok();
    parent.filter(|_| told.next().is_none())
}

/// Sixteen digits that hardly come twice.
fn name() -> String {
    let mut bytes = [0; 8];
    // Without random numbers all requests have one name, which harms nothing else.
    let _ = SystemRandom::new().fill(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn time(now: Instant) -> String {
    let seconds = i64::try_from(now.seconds).unwrap_or(i64::MAX);
    let time = DateTime::from_timestamp(seconds, now.nanoseconds).unwrap_or_default();
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

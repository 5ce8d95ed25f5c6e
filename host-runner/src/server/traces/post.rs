//! Spans as OTLP has them, posted to a collector over HTTP.

use super::settings::Settings;
use crate::capabilities::agent;
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::transform::common::tonic::ResourceAttributesWithSchema;
use opentelemetry_proto::transform::trace::tonic::group_spans_by_resource_and_scope;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SpanData;
use prost::Message;
use std::time::Duration;
use ureq::Agent;
use ureq::http::{HeaderName, HeaderValue, Response};

/// Bytes of an answer that are read.
const ANSWER_BYTES: u64 = 65_536;

/// What became of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Posted {
    /// The collector has it, but for so many spans.
    Taken {
        /// Spans that it did not want.
        refused: usize,
    },
    /// It wants none of it, now or later.
    Refused,
    /// It is away or has no room; it may have said for how long.
    Again(Option<Duration>),
}

/// A way to the collector.
pub(super) struct Post {
    agent: Agent,
    address: String,
    headers: Vec<(HeaderName, HeaderValue)>,
    timeout: Duration,
    resource: ResourceAttributesWithSchema,
}

impl Post {
    /// A way to the collector of the settings.
    ///
    /// # Errors
    /// Why it can't be set up, in words. No secret is told.
    pub(super) fn new(settings: &Settings, resource: &Resource) -> Result<Self, String> {
        let mut config = agent::config(1);
        if settings.address.starts_with("https:") {
            let tls = agent::tls(settings.authorities.as_deref());
            let tls = tls.map_err(|error| format!("authorities: {error}"))?;
            config = config.https_only(true).tls_config(tls);
        }
        Ok(Self {
            agent: config.build().into(),
            address: settings.address.clone(),
            headers: settings.headers.clone(),
            timeout: settings.timeout,
            resource: resource.into(),
        })
    }

    /// The bytes of a request.
    pub(super) fn body(&self, batch: Vec<SpanData>) -> Vec<u8> {
        let resource_spans = group_spans_by_resource_and_scope(batch, &self.resource);
        ExportTraceServiceRequest { resource_spans }.encode_to_vec()
    }

    /// Posts it once, within the time of the settings or what is left.
    pub(super) fn post(&self, body: &[u8], left: Option<Duration>) -> Posted {
        let within = left.map_or(self.timeout, |left| left.min(self.timeout));
        let mut request = self
            .agent
            .post(&self.address)
            .header("content-type", "application/x-protobuf");
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let request = request.config().timeout_global(Some(within)).build();
        // Why it can't be reached is seen in the collector's own log, or in the network.
        request.send(body).map_or(Posted::Again(None), judge)
    }
}

/// What an answer means, by OTLP's own list.
fn judge(mut answer: Response<ureq::Body>) -> Posted {
    match answer.status().as_u16() {
        200..=299 => {
            let body = answer.body_mut().with_config().limit(ANSWER_BYTES);
            let told = body.read_to_vec().unwrap_or_default();
            // It was taken, whatever was said about it.
            let told = ExportTraceServiceResponse::decode(&*told).unwrap_or_default();
            let refused = told.partial_success.map_or(0, |part| part.rejected_spans);
            Posted::Taken {
                refused: usize::try_from(refused).unwrap_or(0),
            }
        }
        429 | 502 | 503 | 504 => {
            let after = answer.headers().get("retry-after");
            let after = after.and_then(|value| value.to_str().ok()?.trim().parse().ok());
            Posted::Again(after.map(Duration::from_secs))
        }
        _ => Posted::Refused,
    }
}

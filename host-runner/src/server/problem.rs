//! Answers that say what is wrong, as RFC 9457 has them.

use axum::extract::Request;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// What is wrong with a request, or why it can't be answered.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Problem {
    status: StatusCode,
    /// A name of letters and `-`, the same for the same kind of problem.
    kind: String,
    detail: String,
    /// JSON pointer into the request.
    pointer: Option<String>,
    /// The plugin's own error.
    error: Option<Value>,
    /// Seconds after which the same may go well.
    again: Option<u32>,
}

impl Problem {
    pub(super) fn new(
        status: StatusCode,
        kind: impl Into<String>,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            status,
            kind: kind.into(),
            detail: detail.into(),
            pointer: None,
            error: None,
            again: None,
        }
    }

    /// With the plugin's own error.
    #[must_use]
    pub(super) fn with(mut self, error: Value) -> Self {
        self.error = Some(error);
        self
    }

    /// At this JSON pointer of the request.
    #[must_use]
    pub(super) fn at(mut self, pointer: &str) -> Self {
        self.pointer = Some(pointer.to_owned());
        self
    }

    /// It may go well after so many seconds.
    #[must_use]
    pub(super) fn again(mut self, seconds: u32) -> Self {
        self.again = Some(seconds);
        self
    }

    /// The address takes other methods.
    pub(super) fn method() -> Self {
        let detail = "the address takes other methods";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method", detail)
    }

    /// There is nothing at this address.
    pub(super) fn not_found() -> Self {
        let detail = "there is nothing at this address";
        Self::new(StatusCode::NOT_FOUND, "not-found", detail)
    }

    /// The server can't do it now.
    pub(super) fn unavailable(seconds: u32) -> Self {
        let detail = "the server can't do it now; try again";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail).again(seconds)
    }

    /// The server failed; the log says more.
    pub(super) fn broken() -> Self {
        let detail = "the server failed at it; its log says more";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "failed", detail)
    }
}

/// Puts what the router itself refuses, an address that is no text, into the form of all other problems.
pub(super) async fn in_form(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let kind = response.headers().get(CONTENT_TYPE);
    let plain = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if !(plain && response.status() == StatusCode::BAD_REQUEST) {
        return response;
    }
    let detail = "the address is not percent-encoded UTF-8";
    Problem::new(StatusCode::BAD_REQUEST, "address", detail).into_response()
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut body = json!({
            "type": format!("urn:stampcard:problem:{}", self.kind),
            "title": self.status.canonical_reason().unwrap_or_default(),
            "status": self.status.as_u16(),
            "detail": self.detail,
        });
        for (name, value) in [
            ("pointer", self.pointer.map(Value::from)),
            ("error", self.error),
        ] {
            if let (Some(value), Some(body)) = (value, body.as_object_mut()) {
                body.insert(name.to_owned(), value);
            }
        }
        let mut response = (self.status, body.to_string()).into_response();
        let headers = response.headers_mut();
        let kind = HeaderValue::from_static("application/problem+json");
        headers.insert(CONTENT_TYPE, kind);
        if let Some(seconds) = self.again {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

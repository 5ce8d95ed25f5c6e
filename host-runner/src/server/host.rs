//! A request of HTTP/1.1 names one host: RFC 9112, section 3.2.

use super::problem::Problem;
use axum::extract::Request;
use axum::http::header::HOST;
use axum::http::{StatusCode, Version};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Refuses a request that names none, or several.
pub(super) async fn one(request: Request, next: Next) -> Response {
    let named = request.headers().get_all(HOST).iter().count();
    if request.version() == Version::HTTP_11 && named != 1 {
        let detail = "a request of HTTP/1.1 has one Host";
        return Problem::new(StatusCode::BAD_REQUEST, "host", detail).into_response();
    }
    next.run(request).await
}

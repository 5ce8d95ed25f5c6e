//! Whether the server answers.

use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

/// `GET /health`: it does.
pub(super) async fn health() -> Response {
    ([(CONTENT_TYPE, "application/json")], "{\"status\":\"ok\"}").into_response()
}

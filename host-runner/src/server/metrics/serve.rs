//! The operator's own address: figures and the state of the server, apart from what the world reaches.

use super::super::health::{health, ready};
use super::super::problem::Problem;
use super::super::routes::Shared;
use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

/// What OpenMetrics text is called.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The operator's addresses.
pub(in crate::server) fn router(shared: Shared) -> Router {
    Router::new()
        .route("/metrics", get(figures))
        .route("/health", get(health))
        .route("/ready", get(ready))
        .fallback(async || Problem::not_found())
        .with_state(shared)
}

/// `GET /metrics`: all figures.
async fn figures(State(shared): State<Shared>) -> Response {
    match shared.metrics.text(&shared.standing()) {
        Ok(text) => ([(CONTENT_TYPE, OPEN_METRICS)], text).into_response(),
        Err(_) => Problem::broken().into_response(),
    }
}

//! Figures for monitoring.

use super::super::problem::Problem;
use super::super::routes::Shared;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

/// What OpenMetrics text is called.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// `GET /metrics`: all figures.
pub(super) async fn figures(State(shared): State<Shared>) -> Response {
    match shared.metrics.text(&shared.standing()) {
        Ok(text) => ([(CONTENT_TYPE, OPEN_METRICS)], text).into_response(),
        Err(_) => Problem::broken().into_response(),
    }
}

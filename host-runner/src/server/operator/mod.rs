//! The operator's own address, apart from what the world reaches: figures and the state of the server are open there;
//! everything else needs the operator's key.

mod backup;
mod export;
mod figures;
mod guard;
mod keys;
mod merchants;

pub(super) use guard::Guard;

use super::access;
use super::health::{health, ready};
use super::problem::{Problem, in_form};
use super::routes::Shared;
use crate::capabilities::clock::Instant;
use axum::Router;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use chrono::{DateTime, Utc};
use serde_json::Value;

/// After how many seconds to try again what the storage could not do.
const AGAIN: u32 = 5;

/// The operator's addresses.
pub(super) fn router(shared: Shared) -> Router {
    guarded(&shared).merge(open()).with_state(shared)
}

/// What monitoring reads.
fn open() -> Router<Shared> {
    Router::new()
        .route("/metrics", get(figures::figures))
        .route("/health", get(health))
        .route("/ready", get(ready))
        .method_not_allowed_fallback(async || Problem::method())
}

/// What changes something or tells of somebody, and every address that there isn't. Each request stands in the access log.
fn guarded(shared: &Shared) -> Router<Shared> {
    merchants::routes()
        .merge(keys::routes())
        .route("/backup", post(backup::backup))
        .fallback(async || Problem::not_found())
        .method_not_allowed_fallback(async || Problem::method())
        .layer(from_fn(in_form))
        .layer(from_fn_with_state(shared.clone(), guard::check))
        .layer(from_fn_with_state(shared.clone(), access::log))
}

fn time(now: Instant) -> DateTime<Utc> {
    let seconds = i64::try_from(now.seconds).unwrap_or(i64::MAX);
    DateTime::from_timestamp(seconds, 0).unwrap_or(DateTime::UNIX_EPOCH)
}

/// What is wrong with a body: that it is no JSON, or not what the address takes.
fn unfit(error: serde_json::Error) -> Problem {
    if error.is_data() {
        return Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid",
            error.to_string(),
        );
    }
    let detail = format!("the body is no JSON: {error}");
    Problem::new(StatusCode::BAD_REQUEST, "no-json", detail)
}

fn answer(status: StatusCode, body: &Value) -> Response {
    let kind = [(CONTENT_TYPE, "application/json")];
    (status, kind, body.to_string()).into_response()
}

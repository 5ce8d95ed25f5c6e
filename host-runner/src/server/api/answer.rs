//! What the plugin answers, as HTTP says it.

use super::super::problem::Problem;
use crate::call::{CallError, refusal_name};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

/// Seconds after which a command that met others is tried again.
const SOON: u32 = 1;

/// Seconds after which storage that failed may work again.
const LATER: u32 = 10;

/// What the function returned.
pub(super) fn good(value: &Value) -> Response {
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (CACHE_CONTROL, "no-store"),
    ];
    (headers, value.to_string()).into_response()
}

/// The plugin's refusal with the status that fits it. A case that isn't known here is a conflict with how things stand.
pub(super) fn refused(refusal: Value) -> Problem {
    let name = refusal_name(&refusal);
    let status = match name.as_str() {
        "invalid-input" | "invalid-configuration" | "key-reused" | "over-limit" => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        "role-denied" => StatusCode::FORBIDDEN,
        "busy" | "storage-unavailable" => StatusCode::SERVICE_UNAVAILABLE,
        "storage-full" => StatusCode::INSUFFICIENT_STORAGE,
        "unreadable-record" => StatusCode::INTERNAL_SERVER_ERROR,
        name if name.starts_with("unknown-") => StatusCode::NOT_FOUND,
        _ => StatusCode::CONFLICT,
    };
    let again = match name.as_str() {
        "busy" => Some(SOON),
        "storage-unavailable" => Some(LATER),
        _ => None,
    };
    let detail = "the plugin refuses it; error says why, and nothing was stored";
    let problem = Problem::new(status, name.clone(), detail).with(refusal);
    match again {
        Some(seconds) => problem.again(seconds),
        None => problem,
    }
}

/// Why there is no answer.
pub(super) fn failed(error: &CallError) -> Problem {
    match error {
        CallError::UnknownFunction { .. } => Problem::not_found(),
        CallError::Shape { path, problem } => {
            Problem::new(StatusCode::BAD_REQUEST, "shape", problem.clone()).at(path)
        }
        CallError::Limit { limit: "input", .. } => {
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "limit", error.to_string())
        }
        CallError::Limit {
            limit: "deadline", ..
        } => Problem::new(StatusCode::SERVICE_UNAVAILABLE, "limit", error.to_string()).again(SOON),
        CallError::Limit { .. } => {
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "limit", error.to_string())
        }
        // The cause is the operator's matter, and stands in the log.
        CallError::Trap(_) | CallError::Unreachable(_) => Problem::broken(),
    }
}

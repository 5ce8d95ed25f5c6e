//! Whether the server answers, and its storage.

use super::problem::Problem;
use super::routes::Shared;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

/// `GET /health`: it does.
pub(super) async fn health() -> Response {
    ([(CONTENT_TYPE, "application/json")], "{\"status\":\"ok\"}").into_response()
}

/// `GET /ready`: its storage does, too, and there is a thread to ask it. Whether events come in is told beside: everything else
/// goes on without them.
pub(super) async fn ready(State(shared): State<Shared>) -> Response {
    let own = shared.clone();
    match shared
        .workers
        .look(move || own.shops.storage_answers())
        .await
    {
        Ok(true) => {
            let body = match shared.events.here() {
                None => "{\"status\":\"ready\"}",
                Some(true) => "{\"status\":\"ready\",\"events\":\"connected\"}",
                Some(false) => "{\"status\":\"ready\",\"events\":\"away\"}",
            };
            ([(CONTENT_TYPE, "application/json")], body).into_response()
        }
        Ok(false) | Err(_) => Problem::unavailable(5).into_response(),
    }
}

//! The body of a request, bounded in size and time.

use super::bounds::Bounds;
use super::problem::Problem;
use axum::body::Body;
use axum::http::StatusCode;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Bytes;
use tokio::time::timeout;

/// Reads a body whole.
pub(super) async fn read(body: Body, bounds: &Bounds) -> Result<Bytes, Problem> {
    let whole = Limited::new(body, bounds.body).collect();
    match timeout(bounds.body_time, whole).await {
        Ok(Ok(whole)) => Ok(whole.to_bytes()),
        Ok(Err(error)) if error.downcast_ref::<LengthLimitError>().is_some() => {
            let detail = format!("a body has at most {} bytes here", bounds.body);
            Err(Problem::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "too-large",
                detail,
            ))
        }
        Ok(Err(_)) => {
            let detail = "the body broke off or is malformed";
            Err(Problem::new(StatusCode::BAD_REQUEST, "broken-body", detail))
        }
        Err(_) => {
            let seconds = bounds.body_time.as_secs();
            let detail = format!("the body was not there after {seconds} seconds");
            Err(Problem::new(
                StatusCode::REQUEST_TIMEOUT,
                "too-slow",
                detail,
            ))
        }
    }
}

//! The operator's own address, apart from what the world reaches: figures and the state of the server are open there;
//! everything else needs the operator's key.

mod backup;
mod export;
mod figures;
mod guard;
mod merchants;

pub(super) use guard::Guard;

use super::access;
use super::health::{health, ready};
use super::problem::Problem;
use super::routes::Shared;
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

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
}

/// What changes something or tells of somebody, and every address that there isn't. Each request stands in the access log.
fn guarded(shared: &Shared) -> Router<Shared> {
    merchants::routes()
        .route("/backup", post(backup::backup))
        .fallback(async || Problem::not_found())
        .layer(from_fn_with_state(shared.clone(), guard::check))
        .layer(from_fn_with_state(shared.clone(), access::log))
}

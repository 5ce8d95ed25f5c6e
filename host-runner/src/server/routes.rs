//! Which address leads where.

use super::access::{self, AccessLog};
use super::api::{self, Rates};
use super::backups::Backups;
use super::bounds::Bounds;
use super::documents::{Documents, openapi};
use super::events::Incoming;
use super::health::{health, ready};
use super::metrics::{Metrics, Standing};
use super::operator::Guard;
use super::problem::{Problem, in_form};
use super::shops::Shops;
use super::ticker::Ticker;
use super::traces::Traces;
use super::unsubscribe::Seal;
use super::workers::Workers;
use super::{events, hooks, host, unsubscribe};
use crate::capabilities::clock::Clock;
use crate::capabilities::logging::LogSink;
use crate::keys::Keys;
use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// What all requests share.
pub(super) type Shared = Arc<State>;

/// What all requests share.
pub(super) struct State {
    pub(super) shops: Arc<Shops>,
    pub(super) ticker: Arc<Ticker>,
    pub(super) keys: Keys,
    pub(super) backups: Arc<Backups>,
    /// Who the operator is.
    pub(super) guard: Guard,
    pub(super) rates: Rates,
    pub(super) documents: Documents,
    pub(super) workers: Workers,
    pub(super) bounds: Bounds,
    /// Reports that are looked at again wait here.
    pub(super) waiting: Arc<Semaphore>,
    pub(super) events: Incoming,
    pub(super) seal: Option<Seal>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) log: Arc<dyn LogSink>,
    pub(super) access: Arc<dyn AccessLog>,
    pub(super) metrics: Arc<Metrics>,
    pub(super) traces: Traces,
    /// Long bodies of those who aren't known yet take turns.
    pub(super) strangers: Semaphore,
    /// One for each further connection.
    pub(super) slots: Arc<Semaphore>,
}

impl State {
    /// How things stand now, for the figures.
    pub(super) fn standing(&self) -> Standing {
        let (due, oldest) = self.ticker.backlog();
        Standing {
            merchants: self.shops.count(),
            due,
            oldest,
            commands: self.workers.busy(),
            under_way: self.workers.under_way(),
            events: self.events.here(),
            connections: (self.bounds.connections).saturating_sub(self.slots.available_permits()),
            room: self.backups.room(),
        }
    }
}

/// The server's addresses.
pub(super) fn router(shared: Shared) -> Router {
    Router::new()
        .route("/health", get(health))
        .route("/ready", get(ready))
        .route("/openapi.json", get(openapi))
        .route("/v1/{interface}/{function}", post(api::call))
        .route("/events/{merchant}", post(events::webhook))
        .route(
            "/hooks/{merchant}/{channel}",
            get(hooks::by_signature).post(hooks::by_signature),
        )
        .route(
            "/hooks/{merchant}/{channel}/{secret}",
            get(hooks::by_address).post(hooks::by_address),
        )
        .route(
            "/unsubscribe/{token}",
            get(unsubscribe::show).post(unsubscribe::take),
        )
        .fallback(async || Problem::not_found())
        .method_not_allowed_fallback(async || Problem::method())
        .layer(from_fn(in_form))
        .layer(from_fn(host::one))
        .layer(from_fn_with_state(shared.clone(), access::log))
        .with_state(shared)
}

//! Connections: so many at once, each with its time, and none cut off when the server stops.

use super::bounds::Bounds;
use super::patience::Patient;
use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};

/// Bytes of a request's head.
const HEAD_BYTES: usize = 64 * 1024;

/// Header fields of a request.
const FIELDS: usize = 100;

/// How long to wait after the system had no connection to give, such as for want of file descriptors.
const PAUSE: Duration = Duration::from_millis(100);

/// Serves as many connections at once as there are slots until it is told to stop, and then what is under way, for as long as the
/// bounds permit.
pub(super) async fn serve(
    listener: TcpListener,
    router: Router,
    bounds: Bounds,
    slots: Arc<Semaphore>,
    mut stop: watch::Receiver<bool>,
) {
    let graceful = GracefulShutdown::new();
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(bounds.head_time)
        .max_buf_size(HEAD_BYTES)
        .max_headers(FIELDS);
    loop {
        let next = async {
            let slot = slots.clone().acquire_owned().await;
            (slot, listener.accept().await)
        };
        let (slot, accepted) = tokio::select! {
            next = next => next,
            // Also where nobody is left who could tell it.
            _ = stop.changed() => break,
        };
        let Ok((stream, _)) = accepted else {
            sleep(PAUSE).await;
            continue;
        };
        // What is small goes at once. Where that can't be set, it goes a little later.
        drop(stream.set_nodelay(true));

        let stream = Patient::new(stream, bounds.body_time);
        let service = TowerToHyperService::new(router.clone());
        let connection = builder.serve_connection(TokioIo::new(stream), service);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            // A client that hangs up, is too slow or speaks no HTTP ends its own connection.
            drop(connection.await);
            drop(slot);
        });
    }
    drop(listener);
    // What isn't done by then is cut off.
    drop(timeout(bounds.shutdown, graceful.shutdown()).await);
}

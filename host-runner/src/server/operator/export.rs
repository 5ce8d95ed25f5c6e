//! All records of a merchant as a stream, however many they are.

use super::super::routes::Shared;
use crate::capabilities::Merchant;
use crate::capabilities::logging::Level;
use crate::merchants::dump;
use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use http_body_util::channel::{Channel, Sender};
use hyper::body::Bytes;
use std::io::{self, BufWriter, Write};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::time::timeout;

/// Bytes that are handed over at once.
const PIECE: usize = 64 * 1024;

/// Pieces that wait for whoever reads them.
const AHEAD: usize = 4;

/// How long the reader may take for one of them.
const PATIENCE: Duration = Duration::from_secs(60);

/// What lines of JSON are called.
const LINES: &str = "application/x-ndjson";

/// The answer with all records. Where it breaks off, its last line is missing.
pub(super) fn stream(shared: &Shared, merchant: Merchant) -> Response {
    let (sender, body) = Channel::<Bytes, io::Error>::new(AHEAD);
    let (own, handle) = (shared.clone(), Handle::current());
    let write = move || {
        let mut to = BufWriter::with_capacity(PIECE, Pieces { sender, handle });
        let storage = own.shops.storage();
        let (level, told) = match dump(&*storage, &merchant, &mut to) {
            Ok(records) => (Level::Info, format!("exported, {records} records")),
            Err(error) => {
                // The reader is told by the end that comes too early.
                let (pieces, _) = to.into_parts();
                pieces.sender.abort(io::ErrorKind::BrokenPipe.into());
                (Level::Error, format!("the export broke off: {error}"))
            }
        };
        own.log.log(&merchant, level, "merchants", &told);
    };
    let own = shared.clone();
    tokio::spawn(async move {
        // Where no thread is free in time, the body ends without its last line.
        let _ = own.workers.export(write).await;
    });
    ([(CONTENT_TYPE, LINES)], Body::new(body)).into_response()
}

/// Hands over what is written, from a thread that may wait.
struct Pieces {
    sender: Sender<Bytes, io::Error>,
    handle: Handle,
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let piece = Bytes::copy_from_slice(bytes);
        let sent = timeout(PATIENCE, self.sender.send_data(piece));
        match self.handle.block_on(sent) {
            Ok(Ok(())) => Ok(bytes.len()),
            Ok(Err(_)) => Err(io::ErrorKind::BrokenPipe.into()),
            Err(_) => Err(io::ErrorKind::TimedOut.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

//! Looks again and again whether the register of merchants has changed, by another host or another process.

use super::shops::Shops;
use super::ticker::Ticker;
use crate::capabilities::Merchant;
use crate::capabilities::logging::{Level, LogSink};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::spawn_blocking;
use tokio::time::sleep;

/// Between two looks.
const PAUSE: Duration = Duration::from_secs(5);

/// Looks until it is told to stop.
pub(super) async fn keep_looking(
    shops: Arc<Shops>,
    ticker: Arc<Ticker>,
    log: Arc<dyn LogSink>,
    mut stop: watch::Receiver<bool>,
) {
    loop {
        tokio::select! {
            () = sleep(PAUSE) => {}
            _ = stop.changed() => return,
        }
        let (shops, ticker, log) = (shops.clone(), ticker.clone(), log.clone());
        // Lost only with the thread; then the next look finds what changed.
        drop(spawn_blocking(move || look(&shops, &ticker, &*log)).await);
    }
}

/// Goes by the register as it is now.
pub(super) fn look(shops: &Shops, ticker: &Ticker, log: &dyn LogSink) {
    match shops.look() {
        Ok(changed) if changed.is_empty() => {}
        Ok(changed) => ticker.keep(shops, &changed),
        Err(error) => {
            let told = format!("the register of merchants can't be read: {error}");
            log.log(&Merchant::host(), Level::Error, "merchants", &told);
        }
    }
}

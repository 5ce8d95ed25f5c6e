//! Threads for what may take long or wait: a bounded number, beside those that serve connections.

use super::shops::{Shop, Turn};
use super::traces::Trace;
use crate::call::Subject;
use crate::sandbox::Sandbox;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// The threads.
#[derive(Clone, Debug)]
pub(super) struct Workers {
    slots: Arc<Semaphore>,
    threads: usize,
    wait: Duration,
}

/// Why a job has no outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Undone {
    /// No thread became free in time, or the merchant's own commands took all of its places; nothing was begun.
    Busy,
    /// The merchant is suspended.
    Suspended,
    /// Nothing is done for the merchant.
    Closed,
    /// It panicked.
    Broken,
}

impl Workers {
    /// So many threads; whoever finds none waits so long.
    pub(super) fn new(threads: usize, wait: Duration) -> Self {
        Self {
            slots: Arc::new(Semaphore::new(threads)),
            threads,
            wait,
        }
    }

    /// How many of them have a job.
    pub(super) fn busy(&self) -> usize {
        self.threads.saturating_sub(self.slots.available_permits())
    }

    /// Has a merchant's sandbox do commands on one of them, when it is the merchant's turn. The trace tells of the wait and of each
    /// command.
    pub(super) async fn work<T: Send + 'static>(
        &self,
        trace: &Trace,
        shop: &Arc<Shop>,
        commands: impl FnOnce(&mut dyn Subject, &Turn) -> T + Send + 'static,
    ) -> Result<T, Undone> {
        let turn = self.turn(trace, shop).await?;
        let (shop, watched) = (shop.clone(), trace.clone());
        let job = move || shop.work(|sandbox| commands(&mut watched.watch(sandbox), &turn));
        self.run(trace, job).await?.ok_or(Undone::Closed)
    }

    /// Has a merchant's sandbox do one command, whose thread is free again before the disk confirms what it did; the merchant's turn lasts
    /// until then. None: it may not have been stored, and is to be made again by [`Workers::work`].
    pub(super) async fn ahead<T: Send + 'static>(
        &self,
        trace: &Trace,
        shop: &Arc<Shop>,
        command: impl FnOnce(&mut dyn Subject, &Turn) -> T + Send + 'static,
    ) -> Result<Option<T>, Undone> {
        let turn = self.turn(trace, shop).await?;
        let (shop, watched) = (shop.clone(), trace.clone());
        let job = move || {
            let watched = |sandbox: &mut Sandbox| command(&mut watched.watch(sandbox), &turn);
            let done = shop.work(|sandbox| sandbox.ahead(watched));
            (done, turn)
        };
        let (done, turn) = self.run(trace, job).await?;
        let ahead = done.ok_or(Undone::Closed)?;
        let waiting = trace.part("wait until it is durable");
        let kept = ahead.confirmed().await;
        waiting.end();
        drop(turn);
        Ok(kept)
    }

    /// The merchant's turn, as soon as it comes.
    async fn turn(&self, trace: &Trace, shop: &Arc<Shop>) -> Result<Turn, Undone> {
        let waiting = trace.part("wait for the merchant's turn");
        let Some(turn) = shop.turnstile().enter(self.wait).await else {
            waiting.fail("busy");
            return Err(Undone::Busy);
        };
        waiting.end();
        Ok(turn)
    }

    /// Runs a job on one of them. It goes on to its end even where nobody waits for it any more. The trace tells of the wait.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        trace: &Trace,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Undone> {
        let waiting = trace.part("wait for a worker");
        let slot = timeout(self.wait, self.slots.clone().acquire_owned()).await;
        let Ok(Ok(slot)) = slot else {
            waiting.fail("busy");
            return Err(Undone::Busy);
        };
        let done = spawn_blocking(move || {
            waiting.end();
            let done = job();
            drop(slot);
            done
        });
        done.await.map_err(|_| Undone::Broken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[test]
    fn there_are_no_more_threads_than_were_said() {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_time()
            .build()
            .unwrap();
        let workers = Workers::new(1, Duration::from_millis(50));
        let (go, wait) = mpsc::channel::<()>();
        let none = Trace::default();
        runtime.block_on(async move {
            let own = workers.clone();
            let first =
                tokio::spawn(async move { own.run(&Trace::default(), move || wait.recv()).await });
            while workers.slots.available_permits() > 0 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            assert_eq!(workers.run(&none, || 2).await, Err(Undone::Busy));
            go.send(()).unwrap();
            assert_eq!(first.await.unwrap(), Ok(Ok(())));
            assert_eq!(workers.run(&none, || 3).await, Ok(3));
            let broken = workers.run(&none, move || assert!(go.send(()).is_ok(), "nobody waits"));
            assert_eq!(broken.await, Err(Undone::Broken));
            assert_eq!(workers.run(&none, || 4).await, Ok(4));
        });
    }
}

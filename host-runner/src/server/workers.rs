//! Threads for what may take long or wait: a bounded number, beside those that serve connections.

use super::shops::{Shop, Turn};
use super::traces::Trace;
use crate::call::Subject;
use crate::sandbox::Sandbox;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;
use tokio::time::{Instant, timeout, timeout_at};

/// The threads.
#[derive(Clone, Debug)]
pub(super) struct Workers {
    slots: Arc<Semaphore>,
    /// As many again for commands that wait for other parties, so that all others go on.
    patient: Arc<Semaphore>,
    /// For who looks after the program.
    desk: Arc<Semaphore>,
    /// For exports, which wait for their readers.
    exports: Arc<Semaphore>,
    threads: usize,
    /// Commands that have a thread, or had one and wait for the disk.
    under_way: Arc<Semaphore>,
    wait: Duration,
}

/// Threads for the operator's questions.
const DESK: usize = 2;

/// Threads for exports.
const EXPORTS: usize = 2;

/// Which threads a command is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Errand {
    /// It stands under an idempotency key, and counts among those that are under way.
    pub(super) once: bool,
    /// It waits for other parties' servers.
    pub(super) patient: bool,
}

/// A right to be one of so many.
type Slot = OwnedSemaphorePermit;

/// Commands for each thread that may be under way at once: a group of some hundred that the disk confirms together holds nobody up, and a disk that
/// stands still is soon told of.
const UNDER_WAY: usize = 32;

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
            patient: Arc::new(Semaphore::new(threads)),
            desk: Arc::new(Semaphore::new(DESK)),
            exports: Arc::new(Semaphore::new(EXPORTS)),
            threads,
            under_way: Arc::new(Semaphore::new(threads.saturating_mul(UNDER_WAY))),
            wait,
        }
    }

    /// How many threads there are in all, of such workers.
    pub(super) const fn threads(workers: usize) -> usize {
        workers.saturating_mul(2).saturating_add(DESK + EXPORTS)
    }

    /// Commands under an idempotency key that have a thread, or had one and wait for the disk.
    pub(super) fn under_way(&self) -> usize {
        self.most()
            .saturating_sub(self.under_way.available_permits())
    }

    fn most(&self) -> usize {
        self.threads.saturating_mul(UNDER_WAY)
    }

    /// Waits until none of those is left, though nobody waits for their answers, but not longer than until then; no other begins any more.
    pub(super) async fn end(&self, latest: Instant) {
        let most = u32::try_from(self.most()).unwrap_or(u32::MAX);
        if let Ok(Ok(all)) = timeout_at(latest, self.under_way.acquire_many(most)).await {
            all.forget();
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
        commands: impl FnOnce(&mut dyn Subject) -> T + Send + 'static,
    ) -> Result<T, Undone> {
        let usual = Errand {
            once: false,
            patient: false,
        };
        let place = self.place(trace, shop, usual).await?;
        place.work(|sandbox, _| commands(sandbox)).await
    }

    /// A place for a merchant's commands: the merchant's turn, and a thread. One for [`Place::once`] counts among those that are under way.
    pub(super) async fn place(
        &self,
        trace: &Trace,
        shop: &Arc<Shop>,
        errand: Errand,
    ) -> Result<Place, Undone> {
        let waiting = trace.part("wait for the merchant's turn");
        let Some(turn) = shop.turnstile().enter(self.wait).await else {
            waiting.fail("busy");
            return Err(Undone::Busy);
        };
        waiting.end();
        let slots = if errand.patient {
            &self.patient
        } else {
            &self.slots
        };
        let both = async {
            let under_way = match errand.once {
                true => Some(self.under_way.clone().acquire_owned().await.ok()?),
                false => None,
            };
            Some((under_way, slots.clone().acquire_owned().await.ok()?))
        };
        let (under_way, slot) = self.soon(trace, both).await?;
        Ok(Place {
            turn,
            slot,
            under_way,
            slots: slots.clone(),
            shop: shop.clone(),
            trace: trace.clone(),
        })
    }

    /// Runs a job on one of those that merchants' commands can't take. It goes on to its end even where nobody waits for it any more.
    ///
    /// # Errors
    /// [`Undone::Busy`] and [`Undone::Broken`].
    pub(super) async fn look<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Undone> {
        let slot = async { self.desk.clone().acquire_owned().await.ok() };
        on(self.soon(&Trace::default(), slot).await?, job).await
    }

    /// Does the same on one of those for exports.
    ///
    /// # Errors
    /// As [`Self::look`].
    pub(super) async fn export<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Undone> {
        let slot = async { self.exports.clone().acquire_owned().await.ok() };
        on(self.soon(&Trace::default(), slot).await?, job).await
    }

    /// What is waited for, as long as may be.
    async fn soon<T>(
        &self,
        trace: &Trace,
        slot: impl Future<Output = Option<T>>,
    ) -> Result<T, Undone> {
        let waiting = trace.part("wait for a worker");
        let Ok(Some(slot)) = timeout(self.wait, slot).await else {
            waiting.fail("busy");
            return Err(Undone::Busy);
        };
        waiting.end();
        Ok(slot)
    }
}

/// Runs a job on a thread that there is a slot for.
async fn on<T: Send + 'static>(
    slot: Slot,
    job: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Undone> {
    let done = spawn_blocking(move || {
        let done = job();
        drop(slot);
        done
    });
    done.await.map_err(|_| Undone::Broken)
}

/// A merchant's turn, and a thread for it.
pub(super) struct Place {
    turn: Turn,
    slot: Slot,
    under_way: Option<Slot>,
    slots: Arc<Semaphore>,
    shop: Arc<Shop>,
    trace: Trace,
}

impl Place {
    /// Has the merchant's sandbox do commands.
    pub(super) async fn work<T: Send + 'static>(
        self,
        commands: impl FnOnce(&mut dyn Subject, &Turn) -> T + Send + 'static,
    ) -> Result<T, Undone> {
        let Self {
            turn, shop, trace, ..
        } = self;
        let job = move || shop.work(|sandbox| commands(&mut trace.watch(sandbox), &turn));
        on(self.slot, job).await?.ok_or(Undone::Closed)
    }

    /// Has it do one command under an idempotency key. The thread is free again before the disk confirms what the command did, and the turn
    /// lasts until then. A command that came to nothing is made once more, and waited for.
    pub(super) async fn once<T: Send + 'static>(
        self,
        command: impl Fn(&mut dyn Subject) -> T + Send + Sync + 'static,
    ) -> Result<Done<T>, Undone> {
        let command = Arc::new(command);
        let job = {
            let (shop, trace, command) = (self.shop.clone(), self.trace.clone(), command.clone());
            let ahead = move |sandbox: &mut Sandbox| {
                sandbox.ahead(|sandbox| command(&mut trace.watch(sandbox)))
            };
            move || shop.work(ahead)
        };
        let ahead = on(self.slot, job).await?.ok_or(Undone::Closed)?;
        let waiting = self.trace.part("wait until it is durable");
        let kept = ahead.confirmed().await;
        if let Ok(value) = kept {
            waiting.end();
            return Ok(Done {
                value,
                turn: self.turn,
                again: false,
                _under_way: self.under_way,
            });
        }
        waiting.fail("void");
        // It was begun, and comes to its end: nobody is told that there is no room.
        let slot = self.slots.acquire_owned().await;
        let slot = slot.map_err(|_| Undone::Closed)?;
        let (shop, trace) = (self.shop, self.trace);
        let job = move || shop.work(|sandbox| command(&mut trace.watch(sandbox)));
        let value = on(slot, job).await?.ok_or(Undone::Closed)?;
        Ok(Done {
            value,
            turn: self.turn,
            again: true,
            _under_way: self.under_way,
        })
    }
}

/// What a command came to.
pub(super) struct Done<T> {
    pub(super) value: T,
    /// The turn that they had; it ends with this.
    pub(super) turn: Turn,
    /// It was made twice, since the first time came to nothing.
    pub(super) again: bool,
    _under_way: Option<Slot>,
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
        let (leave, stay) = mpsc::channel::<()>();
        runtime.block_on(async move {
            let (own, first) = (workers.clone(), workers.clone());
            let last = tokio::spawn(async move { own.export(move || wait.recv()).await });
            let other = tokio::spawn(async move { first.export(move || stay.recv()).await });
            while workers.exports.available_permits() > 0 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            assert_eq!(workers.export(|| 2).await, Err(Undone::Busy));
            assert_eq!(workers.look(|| 2).await, Ok(2));
            go.send(()).unwrap();
            assert_eq!(last.await.unwrap(), Ok(Ok(())));
            assert_eq!(workers.export(|| 3).await, Ok(3));
            let broken = workers.export(move || assert!(go.send(()).is_ok(), "nobody waits"));
            assert_eq!(broken.await, Err(Undone::Broken));
            assert_eq!(workers.export(|| 4).await, Ok(4));
            drop(leave);
            assert!(other.await.unwrap().unwrap().is_err());
        });
    }
}

//! How many commands of one merchant run at once, so that none takes all threads.
//!
//! Whose command used far more than commands do, or ended at a limit, has its commands one after another for a while, and all such
//! merchants share one thread or half the machine's cores: what they do is their own affair, and the others' cores stay the others'.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// Units of fuel above which a command is heavy: about a fifth of a second, ten times what the largest request takes.
const HEAVY: u64 = 200_000_000;

/// Units of fuel above which a tick is: half of what it may use unless told otherwise.
const HEAVY_TICK: u64 = 1_000_000_000;

/// For how long a merchant is held to be heavy after such a command.
const REMEMBERED: Duration = Duration::from_secs(10);

/// Where the commands of heavy merchants run: few at once, whoever's they are.
#[derive(Clone)]
pub(super) struct HeavyLane(Arc<Semaphore>);

impl HeavyLane {
    /// Half of the machine's cores, and one at least.
    pub(super) fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self(Arc::new(Semaphore::new((cores / 2).max(1))))
    }
}

/// One merchant's.
pub(in crate::server) struct Turnstile {
    slots: Arc<Semaphore>,
    lane: HeavyLane,
    began: Instant,
    /// Until when the merchant is heavy, in milliseconds from `began`.
    until: AtomicU64,
}

/// A command that may run. Its place is free again when this is dropped.
pub(in crate::server) struct Turn {
    turnstile: Arc<Turnstile>,
    _slot: OwnedSemaphorePermit,
    _lane: Option<OwnedSemaphorePermit>,
}

impl Turnstile {
    /// For so many commands at once.
    pub(super) fn new(commands: usize, lane: HeavyLane) -> Arc<Self> {
        Arc::new(Self {
            slots: Arc::new(Semaphore::new(commands)),
            lane,
            began: Instant::now(),
            until: AtomicU64::new(0),
        })
    }

    /// A place, as soon as there is one; none within that time.
    pub(in crate::server) async fn enter(self: &Arc<Self>, wait: Duration) -> Option<Turn> {
        let place = async {
            let slot = self.slots.clone().acquire_owned().await.ok()?;
            let lane = if self.is_heavy() {
                Some(self.lane.0.clone().acquire_owned().await.ok()?)
            } else {
                None
            };
            Some((slot, lane))
        };
        let (slot, lane) = timeout(wait, place).await.ok()??;
        Some(self.turn(slot, lane))
    }

    /// A place that is free now.
    pub(in crate::server) fn try_enter(self: &Arc<Self>) -> Option<Turn> {
        let slot = self.slots.clone().try_acquire_owned().ok()?;
        let lane = if self.is_heavy() {
            Some(self.lane.0.clone().try_acquire_owned().ok()?)
        } else {
            None
        };
        Some(self.turn(slot, lane))
    }

    fn turn(
        self: &Arc<Self>,
        slot: OwnedSemaphorePermit,
        lane: Option<OwnedSemaphorePermit>,
    ) -> Turn {
        Turn {
            turnstile: self.clone(),
            _slot: slot,
            _lane: lane,
        }
    }

    fn is_heavy(&self) -> bool {
        self.now() < self.until.load(Ordering::Relaxed)
    }

    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

impl Turn {
    /// What a command used, in units of fuel; none: it was stopped.
    pub(in crate::server) fn used(&self, fuel: Option<u64>) {
        self.note(fuel, HEAVY);
    }

    /// What a tick used, which does the work of many commands.
    pub(in crate::server) fn ticked(&self, fuel: Option<u64>) {
        self.note(fuel, HEAVY_TICK);
    }

    fn note(&self, fuel: Option<u64>, bound: u64) {
        if fuel.is_none_or(|fuel| fuel > bound) {
            let span = u64::try_from(REMEMBERED.as_millis()).unwrap_or(u64::MAX);
            let until = self.turnstile.now().saturating_add(span);
            self.turnstile.until.fetch_max(until, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lane(places: usize) -> HeavyLane {
        HeavyLane(Arc::new(Semaphore::new(places)))
    }

    #[test]
    fn a_merchant_has_so_many_places() {
        let shop = Turnstile::new(2, lane(1));
        let (first, second) = (shop.try_enter(), shop.try_enter());
        assert!(first.is_some() && second.is_some() && shop.try_enter().is_none());
        drop(first);
        assert!(shop.try_enter().is_some());
    }

    #[test]
    fn heavy_merchants_share_a_lane_and_others_do_not_wait_for_them() {
        let lane = lane(1);
        let [one, other, light] = [(); 3].map(|()| Turnstile::new(4, lane.clone()));
        let turn = one.try_enter().unwrap();
        turn.used(None);
        other.try_enter().unwrap().used(Some(HEAVY + 1));
        light.try_enter().unwrap().used(Some(HEAVY));
        drop(turn);
        let turn = one.try_enter();
        assert!(turn.is_some() && one.try_enter().is_none() && other.try_enter().is_none());
        let many: Vec<_> = (0..4).map_while(|_| light.try_enter()).collect();
        assert_eq!(many.len(), 4);
        drop(turn);
        assert!(other.try_enter().is_some());
    }

    #[test]
    fn whoever_finds_no_place_waits_for_one_and_not_for_ever() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        let shop = Turnstile::new(1, lane(1));
        runtime.block_on(async {
            let turn = shop.enter(Duration::ZERO).await.unwrap();
            assert!(shop.enter(Duration::from_millis(20)).await.is_none());
            let later = async {
                tokio::time::sleep(Duration::from_millis(5)).await;
                drop(turn);
            };
            let (found, ()) = tokio::join!(shop.enter(Duration::from_secs(20)), later);
            assert!(found.is_some());
        });
    }
}

//! A tick that waits for other parties' servers lets others go on meanwhile: who is silent holds up nobody else's ticks.

use crate::capabilities::Merchant;
use crate::capabilities::http::{self, Http, Request, Response};
use crate::capabilities::messaging::{Channel, Message, Messaging, Outcome};
use crate::sandbox::Host;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Ticks that may wait for others beside those that go on, for each of these.
const WAITING: usize = 8;

/// The places of ticks.
#[derive(Clone)]
pub(super) struct Places {
    slots: Arc<Semaphore>,
    aside: Arc<Semaphore>,
}

impl Places {
    /// For so many that go on at once.
    pub(super) fn new(ticks: usize) -> Self {
        Self {
            slots: Arc::new(Semaphore::new(ticks)),
            aside: Arc::new(Semaphore::new(waiting(ticks))),
        }
    }

    /// A place, as soon as there is one.
    pub(super) async fn take(&self) -> Place {
        self.place(self.slots.clone().acquire_owned().await.ok())
    }

    /// A place that is free now.
    pub(super) fn try_take(&self) -> Option<Place> {
        let slot = self.slots.clone().try_acquire_owned().ok()?;
        Some(self.place(Some(slot)))
    }

    fn place(&self, slot: Option<OwnedSemaphorePermit>) -> Place {
        Place {
            places: self.clone(),
            held: Arc::new(Mutex::new(slot)),
        }
    }
}

/// How many may wait beside so many that go on.
pub(super) const fn waiting(ticks: usize) -> usize {
    ticks.saturating_mul(WAITING)
}

/// A tick's place. It is free again when this and the hosts with it are dropped.
#[derive(Clone)]
pub(super) struct Place {
    places: Places,
    /// Among those that go on, or aside.
    held: Arc<Mutex<Option<OwnedSemaphorePermit>>>,
}

impl Place {
    /// Capabilities that leave the place to another tick whenever they wait for other parties.
    pub(super) fn host(&self, host: &Host) -> Host {
        Host {
            messaging: Arc::new(Aside(self.clone(), host.messaging.clone())),
            http: Arc::new(Aside(self.clone(), host.http.clone())),
            ..host.clone()
        }
    }

    /// Waits, aside where there is room. What goes on afterwards does so at once, since what it was answered has to be stored: in a place
    /// that is free, or else where it is.
    fn aside<T>(&self, wait: impl FnOnce() -> T) -> T {
        if let Ok(aside) = self.places.aside.clone().try_acquire_owned() {
            *self.held() = Some(aside);
        }
        let done = wait();
        if let Ok(slot) = self.places.slots.clone().try_acquire_owned() {
            *self.held() = Some(slot);
        }
        done
    }

    /// It is whole after every statement, so a thread that panicked left it usable.
    fn held(&self) -> MutexGuard<'_, Option<OwnedSemaphorePermit>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A capability that steps aside.
struct Aside<T: ?Sized>(Place, Arc<T>);

impl Messaging for Aside<dyn Messaging> {
    fn send(&self, merchant: &Merchant, messages: &[Message]) -> Vec<Outcome> {
        self.0.aside(|| self.1.send(merchant, messages))
    }

    fn key_holds(&self, merchant: &Merchant, channel: Channel) -> Option<u32> {
        self.1.key_holds(merchant, channel)
    }
}

impl Http for Aside<dyn Http> {
    fn send(
        &self,
        merchant: &Merchant,
        requests: &[Request],
    ) -> Vec<Result<Response, http::Error>> {
        self.0.aside(|| self.1.send(merchant, requests))
    }

    fn longest_call(&self, merchant: &Merchant) -> Duration {
        self.1.longest_call(merchant)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_waits_leaves_its_place_and_has_it_again_where_it_is_free() {
        let places = Places::new(1);
        let first = places.try_take().unwrap();
        assert!(places.try_take().is_none());
        first.aside(|| drop(places.try_take().unwrap()));
        assert!(places.try_take().is_none(), "it is back");
        let second = first.aside(|| places.try_take().unwrap());
        assert!(places.try_take().is_none());
        drop(second);
        drop(places.try_take().unwrap());
        drop(first);
        assert_eq!(places.aside.available_permits(), waiting(1));
    }

    /// So many ticks, each begun while the one before it waits, and this within them all.
    fn one_in_another(places: &Places, ticks: usize, then: &dyn Fn()) {
        match ticks {
            0 => then(),
            ticks => (places.try_take().unwrap()).aside(|| one_in_another(places, ticks - 1, then)),
        }
    }

    #[test]
    fn no_more_wait_aside_than_may() {
        let places = Places::new(1);
        one_in_another(&places, waiting(1), &|| {
            let last = places.try_take().unwrap();
            last.aside(|| assert!(places.try_take().is_none(), "there is no room aside"));
        });
        one_in_another(&places, waiting(1) + 1, &|| ());
    }
}

//! One merchant that is served.

use super::super::aside::Place;
use super::turnstile::Turnstile;
use crate::capabilities::Merchant;
use crate::capabilities::messaging::reports::Hook;
use crate::capabilities::messaging::{Channel, Channels};
use crate::limits::Limits;
use crate::plugin::Plugin;
use crate::sandbox::{Host, Mode, Sandbox};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A merchant with what its commands need.
pub(in crate::server) struct Shop {
    pub(super) merchant: Merchant,
    pub(super) service: Service,
    pub(super) host: Arc<Host>,
    /// Its providers; none where it has none, and reaches nobody.
    pub(super) channels: Option<Arc<Channels>>,
    pub(super) limits: Arc<Limits>,
    pub(super) mode: Mode,
    pub(super) turnstile: Arc<Turnstile>,
    /// Sandboxes that keep an instance for the next command.
    pub(super) warm: Mutex<Vec<Sandbox>>,
    /// Held while a member is taken off a list, of which the plugin knows the whole.
    pub(super) wishes: Arc<Mutex<()>>,
}

/// What is done for a merchant.
#[derive(Clone)]
pub(in crate::server) enum Service {
    /// Everything, by this component.
    Active(Plugin),
    /// Reports and wishes are taken by this component; nothing else.
    Suspended(Plugin),
    /// Its records are being deleted.
    Deleting,
    /// Nothing: the settings have no component of this name.
    Without(String),
}

impl Shop {
    pub(in crate::server) fn merchant(&self) -> &Merchant {
        &self.merchant
    }

    pub(in crate::server) fn service(&self) -> &Service {
        &self.service
    }

    pub(in crate::server) fn turnstile(&self) -> &Arc<Turnstile> {
        &self.turnstile
    }

    /// Its component, as long as anything is done for it.
    pub(in crate::server) fn plugin(&self) -> Option<&Plugin> {
        match &self.service {
            Service::Active(plugin) | Service::Suspended(plugin) => Some(plugin),
            Service::Deleting | Service::Without(_) => None,
        }
    }

    /// What proves this channel's reports; none if they aren't taken.
    pub(in crate::server) fn hook(&self, channel: Channel) -> Option<&Hook> {
        self.channels.as_ref()?.hook(&self.merchant, channel)
    }

    /// Waits until nobody else takes one of the merchant's members off a list. On one host alone: another one's wish at the same
    /// instant is seen by looking once more.
    pub(in crate::server) fn wishes(&self) -> MutexGuard<'_, ()> {
        // It holds nothing, so a thread that panicked left nothing half done.
        self.wishes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has a sandbox do some commands: one that is warm, where the merchant has such. None where nothing is done for it.
    pub(in crate::server) fn work<T>(&self, commands: impl FnOnce(&mut Sandbox) -> T) -> Option<T> {
        let kept = self.warm().pop();
        let mut sandbox = match kept {
            Some(sandbox) => sandbox,
            None => self.sandbox(self.host.clone(), self.limits.clone(), self.mode)?,
        };
        let done = commands(&mut sandbox);
        if sandbox.is_warm() {
            self.warm().push(sandbox);
        }
        Some(done)
    }

    /// A sandbox for ticks, which wait for the merchant's providers. A fresh one each, so that the memory of what is seldom is
    /// given back. It leaves its place to other ticks while it waits. None where nothing is done for the merchant.
    pub(in crate::server) fn ticking(&self, place: Option<&Place>) -> Option<Sandbox> {
        let sending = self.channels.as_ref();
        let sending = sending.map(|channels| channels.longest_call(&self.merchant));
        let mut limits = (*self.limits).clone();
        limits.deadline = limits.deadline.saturating_add(sending.unwrap_or_default());
        let host = place.map_or_else(
            || self.host.clone(),
            |place| Arc::new(place.host(&self.host)),
        );
        self.sandbox(host, Arc::new(limits), Mode::Fresh)
    }

    fn sandbox(&self, host: Arc<Host>, limits: Arc<Limits>, mode: Mode) -> Option<Sandbox> {
        let (plugin, merchant) = (self.plugin()?.clone(), self.merchant.clone());
        Some(Sandbox::new(plugin, host, merchant, limits, mode))
    }

    fn warm(&self) -> MutexGuard<'_, Vec<Sandbox>> {
        // It is whole after every statement, so a thread that panicked left it usable.
        self.warm.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! One instance of a plugin, and the running of commands on it.

use super::{Client, Commits, State, failure};
use crate::call::{CallError, Cost};
use crate::engine::{Engine, RESIDENT, Slot};
use crate::limits::Limits;
use crate::plugin::Plugin;
use std::sync::Arc;
use std::time::Instant;
use wasmtime::Store;
use wasmtime::component::{self, InstancePre};

/// An instance that belongs to nobody yet and on which nothing has run. It can't call its host.
pub(super) struct Blank(Instance);

impl Blank {
    /// Makes an instance. The limits bound the fuel and time of the making itself.
    pub(super) fn make(plugin: &Plugin, slot: Slot, limits: &Limits) -> Result<Self, CallError> {
        Self::instantiate(plugin.engine(), plugin.pre(), slot, limits)
            .map_err(|error| failure::classify(&error, plugin, limits, None))
    }

    /// As [`Self::make`], where there is no plugin at hand, only what it makes instances of.
    pub(super) fn instantiate(
        engine: &Engine,
        pre: &InstancePre<State>,
        slot: Slot,
        limits: &Limits,
    ) -> wasmtime::Result<Self> {
        let mut store = Store::new(engine.wasmtime(), State::default());
        store.limiter(|state| &mut state.meter);
        arm(&mut store, engine, limits)?;
        let instance = pre.instantiate(&mut store)?;
        Ok(Self(Instance {
            store,
            instance,
            commands: 0,
            slot,
        }))
    }

    /// Whether it may lie ready. One that has more memory than a slot keeps is made when it is needed.
    pub(super) fn may_wait(&self) -> bool {
        self.0.is_small()
    }

    /// As if it had served.
    #[cfg(test)]
    pub(super) fn spent(self) -> Instance {
        self.0
    }

    /// Binds it to a merchant and the merchant's capabilities and limits, for good.
    pub(super) fn bind(self, client: &Arc<Client>, limits: &Limits) -> Result<Instance, CallError> {
        let Self(mut instance) = self;
        instance.slot.release();
        let output = usize::try_from(limits.output).unwrap_or(usize::MAX);
        instance.store.set_hostcall_fuel(output);
        let state = instance.store.data_mut();
        state.client = Some(Arc::clone(client));
        let bound = state.meter.bind(limits);
        bound
            .map(|()| instance)
            .map_err(|limit| limits.error(limit))
    }
}

/// A store with the instance in it, and the right to have it.
pub(super) struct Instance {
    // The store is dropped before the slot, so that a slot is free only when its memory is.
    store: Store<State>,
    instance: component::Instance,
    commands: u32,
    slot: Slot,
}

impl Instance {
    /// Runs one command. After an error the instance is not to be used again.
    pub(super) fn run<R>(
        &mut self,
        plugin: &Plugin,
        limits: &Limits,
        since: Instant,
        body: impl FnOnce(&mut Store<State>, &component::Instance) -> wasmtime::Result<R>,
    ) -> Result<(R, Cost), CallError> {
        self.commands = self.commands.saturating_add(1);
        self.store.data_mut().meter.restart();
        self.store.data_mut().last_error = None;
        let outcome = arm(&mut self.store, plugin.engine(), limits)
            .and_then(|()| body(&mut self.store, &self.instance))
            .and_then(|value| Ok((value, self.store.get_fuel()?)));
        let state = self.store.data();
        let logged = state.last_error.as_deref();
        let (value, fuel_left) =
            outcome.map_err(|error| failure::classify(&error, plugin, limits, logged))?;
        let cost = Cost {
            fuel: limits.fuel.saturating_sub(fuel_left),
            memory: state.meter.memory(),
            capability_calls: state.meter.calls(),
            time: since.elapsed(),
        };
        Ok((value, cost))
    }

    /// Exchanges how its commits are waited for with the sandbox.
    pub(super) fn commits(&mut self, others: &mut Commits) {
        std::mem::swap(&mut self.store.data_mut().commits, others);
    }

    /// Whether it may serve another command, of so many in all.
    pub(super) fn serves(&self, commands: u32) -> bool {
        self.commands < commands
    }

    /// Lets go of all that is its merchant's but its memory, as it runs no more commands; false if it is to be dropped at once,
    /// since it has much memory or slots are scarce.
    pub(super) fn shelve(&mut self) -> bool {
        let state = self.store.data_mut();
        (state.client, state.last_error) = (None, None);
        self.is_small() && self.slot.shelve()
    }

    /// Whether all of its memory stays with its slot when it is dropped.
    fn is_small(&self) -> bool {
        let resident = u64::try_from(RESIDENT).unwrap_or(u64::MAX);
        self.store.data().meter.memory() <= resident
    }

    /// Whether there are slots enough for it to stay beyond its command.
    pub(super) fn keep(&mut self) -> bool {
        self.slot.keep()
    }
}

/// Gives a store the fuel and time of one command.
fn arm(store: &mut Store<State>, engine: &Engine, limits: &Limits) -> wasmtime::Result<()> {
    store.set_epoch_deadline(engine.steps(limits.deadline));
    store.set_fuel(limits.fuel)
}

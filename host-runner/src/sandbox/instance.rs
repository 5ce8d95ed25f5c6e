//! One instance of a plugin, and the running of commands on it.

use super::{Host, State, failure};
use crate::call::{CallError, Cost};
use crate::capabilities::Merchant;
use crate::engine::Slot;
use crate::limits::Limits;
use crate::plugin::Plugin;
use std::sync::Arc;
use std::time::Instant;
use wasmtime::Store;
use wasmtime::component;

/// A store with the instance in it, and the right to have it.
pub(super) struct Instance {
    // The store is dropped before the slot, so that a slot is free only when its memory is.
    store: Store<State>,
    instance: component::Instance,
    commands: u32,
    slot: Slot,
}

impl Instance {
    /// Makes an instance, waiting for a slot if there is none.
    pub(super) fn new(
        plugin: &Plugin,
        host: &Arc<Host>,
        merchant: &Merchant,
        limits: &Limits,
    ) -> Result<Self, CallError> {
        let slot = plugin.engine().slot();
        let state = State::new(merchant.clone(), Arc::clone(host), limits);
        let mut store = Store::new(plugin.engine().wasmtime(), state);
        store.limiter(|state| &mut state.meter);
        store.set_hostcall_fuel(usize::try_from(limits.output).unwrap_or(usize::MAX));
        let made =
            arm(&mut store, plugin, limits).and_then(|()| plugin.pre().instantiate(&mut store));
        match made {
            Ok(instance) => Ok(Self {
                store,
                instance,
                commands: 0,
                slot,
            }),
            Err(error) => Err(failure::classify(&error, limits, store.data())),
        }
    }

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
        let outcome = arm(&mut self.store, plugin, limits)
            .and_then(|()| body(&mut self.store, &self.instance))
            .and_then(|value| Ok((value, self.store.get_fuel()?)));
        let state = self.store.data();
        let (value, fuel_left) =
            outcome.map_err(|error| failure::classify(&error, limits, state))?;
        let cost = Cost {
            fuel: limits.fuel.saturating_sub(fuel_left),
            memory: state.meter.memory(),
            capability_calls: state.meter.calls(),
            time: since.elapsed(),
        };
        Ok((value, cost))
    }

    /// Whether it may serve another command, of so many in all.
    pub(super) fn keep(&mut self, commands: u32) -> bool {
        self.commands < commands && self.slot.keep()
    }
}

/// Gives a store the fuel and time of one command.
fn arm(store: &mut Store<State>, plugin: &Plugin, limits: &Limits) -> wasmtime::Result<()> {
    store.set_epoch_deadline(plugin.engine().steps(limits.deadline));
    store.set_fuel(limits.fuel)
}

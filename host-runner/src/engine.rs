//! The engine: compiler settings, the pool of instance slots, and the clock behind deadlines. One per
//! process, shared by all plugins and merchants.

mod slots;
mod ticker;

pub(crate) use slots::Slot;

use slots::Slots;
use std::sync::Arc;
use std::time::Duration;
use ticker::Ticker;
use wasmtime::{Config, Enabled, InstanceAllocationStrategy, PoolingAllocationConfig, Strategy};

/// Core instances that one component may be made of. A component as built here has three: the code, and
/// two small ones that tie it to its imports.
const CORE_INSTANCES: u32 = 4;

/// How the memory of a finished instance is wiped for the next one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FastReset {
    /// On Linux without swap, only the pages that were written are overwritten in place, found by a
    /// scan of the page map, so that the cost is that of what was used. Elsewhere as [`FastReset::Off`].
    ///
    /// With swap the scan would pass over a written page that has been swapped out, and the next
    /// merchant's instance could read it. Swap is looked for when the engine is made; don't turn swap
    /// on while a host runs with this setting.
    #[default]
    Auto,
    /// The first 512 KiB of an instance's memory are overwritten whole, and the kernel drops the rest, swap or not.
    Off,
}

/// Sizes and switches of an [`Engine`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Instances that can exist at one time, those that are kept warm included. A slot reserves about
    /// 4 GiB of address space and no memory until it is used. Default 1,000. At exhaustion a call
    /// waits for a slot; of all slots at most three quarters are kept warm between commands.
    pub instances: u32,
    /// The most bytes of linear memory that any instance may have, whatever a merchant's limits say.
    /// Default 256 MiB.
    pub instance_memory: usize,
    /// Default [`FastReset::Auto`].
    pub fast_reset: FastReset,
    /// The step of the clock behind deadlines, 1 to 1,000 ms: a deadline is kept within one step.
    /// Default 5 ms, which costs nothing measurable.
    pub clock_step: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            instances: 1000,
            instance_memory: 256 * 1024 * 1024,
            fast_reset: FastReset::Auto,
            clock_step: Duration::from_millis(5),
        }
    }
}

/// Why there is no engine.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// A setting is out of its bounds.
    #[error("engine setting {setting} is {found}; permitted: {permitted}")]
    Setting {
        /// Its name.
        setting: &'static str,
        /// What it was.
        found: String,
        /// What it may be.
        permitted: &'static str,
    },
    /// The machine can't give what the settings ask for, such as address space for the pool.
    #[error("the sandbox engine can't start: {0}; fewer instances need less address space")]
    Machine(String),
}

/// Compiles components and runs their instances. Cloning is cheap and shares everything; the clock's
/// thread ends with the last clone.
#[derive(Clone, Debug)]
pub struct Engine(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    engine: wasmtime::Engine,
    slots: Arc<Slots>,
    ticker: Ticker,
    fast_reset: bool,
}

impl Engine {
    /// Makes an engine.
    ///
    /// # Errors
    /// [`EngineError`] for settings out of bounds and for a machine that can't fulfil them.
    pub fn new(settings: &Settings) -> Result<Self, EngineError> {
        check(settings)?;
        let fast_reset = settings.fast_reset == FastReset::Auto && can_scan_pages();
        let engine = wasmtime::Engine::new(&config(settings, fast_reset))
            .map_err(|error| EngineError::Machine(format!("{error:#}")))?;
        let ticker = Ticker::start(engine.weak(), settings.clock_step)
            .map_err(|error| EngineError::Machine(error.to_string()))?;
        Ok(Self(Arc::new(Inner {
            engine,
            slots: Slots::new(settings.instances),
            ticker,
            fast_reset,
        })))
    }

    /// Whether finished instances are reset by a scan of written pages; see [`FastReset::Auto`].
    #[must_use]
    pub fn resets_fast(&self) -> bool {
        self.0.fast_reset
    }

    pub(crate) fn wasmtime(&self) -> &wasmtime::Engine {
        &self.0.engine
    }

    /// Waits until an instance may be made.
    pub(crate) fn slot(&self) -> Slot {
        self.0.slots.take()
    }

    /// A slot for an instance that waits for its command, if there are plenty.
    pub(crate) fn spare_slot(&self) -> Option<Slot> {
        self.0.slots.spare()
    }

    /// How many slots are taken by nobody.
    #[cfg(test)]
    pub(crate) fn free_slots(&self) -> u32 {
        self.0.slots.free()
    }

    /// The clock steps after which this much time has certainly passed.
    pub(crate) fn steps(&self, time: Duration) -> u64 {
        self.0.ticker.steps(time)
    }
}

fn check(settings: &Settings) -> Result<(), EngineError> {
    if !(1..=100_000).contains(&settings.instances) {
        return Err(EngineError::Setting {
            setting: "instances",
            found: settings.instances.to_string(),
            permitted: "1 to 100000",
        });
    }
    if !(1..=1000).contains(&settings.clock_step.as_millis()) {
        return Err(EngineError::Setting {
            setting: "clock_step",
            found: format!("{} ms", settings.clock_step.as_millis()),
            permitted: "1 to 1000 ms",
        });
    }
    Ok(())
}

/// The page map can be scanned, and can't miss a page: `/proc/swaps` holds its heading and no device.
fn can_scan_pages() -> bool {
    PoolingAllocationConfig::is_pagemap_scan_available()
        && std::fs::read_to_string("/proc/swaps").is_ok_and(|swaps| swaps.lines().count() == 1)
}

/// Bytes of memory that an idle slot for an instance keeps.
pub(crate) const RESIDENT: usize = 512 * 1024;

fn config(settings: &Settings, fast_reset: bool) -> Config {
    let mut pool = PoolingAllocationConfig::new();
    let all = settings.instances.saturating_mul(CORE_INSTANCES);
    pool.total_component_instances(settings.instances)
        .max_core_instances_per_component(CORE_INSTANCES)
        .total_core_instances(all)
        .max_memories_per_component(1)
        .total_memories(settings.instances)
        .max_tables_per_component(CORE_INSTANCES)
        .total_tables(all)
        .max_memory_size(settings.instance_memory);
    // A finished instance's memory is written over rather than given back, which would cost the next one a fault for
    // each page. The plugin's own memory fits; what a command takes beyond is given back.
    pool.linear_memory_keep_resident(RESIDENT)
        .table_keep_resident(64 * 1024);
    if fast_reset {
        // Only pages that were written are written over.
        pool.pagemap_scan(Enabled::Yes);
    }
    let mut config = Config::new();
    config
        .strategy(Strategy::Cranelift)
        .wasm_component_model(true)
        // No function of the interface is async, and the bookkeeping for it is paid at every call.
        .concurrency_support(false)
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool))
        .consume_fuel(true)
        .epoch_interruption(true)
        // The same inputs must give the same bytes on every machine.
        .cranelift_nan_canonicalization(true)
        .wasm_relaxed_simd(false);
    config
}

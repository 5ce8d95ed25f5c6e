//! What one command of one merchant may use, and the counting of it.

use crate::call::CallError;
use std::time::Duration;
use wasmtime::ResourceLimiter;

/// One mebibyte, in bytes.
const MIB: u64 = 1024 * 1024;

/// The most elements all tables of an instance may have. The plugin's own table has a few hundred; no
/// command grows it.
const TABLE_ELEMENTS: usize = 20_000;

/// Bounds of one command. Each is the host's, per merchant; the plugin can't see or change them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Units of fuel, about one an instruction. Deterministic, therefore the limit proper. Default
    /// 2,000,000,000: some hundred times what the largest request takes, and over within about two
    /// seconds, so that a loop without end can't hold a core.
    pub fuel: u64,
    /// Bytes of linear memory of an instance in all. Default 64 MiB: a full page of a ledger with 1,000
    /// entries takes a tenth of it. The [engine's](crate::engine::Settings::instance_memory) bound
    /// holds beside it.
    pub memory: u64,
    /// Wall-clock time of a command, capability calls included; a backstop for what fuel doesn't see. Default 10 seconds: a tick may wait for other parties' servers. It ends
    /// plugin code within one step of the engine's clock, yet never cuts a capability call short.
    pub deadline: Duration,
    /// Bytes of a request, as compact JSON without escapes. Default 4 MiB: an order of 500 lines has about 100 KiB, a
    /// configuration at most 256 KiB.
    pub input: u64,
    /// Bytes that may leave the sandbox in one step, as an answer or as the arguments of one capability
    /// call, counted as the host holds them. Default 32 MiB: several times the largest page.
    pub output: u64,
    /// Calls of imported functions, the clock and log included. Default 10,000: a command makes two or
    /// three, a tick at its upper bound a few thousand.
    pub capability_calls: u64,
    /// Bytes of log text. What is over it is cut, told by one last line, and not an error, since `log`
    /// has none. Default 64 KiB: a flood must not fill the operator's disk.
    pub log: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            fuel: 2_000_000_000,
            memory: 64 * MIB,
            deadline: Duration::from_secs(10),
            input: 4 * MIB,
            output: 32 * MIB,
            capability_calls: 10_000,
            log: 64 * 1024,
        }
    }
}

impl Limits {
    /// The error for one of them, with its setting.
    pub(crate) fn error(&self, limit: Limit) -> CallError {
        let (limit, bound) = match limit {
            Limit::Fuel => ("fuel", format!("{} units", self.fuel)),
            Limit::Memory => ("memory", format!("{} bytes", self.memory)),
            Limit::Deadline => ("deadline", format!("{} ms", self.deadline.as_millis())),
            Limit::Input => ("input", format!("{} bytes", self.input)),
            Limit::Output => ("output", format!("{} bytes", self.output)),
            Limit::CapabilityCalls => (
                "capability-calls",
                format!("{} calls", self.capability_calls),
            ),
        };
        CallError::Limit { limit, bound }
    }
}

/// A limit that stopped a command. As an error it travels through the engine, back to the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a limit was reached")]
pub(crate) enum Limit {
    Fuel,
    Memory,
    Deadline,
    Input,
    Output,
    CapabilityCalls,
}

impl Default for Meter {
    /// Nothing used yet, and nobody's: memory is bounded by the engine alone, and there are no capabilities to call.
    fn default() -> Self {
        Self {
            memory_limit: u64::MAX,
            calls_limit: u64::MAX,
            log_limit: 0,
            memory: 0,
            tables: 0,
            calls: 0,
            log: 0,
        }
    }
}

/// Counts what an instance uses, and stops it.
#[derive(Debug)]
pub(crate) struct Meter {
    memory_limit: u64,
    calls_limit: u64,
    log_limit: u64,
    memory: u64,
    tables: usize,
    calls: u64,
    log: u64,
}

impl Meter {
    /// Sets a merchant's limits, which what was used already must keep too.
    pub(crate) fn bind(&mut self, limits: &Limits) -> Result<(), Limit> {
        self.memory_limit = limits.memory;
        self.calls_limit = limits.capability_calls;
        self.log_limit = limits.log;
        if self.memory > self.memory_limit {
            return Err(Limit::Memory);
        }
        Ok(())
    }

    /// Begins another command on the same instance, whose memory stays.
    pub(crate) fn restart(&mut self) {
        self.calls = 0;
        self.log = 0;
    }

    /// Counts one call of an imported function.
    #[inline]
    pub(crate) fn capability_call(&mut self) -> Result<(), Limit> {
        if self.calls >= self.calls_limit {
            return Err(Limit::CapabilityCalls);
        }
        self.calls += 1;
        Ok(())
    }

    /// How many of these bytes may still be logged. The first time it is not all of them, the second
    /// value says so.
    pub(crate) fn log_bytes(&mut self, wanted: u64) -> (u64, bool) {
        let left = self.log_limit.saturating_sub(self.log);
        let first_cut = self.log <= self.log_limit && wanted > left;
        self.log = self.log.saturating_add(wanted);
        (wanted.min(left), first_cut)
    }

    /// Capability calls of this command.
    pub(crate) fn calls(&self) -> u64 {
        self.calls
    }

    /// Bytes of linear memory. Memory never shrinks, therefore also the most there were.
    pub(crate) fn memory(&self) -> u64 {
        self.memory
    }
}

impl ResourceLimiter for Meter {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let more = u64::try_from(desired.saturating_sub(current)).unwrap_or(u64::MAX);
        let total = self.memory.saturating_add(more);
        if total > self.memory_limit {
            // A trap here, rather than a failed `memory.grow`, makes the outcome a typed error instead
            // of whatever the plugin's allocator does without memory.
            return Err(Limit::Memory.into());
        }
        self.memory = total;
        Ok(true)
    }

    fn memory_grow_failed(&mut self, _error: wasmtime::Error) -> wasmtime::Result<()> {
        // The pool's own bound, or the machine, has no more to give.
        Err(Limit::Memory.into())
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let total = self.tables.saturating_add(desired.saturating_sub(current));
        if total > TABLE_ELEMENTS {
            return Ok(false);
        }
        self.tables = total;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_counts_in_total() {
        let limits = Limits {
            memory: 100,
            ..Limits::default()
        };
        let mut meter = Meter::default();
        meter.bind(&limits).unwrap();
        assert!(meter.memory_growing(0, 60, None).unwrap());
        assert!(meter.memory_growing(0, 60, None).is_err());
        assert!(meter.memory_growing(60, 100, None).unwrap());
        assert_eq!(meter.memory(), 100);
    }

    #[test]
    fn a_cut_log_is_told_once() {
        let limits = Limits {
            log: 10,
            ..Limits::default()
        };
        let mut meter = Meter::default();
        meter.bind(&limits).unwrap();
        assert_eq!(meter.log_bytes(8), (8, false));
        assert_eq!(meter.log_bytes(8), (2, true));
        assert_eq!(meter.log_bytes(8), (0, false));
        meter.restart();
        assert_eq!(meter.log_bytes(10), (10, false));
        assert_eq!(meter.log_bytes(1), (0, true));
    }
}

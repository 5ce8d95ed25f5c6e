//! The clock behind deadlines: a thread that moves the engine's epoch on at each step.

use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use wasmtime::EngineWeak;

/// Runs until it is dropped.
#[derive(Debug)]
pub(super) struct Ticker {
    step: Duration,
    /// Taken on drop: the thread ends when its channel closes.
    running: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Ticker {
    /// Starts the thread. It holds the engine weakly, so that it keeps no engine alive.
    pub(super) fn start(engine: EngineWeak, step: Duration) -> std::io::Result<Self> {
        let (stop, stopped) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("sandbox-clock".to_owned())
            .spawn(move || {
                while stopped.recv_timeout(step) == Err(RecvTimeoutError::Timeout) {
                    match engine.upgrade() {
                        Some(engine) => engine.increment_epoch(),
                        None => return,
                    }
                }
            })?;
        Ok(Self {
            step,
            running: Some((stop, thread)),
        })
    }

    /// Steps for this much time: one more than fit in, because the first may come at once.
    pub(super) fn steps(&self, time: Duration) -> u64 {
        let steps = time.as_nanos().div_ceil(self.step.as_nanos().max(1));
        u64::from(u32::try_from(steps).unwrap_or(u32::MAX)) + 1
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.running.take() {
            drop(stop);
            // The thread only sleeps and counts; had it panicked, there would be nothing to undo.
            drop(thread.join());
        }
    }
}

//! The thread that makes and drops a plugin's instances.

use super::State;
use super::nursery::Shelves;
use crate::engine::Engine;
use std::io;
use std::sync::Weak;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::thread;
use std::time::Duration;
use wasmtime::component::InstancePre;

/// How long finished instances may lie while no command comes that would have the thread woken.
const IDLE: Duration = Duration::from_secs(1);

/// A way to wake the thread, which ends by itself when this is dropped.
pub(super) struct Keeper(SyncSender<()>);

impl Keeper {
    /// Begins the thread. It has what instances are made of, and keeps neither the plugin alive nor what lies on its shelves.
    pub(super) fn begin(
        engine: Engine,
        pre: InstancePre<State>,
        shelves: Weak<Shelves>,
    ) -> io::Result<Self> {
        // One call that was not heard yet is as good as several.
        let (wake, calls) = mpsc::sync_channel(1);
        thread::Builder::new()
            .name("sandbox-keeper".to_owned())
            .spawn(move || keep(&calls, &engine, &pre, &shelves))?;
        Ok(Self(wake))
    }

    /// Has the shelves looked after, once more where that is being done. Where the thread has ended, which only a panic does,
    /// commands do without it.
    pub(super) fn wake(&self) {
        self.0.try_send(()).unwrap_or_default();
    }
}

fn keep(calls: &Receiver<()>, engine: &Engine, pre: &InstancePre<State>, shelves: &Weak<Shelves>) {
    while calls.recv().is_ok() {
        loop {
            Shelves::tend(shelves, engine, pre);
            match calls.recv_timeout(IDLE) {
                Ok(()) => {}
                Err(RecvTimeoutError::Timeout) => {
                    if Shelves::clear(shelves) {
                        break;
                    }
                }
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }
}

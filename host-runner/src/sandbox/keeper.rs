//! The thread that makes and drops a plugin's instances.

use super::State;
use super::nursery::Shelves;
use crate::engine::Engine;
use crate::limits::Limits;
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{self, SyncSender};
use std::thread::{self, JoinHandle};
use wasmtime::component::InstancePre;

/// Sleeps until it is woken, and ends when it is dropped.
pub(super) struct Keeper {
    /// Taken on drop: the thread ends when its channel closes.
    running: Option<(SyncSender<Arc<Limits>>, JoinHandle<()>)>,
}

impl Keeper {
    /// Begins the thread. It has what instances are made of, and keeps no plugin alive.
    pub(super) fn begin(
        engine: Engine,
        pre: InstancePre<State>,
        shelves: Arc<Shelves>,
    ) -> io::Result<Self> {
        // One call that was not heard yet is as good as several.
        let (wake, calls) = mpsc::sync_channel::<Arc<Limits>>(1);
        let thread = thread::Builder::new()
            .name("sandbox-keeper".to_owned())
            .spawn(move || {
                for limits in calls {
                    shelves.tend(&engine, &pre, &limits);
                }
            })?;
        Ok(Self {
            running: Some((wake, thread)),
        })
    }

    /// Asks for what is missing, made within these limits. Where the thread is at work it looks once more; where it has ended,
    /// which only a panic does, commands do without it.
    pub(super) fn wake(&self, limits: &Arc<Limits>) {
        if let Some((wake, _)) = &self.running {
            drop(wake.try_send(Arc::clone(limits)));
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        if let Some((wake, thread)) = self.running.take() {
            drop(wake);
            // Had it panicked, what it was making is gone, and there would be nothing to undo.
            drop(thread.join());
        }
    }
}

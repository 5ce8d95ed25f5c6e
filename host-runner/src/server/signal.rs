//! The signals by which an operator steers the server.

#[cfg(unix)]
use rustix::process::Signal;
use std::io;
use tokio::runtime::Runtime;

/// What an operator asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// To end: an interrupt from the keyboard, or SIGTERM where there is one.
    Stop,
    /// To read the settings again: SIGHUP where there is one.
    Reload,
}

/// Catches signals from its making on.
#[derive(Debug)]
pub struct Signals {
    runtime: Runtime,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    hang_up: tokio::signal::unix::Signal,
}

impl Signals {
    /// Begins to catch them.
    ///
    /// # Errors
    /// Where the system gives no way to.
    pub fn new() -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .build()?;
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let within = runtime.enter();
            let terminate = signal(SignalKind::terminate())?;
            let hang_up = signal(SignalKind::hangup())?;
            // A file at the size that its user may have is an error of the write then, and no end of the program. What catches it stays.
            drop(signal(SignalKind::from_raw(Signal::XFSZ.as_raw()))?);
            drop(within);
            Ok(Self {
                runtime,
                terminate,
                hang_up,
            })
        }
        #[cfg(not(unix))]
        Ok(Self { runtime })
    }

    /// Waits for the next one.
    ///
    /// # Errors
    /// Where the system gives no way to.
    pub fn wait(&mut self) -> io::Result<Asked> {
        #[cfg(unix)]
        {
            let (terminate, hang_up) = (&mut self.terminate, &mut self.hang_up);
            self.runtime.block_on(async {
                tokio::select! {
                    _ = terminate.recv() => Ok(Asked::Stop),
                    _ = hang_up.recv() => Ok(Asked::Reload),
                    done = tokio::signal::ctrl_c() => done.map(|()| Asked::Stop),
                }
            })
        }
        #[cfg(not(unix))]
        {
            let done = self.runtime.block_on(tokio::signal::ctrl_c());
            done.map(|()| Asked::Stop)
        }
    }
}

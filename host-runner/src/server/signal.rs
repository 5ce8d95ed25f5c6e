//! The signals by which an operator stops the server.

/// Waits until somebody wants this process to end: an interrupt from the keyboard, or SIGTERM where there is one.
///
/// # Errors
/// Where the system gives no way to wait for them.
pub fn stopped() -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()?;
    runtime.block_on(async {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let mut terminate = signal(SignalKind::terminate())?;
            tokio::select! {
                _ = terminate.recv() => Ok(()),
                done = tokio::signal::ctrl_c() => done,
            }
        }
        #[cfg(not(unix))]
        tokio::signal::ctrl_c().await
    })
}

//! Portions of a long command that leave no memory behind.

use crate::ports::Ports;
use crate::reject::Reject;

/// Does a portion of work. What memory it took in the component is free again behind it: nothing is freed there by itself, and a tick
/// that posts thousands of accounts would come to its limit.
///
/// Nothing can stay that lies in that memory: the work gets nothing it could leave something in, and what it tells is plain
/// values. What it refuses is kept with all the rest, since the command ends by it.
///
/// # Errors
/// Those of the work.
pub(super) fn portion<A: Copy + Sync, T: Copy + 'static>(
    ports: &dyn Ports,
    about: A,
    work: fn(&dyn Ports, A) -> Result<T, Reject>,
) -> Result<T, Reject> {
    #[cfg(target_family = "wasm")]
    let before = crate::component::mark();
    let told = work(ports, about)?;
    #[cfg(target_family = "wasm")]
    #[expect(unsafe_code, reason = "blocks of the heap are taken back")]
    // SAFETY: as told above; the host's ports keep nothing between two calls.
    unsafe {
        crate::component::take_back(before);
    }
    Ok(told)
}

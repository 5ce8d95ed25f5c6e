//! What a command is done with.

use core::mem;

/// Lets go of a value at the end of a command. In the component it isn't freed block by block, since all of the heap is
/// free again behind the command (`component/heap.rs`); natively it is dropped.
pub fn let_go<T>(value: T) {
    if cfg!(target_family = "wasm") {
        mem::forget(value);
    } else {
        drop(value);
    }
}

//! How state is kept: keys, versioned JSON, and the unit of work that reads and commits it.

pub mod codec;
pub mod holdings;
pub mod keys;
pub mod sent_in;
mod slots;
pub mod state;
mod work;

pub use work::{WRITES_MAX, Work};

//! Stampcard's logic: the ledger of a merchant's points and the rules around it.
//!
//! [`domain`] is pure; [`flows`] load, decide and commit through [`ports`]; [`records`] are how state is kept;
//! [`api`] speaks the interface of `wit/`. Built for `wasm32-unknown-unknown` it is the component; natively it is a
//! library with the same functions, which is how it is tested without a sandbox.

pub mod api;
pub mod bindings;
pub mod domain;
pub mod done;
pub mod flows;
pub mod packed;
pub mod ports;
pub mod records;
pub mod reject;

// They are used as if they were this crate's own; the derive looks for `crate::reading`.
pub use stampcard_codec::{json, pieces, reading, shared, sorted, sorted_map, words};

#[cfg(target_family = "wasm")]
mod component;

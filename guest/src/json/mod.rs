//! JSON text (RFC 8259) for serde's types.
//!
//! Of what serde can say, this reads and writes what this crate's types say: an object is read as a struct or a map and
//! never as a list, and there are no fractions and no bytes. So each type is compiled once and in one form, which
//! makes the component a third smaller than a general reader does (decision 9); tests hold it against one.

mod escape;
mod fault;
mod plain;
mod raw;
mod read;
mod scan;
#[cfg(test)]
mod tests;
mod write;

pub use fault::Fault;
pub use raw::Raw;
pub use read::{read, read_first};
pub use write::{write, write_fields};

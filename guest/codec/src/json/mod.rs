//! JSON text (RFC 8259).
//!
//! It is read by the tables of [`crate::reading`], and written of serde's types. Of what those can say, this knows what this
//! crate's types say: an object is a struct or a map and never a list, and there are no fractions and no bytes (decision 9).
//! Tests hold it against a general reader and writer.

mod escape;
mod fault;
mod plain;
mod raw;
mod read;
mod scalar;
mod scan;
#[cfg(test)]
mod tests;
mod write;

pub use fault::{Fault, Wrong};
pub use raw::Raw;
pub use read::{Within, read};
pub use scalar::{Scalar, Whole};
pub use scan::Reader;
pub use write::{write, write_fields};

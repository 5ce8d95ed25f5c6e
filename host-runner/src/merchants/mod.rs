//! The operator's register of merchants: who is served, who is suspended, by which component and within which limits.
//!
//! It stands in the database, in the host's own space, one record a merchant, so that all hosts of a database go by the same.
//! Merchants of the settings file need no record; where they have one, it holds.

mod dump;
mod register;
mod removal;
mod standing;

pub use dump::{DumpError, bring, dump};
pub use register::{Entry, Register, RegisterError, shown};
pub use removal::{Removal, remove};
pub use standing::{Bounds, Fault, Standing, State};

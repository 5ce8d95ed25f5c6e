//! The simulator of the tax platform: it answers the questions of MOF's application API by a script, with the faults that the
//! script asks for. Tests, demonstrations and drafts of campaigns ask it in the platform's place.
//!
//! ```
//! use stampcard::simulator::{Platform, Script};
//!
//! let script = Script::parse("invoices: []").unwrap();
//! let platform = Platform::new(script);
//! let server = platform.serve("127.0.0.1:0".parse().unwrap()).unwrap();
//! assert_ne!(server.address().port(), 0);
//! ```

mod deed;
mod platform;
mod question;
mod script;
mod shape;

#[cfg(test)]
mod tests;

pub use deed::{Deed, Tries};
pub use platform::{Platform, Seen};
pub use script::{Carrier, Figures, Invoice, Line, Script, ScriptError, Seller};

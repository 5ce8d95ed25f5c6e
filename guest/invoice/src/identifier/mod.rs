//! The numbers and codes of Taiwan's e-invoices.

pub mod carrier;
pub mod date;
pub mod donation;
pub mod number;
pub mod period;
pub mod random;
pub mod tax_id;
pub mod track;

pub use number::Number;
pub use period::Period;
pub use random::Random;
pub use tax_id::TaxId;

/// ASCII that was checked when it came in, as text.
fn ascii(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}

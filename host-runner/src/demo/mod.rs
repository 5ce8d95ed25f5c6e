//! A campaign from its draft to the draw of its winners, with some hundred members, every outcome that an invoice may come to, and the
//! simulator in the tax platform's place.

mod cast;
mod play;
mod shop;
mod tally;

pub use cast::{Cast, Part};
pub use play::{Played, play};
pub use shop::{SEED, settings};
pub use tally::Outcome;

//! What a merchant's records, documents and answers are read and written with: JSON by tables, and the containers of what is
//! read. It knows nothing of points.
//!
//! Every command reads and writes some dozen records with it, so in the component it is built for speed, while what it serves is built
//! for size (`docs/decisions/0008-speed-before-size.md`).

pub mod json;
pub mod pieces;
pub mod reading;
pub mod shared;
pub mod sorted;
pub mod sorted_map;
pub mod words;

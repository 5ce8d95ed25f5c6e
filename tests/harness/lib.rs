//! What the tests and benches share: the places on which the same cases are played.
#![expect(
    clippy::expect_used,
    missing_docs,
    reason = "test support: a place that can't be set up is a failed test"
)]

pub mod fickle;
pub mod forge;
pub mod measure;
pub mod native;
pub mod nats;
pub mod stages;
pub mod turns;

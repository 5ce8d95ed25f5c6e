//! The types of `wit/` in Rust, for embedders who call the plugin with typed values.
//!
//! The functions are methods of the handles in [`sandbox::typed`](crate::sandbox::typed), each of which
//! answers with what the function returned and what it [cost](crate::call::Cost).

#[expect(
    missing_docs,
    reason = "the code is generated from wit/, where the items are documented"
)]
mod generated {
    wasmtime::component::bindgen!({
        path: "../wit",
        world: "plugin",
        imports: { default: trappable },
        // A request is measured as JSON before it goes in.
        additional_derives: [PartialEq, serde::Serialize],
    });
}

pub use generated::exports::stampcard::plugin::{
    accounts, coupons, imports, members, merchant, notices, points, reports, tiers, upkeep,
};
pub use generated::stampcard::plugin::types;

/// The imported interfaces, for the host's side of them.
pub(crate) mod imported {
    pub(crate) use super::generated::stampcard::plugin::{
        http, logging, messaging, storage, types,
    };
    pub(crate) use super::generated::wasi::clocks::wall_clock;
}

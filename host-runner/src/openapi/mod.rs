//! The OpenAPI document of a plugin's exports, made of the component's own types.
//!
//! Each exported function is an operation `POST /v1/{interface}/{function}` whose body is the function's request and whose
//! answer is its `ok` payload, both as JSON that mirrors the types ([`call`](crate::call)). What the interface says of its items
//! describes them here; a component with items that the interface lacks has them without words.

mod docs;
mod operations;
mod schemas;

pub use operations::document;

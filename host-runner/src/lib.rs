//! Stampcard's reference host: the plugin in a wasmtime sandbox, with the capabilities it asks for.

pub mod bindings;
pub mod cache;
pub mod call;
pub mod capabilities;
pub mod demo;
pub mod desk;
pub mod doctor;
pub mod engine;
pub(crate) mod events;
pub mod inspect;
pub mod json;
pub mod keys;
pub mod limits;
mod link;
pub mod loopback;
pub mod merchants;
pub mod migration;
pub mod openapi;
pub mod plugin;
pub mod remote;
pub mod replay;
pub mod sandbox;
pub mod scenario;
pub mod server;
pub mod simulator;
pub mod terms;
pub mod values;

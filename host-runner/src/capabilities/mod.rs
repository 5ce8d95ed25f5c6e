//! What the host supplies to the plugin: one port trait each, one file per backend.
//!
//! A backend is shared by many merchants and threads; every method of a port takes the [`Merchant`]
//! first, so that the sandbox binds it once and the guest never names one.

pub(crate) mod agent;
pub mod clock;
pub mod http;
pub mod logging;
pub mod merchant;
pub mod messaging;
pub(crate) mod nats;
pub mod storage;
mod suite;
mod tls;
pub(crate) mod webhook;

pub use merchant::Merchant;

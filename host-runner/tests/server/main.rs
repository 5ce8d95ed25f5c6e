//! The HTTP server on loopback: what providers and members send, and what comes of it at the plugin.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test's helpers fail by panicking"
)]

mod api;
mod at_once;
mod client;
mod collector;
mod doctor;
mod gate;
mod hooks;
mod host;
mod keys;
mod limits;
mod lines;
mod merchants;
mod metrics;
mod openapi;
mod operator;
mod shop;
mod silent;
mod slowly;
mod stopping;
mod ticks;
mod traces;
mod unsubscribe;
mod webhooks;

use client::ask;
use shop::Shop;

//! What a store holds for one merchant's instance.

use super::Host;
use crate::capabilities::Merchant;
use crate::limits::{Limits, Meter};
use std::sync::Arc;

/// An instance's side of the host: whose it is, what it may reach, and what it has used. Only the host
/// sees it.
pub(crate) struct State {
    pub(crate) merchant: Merchant,
    pub(crate) host: Arc<Host>,
    pub(crate) meter: Meter,
    /// The last line that the plugin logged as an error: a panic's text comes there before the trap.
    pub(crate) last_error: Option<String>,
}

impl State {
    pub(super) fn new(merchant: Merchant, host: Arc<Host>, limits: &Limits) -> Self {
        Self {
            merchant,
            host,
            meter: Meter::new(limits),
            last_error: None,
        }
    }
}

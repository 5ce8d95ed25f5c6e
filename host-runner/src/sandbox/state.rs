//! What a store holds for one merchant's instance.

use super::{Commits, Host};
use crate::capabilities::Merchant;
use crate::capabilities::logging as log_port;
use crate::limits::Meter;
use std::sync::Arc;

/// The context of lines that the sandbox itself writes.
const CONTEXT: &str = "sandbox";

/// Whose commands an instance runs, and what it may reach for them.
pub(crate) struct Client {
    pub(crate) merchant: Merchant,
    pub(crate) host: Arc<Host>,
}

impl Client {
    /// Tells the operator, without cost for the plugin's share of the log.
    pub(crate) fn tell(&self, level: log_port::Level, text: &str) {
        self.host.log.log(&self.merchant, level, CONTEXT, text);
    }
}

/// An instance's side of the host: whose it is, and what it has used. Only the host sees it.
#[derive(Default)]
pub(crate) struct State {
    /// None until its first command: whatever an instance does while it is made, it does without a host.
    pub(crate) client: Option<Arc<Client>>,
    pub(crate) meter: Meter,
    pub(crate) commits: Commits,
    /// The last line that the plugin logged as an error: a panic's text comes there before the trap.
    pub(crate) last_error: Option<String>,
}

impl State {
    /// Counts a capability call, and gives what answers it.
    pub(crate) fn capability(&mut self) -> wasmtime::Result<Arc<Client>> {
        self.meter.capability_call()?;
        if !self.commits.settle() {
            let text = "the commit that it was told of has not been made";
            return Err(wasmtime::Error::msg(text));
        }
        let client = self.client.as_ref();
        let unbound = || wasmtime::Error::msg("it calls its host before it has a command");
        client.map(Arc::clone).ok_or_else(unbound)
    }
}

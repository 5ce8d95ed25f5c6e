//! Each merchant's messages to its own providers, with links of this server in mail.

use super::metrics::Metrics;
use super::unsubscribe::{Seal, linked};
use crate::capabilities::Merchant;
use crate::capabilities::messaging::{Channel, Channels, Message, Messaging, Outcome};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

/// The providers of all merchants.
pub(super) struct Posts {
    channels: HashMap<Merchant, Arc<Channels>>,
    /// What seals links, and what they begin with.
    links: Option<(Seal, String)>,
    metrics: Arc<Metrics>,
}

impl Posts {
    pub(super) fn new(
        channels: HashMap<Merchant, Arc<Channels>>,
        links: Option<(Seal, String)>,
        metrics: Arc<Metrics>,
    ) -> Self {
        Self {
            channels,
            links,
            metrics,
        }
    }

    /// A merchant without providers reaches nobody.
    fn hand_over(&self, merchant: &Merchant, messages: &[Message]) -> Vec<Outcome> {
        let Some(channels) = self.channels.get(merchant) else {
            let told = |message: &Message| {
                Outcome::Undeliverable(format!("no provider for {}", message.channel.name()))
            };
            return messages.iter().map(told).collect();
        };
        let Some((seal, public)) = &self.links else {
            return channels.send(merchant, messages);
        };
        let linked = messages.iter().map(|message| {
            linked(message, merchant, seal, public).unwrap_or_else(|| message.clone())
        });
        channels.send(merchant, &linked.collect::<Vec<_>>())
    }
}

impl Messaging for Posts {
    fn send(&self, merchant: &Merchant, messages: &[Message]) -> Vec<Outcome> {
        let began = Instant::now();
        let outcomes = self.hand_over(merchant, messages);
        self.metrics.messages(messages, &outcomes, began.elapsed());
        outcomes
    }

    fn key_holds(&self, merchant: &Merchant, channel: Channel) -> Option<u32> {
        self.channels.get(merchant)?.key_holds(merchant, channel)
    }
}

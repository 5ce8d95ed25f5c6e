//! The providers of many merchants, by one settings file.

mod hooks;
mod providers;
mod reader;

#[cfg(test)]
mod tests;

pub use reader::ChannelsError;
pub(crate) use reader::{Reader, read_table};

use super::platform::Links;
use super::reports::Hook;
use super::router::no_provider;
use super::{Channel, Message, Messaging, Outcome, Router};
use crate::capabilities::Merchant;
use crate::capabilities::clock::Clock;
use crate::capabilities::logging::LogSink;
use providers::backend;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use toml::Value;

/// Hands each merchant's messages to the providers that a TOML file names for it, one for each channel.
///
/// ```toml
/// [merchants.tea-house.line-push]
/// provider = "line"
/// token-env = "LINE_TOKEN"
///
/// [merchants.tea-house.sms]
/// provider = "mitake"
/// user = "tea"
/// password-file = "secrets/mitake"
/// per-second = 20
/// ```
///
/// A secret is in an environment variable (`…-env`) or in a file (`…-file`), whose path is relative to that of the
/// settings, and never in the settings themselves. Every provider over HTTP takes `base-url` (https, or http on a loopback
/// address), `concurrency` (1 to 64), `per-second` (1 to 2,000) and `timeout` (1 to 60 seconds). Members that
/// aren't known are refused. `docs/messaging.md` lists all of them.
///
/// A channel's table `hook` says how its provider proves that a report is its own.
///
/// A message of a merchant that isn't in the file, or on a channel without a provider, is undeliverable.
pub struct Channels {
    merchants: HashMap<Merchant, Own>,
}

/// What a merchant has.
struct Own {
    router: Router,
    served: Vec<Channel>,
    longest_call: Duration,
    hooks: HashMap<Channel, Hook>,
}

impl Channels {
    /// Reads a settings file, and the secrets that it names. It doesn't connect to anybody yet.
    ///
    /// # Errors
    /// What is wrong with the file or a member of it.
    pub fn read(
        file: &Path,
        clock: &Arc<dyn Clock>,
        log: &Arc<dyn LogSink>,
    ) -> Result<Self, ChannelsError> {
        Self::read_for(file, None, clock, log)
    }

    /// Reads a settings file for a host that providers reach at this address, which ends without a slash: those that are
    /// told with each message where to report it are told that.
    ///
    /// # Errors
    /// As those of [`read`](Self::read).
    pub fn read_for(
        file: &Path,
        public: Option<&str>,
        clock: &Arc<dyn Clock>,
        log: &Arc<dyn LogSink>,
    ) -> Result<Self, ChannelsError> {
        let mut table = read_table(file)?;
        let folder = file.parent().unwrap_or(Path::new(""));
        let merchants = table.remove("merchants");
        if let Some(other) = table.keys().next() {
            return Err(ChannelsError::new(other, "it is not known; merchants is"));
        }
        let value = merchants.ok_or_else(|| ChannelsError::new("merchants", "it is missing"))?;
        Self::of(value, folder, public, clock, log)
    }

    /// The merchants that a settings file names. Nothing else of it is looked at, and no secret is read.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn merchants_of(file: &Path) -> Result<Vec<Merchant>, ChannelsError> {
        let folder = file.parent().unwrap_or(Path::new(""));
        let value = read_table(file)?.remove("merchants");
        let value = value.ok_or_else(|| ChannelsError::new("merchants", "it is missing"))?;
        let table = Reader::new("merchants".to_owned(), value, folder)?;
        let named = |id: &String| {
            let merchant = Merchant::new(id);
            merchant.map_err(|error| table.fault(id, error.to_string()))
        };
        table.names().iter().map(named).collect()
    }

    fn of(
        value: Value,
        folder: &Path,
        public: Option<&str>,
        clock: &Arc<dyn Clock>,
        log: &Arc<dyn LogSink>,
    ) -> Result<Self, ChannelsError> {
        let mut table = Reader::new("merchants".to_owned(), value, folder)?;
        let (mut merchants, mut links) = (HashMap::new(), Links::default());
        for id in table.names() {
            let merchant =
                Merchant::new(&id).map_err(|error| table.fault(&id, error.to_string()))?;
            let Some(mut own) = table.inner(&id)? else {
                continue;
            };
            // What the merchant's requests over HTTP may reach is read by `capabilities::http`.
            own.inner("http")?;
            let (mut router, mut longest_call) = (Router::default(), Duration::ZERO);
            let (mut hooks, mut served) = (HashMap::new(), Vec::new());
            for channel in Channel::ALL {
                if let Some(mut settings) = own.inner(channel.name())? {
                    let hook = hooks::hook(channel, &mut settings)?;
                    let token = hook.as_ref().and_then(Hook::token);
                    let reports = public.zip(token).map(|(public, token)| {
                        format!("{public}/hooks/{merchant}/{}/{token}", channel.name())
                    });
                    hooks.extend(hook.map(|hook| (channel, hook)));
                    let whose = (&merchant, channel);
                    let made = backend(whose, &mut settings, reports, &mut links, clock, log);
                    let (made, longest) = made?;
                    settings.done()?;
                    router = router.with(&[channel], made);
                    served.push(channel);
                    longest_call = longest_call.saturating_add(longest);
                }
            }
            own.done()?;
            let own = Own {
                router,
                served,
                longest_call,
                hooks,
            };
            merchants.insert(merchant, own);
        }
        table.done()?;
        Ok(Self { merchants })
    }

    /// Whether the file names this merchant.
    #[must_use]
    pub fn has(&self, merchant: &Merchant) -> bool {
        self.merchants.contains_key(merchant)
    }

    /// The merchants of the file.
    pub fn merchants(&self) -> impl Iterator<Item = &Merchant> {
        self.merchants.keys()
    }

    /// Whether a merchant has a provider for a channel.
    #[must_use]
    pub fn serves(&self, merchant: &Merchant, channel: Channel) -> bool {
        let own = self.merchants.get(merchant);
        own.is_some_and(|own| own.served.contains(&channel))
    }

    /// How the provider of a merchant's channel reports, if it may.
    #[must_use]
    pub fn hook(&self, merchant: &Merchant, channel: Channel) -> Option<&Hook> {
        self.merchants.get(merchant)?.hooks.get(&channel)
    }

    /// The longest time that one call on each of the merchant's channels may take together. A sandbox's deadline must leave
    /// room for it, or the plugin is stopped before it can store what became of its messages.
    #[must_use]
    pub fn longest_call(&self, merchant: &Merchant) -> Duration {
        let own = self.merchants.get(merchant);
        own.map_or(Duration::ZERO, |own| own.longest_call)
    }
}

impl Messaging for Channels {
    fn send(&self, merchant: &Merchant, messages: &[Message]) -> Vec<Outcome> {
        match self.merchants.get(merchant) {
            Some(own) => own.router.send(merchant, messages),
            None => {
                let none = messages.iter().map(|message| no_provider(message.channel));
                none.collect()
            }
        }
    }

    fn key_holds(&self, merchant: &Merchant, channel: Channel) -> Option<u32> {
        let own = self.merchants.get(merchant)?;
        own.router.key_holds(merchant, channel)
    }
}

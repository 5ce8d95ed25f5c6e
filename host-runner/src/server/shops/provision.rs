//! What the settings give to merchants: components, providers, capabilities and usual limits.

use super::super::metrics::Metrics;
use super::super::posts::Posts;
use super::super::settings::Settings;
use super::super::start::{Components, Parts, ServerError};
use super::shop::{Service, Shop};
use super::turnstile::{HeavyLane, Turnstile};
use crate::capabilities::Merchant;
use crate::capabilities::messaging::Channels;
use crate::limits::Limits;
use crate::merchants::{Standing, State};
use crate::sandbox::Host;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::{Arc, Mutex};

/// What one reading of the settings gives.
pub(super) struct Provision {
    pub(super) components: Components,
    host: Arc<Host>,
    common: Option<Arc<Channels>>,
    /// Merchants of the settings, with their providers.
    named: BTreeMap<Merchant, Option<Arc<Channels>>>,
    limits: Limits,
    /// Commands of one merchant at once.
    commands: usize,
    lane: HeavyLane,
}

impl Provision {
    /// Reads the merchants' providers.
    ///
    /// # Errors
    /// [`ServerError`] for what is wrong with the settings.
    pub(super) fn new(
        settings: &Settings,
        parts: &Parts,
        metrics: Arc<Metrics>,
    ) -> Result<Self, ServerError> {
        let mut files: HashMap<&Path, Arc<Channels>> = HashMap::new();
        let mut read = |file| match files.get(file) {
            Some(known) => Ok(known.clone()),
            None => {
                let public = settings.public_url.as_deref();
                let channels = Channels::read_for(file, public, &parts.clock, &parts.log);
                let channels = Arc::new(channels.map_err(ServerError::Settings)?);
                files.insert(file, channels.clone());
                Ok(channels)
            }
        };
        let common = settings.messaging.as_deref().map(&mut read).transpose()?;
        let mut named = BTreeMap::new();
        let of_common = common.iter().flat_map(|common| common.merchants());
        for merchant in settings.merchants.keys().chain(of_common) {
            let own = settings.merchants.get(merchant);
            let channels = match own.and_then(|own| own.messaging.as_deref()) {
                None => common.clone().filter(|common| common.has(merchant)),
                Some(file) => {
                    let channels: Arc<Channels> = read(file)?;
                    if !channels.has(merchant) {
                        return Err(ServerError::NoProviders {
                            file: file.to_owned(),
                            merchant: merchant.clone(),
                        });
                    }
                    Some(channels)
                }
            };
            named.insert(merchant.clone(), channels);
        }
        let providers = named.iter();
        let providers = providers.filter_map(|(id, own)| Some((id.clone(), own.clone()?)));
        let posts = Posts::new(providers.collect(), settings.links(), metrics);
        let host = Host {
            storage: parts.storage.clone(),
            clock: parts.clock.clone(),
            messaging: Arc::new(posts),
            http: parts.http.clone(),
            log: parts.log.clone(),
        };
        Ok(Self {
            components: parts.components.clone(),
            host: Arc::new(host),
            common,
            named,
            limits: Limits::default(),
            commands: settings.bounds.merchant_commands,
            lane: HeavyLane::new(),
        })
    }

    /// The merchants that the settings name.
    pub(super) fn merchants(&self) -> impl Iterator<Item = &Merchant> {
        self.named.keys()
    }

    /// A merchant as it stands. What it had before goes on, where it is still there.
    pub(super) fn shop(
        &self,
        merchant: &Merchant,
        standing: &Standing,
        before: Option<&Shop>,
    ) -> Shop {
        let common = || self.common.clone().filter(|common| common.has(merchant));
        let channels = self.named.get(merchant).cloned().unwrap_or_else(common);
        let bounds = &standing.limits;
        let mut limits = bounds.limits(&self.limits);
        let waiting = self.host.http.longest_call(merchant);
        limits.deadline = limits.deadline.saturating_add(waiting);
        let commands = bounds
            .commands
            .and_then(|commands| usize::try_from(commands).ok());
        Shop {
            merchant: merchant.clone(),
            service: self.service(standing),
            host: self.host.clone(),
            channels,
            limits: Arc::new(limits),
            mode: bounds.mode(),
            turnstile: Turnstile::new(commands.unwrap_or(self.commands), self.lane.clone()),
            warm: Mutex::default(),
            wishes: before
                .map(|before| before.wishes.clone())
                .unwrap_or_default(),
        }
    }

    fn service(&self, standing: &Standing) -> Service {
        let plugin = match &standing.component {
            None => Ok(self.components.usual.clone()),
            Some(name) => self.components.named.get(name).cloned().ok_or(name),
        };
        match (standing.state, plugin) {
            (State::Deleting, _) => Service::Deleting,
            (_, Err(name)) => Service::Without(name.clone()),
            (State::Active, Ok(plugin)) => Service::Active(plugin),
            (State::Suspended, Ok(plugin)) => Service::Suspended(plugin),
        }
    }
}

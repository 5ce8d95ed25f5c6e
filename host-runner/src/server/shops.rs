//! The merchants that are served, each with what its commands need.

use super::metrics::Metrics;
use super::posts::Posts;
use super::settings::Settings;
use super::start::{Parts, ServerError};
use crate::capabilities::Merchant;
use crate::capabilities::messaging::reports::Hook;
use crate::capabilities::messaging::{Channel, Channels};
use crate::capabilities::storage::Storage;
use crate::limits::Limits;
use crate::plugin::Plugin;
use crate::sandbox::{Host, Mode, Sandbox};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The merchants.
pub(super) struct Shops {
    plugin: Plugin,
    host: Arc<Host>,
    limits: Arc<Limits>,
    all: BTreeMap<Merchant, Arc<Shop>>,
}

/// One merchant.
pub(super) struct Shop {
    merchant: Merchant,
    channels: Option<Arc<Channels>>,
    /// Held by whoever changes what a member wants to be told, which is read first and then set as a whole.
    wishes: Mutex<()>,
}

impl Shops {
    /// The merchants of the settings, with their providers.
    pub(super) fn open(
        settings: &Settings,
        parts: Parts,
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
        let mut all = BTreeMap::new();
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
            let shop = Shop {
                merchant: merchant.clone(),
                channels,
                wishes: Mutex::default(),
            };
            all.insert(merchant.clone(), Arc::new(shop));
        }
        let channels = all
            .iter()
            .filter_map(|(merchant, shop): (&Merchant, &Arc<Shop>)| {
                Some((merchant.clone(), shop.channels.clone()?))
            });
        let posts = Posts::new(channels.collect(), settings.links(), metrics);
        let host = Host {
            storage: parts.storage,
            clock: parts.clock,
            messaging: Arc::new(posts),
            http: parts.http,
            log: parts.log,
        };
        Ok(Self {
            plugin: parts.plugin,
            host: Arc::new(host),
            limits: Arc::new(Limits::default()),
            all,
        })
    }

    /// The plugin that all of them run.
    pub(super) fn plugin(&self) -> &Plugin {
        &self.plugin
    }

    /// All of them.
    pub(super) fn merchants(&self) -> impl Iterator<Item = &Merchant> {
        self.all.keys()
    }

    /// Where their records are.
    pub(super) fn storage(&self) -> Arc<dyn Storage> {
        self.host.storage.clone()
    }

    /// Whether the storage answers.
    pub(super) fn storage_answers(&self) -> bool {
        let Some(merchant) = self.all.keys().next() else {
            return true;
        };
        let key = ["configuration".to_owned()];
        self.host.storage.read(merchant, &key).is_ok()
    }

    /// The merchant of that id, if it is served.
    pub(super) fn find(&self, merchant: &str) -> Option<Arc<Shop>> {
        let merchant = Merchant::new(merchant).ok()?;
        self.all.get(&merchant).cloned()
    }

    /// A sandbox for a merchant's commands. One of them waits for others itself: it reads a carrier.
    pub(super) fn sandbox(&self, shop: &Shop) -> Sandbox {
        self.with(shop, Duration::ZERO)
    }

    /// A sandbox for a merchant's ticks, which wait for its providers.
    pub(super) fn ticking(&self, shop: &Shop) -> Sandbox {
        let channels = shop.channels.as_ref();
        let sending = channels.map(|channels| channels.longest_call(&shop.merchant));
        self.with(shop, sending.unwrap_or_default())
    }

    /// With room for so much waiting, and for that of requests over HTTP.
    fn with(&self, shop: &Shop, waiting: Duration) -> Sandbox {
        let waiting = waiting.saturating_add(self.host.http.longest_call(&shop.merchant));
        let mut limits = self.limits.clone();
        if !waiting.is_zero() {
            let own = Arc::make_mut(&mut limits);
            own.deadline = own.deadline.saturating_add(waiting);
        }
        Sandbox::new(
            self.plugin.clone(),
            self.host.clone(),
            shop.merchant.clone(),
            limits,
            Mode::Fresh,
        )
    }
}

impl Shop {
    pub(super) fn merchant(&self) -> &Merchant {
        &self.merchant
    }

    /// How the provider of a channel reports, if it may.
    pub(super) fn hook(&self, channel: Channel) -> Option<&Hook> {
        self.channels.as_ref()?.hook(&self.merchant, channel)
    }

    /// Nobody else changes members' wishes meanwhile in this process.
    pub(super) fn wishes(&self) -> MutexGuard<'_, ()> {
        self.wishes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

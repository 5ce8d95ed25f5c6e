//! The merchants that are served, each with what its commands need. Who they are follows the settings and the register.

mod provision;
mod shop;
mod turnstile;

pub(super) use shop::{Service, Shop};
pub(super) use turnstile::Turn;

use super::metrics::Metrics;
use super::settings::Settings;
use super::start::{Components, Parts, ServerError};
use crate::capabilities::Merchant;
use crate::capabilities::storage::Storage;
use crate::merchants::{Entry, Register, RegisterError, Standing};
use provision::Provision;
use std::collections::BTreeMap;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

/// All merchants.
pub(super) struct Shops {
    storage: Arc<dyn Storage>,
    register: Register,
    /// What they are made of; held while they are made anew.
    source: Mutex<Source>,
    served: RwLock<Arc<Served>>,
}

struct Source {
    provision: Provision,
    entries: BTreeMap<Merchant, Entry>,
    /// Of the register when it was read.
    changes: u64,
}

/// The merchants at one instant.
struct Served {
    components: Components,
    all: BTreeMap<Merchant, Arc<Shop>>,
}

impl Shops {
    /// Reads the merchants' providers and the register.
    ///
    /// # Errors
    /// [`ServerError`] for what is wrong with the settings or the register.
    pub(super) fn open(
        settings: &Settings,
        parts: &Parts,
        metrics: Arc<Metrics>,
    ) -> Result<Self, ServerError> {
        let register = Register::new(parts.storage.clone());
        // Looked at before the entries: what changes between is seen once more.
        let changes = register.changes().map_err(ServerError::Register)?;
        let source = Source {
            provision: Provision::new(settings, parts, metrics)?,
            entries: register.all().map_err(ServerError::Register)?,
            changes,
        };
        let served = source.served(&BTreeMap::new(), |_| true);
        Ok(Self {
            storage: parts.storage.clone(),
            register,
            source: Mutex::new(source),
            served: RwLock::new(Arc::new(served)),
        })
    }

    /// Goes by other settings from now on.
    ///
    /// # Errors
    /// [`ServerError`] for what is wrong with them; then everything stays as it was.
    pub(super) fn renew(
        &self,
        settings: &Settings,
        parts: &Parts,
        metrics: Arc<Metrics>,
    ) -> Result<(), ServerError> {
        let provision = Provision::new(settings, parts, metrics)?;
        let mut source = self.source();
        source.misses(&provision.components)?;
        source.provision = provision;
        let served = source.served(&self.served().all, |_| true);
        self.put(served);
        Ok(())
    }

    /// Looks whether the register has changed; answers those who stand otherwise than before.
    ///
    /// # Errors
    /// [`RegisterError`]; then everybody is served as before.
    pub(super) fn look(&self) -> Result<Vec<Merchant>, RegisterError> {
        let mut source = self.source();
        let changes = self.register.changes()?;
        if changes == source.changes {
            return Ok(Vec::new());
        }
        let entries = self.register.all()?;
        let names = entries.keys().chain(source.entries.keys());
        let other = |name: &&Merchant| entries.get(*name) != source.entries.get(*name);
        let mut changed: Vec<Merchant> = names.filter(other).cloned().collect();
        changed.sort_unstable();
        changed.dedup();
        source.entries = entries;
        source.changes = changes;
        let stands_otherwise = |merchant: &Merchant| changed.binary_search(merchant).is_ok();
        let served = source.served(&self.served().all, stands_otherwise);
        self.put(served);
        Ok(changed)
    }

    /// The register that they go by.
    pub(super) fn register(&self) -> &Register {
        &self.register
    }

    /// The plugin of merchants that have no other, and those that have a name.
    pub(super) fn components(&self) -> Components {
        self.served().components.clone()
    }

    /// Who is served.
    pub(super) fn merchants(&self) -> Vec<Merchant> {
        self.served().all.keys().cloned().collect()
    }

    /// How many are served.
    pub(super) fn count(&self) -> usize {
        self.served().all.len()
    }

    /// Where their records are.
    pub(super) fn storage(&self) -> Arc<dyn Storage> {
        self.storage.clone()
    }

    /// Whether the storage answers.
    pub(super) fn storage_answers(&self) -> bool {
        self.register.changes().is_ok()
    }

    /// The merchant of this id, unless it is being deleted.
    pub(super) fn find(&self, merchant: &str) -> Option<Arc<Shop>> {
        let shop = self.any(&Merchant::new(merchant).ok()?)?;
        let gone = matches!(shop.service(), Service::Deleting);
        (!gone).then_some(shop)
    }

    /// The merchant, also where it is being deleted.
    pub(super) fn any(&self, merchant: &Merchant) -> Option<Arc<Shop>> {
        self.served().all.get(merchant).cloned()
    }

    /// Whether the settings name it.
    pub(super) fn named(&self, merchant: &Merchant) -> bool {
        let source = self.source();
        source.provision.merchants().any(|named| named == merchant)
    }

    fn source(&self) -> MutexGuard<'_, Source> {
        // Its parts change together or not at all, so a thread that panicked left it usable.
        self.source.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn served(&self) -> Arc<Served> {
        let served = self.served.read().unwrap_or_else(PoisonError::into_inner);
        served.clone()
    }

    fn put(&self, served: Served) {
        let served = Arc::new(served);
        let before = {
            let mut now = self.served.write().unwrap_or_else(PoisonError::into_inner);
            mem::replace(&mut *now, served)
        };
        // A component may go with it, which takes a while: nobody waits for that.
        drop(before);
    }
}

impl Source {
    /// Whether somebody runs by a component that is here and wouldn't be any more.
    fn misses(&self, others: &Components) -> Result<(), ServerError> {
        let now = &self.provision.components.named;
        for (merchant, entry) in &self.entries {
            let name = entry.standing.component.as_ref();
            let taken =
                |name: &&String| now.contains_key(*name) && !others.named.contains_key(*name);
            if let Some(name) = name.filter(taken) {
                let (merchant, name) = (merchant.clone(), name.clone());
                return Err(ServerError::InUse { merchant, name });
            }
        }
        Ok(())
    }

    /// All merchants; those that stand as before are who they were.
    fn served(
        &self,
        before: &BTreeMap<Merchant, Arc<Shop>>,
        anew: impl Fn(&Merchant) -> bool,
    ) -> Served {
        let usual = Standing::default();
        let one = |merchant: &Merchant| {
            let known = before.get(merchant);
            let shop = match known.filter(|_| !anew(merchant)) {
                Some(known) => known.clone(),
                None => {
                    let entry = self.entries.get(merchant);
                    let standing = entry.map_or(&usual, |entry| &entry.standing);
                    let known = known.map(Arc::as_ref);
                    Arc::new(self.provision.shop(merchant, standing, known))
                }
            };
            (merchant.clone(), shop)
        };
        let names = self.provision.merchants().chain(self.entries.keys());
        Served {
            components: self.provision.components.clone(),
            all: names.map(one).collect(),
        }
    }
}

//! Each merchant: whether its rules hold under this plugin, and whether it has what they ask for. What is wrong with one is no reason
//! not to serve the others, so it is doubtful at most.

use super::files::{Providers, providers_of};
use super::{Finding, Parts};
use crate::call::{Call, Subject};
use crate::capabilities::Merchant;
use crate::capabilities::http::Denied;
use crate::capabilities::messaging::{Channel, Simulated};
use crate::capabilities::storage::Storage;
use crate::keys::ApiKey;
use crate::limits::Limits;
use crate::merchants::{Register, Standing, State};
use crate::sandbox::{Host, Mode, Sandbox};
use crate::server::Settings;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What merchants are held against.
pub(super) struct Own<'a> {
    pub(super) settings: &'a Settings,
    pub(super) parts: &'a Parts,
    pub(super) providers: &'a Providers,
    pub(super) keys: &'a [ApiKey],
    pub(super) storage: Arc<dyn Storage>,
}

impl Own<'_> {
    /// Looks at every merchant that the server would serve.
    pub(super) fn look(&self, found: &mut Vec<Finding>) {
        let common = self.settings.messaging.iter();
        let common = common.filter_map(|file| self.providers.get(file));
        let of_files = common.flat_map(|channels| channels.merchants());
        let entries = match Register::new(self.storage.clone()).all() {
            Ok(entries) => entries,
            Err(error) => {
                found.push(Finding::bad("register of merchants", error.to_string()));
                BTreeMap::new()
            }
        };
        strangers(self.settings, self.keys, self.parts, entries.keys(), found);
        let named = self.settings.merchants.keys().chain(of_files);
        let all: BTreeSet<&Merchant> = named.chain(entries.keys()).collect();
        if all.is_empty() {
            let told = "there are none: name them in the settings, [merchants.ID], in the file `messaging`, or make them on the operator's address";
            found.push(Finding::bad("merchants", told));
        }
        let host = Arc::new(Host {
            storage: self.storage.clone(),
            clock: self.parts.clock.clone(),
            messaging: Arc::new(Simulated::default()),
            http: Arc::new(Denied),
            log: self.parts.log.clone(),
        });
        let usual = Standing::default();
        for merchant in all {
            let standing = entries
                .get(merchant)
                .map_or(&usual, |entry| &entry.standing);
            if standing.state == State::Deleting {
                let what = format!("{merchant}: records");
                found.push(Finding::good(what, "they are being deleted"));
                continue;
            }
            self.key(merchant, found);
            let named = &self.parts.components.named;
            let plugin = match &standing.component {
                None => Some(&self.parts.components.usual),
                Some(name) => named.get(name),
            };
            let Some(plugin) = plugin else {
                let told = "the operator gave it one that [components] doesn't have";
                found.push(Finding::doubtful(format!("{merchant}: component"), told));
                continue;
            };
            let mut sandbox = Sandbox::new(
                plugin.clone(),
                host.clone(),
                merchant.clone(),
                Arc::new(standing.limits.limits(&Limits::default())),
                Mode::Fresh,
            );
            self.rules(merchant, &mut sandbox, found);
        }
    }

    /// Whether anybody can call for it.
    fn key(&self, merchant: &Merchant, found: &mut Vec<Finding>) {
        let now = self.parts.clock.now();
        let mut own = self.keys.iter();
        if !own.any(|key| key.merchant == *merchant && key.holds(now)) {
            let told = format!(
                "none that holds: `stampcard keys --config FILE create --merchant {merchant} --role ROLE --name NAME` makes one"
            );
            found.push(Finding::doubtful(format!("{merchant}: api keys"), told));
        }
    }

    /// Whether its rules hold, and the channels that they name have providers.
    fn rules(&self, merchant: &Merchant, sandbox: &mut Sandbox, found: &mut Vec<Finding>) {
        let what = format!("{merchant}: rules");
        let document = match call(sandbox, "merchant.current", None) {
            Ok(applied) => {
                let document = applied.get("document").and_then(Value::as_str);
                document.unwrap_or_default().to_owned()
            }
            Err(told) if told.contains("not-configured") => {
                let told = "none yet: `merchant.apply` puts a document in force";
                found.push(Finding::doubtful(what, told));
                return;
            }
            Err(told) => {
                found.push(Finding::doubtful(what, told));
                return;
            }
        };
        let request = json!({ "document": document });
        if let Err(told) = call(sandbox, "merchant.validate", Some(request)) {
            let told = format!("they go on as they are, and could not be applied again: {told}");
            found.push(Finding::doubtful(what, told));
        } else {
            found.push(Finding::good(
                what,
                "in force, and as this plugin wants them",
            ));
        }
        let rules: Value = serde_json::from_str(&document).unwrap_or_default();
        let channels = rules.pointer("/notices/channels").and_then(Value::as_array);
        let named = channels.into_iter().flatten();
        let named = named.filter_map(|it| it.get("channel")?.as_str());
        let named: BTreeSet<&str> = named.collect();
        let providers = providers_of(self.settings, self.providers, merchant);
        for channel in Channel::ALL {
            let wanted = named.contains(channel.name());
            let there = providers.is_some_and(|all| all.serves(merchant, channel));
            if wanted && !there {
                let told = "its rules send notices there, and it has no provider: each will be undeliverable";
                let what = format!("{merchant}: {}", channel.name());
                found.push(Finding::doubtful(what, told));
            }
        }
    }
}

/// Keys that hold for merchants whom neither the settings nor the register know.
pub(super) fn strangers<'a>(
    settings: &Settings,
    keys: &'a [ApiKey],
    parts: &Parts,
    registered: impl Iterator<Item = &'a Merchant>,
    found: &mut Vec<Finding>,
) {
    // What is wrong with the file of providers is told of the file.
    let Ok(mut known) = settings.merchants_named() else {
        return;
    };
    known.extend(registered.cloned());
    let now = parts.clock.now();
    let mut strangers: BTreeMap<&Merchant, Vec<&str>> = BTreeMap::new();
    for key in keys.iter().filter(|key| key.holds(now)) {
        if !known.contains(&key.merchant) {
            strangers.entry(&key.merchant).or_default().push(&key.id);
        }
    }
    for (merchant, ids) in strangers {
        let told = format!(
            "neither the settings nor the register know the merchant, and {} would open it: make it by `stampcard merchants --config FILE set {merchant}`, or end them by `stampcard keys --config FILE revoke ID`",
            ids.join(", ")
        );
        found.push(Finding::doubtful(format!("{merchant}: api keys"), told));
    }
}

/// A function's answer, or in words what came instead.
fn call(sandbox: &mut Sandbox, function: &str, request: Option<Value>) -> Result<Value, String> {
    let call = Call {
        function: function.to_owned(),
        execution: None,
        request,
    };
    let answer = sandbox.call(&call).map_err(|error| error.to_string())?;
    answer.result.map_err(|refusal| refusal.to_string())
}

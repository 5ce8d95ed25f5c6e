//! Where the command works: on a database that it has itself, or by the server that has it.

use anyhow::{Context, bail};
use serde_json::Value;
use stampcard::capabilities::Merchant;
use stampcard::capabilities::clock::{Clock, Instant, System};
use stampcard::capabilities::storage::{OpenError, PlaceError, Store};
use stampcard::keys::Keys;
use stampcard::merchants::{
    Register, RegisterError, Removal, Standing, State, bring, dump, remove, shown,
};
use stampcard::server::{Running, Settings};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Seek, Write};
use std::sync::Arc;

/// How long a merchant that is being deleted is looked after, beyond what [`remove`] asks for: nobody else has the database.
const LATER: u64 = 3_600;

/// Either of them.
pub(super) enum Desk<'s> {
    /// The database, with whom nobody else may be unless it is shared.
    Own(Arc<dyn Store>, &'s Settings),
    /// A server that has it.
    Server(Running<'s>),
}

impl<'s> Desk<'s> {
    pub(super) fn open(settings: &'s Settings) -> anyhow::Result<Self> {
        match settings.database.open() {
            Ok(store) => Ok(Self::Own(store, settings)),
            Err(PlaceError::File(OpenError::InUse { .. })) => {
                Ok(Self::Server(Running::of(settings)))
            }
            Err(error) => Err(error).context(settings.database.to_string()),
        }
    }

    /// All merchants that the server serves, or would serve: those of the register and of the settings.
    pub(super) fn list(&self) -> anyhow::Result<Vec<Value>> {
        match self {
            Self::Own(store, settings) => {
                let entries = register(store).all()?;
                let mut all = named(settings)?;
                all.extend(entries.keys().cloned());
                let all = all.iter().map(|one| shown(one, entries.get(one)));
                Ok(all.collect())
            }
            Self::Server(running) => {
                let mut all = Vec::new();
                let mut path = "/merchants".to_owned();
                loop {
                    let mut page = running.merchants(&path, None)?;
                    if let Some(Value::Array(merchants)) =
                        page.get_mut("merchants").map(Value::take)
                    {
                        all.extend(merchants);
                    }
                    match page.get("next").and_then(Value::as_str) {
                        Some(next) => path = format!("/merchants?after={next}"),
                        None => return Ok(all),
                    }
                }
            }
        }
    }

    pub(super) fn set(&self, merchant: &Merchant, standing: &Value) -> anyhow::Result<Value> {
        match self {
            Self::Own(store, settings) => {
                let standing: Standing = serde_json::from_value(standing.clone())?;
                let known = |name: &String| settings.components.contains_key(name);
                if let Some(name) = standing.component.as_ref().filter(|name| !known(name)) {
                    bail!("the settings have no component {name:?}");
                }
                let register = register(store);
                register.set(merchant, &standing, System.now())?;
                Ok(shown(merchant, register.find(merchant)?.as_ref()))
            }
            Self::Server(running) => {
                let path = format!("/merchants/{merchant}");
                Ok(running.merchants(&path, Some(&standing.to_string()))?)
            }
        }
    }

    pub(super) fn export(&self, merchant: &Merchant, to: &mut dyn Write) -> anyhow::Result<u64> {
        match self {
            Self::Own(store, settings) => {
                let state = state(store, settings, merchant)?;
                if state != Some(State::Suspended) {
                    return Err(RegisterError::NotSuspended(merchant.clone()).into());
                }
                Ok(dump(&**store, merchant, to)?)
            }
            Self::Server(running) => {
                let mut lines = BufReader::new(running.export(merchant)?);
                let (mut line, mut last) = (Vec::new(), Value::Null);
                loop {
                    line.clear();
                    if lines.read_until(b'\n', &mut line)? == 0 {
                        break;
                    }
                    to.write_all(&line)?;
                    last = serde_json::from_slice(&line)?;
                }
                let records = last.get("records").and_then(Value::as_u64);
                records.context("the server broke off; its log says why")
            }
        }
    }

    pub(super) fn import(
        &self,
        merchant: &Merchant,
        from: &mut (impl BufRead + Seek),
    ) -> anyhow::Result<u64> {
        match self {
            Self::Own(store, settings) => {
                let known = register(store).find(merchant)?;
                let known = known.map(|entry| entry.standing.state);
                let served = known == Some(State::Active)
                    || known.is_none() && named(settings)?.contains(merchant);
                if known == Some(State::Deleting) {
                    return Err(RegisterError::Deleting(merchant.clone()).into());
                }
                if served && store.is_shared() {
                    return Err(RegisterError::NotSuspended(merchant.clone()).into());
                }
                Ok(bring(&**store, merchant, from)?)
            }
            Self::Server(_) => {
                bail!(
                    "a server has the database: stop it first, since it must not serve half of a merchant"
                )
            }
        }
    }

    /// What became of it.
    pub(super) fn delete(&self, merchant: &Merchant) -> anyhow::Result<&'static str> {
        let Self::Own(store, settings) = self else {
            if let Self::Server(running) = self {
                running.delete(merchant)?;
            }
            return Ok("it is being deleted by the server");
        };
        let standing = state(store, settings, merchant)?;
        if standing == Some(State::Suspended) && named(settings)?.contains(merchant) {
            bail!(
                "the settings name {merchant}, and it would be there again: take it out of them first"
            );
        }
        let (register, now) = (register(store), System.now());
        register.delete(merchant, now)?;
        let made = crate::cli::keys::now()?;
        Keys::open(&settings.api_keys)?.revoke_of(merchant, made)?;
        // Where other hosts have the database, one of them looks a last time.
        let last = if store.is_shared() { 0 } else { LATER };
        let at = Instant::at(now.seconds.saturating_add(last));
        loop {
            match remove(&register, &**store, merchant, at)? {
                Removal::More => {}
                Removal::Look(_) => {
                    return Ok(
                        "its records are deleted; a server strikes it out within two minutes",
                    );
                }
                Removal::Done => return Ok("it is deleted"),
            }
        }
    }
}

/// Those of the settings.
fn named(settings: &Settings) -> anyhow::Result<BTreeSet<Merchant>> {
    let named = settings.merchants_named();
    named.context("the settings of messages")
}

/// What the register says of a merchant that it or the settings know.
fn state(
    store: &Arc<dyn Store>,
    settings: &Settings,
    merchant: &Merchant,
) -> anyhow::Result<Option<State>> {
    let entry = register(store).find(merchant)?;
    if entry.is_none() && !named(settings)?.contains(merchant) {
        bail!("there is no such merchant: {merchant}");
    }
    Ok(entry.map(|entry| entry.standing.state))
}

fn register(store: &Arc<dyn Store>) -> Register {
    Register::new(store.clone())
}

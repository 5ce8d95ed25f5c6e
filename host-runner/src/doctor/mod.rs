//! Looks at a server's settings, its files and its merchants, and says what would go wrong and what to do. It sends nothing, asks
//! nobody over the network, and changes no record.

mod backups;
mod files;
mod merchants;

use crate::capabilities::clock::Clock;
use crate::capabilities::logging::LogSink;
use crate::capabilities::storage::{OpenError, Place, PlaceError, Storage};
use crate::plugin::Plugin;
use crate::server::{Components, Settings};
use std::sync::Arc;

/// How something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Health {
    /// As it should be.
    Good,
    /// It works, and somebody should look at it.
    Doubtful,
    /// It won't work.
    Bad,
}

impl Health {
    /// Its name: good, doubtful or bad.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Doubtful => "doubtful",
            Self::Bad => "bad",
        }
    }
}

/// Something that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How it is.
    pub health: Health,
    /// What was looked at, such as `database`; a merchant's things as `tea-house: api keys`.
    pub what: String,
    /// What was found, and what to do about it. No secret is in it.
    pub told: String,
}

impl Finding {
    fn new(health: Health, what: impl Into<String>, told: impl Into<String>) -> Self {
        Self {
            health,
            what: what.into(),
            told: told.into(),
        }
    }

    fn good(what: impl Into<String>, told: impl Into<String>) -> Self {
        Self::new(Health::Good, what, told)
    }

    fn doubtful(what: impl Into<String>, told: impl Into<String>) -> Self {
        Self::new(Health::Doubtful, what, told)
    }

    fn bad(what: impl Into<String>, told: impl Into<String>) -> Self {
        Self::new(Health::Bad, what, told)
    }
}

/// What the looks need beside the settings.
pub struct Parts {
    /// The plugins, which were loaded: they import what they may and no more.
    pub components: Components,
    /// What time it is, for API keys that end.
    pub clock: Arc<dyn Clock>,
    /// Where what the plugin says goes.
    pub log: Arc<dyn LogSink>,
}

/// Looks at everything, in this order: sandboxes, providers, API keys, events, backups, the database, and each merchant's rules against them.
#[must_use]
pub fn look(settings: &Settings, parts: &Parts) -> Vec<Finding> {
    let mut found = vec![sandboxes(&parts.components.usual)];
    let providers = files::providers(settings, parts, &mut found);
    let keys = files::keys(settings, &mut found);
    found.extend(events(settings, &parts.components.usual));
    found.extend(backups::look(&settings.backup, parts.clock.now()));
    let new = matches!(&settings.database, Place::File(file) if !file.exists());
    if let Some(storage) = database(settings, &mut found) {
        let own = merchants::Own {
            settings,
            parts,
            providers: &providers,
            keys: &keys,
            storage,
        };
        own.look(&mut found);
    } else if new {
        let nobody = std::iter::empty();
        merchants::strangers(settings, &keys, parts, nobody, &mut found);
    }
    found
}

/// What a fresh sandbox for each command costs here.
fn sandboxes(plugin: &Plugin) -> Finding {
    if plugin.engine().resets_fast() {
        return Finding::good("sandboxes", "their memory is put back by the page map");
    }
    let told = "their memory is put back whole, which takes a processor 10 to 20 µs more for each command: swap is on, or the kernel is older than 6.7";
    Finding::doubtful("sandboxes", told)
}

/// What events may ask for and the component hasn't.
fn events(settings: &Settings, plugin: &Plugin) -> Option<Finding> {
    let name = settings.unfit_for_events(plugin)?;
    let told = format!(
        "the component has no function {name}, or it takes no idempotency key: take it out of events.functions"
    );
    Some(Finding::bad("events", told))
}

/// The database, if it is there and nobody else has it.
fn database(settings: &Settings, found: &mut Vec<Finding>) -> Option<Arc<dyn Storage>> {
    const WHAT: &str = "database";
    let place = &settings.database;
    if let Place::File(file) = place
        && !file.exists()
    {
        found.push(files::room(file));
        return None;
    }
    match place.open() {
        Ok(storage) => {
            found.push(Finding::good(WHAT, format!("{place} can be opened")));
            Some(storage)
        }
        Err(PlaceError::File(OpenError::InUse { .. })) => {
            let told = format!(
                "{place} is in use by another host; if that is the server, all is well, and its merchants' rules were not looked at"
            );
            found.push(Finding::doubtful(WHAT, told));
            None
        }
        Err(error) => {
            found.push(Finding::bad(WHAT, error.to_string()));
            None
        }
    }
}

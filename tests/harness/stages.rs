//! Where scenarios are played: natively on memory, and in the sandbox on memory, on SQLite, waited for or not, and on PostgreSQL.

use crate::fickle::{Breaks, Fickle, Twice};
use crate::native::{Native, NativePorts};
use crate::turns::{Turns, released};
use chrono::{DateTime, Utc};
use stampcard::cache::Cache;
use stampcard::call::Subject;
use stampcard::capabilities::Merchant;
use stampcard::capabilities::clock::{Instant, Manual};
use stampcard::capabilities::http::{Denied, Exchange, Http, Script, Traffic};
use stampcard::capabilities::logging::Collected;
use stampcard::capabilities::messaging::{Channel, Message, Messaging, Outcome, Simulated};
use stampcard::capabilities::storage::Outcome::Conflict;
use stampcard::capabilities::storage::{Memory, Range, Sqlite, Storage};
use stampcard::engine::{Engine, Settings};
use stampcard::limits::Limits;
use stampcard::plugin::{COMPONENT, Plugin};
use stampcard::sandbox::{Host, Mode, Sandbox};
use stampcard::scenario::{Records, Stage, StoredError};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

/// The places that a scenario is played on.
pub const PLACES: [&str; 6] = ["native", "memory", "sqlite", "warm", AHEAD[0], AHEAD[1]];

/// On SQLite, where commands answer ahead of the disk and every second one has to be made again: as if another had come between, or, with a warm
/// instance, though it was done.
const AHEAD: [&str; 2] = ["ahead", "ahead, answer lost"];

/// Two more places: in the sandbox on memory, where a released component and the present one take turns from step to step; the
/// released one has the first step, or the second.
pub const TURNS: [&str; 2] = ["released first", "released second"];

/// In the sandbox on memory, by the released component alone.
pub const RELEASED: &str = "released";

/// One more place: [`share`] gives it its database.
pub const POSTGRES: &str = "postgres";

/// The database of [`POSTGRES`], which all scenarios share, each with a merchant of its own.
static SHARED: OnceLock<Arc<dyn Storage>> = OnceLock::new();

/// Has scenarios on [`POSTGRES`] use this database.
pub fn share(storage: Arc<dyn Storage>) {
    SHARED.get_or_init(|| storage);
}

/// A merchant that nobody else has.
fn merchant() -> Merchant {
    static MADE: AtomicU64 = AtomicU64::new(0);
    let number = MADE.fetch_add(1, Ordering::Relaxed);
    Merchant::new(&format!("tea-house-{number}")).expect("an id")
}

/// The component, loaded once for all tests of a process.
pub fn plugin() -> &'static Plugin {
    static PLUGIN: OnceLock<Plugin> = OnceLock::new();
    PLUGIN.get_or_init(|| {
        let engine = Engine::new(&Settings::default()).expect("an engine");
        Plugin::load(&engine, COMPONENT, Cache::of_user().as_ref()).expect("the component")
    })
}

/// What a sandbox reaches.
type Ports = (Arc<dyn Storage>, Arc<dyn Messaging>, Arc<dyn Http>);

/// A merchant without history on one of [`PLACES`], or on [`POSTGRES`].
pub struct Bench {
    subject: Box<dyn Subject>,
    clock: Manual,
    storage: Arc<dyn Storage>,
    merchant: Merchant,
    messaging: Arc<Simulated>,
    http: Arc<Script>,
    // The database's folder goes when the stage goes.
    _folder: Option<tempfile::TempDir>,
}

impl Bench {
    /// Sets the stage.
    pub fn new(place: &str) -> Self {
        let clock = Manual::new(Instant::at(0));
        let messaging = Arc::new(Simulated::default());
        let http = Arc::new(Script::default());
        let merchant = merchant();
        let on_disk = place == "sqlite" || AHEAD.contains(&place);
        let folder = on_disk.then(|| tempfile::tempdir().expect("a folder"));
        let storage: Arc<dyn Storage> = match &folder {
            Some(folder) => {
                let file = folder.path().join("stampcard.db");
                Arc::new(Sqlite::open(&file).expect("a database"))
            }
            None if place == POSTGRES => SHARED.get().expect("a shared database").clone(),
            None => Arc::new(Memory::new()),
        };
        let storage: Arc<dyn Storage> = if place == AHEAD[0] {
            Arc::new(Fickle::new(storage, Breaks::Nothing(Ok(Conflict))))
        } else if place == AHEAD[1] {
            Arc::new(Fickle::new(storage, Breaks::AnswerLost).but_first())
        } else {
            storage
        };
        let subject: Box<dyn Subject> = if place == "native" {
            let ports = NativePorts {
                storage: Arc::clone(&storage),
                merchant: merchant.clone(),
                clock: Arc::new(clock.clone()),
                messaging: messaging.clone(),
                http: http.clone(),
            };
            Box::new(Native {
                ports,
                plugin: plugin().clone(),
            })
        } else {
            let mode = if place == "warm" || place == AHEAD[1] {
                Mode::Warm { commands: 1_000 }
            } else {
                Mode::Fresh
            };
            let sandbox = |plugin: &Plugin| {
                let ports: Ports = (storage.clone(), messaging.clone(), http.clone());
                connected(plugin, ports, &clock, &merchant, mode)
            };
            if TURNS.contains(&place) {
                Box::new(Turns {
                    released: sandbox(released()),
                    present: sandbox(plugin()),
                    released_is_next: place == TURNS[0],
                })
            } else if place == RELEASED {
                Box::new(sandbox(released()))
            } else if AHEAD.contains(&place) {
                Box::new(Twice(sandbox(plugin())))
            } else {
                Box::new(sandbox(plugin()))
            }
        };
        Self {
            subject,
            clock,
            storage,
            merchant,
            messaging,
            http,
            _folder: folder,
        }
    }
}

/// A sandbox of a merchant on a store and a clock.
pub fn sandbox(
    storage: Arc<dyn Storage>,
    messaging: Arc<dyn Messaging>,
    clock: &Manual,
    merchant: &Merchant,
    mode: Mode,
) -> Sandbox {
    let ports: Ports = (storage, messaging, Arc::new(Denied));
    connected(plugin(), ports, clock, merchant, mode)
}

/// The same with a network.
fn connected(
    plugin: &Plugin,
    (storage, messaging, http): Ports,
    clock: &Manual,
    merchant: &Merchant,
    mode: Mode,
) -> Sandbox {
    let log = Arc::new(Collected::default());
    let host = Host {
        storage,
        clock: Arc::new(clock.clone()),
        messaging,
        http,
        log,
    };
    let limits = Arc::new(Limits::default());
    Sandbox::new(
        plugin.clone(),
        Arc::new(host),
        merchant.clone(),
        limits,
        mode,
    )
}

impl Stage for Bench {
    fn subject(&mut self) -> &mut dyn Subject {
        self.subject.as_mut()
    }

    fn answer(&mut self, channel: Channel, outcome: Outcome) {
        self.messaging.answer(channel, outcome);
    }

    fn sent(&mut self) -> Vec<Message> {
        self.messaging.take()
    }

    fn script(&mut self, exchanges: Vec<Exchange>) {
        self.http.add(exchanges);
    }

    fn traffic(&mut self) -> Option<Traffic> {
        Some(self.http.take())
    }

    fn set_clock(&mut self, now: DateTime<Utc>) {
        let seconds = u64::try_from(now.timestamp()).expect("after 1970");
        self.clock.set(Instant {
            seconds,
            nanoseconds: now.timestamp_subsec_nanos(),
        });
    }

    fn stored(&mut self) -> Result<Option<Records>, StoredError> {
        let mut records = Records::new();
        let mut start = "\u{1}".to_owned();
        loop {
            let range = Range {
                start,
                end: "\u{10ffff}".to_owned(),
                limit: 1_000,
                backward: false,
            };
            let rows = self.storage.scan(&self.merchant, &range)?;
            let Some(last) = rows.last() else {
                return Ok(Some(records));
            };
            start = format!("{}\u{1}", last.key);
            records.extend(rows.into_iter().map(|row| (row.key, row.value)));
        }
    }
}

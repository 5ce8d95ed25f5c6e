//! A server from its start to its end.

use super::access::AccessLog;
use super::api::Rates;
use super::aside::waiting;
use super::backups::{self, Backups};
use super::body;
use super::documents::Documents;
use super::events::{Counter, Incoming};
use super::listen::serve;
use super::metrics::Metrics;
use super::operator::{self, Guard};
use super::routes::{Shared, State, router};
use super::settings::Settings;
use super::shops::Shops;
use super::ticker::{Ticker, Ticks, tick};
use super::traces::Traces;
use super::turns::Turns;
use super::unsubscribe::{Seal, link};
use super::watch::keep_looking;
use super::workers::Workers;
use crate::capabilities::Merchant;
use crate::capabilities::clock::Clock;
use crate::capabilities::http::Http;
use crate::capabilities::logging::LogSink;
use crate::capabilities::messaging::ChannelsError;
use crate::capabilities::storage::Storage;
use crate::events::nats::feed;
use crate::keys::{Keys, KeysError};
use crate::merchants::RegisterError;
use crate::plugin::Plugin;
use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::runtime;
use tokio::sync::{Semaphore, watch};
use tokio::time::{Instant, timeout_at};

/// Threads that serve connections. They hand on and wait; the work is the workers'.
const THREADS: usize = 2;

/// Requests whose reports wait to be looked at again, at most.
const WAITING: usize = 1_000;

/// Connections of the operator's address at once.
const OPERATORS: usize = 16;

/// Threads on which a backup is made, or is asked for while one is being made.
const BACKUPS: usize = 2;

/// How long what runs on other threads may go on after the last connection has ended.
const LAST: Duration = Duration::from_secs(10);

/// What a server works with, beside its settings.
#[derive(Clone)]
pub struct Parts {
    /// The plugins that it runs.
    pub components: Components,
    /// Where the merchants' records are.
    pub storage: Arc<dyn Storage>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Other parties' servers, for the plugin.
    pub http: Arc<dyn Http>,
    /// Where lines for the operator go.
    pub log: Arc<dyn LogSink>,
    /// Where a line for each request goes.
    pub access: Arc<dyn AccessLog>,
}

/// The plugins that merchants run by.
#[derive(Clone)]
pub struct Components {
    /// Of merchants that the register gives no other.
    pub usual: Plugin,
    /// Further ones, by the names under which the register gives them.
    pub named: BTreeMap<String, Plugin>,
}

impl From<Plugin> for Components {
    /// This one for all.
    fn from(usual: Plugin) -> Self {
        Self {
            usual,
            named: BTreeMap::new(),
        }
    }
}

/// Why a server can't start.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// A settings file of messages is wrong.
    #[error("the settings of messages: {0}")]
    Settings(ChannelsError),
    /// A merchant's settings of messages don't name it.
    #[error("{} has no table merchants.{merchant}", .file.display())]
    NoProviders {
        /// The file.
        file: PathBuf,
        /// The merchant.
        merchant: Merchant,
    },
    /// The register of merchants.
    #[error("the register of merchants: {0}")]
    Register(RegisterError),
    /// The file of API keys is wrong.
    #[error("the API keys: {0}")]
    Keys(KeysError),
    /// Events may not call a function that the settings name.
    #[error("events.functions: the component has no function {0}, or it takes no idempotency key")]
    Events(String),
    /// Other settings lack a component by which a merchant runs.
    #[error(
        "components has no {name} any more, by which {merchant} runs: give it another one first"
    )]
    InUse {
        /// Who runs by it.
        merchant: Merchant,
        /// Its name.
        name: String,
    },
    /// The address is taken, or isn't this machine's.
    #[error("can't listen on {address}: {error}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        error: io::Error,
    },
    /// Traces can't be sent.
    #[error("the traces: {0}")]
    Traces(String),
    /// The system gives no threads.
    #[error("can't start the server: {0}")]
    System(io::Error),
}

/// A server that runs. Dropping it stops it without waiting for what is under way.
pub struct Server {
    settings: Settings,
    parts: Parts,
    shared: Shared,
    address: SocketAddr,
    operators: Option<SocketAddr>,
    links: Option<(Seal, String)>,
    stop: watch::Sender<bool>,
    thread: JoinHandle<()>,
}

impl Server {
    /// Listens, and serves on threads of its own.
    ///
    /// # Errors
    /// [`ServerError`].
    pub fn start(settings: &Settings, parts: Parts) -> Result<Self, ServerError> {
        let bounds = settings.bounds.clone();
        let (clock, log, access) = (parts.clock.clone(), parts.log.clone(), parts.access.clone());
        let metrics = Arc::new(Metrics::new());
        let backups = Backups::new(settings.backup.clone(), &parts, metrics.clone());
        let backups = Arc::new(backups);
        let traces =
            Traces::start(settings.traces.as_ref(), &metrics).map_err(ServerError::Traces)?;
        let shops = Arc::new(Shops::open(settings, &parts, metrics.clone())?);
        let ticker = Arc::new(Ticker::new(&shops, clock.clone()));
        let turns = Turns::new(shops.storage());
        let turns = turns.ok_or_else(|| ServerError::System(io::ErrorKind::Other.into()))?;
        let ticks = settings.ticking.then(|| Ticks {
            ticker: ticker.clone(),
            turns,
            shops: shops.clone(),
            log: log.clone(),
            metrics: metrics.clone(),
            traces: traces.clone(),
            threads: bounds.ticks,
        });
        let slots = Arc::new(Semaphore::new(bounds.connections));
        if let Some(name) = settings.unfit_for_events(&shops.components().usual) {
            return Err(ServerError::Events(name.to_owned()));
        }
        let (events, feeding) = Incoming::new(&settings.events, &bounds);
        let state = State {
            shops,
            ticker,
            keys: Keys::open(&settings.api_keys).map_err(ServerError::Keys)?,
            backups: backups.clone(),
            guard: Guard::new(settings.operator_key.as_ref()),
            rates: Rates::new(bounds.per_second),
            documents: Documents::default(),
            workers: Workers::new(bounds.workers, bounds.wait),
            bounds: bounds.clone(),
            waiting: Arc::new(Semaphore::new(WAITING)),
            strangers: Semaphore::new(body::TURNS),
            events,
            seal: settings.seal.clone(),
            clock,
            log,
            access,
            metrics,
            traces: traces.clone(),
            slots: slots.clone(),
        };
        let (listener, address) = bind(settings.listen)?;
        let operator = settings.operator.map(bind).transpose()?;
        let runtime = runtime::Builder::new_multi_thread()
            .worker_threads(THREADS)
            // One more looks up the names of hosts.
            .max_blocking_threads(
                Workers::threads(bounds.workers)
                    + bounds.ticks
                    + waiting(bounds.ticks)
                    + BACKUPS
                    + 1,
            )
            .thread_name("server")
            .enable_all()
            .build()
            .map_err(ServerError::System)?;
        let within = runtime.enter();
        let joined = |(listener, address): (TcpListener, SocketAddr)| {
            let refused = |error| ServerError::Listen { address, error };
            tokio::net::TcpListener::from_std(listener).map_err(refused)
        };
        let operators = operator.as_ref().map(|(_, address)| *address);
        let (listener, operator) = (
            joined((listener, address))?,
            operator.map(joined).transpose()?,
        );
        drop(within);
        let (stop, stopped) = watch::channel(false);
        let state = Arc::new(state);
        let (router, figures) = (router(state.clone()), operator::router(state.clone()));
        let shared = state.clone();
        let desk = Arc::new(Counter(state.clone()));
        let thread = std::thread::Builder::new().name("server".to_owned());
        let thread = thread.spawn(move || {
            runtime.block_on(async {
                let (shops, ticker) = (state.shops.clone(), state.ticker.clone());
                let looking = keep_looking(shops, ticker, state.log.clone(), stopped.clone());
                let looking = tokio::spawn(looking);
                let ticking = ticks.map(|ticks| tokio::spawn(tick(ticks, stopped.clone())));
                let keeping = tokio::spawn(backups::keep(backups, stopped.clone()));
                let feeding = feeding.map(|from| tokio::spawn(feed(from, desk, stopped.clone())));
                let (last, mut told) = (bounds.shutdown, stopped.clone());
                let end = tokio::spawn(async move {
                    // Whoever could say so is gone with the server.
                    let _ = told.wait_for(|stopped| *stopped).await;
                    Instant::now() + last
                });
                let figures = operator.map(|listener| {
                    let slots = Arc::new(Semaphore::new(OPERATORS));
                    let served = serve(listener, figures, bounds.clone(), slots, stopped.clone());
                    tokio::spawn(served)
                });
                serve(listener, router, bounds, slots, stopped).await;
                let end = end.await.unwrap_or_else(|_| Instant::now());
                let _ = timeout_at(end, looking).await;
                if let Some(figures) = figures {
                    let _ = timeout_at(end, figures).await;
                }
                let _ = timeout_at(end, keeping).await;
                if let Some(feeding) = feeding {
                    // An event that goes on longer comes again.
                    let _ = timeout_at(end, feeding).await;
                }
                // Commands whose callers are gone.
                state.workers.end(end).await;
                if let Some(ticking) = ticking {
                    // A tick that goes on longer is found unfinished by the next one.
                    let _ = timeout_at(end, ticking).await;
                }
            });
            runtime.shutdown_timeout(LAST);
            traces.stop();
        });
        Ok(Self {
            settings: settings.clone(),
            parts,
            shared,
            address,
            operators,
            links: settings.links(),
            stop,
            thread: thread.map_err(ServerError::System)?,
        })
    }

    /// Goes by other settings, components and ways to other parties from now on: who is served, by which providers and component,
    /// and how many commands a merchant may have at once. What is under way comes to its end as it began. Answers the members
    /// of the settings that differ and that only a new start brings in.
    ///
    /// # Errors
    /// [`ServerError`] for what is wrong with the settings; then everything goes on as before.
    pub fn reload(
        &mut self,
        settings: &Settings,
        components: Components,
        http: Arc<dyn Http>,
    ) -> Result<Vec<&'static str>, ServerError> {
        if let Some(name) = settings.unfit_for_events(&components.usual) {
            return Err(ServerError::Events(name.to_owned()));
        }
        let held = self.settings.fixed_members_unlike(settings);
        // Links in mail are opened with what they were sealed with.
        let settings = Settings {
            public_url: self.settings.public_url.clone(),
            seal: self.settings.seal.clone(),
            ..settings.clone()
        };
        let parts = Parts {
            components,
            http,
            ..self.parts.clone()
        };
        let shared = &self.shared;
        (shared.shops).renew(&settings, &parts, shared.metrics.clone())?;
        shared.documents.forget();
        shared.ticker.keep(&shared.shops, &shared.shops.merchants());
        self.parts = parts;
        Ok(held)
    }

    /// Where it listens; with port 0 in the settings the system chose one.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where the operator's figures are, if the settings say so.
    #[must_use]
    pub fn operator_address(&self) -> Option<SocketAddr> {
        self.operators
    }

    /// The link by which a member unsubscribes from a kind of notices by a channel, both as the interface `notices` names
    /// them, for mail that an embedder sends by itself. None without a secret in the settings, and for an unknown kind.
    #[must_use]
    pub fn unsubscribe_link(
        &self,
        merchant: &Merchant,
        member: &str,
        kind: &str,
        channel: &str,
    ) -> Option<String> {
        let (seal, public) = self.links.as_ref()?;
        link(seal, public, merchant, member, kind, channel)
    }

    /// Takes no more connections, lets what is under way come to its end, and ends. False where something was cut off or
    /// a thread was lost.
    #[must_use]
    pub fn stop(self) -> bool {
        // Where nobody listens any more it has ended already.
        let _ = self.stop.send(true);
        self.thread.join().is_ok()
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("address", &self.address)
            .field("operators", &self.operators)
            .finish_non_exhaustive()
    }
}

/// Takes an address.
fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), ServerError> {
    let refused = |error| ServerError::Listen { address, error };
    let listener = TcpListener::bind(address).map_err(refused)?;
    listener.set_nonblocking(true).map_err(refused)?;
    let taken = listener.local_addr().map_err(refused)?;
    Ok((listener, taken))
}

//! Connections to the server: a pool of them, served by two threads of their own, so that whoever asks may be on any thread.

use super::failure::lost;
use super::login::Login;
use super::schema;
use crate::capabilities::messaging::{SecretError, SecretPlace};
use crate::capabilities::storage::Error;
use crate::capabilities::tls;
use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod, Runtime as Kind};
use std::fmt;
use std::path::PathBuf;
use std::sync::mpsc::sync_channel;
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio_postgres::Config;
use tokio_postgres::config::Host;
use tokio_postgres_rustls::MakeRustlsConnect;

/// How long a call may wait for a connection that is free, and a new connection for the server.
const CONNECT: Duration = Duration::from_secs(5);

/// How long a call may take in all: the wait for a connection, twice where one turned out to be closed, and a statement, which the
/// server gives up after 20 seconds.
const CALL: Duration = Duration::from_secs(32);

/// How long what must not wait may take.
const BRIEF: Duration = Duration::from_secs(3);

/// Connections for what must not wait for commands.
const ASIDE: usize = 2;

/// How long a server that is not there any more goes unnoticed.
const SILENCE: Duration = Duration::from_secs(15);

/// What the session is like. The plans of the few statements must not follow the tables' statistics: each of them finds its rows
/// by a key.
const OPTIONS: &str = "-c statement_timeout=20s -c idle_in_transaction_session_timeout=20s -c plan_cache_mode=force_generic_plan \
     -c enable_hashjoin=off -c enable_mergejoin=off -c enable_seqscan=off -c synchronous_commit=on";

/// Where the database is, and how it is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `postgres://user@host:5432/database?sslmode=require`, without a password; `host=/folder` in the query names a socket.
    /// `sslmode` is `disable`, `prefer` (the default) or `require`; a certificate that is shown is always looked at.
    pub url: String,
    /// Where the password is, which is read for every connection; none: the server asks for none.
    pub password: Option<SecretPlace>,
    /// Authorities in PEM to trust beside the system's.
    pub authorities: Option<PathBuf>,
    /// Connections, 1 or more, that calls share; further calls wait. Default: 16.
    pub connections: usize,
}

impl Settings {
    /// The usual ones, for a database.
    #[must_use]
    pub fn new(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            password: None,
            authorities: None,
            connections: 16,
        }
    }
}

impl fmt::Display for Settings {
    /// Where it is, without what else the address holds: somebody may have put a password there.
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told = self.url.parse::<Config>().ok();
        let Some(config) = told.filter(|config| config.get_password().is_none()) else {
            return to.write_str("the PostgreSQL database");
        };
        let hosts = config.get_hosts().iter().map(|host| match host {
            Host::Tcp(name) => name.clone(),
            Host::Unix(folder) => folder.display().to_string(),
        });
        let hosts: Vec<String> = hosts.collect();
        let database = config.get_dbname().unwrap_or_default();
        write!(to, "{database} on {}", hosts.join(", "))
    }
}

/// Why a database can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address can't be read, or holds a password.
    #[error("the address of the database: {0}")]
    Address(String),
    /// The password can't be had.
    #[error("the password of the database: {0}")]
    Password(#[from] SecretError),
    /// No authorities can be trusted.
    #[error("TLS towards the database: {0}")]
    Tls(String),
    /// The server can't be reached, or lets nobody in.
    #[error("the database can't be reached: {0}")]
    Unreachable(String),
    /// The tables can't be made or read.
    #[error("the tables can't be made or read: {0}")]
    Tables(String),
    /// Another version of this program made the tables.
    #[error(
        "the tables are of format {0}, and this program knows format {known}: use the program that made them",
        known = schema::FORMAT
    )]
    Format(i32),
    /// The system gave no thread.
    #[error("no threads for the database: {0}")]
    Threads(std::io::Error),
}

/// The pool, and what serves it.
#[derive(Debug)]
pub(super) struct Connections {
    pool: Pool,
    aside: Pool,
    /// Taken when this is dropped.
    runtime: Option<Runtime>,
}

impl Connections {
    /// Connects, and sees to the tables.
    pub(super) fn open(settings: &Settings) -> Result<Self, OpenError> {
        let (aside, pool) = (
            pool(settings, ASIDE)?,
            pool(settings, settings.connections)?,
        );
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("postgres")
            .enable_all()
            .build()
            .map_err(OpenError::Threads)?;
        let this = Self {
            pool,
            aside,
            runtime: Some(runtime),
        };
        let ready = schema::ready(this.pool());
        let late = || OpenError::Unreachable("no answer within ten seconds".to_owned());
        this.within(CONNECT.saturating_mul(2), ready)
            .unwrap_or_else(|| Err(late()))?;
        Ok(this)
    }

    /// The pool: a handle.
    pub(super) fn pool(&self) -> Pool {
        self.pool.clone()
    }

    /// The pool of what must not wait for commands.
    pub(super) fn aside(&self) -> Pool {
        self.aside.clone()
    }

    /// Has this done beside all else, until the database is closed.
    pub(super) fn begin(&self, work: impl Future<Output = ()> + Send + 'static) {
        if let Some(runtime) = &self.runtime {
            runtime.spawn(work);
        }
    }

    /// Waits for what this comes to.
    pub(super) fn wait<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> Result<T, Error> {
        let late = || Error::Unavailable("the database gave no answer in time".to_owned());
        self.within(CALL, work).unwrap_or_else(|| Err(late()))
    }

    /// The same of what must not take long.
    pub(super) fn wait_briefly<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> Result<T, Error> {
        let late = || Error::Unavailable("the database gave no answer at once".to_owned());
        self.within(BRIEF, work).unwrap_or_else(|| Err(late()))
    }

    /// What this comes to in so long; none: it took longer.
    fn within<T: Send + 'static>(
        &self,
        time: Duration,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Option<T> {
        let (send, receive) = sync_channel(1);
        self.begin(async move {
            // Whoever waited for it may be gone.
            let _ = send.send(tokio::time::timeout(time, work).await.ok());
        });
        receive.recv().ok().flatten()
    }
}

impl Drop for Connections {
    fn drop(&mut self) {
        // Not here: this may be a thread that must not wait.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

fn pool(settings: &Settings, connections: usize) -> Result<Pool, OpenError> {
    let parsed: Result<Config, _> = settings.url.parse();
    // The error may show a part of the text, and so of a password that should not be there.
    let mut config = parsed.map_err(|_| {
        OpenError::Address("it is none such as postgres://user@host:5432/database".to_owned())
    })?;
    if config.get_password().is_some() {
        let told = "it holds a password, which belongs into a file or the environment";
        return Err(OpenError::Address(told.to_owned()));
    }
    let options = config.get_options().unwrap_or_default();
    config.options([options, OPTIONS].join(" "));
    config.application_name("stampcard");
    config.connect_timeout(CONNECT);
    config.keepalives_idle(SILENCE);
    config.tcp_user_timeout(SILENCE);
    let pem = settings.authorities.as_ref().map(std::fs::read).transpose();
    let pem = pem.map_err(|error| OpenError::Tls(error.to_string()))?;
    let tls = tls::client(pem.as_deref()).map_err(OpenError::Tls)?;
    let recycling_method = RecyclingMethod::Fast;
    let manager = ManagerConfig { recycling_method };
    let login = Login::new(MakeRustlsConnect::new(tls), settings.password.as_ref())?;
    let manager = Manager::from_connect(config, login, manager);
    let built = Pool::builder(manager)
        .max_size(connections.max(1))
        .runtime(Kind::Tokio1)
        .wait_timeout(Some(CONNECT))
        .create_timeout(Some(CONNECT))
        .recycle_timeout(Some(CONNECT))
        .build();
    built.map_err(|error| OpenError::Address(error.to_string()))
}

/// A connection that is free.
pub(super) async fn client(pool: &Pool) -> Result<deadpool_postgres::Object, Error> {
    pool.get().await.map_err(|error| lost(&error))
}

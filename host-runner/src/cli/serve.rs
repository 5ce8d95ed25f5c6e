//! The command `serve`.

use super::common::{self, components};
use anyhow::Context;
use clap::Args;
use stampcard::capabilities::clock::System;
use stampcard::capabilities::http::Client;
use stampcard::capabilities::logging::{LogSink, Stderr};
use stampcard::capabilities::storage::Place;
use stampcard::engine::{self, Engine};
use stampcard::server::{Asked, Parts, Server, Settings, Signals, StdoutAccess};
use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// Serve merchants by HTTP: every function, events and reports that come in; tick them and tell figures.
///
/// Whoever has an API key calls `POST /v1/INTERFACE/FUNCTION` for its merchant, and `GET /openapi.json` describes all functions.
/// Events of the platform come as signed webhooks or over NATS, providers report what became of messages, and members unsubscribe
/// with one click. Each merchant is ticked when it has something to do. On the operator's own address are figures for monitoring,
/// and whoever has its key sets up merchants and backups there.
///
/// Runs until it is interrupted or terminated, and lets what is under way come to its end. A line of JSON for each request
/// goes to standard output, lines for the operator to standard error. SIGHUP has it read the settings again. TLS is a reverse
/// proxy's matter.
#[derive(Debug, Args)]
#[command(after_help = r#"Examples:
  stampcard serve --config stampcard.toml
  stampcard keys --config stampcard.toml create --merchant tea-house --role administrator --name "checkout"
      Makes the API key by which the platform calls functions for a merchant.
  stampcard doctor --config stampcard.toml
      Says beforehand what would go wrong.

Example of a settings file (docs/server.md has all members):
  listen = "127.0.0.1:8080"
  operator = "127.0.0.1:9464"
  operator-key-file = "secrets/operator"
  public-url = "https://points.tea.example"
  database = "stampcard.db"
  messaging = "messaging.toml"
  unsubscribe = { secret-file = "secrets/unsubscribe" }
  [merchants.tea-house]"#)]
pub(super) struct Serve {
    /// The settings file
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Listen here, whatever the file says; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
}

impl Serve {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let mut signals = Signals::new().context("can't catch signals")?;
        let file = self.config.display().to_string();
        let mut settings = Settings::read(&self.config).with_context(|| file.clone())?;
        if let Some(listen) = self.listen {
            settings.listen = listen;
        }
        if let Place::File(file) = &settings.database {
            common::make_folder_of(file)?;
        }
        let storage = settings.database.open();
        let storage = storage.with_context(|| settings.database.to_string())?;
        let log: Arc<dyn LogSink> = Arc::new(Stderr::default());
        let engine = Engine::new(&engine::Settings::default())?;
        let parts = Parts {
            components: components(&settings, &engine)?,
            storage,
            clock: Arc::new(System),
            http: Arc::new(network(&settings, log.clone())?),
            log: log.clone(),
            access: Arc::new(StdoutAccess),
        };
        let mut server = Server::start(&settings, parts).with_context(|| file)?;
        say(&format!("listening on http://{}", server.address()));
        while signals.wait().context("can't wait for signals")? == Asked::Reload {
            let told = match self.reload(&mut server, &engine, &log) {
                Ok(held) if held.is_empty() => "the settings were read again".to_owned(),
                Ok(held) => format!(
                    "the settings were read again; only a new start brings in {}",
                    held.join(", ")
                ),
                Err(error) => format!("the settings stay as they were: {error:#}"),
            };
            say(&told);
        }
        say("stopping");
        anyhow::ensure!(server.stop(), "the server's thread was lost");
        Ok(ExitCode::SUCCESS)
    }

    /// Has the server go by the file as it is now; answers what only a new start brings in.
    fn reload(
        &self,
        server: &mut Server,
        engine: &Engine,
        log: &Arc<dyn LogSink>,
    ) -> anyhow::Result<Vec<&'static str>> {
        let mut settings = Settings::read(&self.config)?;
        if let Some(listen) = self.listen {
            settings.listen = listen;
        }
        let components = components(&settings, engine)?;
        let http = Arc::new(network(&settings, log.clone())?);
        Ok(server.reload(&settings, components, http)?)
    }
}

/// Tells the operator. The server goes on where nobody listens.
fn say(told: &str) {
    drop(writeln!(std::io::stderr(), "{told}"));
}

/// What each merchant's requests may reach: by its own file of providers, or by the common one.
fn network(settings: &Settings, log: Arc<dyn LogSink>) -> anyhow::Result<Client> {
    let mut client = Client::new(log);
    let own = settings.merchants.iter();
    let own = own.filter_map(|(merchant, own)| Some((own.messaging.as_deref()?, Some(merchant))));
    let common = settings.messaging.iter().map(|file| (file.as_path(), None));
    for (file, only) in common.chain(own) {
        let read = client.add(file, only);
        read.with_context(|| format!("{}: requests over HTTP", file.display()))?;
    }
    Ok(client)
}

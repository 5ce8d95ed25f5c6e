//! The command `call`.

use super::common::{Component, Database};
use super::messages::Messages;
use super::shop;
use anyhow::{Context, anyhow, bail};
use chrono::{DateTime, Utc};
use clap::Args;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use stampcard::call::{Answer, Call as PluginCall, CallError, Cost, Execution, Subject};
use stampcard::capabilities::Merchant;
use stampcard::capabilities::clock::{Clock, Manual, System};
use stampcard::capabilities::logging::Stderr;
use stampcard::json::Distinct;
use stampcard::limits::Limits;
use stampcard::sandbox::{Host, Mode, Sandbox};
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// Call one function of the plugin for one merchant and print its answer as JSON.
///
/// Exits with 0 for an answer and with 1 when the plugin refused; its error is printed as JSON too.
/// Messages that a tick sends become files in the folder `messages` beside the database; mail goes to a
/// server instead if --smtp names one, and all of them to the providers of a settings file with --messaging.
/// `stampcard inspect` lists the functions.
#[derive(Debug, Args)]
#[command(after_help = r#"Examples:
  stampcard call points.report-registration --merchant tea-house --config tea-house.json \
      --key signup-m1 --with '{"member": "m1"}'
      Puts the merchant's rules in force, unless they are already, and rewards a registration once.
  stampcard call points.balance --merchant tea-house --with '{"member": "m1"}' \
      --at 2027-01-01T00:00:00Z --cost
      The account as it will stand on New Year's Day, and what the call took.
  stampcard call upkeep.tick --merchant tea-house --with '{}' \
      --smtp mail.tea.example --smtp-from "Tea House <points@tea.example>" \
      --smtp-user points --smtp-password-env MAIL_PASSWORD
      Does what is due, and hands mail to a server by STARTTLS with a login."#)]
pub(super) struct Call {
    /// Interface and function, such as points.balance
    function: String,
    /// The merchant it is for
    #[arg(long, value_name = "ID", default_value = "default")]
    merchant: Merchant,
    #[command(flatten)]
    database: Database,
    /// The merchant's document, put in force first if another one is (or none)
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The request
    #[arg(long, value_name = "JSON", conflicts_with = "with_file")]
    with: Option<String>,
    /// A file with the request; - reads standard input
    #[arg(long, value_name = "FILE")]
    with_file: Option<PathBuf>,
    /// The idempotency key, for functions that change something
    #[arg(long, value_name = "KEY", conflicts_with = "dry_run")]
    key: Option<String>,
    /// Answer what would happen, and store nothing
    #[arg(long)]
    dry_run: bool,
    /// The instant that the plugin takes for now, such as 2026-11-22T04:00:00Z
    #[arg(long, value_name = "INSTANT")]
    at: Option<DateTime<Utc>>,
    #[command(flatten)]
    component: Component,
    /// Print to standard error what the call cost
    #[arg(long)]
    cost: bool,
    #[command(flatten)]
    messages: Messages,
}

impl Call {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let request = self.request()?;
        let mut sandbox = self.sandbox()?;
        if let Some(file) = &self.config {
            let document = std::fs::read_to_string(file)
                .with_context(|| format!("can't read the document {}", file.display()))?;
            if let Err(refusal) = configure(&mut sandbox, document)? {
                return print(&Err(refusal));
            }
        }
        let answer = sandbox.call(&PluginCall {
            function: self.function,
            execution: match self.key {
                Some(key) => Some(Execution::Commit(key)),
                None => self.dry_run.then_some(Execution::DryRun),
            },
            request,
        });
        let Answer { result, cost } = answer.map_err(|error| match error {
            CallError::Shape { path, problem } if path.is_empty() => anyhow!(problem),
            other => other.into(),
        })?;
        if let Some(cost) = cost.filter(|_| self.cost) {
            print_cost(&cost)?;
        }
        print(&result)
    }

    fn request(&self) -> anyhow::Result<Option<Value>> {
        let text = match (&self.with, &self.with_file) {
            (Some(text), _) => text.clone(),
            (None, Some(file)) if file.as_os_str() == "-" => {
                let mut text = String::new();
                std::io::stdin().read_to_string(&mut text)?;
                text
            }
            (None, Some(file)) => std::fs::read_to_string(file)
                .with_context(|| format!("can't read the request {}", file.display()))?,
            (None, None) => return Ok(None),
        };
        let request: Distinct = serde_json::from_str(&text).context("the request is not JSON")?;
        Ok(Some(request.value()?))
    }

    fn sandbox(&self) -> anyhow::Result<Sandbox> {
        let (storage, folder) = self.database.open()?;
        let log = Arc::new(Stderr::default());
        let clock: Arc<dyn Clock> = match self.at {
            None => Arc::new(System),
            Some(at) => Arc::new(Manual::new(shop::instant(at)?)),
        };
        let folder = folder.join("messages");
        let (messaging, sending) =
            self.messages
                .backend(&self.merchant, &folder, clock.clone(), log.clone())?;
        let (http, asking) = self.messages.network(&self.merchant, log.clone())?;
        let mut limits = Limits::default();
        let waiting = sending.saturating_add(asking);
        limits.deadline = limits.deadline.saturating_add(waiting);
        let host = Host {
            storage,
            clock,
            messaging,
            http,
            log,
        };
        Ok(Sandbox::new(
            self.component.load()?,
            Arc::new(host),
            self.merchant.clone(),
            Arc::new(limits),
            Mode::Fresh,
        ))
    }
}

/// Puts the document in force unless it is. The refusal of the document is an error of the inner kind.
fn configure(sandbox: &mut Sandbox, document: String) -> anyhow::Result<Result<(), Value>> {
    let current = sandbox.call(&PluginCall {
        function: "merchant.current".to_owned(),
        execution: None,
        request: None,
    })?;
    let number = match &current.result {
        Ok(applied) if applied.get("document").and_then(Value::as_str) == Some(&document) => {
            return Ok(Ok(()));
        }
        Ok(applied) => match applied.get("number").and_then(Value::as_u64) {
            Some(number) => number,
            None => bail!("merchant.current answered without a number"),
        },
        Err(refusal) if refusal == "not-configured" => 0,
        Err(refusal) => return Ok(Err(refusal.clone())),
    };
    // The number lets a document come back after another one; the digest makes a repeat harmless.
    let digest: String = Sha256::digest(document.as_bytes())
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let applied = sandbox.call(&PluginCall {
        function: "merchant.apply".to_owned(),
        execution: Some(Execution::Commit(format!(
            "configuration-{number}-{digest}"
        ))),
        request: Some(json!({ "document": document })),
    })?;
    Ok(applied.result.map(drop))
}

fn print(result: &Result<Value, Value>) -> anyhow::Result<ExitCode> {
    let mut out = std::io::stdout().lock();
    let (value, code) = match result {
        Ok(value) => (value, ExitCode::SUCCESS),
        Err(value) => (value, ExitCode::FAILURE),
    };
    serde_json::to_writer_pretty(&mut out, value)?;
    writeln!(out)?;
    Ok(code)
}

fn print_cost(cost: &Cost) -> std::io::Result<()> {
    writeln!(
        std::io::stderr(),
        "fuel {}, memory {} KiB, capability calls {}, time {} µs",
        cost.fuel,
        cost.memory / 1024,
        cost.capability_calls,
        cost.time.as_micros()
    )
}

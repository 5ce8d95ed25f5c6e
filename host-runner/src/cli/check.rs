//! The command `check`.

use super::common::Component;
use anyhow::{Context, anyhow, bail};
use clap::Args;
use serde_json::{Deserializer, Value, json};
use stampcard::call::{Call, CallError, Subject};
use stampcard::capabilities::clock::System;
use stampcard::capabilities::http::Denied;
use stampcard::capabilities::logging::Stderr;
use stampcard::capabilities::messaging::Simulated;
use stampcard::capabilities::storage::Memory;
use stampcard::limits::Limits;
use stampcard::sandbox::{Host, Mode, Sandbox};
use std::io::{self, BufWriter, Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// Questions of one call of the plugin.
const BATCH: usize = 1_000;

/// Ask the policy which messages may go. Nothing is sent or stored.
///
/// Takes questions as `policy.check` does, in a JSON list or one a line, as many as there are, and prints a verdict for each
/// in their order, as JSON lines. Exits with 0 if nothing was denied, with 1 if something was, and with 2 if the questions
/// could not be answered.
#[derive(Debug, Args)]
#[command(after_help = r#"Examples:
  stampcard check questions.jsonl --zone Asia/Taipei --table
      The strict rules alone, for people to read.
  echo '{"purpose": "shipped", "channel": "line-notification", "at": "2026-11-20T04:00:00Z", "facts": []}' \
      | stampcard check --document tea-house.json
      By the zone and the section "policy" of a merchant's document."#)]
pub(super) struct Check {
    /// A file with the questions; - reads standard input
    #[arg(value_name = "FILE", default_value = "-")]
    file: PathBuf,
    /// The IANA zone of local dates and times
    #[arg(long, value_name = "ZONE", required_unless_present = "document")]
    zone: Option<String>,
    /// A merchant's document, whose zone and policy are taken
    #[arg(long, value_name = "FILE")]
    document: Option<PathBuf>,
    /// Leave out the rules that were looked at
    #[arg(long)]
    brief: bool,
    /// Print lines for people
    #[arg(long, conflicts_with = "brief")]
    table: bool,
    #[command(flatten)]
    component: Component,
}

impl Check {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let questions = self.questions()?;
        let (zone, settings) = self.rules()?;
        let mut sandbox = self.sandbox()?;
        let mut out = BufWriter::new(io::stdout().lock());
        let mut denied = false;
        for (nth, batch) in questions.chunks(BATCH).enumerate() {
            let first = nth * BATCH;
            let answer = sandbox.call(&Call {
                function: "policy.check".to_owned(),
                execution: None,
                request: Some(json!({
                    "questions": batch, "zone": zone, "settings": settings, "brief": self.brief,
                })),
            });
            let answer = answer.map_err(|error| match error {
                CallError::Shape { path, problem } => {
                    anyhow!("{}: {problem}", placed(&path, first))
                }
                other => other.into(),
            })?;
            let verdicts = match &answer.result {
                Ok(Value::Array(verdicts)) => verdicts,
                Ok(_) => bail!("policy.check answered without a list"),
                Err(refusal) => bail!("{}", told(refusal, first)),
            };
            for (place, (question, verdict)) in batch.iter().zip(verdicts).enumerate() {
                denied |= text(verdict, "decision") == "deny";
                if self.table {
                    line(&mut out, first + place, question, verdict)?;
                } else {
                    serde_json::to_writer(&mut out, verdict)?;
                    writeln!(out)?;
                }
            }
        }
        out.flush()?;
        Ok(ExitCode::from(u8::from(denied)))
    }

    fn questions(&self) -> anyhow::Result<Vec<Value>> {
        let text = if self.file.as_os_str() == "-" {
            let mut text = String::new();
            io::stdin().read_to_string(&mut text)?;
            text
        } else {
            std::fs::read_to_string(&self.file)
                .with_context(|| format!("can't read the questions {}", self.file.display()))?
        };
        let read: Result<Vec<Value>, _> = if text.trim_start().starts_with('[') {
            serde_json::from_str(&text)
        } else {
            Deserializer::from_str(&text).into_iter().collect()
        };
        let questions = read.context("the questions are neither a JSON list nor JSON lines")?;
        if questions.is_empty() {
            bail!("there are no questions");
        }
        Ok(questions)
    }

    /// The zone, and the section of the document as text; an empty one without a document.
    fn rules(&self) -> anyhow::Result<(Value, String)> {
        let Some(file) = &self.document else {
            return Ok((json!(self.zone), "{}".to_owned()));
        };
        let shown = file.display();
        let document = std::fs::read_to_string(file)
            .with_context(|| format!("can't read the document {shown}"))?;
        let document: Value = serde_json::from_str(&document)
            .with_context(|| format!("the document {shown} is not JSON"))?;
        let zone = match &self.zone {
            Some(zone) => json!(zone),
            None => document.get("zone").cloned().unwrap_or(Value::Null),
        };
        let policy = document.get("policy").filter(|policy| !policy.is_null());
        Ok((zone, policy.map_or("{}".to_owned(), Value::to_string)))
    }

    fn sandbox(&self) -> anyhow::Result<Sandbox> {
        let host = Host {
            storage: Arc::new(Memory::new()),
            clock: Arc::new(System),
            messaging: Arc::new(Simulated::default()),
            http: Arc::new(Denied),
            log: Arc::new(Stderr::default()),
        };
        Ok(Sandbox::new(
            self.component.load()?,
            Arc::new(host),
            "default".parse()?,
            Arc::new(Limits::default()),
            Mode::Fresh,
        ))
    }
}

/// A pointer into a batch as one into all questions.
fn placed(path: &str, first: usize) -> String {
    let Some(rest) = path.strip_prefix("/questions/") else {
        return path.to_owned();
    };
    let (place, field) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    match place.parse::<usize>() {
        Ok(place) => format!("/questions/{}{field}", place.saturating_add(first)),
        Err(_) => path.to_owned(),
    }
}

/// A refusal with each fault on a line.
fn told(refusal: &Value, first: usize) -> String {
    let faults = refusal.as_object().into_iter().flatten();
    let faults = faults.filter_map(|(case, faults)| Some((case, faults.as_array()?)));
    let lines = faults.flat_map(|(case, faults)| {
        let line = move |fault: &Value| {
            format!(
                "{case} at {}: found {}, permitted: {}",
                placed(text(fault, "path"), first),
                text(fault, "found"),
                text(fault, "permitted"),
            )
        };
        faults.iter().map(line)
    });
    let lines: Vec<String> = lines.collect();
    if lines.is_empty() {
        refusal.to_string()
    } else {
        lines.join("\n")
    }
}

fn line(out: &mut impl Write, place: usize, question: &Value, verdict: &Value) -> io::Result<()> {
    write!(
        out,
        "{place}  {} by {} at {}: {}",
        text(question, "purpose"),
        text(question, "channel"),
        text(question, "at"),
        text(verdict, "decision"),
    )?;
    if let Some(until) = verdict.get("until").and_then(Value::as_str) {
        write!(out, " until {until}")?;
    }
    writeln!(out)?;
    let steps = verdict.get("steps").and_then(Value::as_array);
    for step in steps.into_iter().flatten() {
        if text(step, "outcome") != "passed" {
            writeln!(
                out,
                "    {} {} ({}): {}",
                text(step, "rule"),
                text(step, "outcome"),
                text(step, "code"),
                text(step, "sentence"),
            )?;
        }
    }
    Ok(())
}

fn text<'v>(value: &'v Value, field: &str) -> &'v str {
    value.get(field).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::placed;

    #[test]
    fn places_count_over_batches() {
        assert_eq!(placed("/questions/7/at", 2_000), "/questions/2007/at");
        assert_eq!(placed("/questions/0", 1_000), "/questions/1000");
        assert_eq!(placed("/zone", 1_000), "/zone");
    }
}

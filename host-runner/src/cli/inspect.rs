//! The command `inspect`.

use super::common::Component;
use clap::Args;
use serde_json::json;
use stampcard::inspect::{Inspection, inspect};
use stampcard::limits::Limits;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::process::ExitCode;

/// Show what a component imports and exports, its sizes, and the limits it runs under.
///
/// A component that imports more than the documented interfaces, or lacks exports, is refused here as
/// everywhere, with their names.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  stampcard inspect
      The component that is built into this program.
  stampcard inspect --component candidate.wasm --json | jq .imports
      What a component from elsewhere would import.")]
pub(super) struct Inspect {
    #[command(flatten)]
    component: Component,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Inspect {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let inspection = inspect(&self.component.load()?);
        let mut out = io::stdout().lock();
        if self.json {
            let mut document = serde_json::to_value(&inspection)?;
            if let Some(fields) = document.as_object_mut() {
                fields.insert("limits".to_owned(), limits(&Limits::default()));
            }
            serde_json::to_writer_pretty(&mut out, &document)?;
            writeln!(out)?;
        } else {
            write(&mut out, &inspection, &Limits::default())?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn limits(limits: &Limits) -> serde_json::Value {
    json!({
        "fuel": limits.fuel,
        "memory": limits.memory,
        "deadline-ms": limits.deadline.as_millis(),
        "input": limits.input,
        "output": limits.output,
        "capability-calls": limits.capability_calls,
        "log": limits.log,
    })
}

fn write(out: &mut impl Write, of: &Inspection, limits: &Limits) -> io::Result<()> {
    writeln!(out, "sha256    {}", of.sha256)?;
    writeln!(out, "size      {} bytes", of.size)?;
    writeln!(out, "compiled  {} bytes", of.compiled_size)?;
    interfaces(out, "imports", &of.imports)?;
    interfaces(out, "exports", &of.exports)?;
    writeln!(out, "\nlimits of one command")?;
    writeln!(out, "  fuel              {} units", limits.fuel)?;
    writeln!(out, "  memory            {} bytes", limits.memory)?;
    writeln!(
        out,
        "  deadline          {} ms",
        limits.deadline.as_millis()
    )?;
    writeln!(out, "  input             {} bytes", limits.input)?;
    writeln!(out, "  output            {} bytes", limits.output)?;
    writeln!(out, "  capability calls  {}", limits.capability_calls)?;
    writeln!(out, "  log               {} bytes", limits.log)
}

fn interfaces(
    out: &mut impl Write,
    title: &str,
    interfaces: &BTreeMap<String, Vec<String>>,
) -> io::Result<()> {
    writeln!(out, "\n{title}")?;
    for (interface, functions) in interfaces {
        writeln!(out, "  {interface}")?;
        for function in functions {
            writeln!(out, "    {function}")?;
        }
    }
    Ok(())
}

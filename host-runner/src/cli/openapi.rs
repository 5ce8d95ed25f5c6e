//! The command `openapi`.

use super::common::Component;
use clap::Args;
use std::io::Write;
use std::process::ExitCode;

/// Print the OpenAPI document of the HTTP API, made of the component's own types.
#[derive(Debug, Args)]
pub(super) struct OpenApi {
    #[command(flatten)]
    component: Component,
}

impl OpenApi {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let document = stampcard::openapi::document(&self.component.load()?);
        let mut out = std::io::stdout().lock();
        serde_json::to_writer_pretty(&mut out, &document)?;
        writeln!(out)?;
        Ok(ExitCode::SUCCESS)
    }
}

//! The program's commands, one file each.

mod backup;
mod call;
mod check;
mod common;
mod demo_campaign;
mod doctor;
mod export;
mod figures;
mod health;
mod import;
mod inspect;
mod keys;
mod merchants;
mod messages;
mod migrate;
mod openapi;
mod read_invoice;
mod replay;
mod report;
mod restore;
mod rules;
mod scenario;
mod serve;
mod shop;
mod simulate_tax_platform;
mod try_rules;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Stampcard's reference host: a merchant's points in a sandbox.
#[derive(Debug, Parser)]
#[command(name = "stampcard", version, about, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Call(Box<call::Call>),
    Check(check::Check),
    Scenario(scenario::Scenario),
    Replay(replay::Replay),
    DemoCampaign(demo_campaign::DemoCampaign),
    Import(import::Import),
    Export(export::Export),
    Report(report::Report),
    Rules(rules::Rules),
    TryRules(try_rules::TryRules),
    Inspect(inspect::Inspect),
    Serve(serve::Serve),
    Backup(backup::Backup),
    Restore(restore::Restore),
    Migrate(migrate::Migrate),
    Doctor(doctor::Doctor),
    Health(health::Health),
    Keys(keys::Keys),
    Merchants(merchants::Merchants),
    #[command(name = "openapi")]
    OpenApi(openapi::OpenApi),
    ReadInvoice(read_invoice::ReadInvoice),
    SimulateTaxPlatform(simulate_tax_platform::SimulateTaxPlatform),
}

impl Cli {
    /// Runs the command. Its exit code: 0 done, 1 the work found something wrong (a refused call, a
    /// scenario that failed), 2 it could not be done.
    ///
    /// # Errors
    /// Whatever kept the command from doing its work, told for a person.
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        match self.command {
            Command::Call(command) => command.run(),
            Command::Check(command) => command.run(),
            Command::Scenario(command) => command.run(),
            Command::Replay(command) => command.run(),
            Command::DemoCampaign(command) => command.run(),
            Command::Import(command) => command.run(),
            Command::Export(command) => command.run(),
            Command::Report(command) => command.run(),
            Command::Rules(command) => command.run(),
            Command::TryRules(command) => command.run(),
            Command::Inspect(command) => command.run(),
            Command::Serve(command) => command.run(),
            Command::Backup(command) => command.run(),
            Command::Restore(command) => command.run(),
            Command::Migrate(command) => command.run(),
            Command::Doctor(command) => command.run(),
            Command::Health(command) => command.run(),
            Command::Keys(command) => command.run(),
            Command::Merchants(command) => command.run(),
            Command::OpenApi(command) => command.run(),
            Command::ReadInvoice(command) => command.run(),
            Command::SimulateTaxPlatform(command) => command.run(),
        }
    }
}

//! The program `stampcard`.

mod cli;

use clap::Parser;
use std::io::Write;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    match cli::Cli::parse().run() {
        Ok(code) => code,
        Err(error) => {
            // Nothing is left to do where even standard error is closed.
            drop(writeln!(std::io::stderr(), "stampcard: {error:#}"));
            ExitCode::from(2)
        }
    }
}

//! The command `doctor`.

use super::common::{components, load};
use anyhow::Context;
use clap::Args;
use comfy_table::Table;
use comfy_table::presets::ASCII_MARKDOWN;
use stampcard::capabilities::clock::System;
use stampcard::capabilities::logging::Stderr;
use stampcard::doctor::{Finding, Health, Parts, look};
use stampcard::engine::{self, Engine};
use stampcard::server::Settings;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// Look at a server's settings, files and merchants, and say what would go wrong and what to do.
///
/// Nothing is sent and no record changed. A database of an earlier format is taken over, as the server would. Ends with 1 where
/// something won't work.
#[derive(Debug, Args)]
#[command(after_help = r#"Example:
  stampcard doctor --config stampcard.toml"#)]
pub(super) struct Doctor {
    /// The server's settings file
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

/// Whether each component can be loaded, and imports what it may and no more.
fn loaded(settings: &Settings, engine: &Engine) -> Vec<Finding> {
    let named = settings.components.iter();
    let named = named.map(|(name, file)| (format!("component {name}"), Some(file)));
    let usual = ("component".to_owned(), settings.component.as_ref());
    let all = std::iter::once(usual).chain(named);
    let look = |(what, file): (String, Option<&PathBuf>)| match load(file, engine) {
        Ok(_) => Finding {
            health: Health::Good,
            what,
            told: "it can be loaded, and imports what it may and no more".to_owned(),
        },
        Err(error) => Finding {
            health: Health::Bad,
            what,
            told: format!("{error:#}; nothing else was looked at"),
        },
    };
    all.map(look).collect()
}

impl Doctor {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let file = self.config.display().to_string();
        let settings = Settings::read(&self.config).context(file)?;
        let engine = Engine::new(&engine::Settings::default())?;
        let mut found = loaded(&settings, &engine);
        // Without them nothing can be said of merchants' rules.
        if found.iter().all(|one| one.health == Health::Good) {
            let parts = Parts {
                components: components(&settings, &engine)?,
                clock: Arc::new(System),
                log: Arc::new(Stderr::default()),
            };
            found.extend(look(&settings, &parts));
        }
        let mut table = Table::new();
        table.load_style(ASCII_MARKDOWN);
        table.set_header(["", "what", "found"]);
        for one in &found {
            table.add_row([one.health.name(), &one.what, &one.told]);
        }
        writeln!(std::io::stdout(), "{table}")?;
        let worst = found.iter().map(|one| one.health).max();
        Ok(match worst {
            Some(Health::Bad) => ExitCode::FAILURE,
            _ => ExitCode::SUCCESS,
        })
    }
}

//! The command `demo-campaign`.

use super::common::{self, Component};
use super::figures;
use anyhow::Context;
use clap::Args;
use comfy_table::Row;
use serde_json::Value;
use stampcard::capabilities::Merchant;
use stampcard::capabilities::clock::Manual;
use stampcard::capabilities::http::Client;
use stampcard::capabilities::logging::{Level, Stderr};
use stampcard::capabilities::messaging::Directory;
use stampcard::capabilities::storage::Sqlite;
use stampcard::demo::{self, Cast, Played};
use stampcard::limits::Limits;
use stampcard::sandbox::{Host, Mode, Sandbox};
use stampcard::simulator::Platform;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// Whose campaign it is.
const MERCHANT: &str = "demonstration";

/// Plays an invoice campaign from its draft to its draw, with a simulator in the tax platform's place.
///
/// Some hundred members send in invoices by photo, by typing and from mobile bar codes, and every outcome comes up: those that qualify,
/// too small ones, duplicates, wrong random codes, voided ones, such as the platform learns of late or never, and what waits for
/// a person. The clock is the demonstration's own, so that ten days pass in seconds.
///
/// Its database, the messages that members would have got, and both tables as CSV come into a folder of its own.
///
/// Examples:
///   stampcard demo-campaign
///   stampcard demo-campaign --members 1000 --folder autumn
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct DemoCampaign {
    /// How many members take part
    #[arg(long, value_name = "N", default_value_t = 300,
          value_parser = clap::value_parser!(u16).range(20..=5_000))]
    members: u16,
    /// Where everything comes into: a folder that is new or empty; else a new one in the user's folder for data
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
    #[command(flatten)]
    component: Component,
}

impl DemoCampaign {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let folder = self.new_folder()?;
        let cast = Cast::of(usize::from(self.members));
        let server = Platform::new(cast.script()).serve(([127, 0, 0, 1], 0).into())?;
        let platform = server.address();
        let clock = Manual::default();
        let mut sandbox = self.sandbox(&folder, &clock, platform)?;
        let played = demo::play(
            &mut sandbox,
            &clock,
            &cast,
            platform,
            &folder,
            &mut |what| {
                // Nobody who listens any more is no reason to stop.
                drop(writeln!(io::stderr(), "  {what}"));
            },
        )?;
        print(&played, &folder)?;
        Ok(ExitCode::SUCCESS)
    }

    fn new_folder(&self) -> anyhow::Result<PathBuf> {
        let folder = match &self.folder {
            Some(folder) => folder.clone(),
            None => {
                let all = common::data_folder()?.join("demo-campaign");
                let mut numbers = (1..10_000).map(|number| all.join(number.to_string()));
                let new = numbers.find(|folder| !folder.exists());
                new.with_context(|| format!("{} is full", all.display()))?
            }
        };
        std::fs::create_dir_all(&folder)
            .with_context(|| format!("can't make the folder {}", folder.display()))?;
        let mut inside = std::fs::read_dir(&folder)?;
        anyhow::ensure!(
            inside.next().is_none(),
            "{} isn't empty: name another folder",
            folder.display()
        );
        Ok(folder)
    }

    fn sandbox(
        &self,
        folder: &Path,
        clock: &Manual,
        platform: std::net::SocketAddr,
    ) -> anyhow::Result<Sandbox> {
        let log = Arc::new(Stderr { from: Level::Error });
        let settings = folder.join("settings.toml");
        std::fs::write(&settings, demo::settings(MERCHANT, platform))?;
        let host = Host {
            storage: Arc::new(Sqlite::open(&folder.join("demo.db"))?),
            clock: Arc::new(clock.clone()),
            messaging: Arc::new(Directory::new(&folder.join("messages"), log.clone())),
            http: Arc::new(Client::read(&settings, log.clone())?),
            log,
        };
        Ok(Sandbox::new(
            self.component.load()?,
            Arc::new(host),
            Merchant::new(MERCHANT)?,
            Arc::new(Limits::default()),
            Mode::Fresh,
        ))
    }
}

fn print(played: &Played, folder: &Path) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    let outcomes = played.outcomes.iter().map(|outcome| {
        let states = outcome.states.iter();
        let states: Vec<String> = states
            .map(|(state, count)| format!("{count} {state}"))
            .collect();
        let states = if states.is_empty() {
            "answered at once, nothing kept".to_owned()
        } else {
            states.join(", ")
        };
        Row::from(vec![
            outcome.part.text().to_owned(),
            outcome.members.to_string(),
            states,
        ])
    });
    let header = vec!["sent in", "members", "what became of it"];
    writeln!(out, "{}\n", figures::table(header, outcomes.collect()))?;

    let number = |pointer: &str| match played.figures.pointer(pointer) {
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
        None => String::new(),
    };
    let mut rows: Vec<Row> = ["uploaded", "participants"]
        .into_iter()
        .map(|name| {
            Row::from(vec![
                name.to_owned(),
                number(&format!("/{name}")),
                String::new(),
            ])
        })
        .collect();
    rows.extend(
        ["passed", "not-qualified", "invalid", "waiting"].map(|name| {
            let share = number(&format!("/{name}/percent"));
            Row::from(vec![
                name.to_owned(),
                number(&format!("/{name}/count")),
                format!("{share} %"),
            ])
        }),
    );
    writeln!(
        out,
        "{}\n",
        figures::table(vec!["figure", "number", "of uploaded"], rows)
    )?;

    let messages = played.figures.get("messages").and_then(Value::as_array);
    let rows = messages.into_iter().flatten().map(|one| {
        let text = |field| match one.get(field) {
            Some(Value::String(text)) => text.clone(),
            Some(value) => value.to_string(),
            None => String::new(),
        };
        Row::from(vec![text("message"), text("free"), text("charged")])
    });
    writeln!(
        out,
        "{}\n",
        figures::table(vec!["message", "free", "charged"], rows.collect())
    )?;

    let names = |field| {
        let list = played.drawn.get(field).and_then(Value::as_array);
        let names = list.into_iter().flatten().filter_map(Value::as_str);
        names.collect::<Vec<&str>>().join(", ")
    };
    writeln!(
        out,
        "winners: {}; reserves: {}",
        names("winners"),
        names("reserves")
    )?;
    writeln!(out, "seed of the draw: {}", demo::SEED)?;
    let signals = played.signals.get("signals").and_then(Value::as_array);
    let signals = signals.map_or(0, Vec::len);
    writeln!(out, "what looks like fraud: {signals} signals")?;
    for file in &played.files {
        writeln!(out, "table: {}", file.display())?;
    }
    writeln!(
        out,
        "messages and database: {} ({} calls of the component)",
        folder.display(),
        figures::grouped(played.calls)
    )?;
    Ok(())
}

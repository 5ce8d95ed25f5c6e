//! The command `scenario`.

mod files;
mod scratch;

use anyhow::Context;
use clap::{Args, ValueEnum};
use scratch::Scratch;
use stampcard::cache::Cache;
use stampcard::capabilities::Merchant;
use stampcard::capabilities::logging::Level;
use stampcard::capabilities::storage::{Memory, Sqlite, Storage};
use stampcard::engine::{Engine, Settings};
use stampcard::plugin::{COMPONENT, Plugin};
use stampcard::sandbox::Mode;
use stampcard::scenario::{self, Sandboxed};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

/// Files that are played at one time.
const THREADS: usize = 2;

/// Plays scenario files and checks every answer.
///
/// A scenario is a YAML file: a merchant's configuration and a timeline of calls with the answers
/// expected of them (docs/scenarios.md). Each file is played from nothing, in a fresh merchant and
/// storage of its own, under a clock that shows what the file says. A folder stands for all its files
/// that end in .yaml or .yml, folders within it too.
///
/// Exit code: 0 when all went as expected, 1 when a scenario failed, 2 when a file can't be read or is
/// no scenario.
///
/// Examples:
///   stampcard scenario tests/scenarios
///   stampcard scenario refund.yaml --on sqlite
///   stampcard scenario refund.yaml --component target/stampcard.wasm
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Scenario {
    /// Scenario files, and folders of them
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The storage that they are played on
    #[arg(long, value_enum, default_value_t = Backend::Memory)]
    on: Backend,
    /// A component file; else the one in this program
    #[arg(long, value_name = "FILE")]
    component: Option<PathBuf>,
    /// Print only what went wrong
    #[arg(long)]
    quiet: bool,
}

/// A storage backend that begins empty.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Backend {
    /// In memory
    Memory,
    /// In an SQLite database in a temporary folder, deleted afterwards
    Sqlite,
}

/// How one file went.
enum Verdict {
    Ok,
    Failed(String),
    /// It could not be played.
    Unplayable(String),
}

impl Scenario {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let files = files::find(&self.paths)?;
        anyhow::ensure!(
            !files.is_empty(),
            "there is no scenario here: no file ends in .yaml or .yml"
        );
        let plugin = plugin(self.component.as_deref())?;
        let (mut failed, mut unplayable) = (0_usize, 0_usize);
        let mut out = io::stdout().lock();
        self.play_all(&plugin, &files, |file, verdict| {
            match verdict {
                Verdict::Ok if self.quiet => return Ok(()),
                Verdict::Ok => {}
                Verdict::Failed(_) => failed += 1,
                Verdict::Unplayable(_) => unplayable += 1,
            }
            verdict.write(&mut out, file)
        })?;
        if !self.quiet || failed + unplayable > 0 {
            let total = files.len();
            let good = total - failed - unplayable;
            writeln!(
                out,
                "{total} scenarios: {good} ok, {failed} failed, {unplayable} not playable"
            )?;
        }
        out.flush()?;
        Ok(match (failed, unplayable) {
            (0, 0) => ExitCode::SUCCESS,
            (_, 0) => ExitCode::FAILURE,
            _ => ExitCode::from(2),
        })
    }

    /// Plays all files on two threads; tells of each in the order of the files.
    fn play_all(
        &self,
        plugin: &Plugin,
        files: &[PathBuf],
        mut tell: impl FnMut(&Path, Verdict) -> io::Result<()>,
    ) -> io::Result<()> {
        let next = AtomicUsize::new(0);
        let (done, verdicts) = mpsc::channel();
        thread::scope(|scope| {
            for _ in 0..THREADS.min(files.len()) {
                let (done, next) = (done.clone(), &next);
                scope.spawn(move || {
                    loop {
                        let index = next.fetch_add(1, Ordering::Relaxed);
                        let Some(file) = files.get(index) else { break };
                        // Nobody listens any more only when standard output is gone.
                        if done.send((index, self.play(plugin, file))).is_err() {
                            break;
                        }
                    }
                });
            }
            drop(done);
            let mut early = BTreeMap::new();
            let mut waiting = files.iter().enumerate();
            let mut wanted = waiting.next();
            for (index, verdict) in verdicts {
                early.insert(index, verdict);
                while let Some((index, file)) = wanted
                    && let Some(verdict) = early.remove(&index)
                {
                    tell(file, verdict)?;
                    wanted = waiting.next();
                }
            }
            Ok(())
        })
    }

    fn play(&self, plugin: &Plugin, file: &Path) -> Verdict {
        let scenario = match scenario::load(file) {
            Ok(scenario) => scenario,
            Err(error) => return Verdict::Unplayable(error.to_string()),
        };
        let played = self.stage(plugin).map(|(mut stage, scratch)| {
            let played = scenario::play(&scenario, &mut stage);
            let logged: Vec<String> = stage
                .lines()
                .into_iter()
                .filter(|line| line.level >= Level::Warn)
                .map(|line| {
                    format!(
                        "\n  log, {}: {}: {}",
                        line.level.name(),
                        line.context,
                        line.text
                    )
                })
                .collect();
            drop((stage, scratch));
            played.map_err(|failure| format!("{failure}{}", logged.concat()))
        });
        match played {
            Ok(Ok(())) => Verdict::Ok,
            Ok(Err(told)) => Verdict::Failed(told),
            Err(error) => Verdict::Unplayable(format!("{}: {error:#}", file.display())),
        }
    }

    /// An empty merchant; the scratch folder lives as long as its database is open.
    fn stage(&self, plugin: &Plugin) -> anyhow::Result<(Sandboxed, Option<Scratch>)> {
        let (storage, scratch): (Arc<dyn Storage>, _) = match self.on {
            Backend::Memory => (Arc::new(Memory::new()), None),
            Backend::Sqlite => {
                let scratch = Scratch::new().context("the temporary folder")?;
                (
                    Arc::new(Sqlite::open(&scratch.path().join("scenario.db"))?),
                    Some(scratch),
                )
            }
        };
        let merchant = Merchant::new("scenario")?;
        Ok((
            Sandboxed::new(plugin.clone(), storage, merchant, Mode::Fresh),
            scratch,
        ))
    }
}

impl Verdict {
    fn write(&self, out: &mut impl Write, file: &Path) -> io::Result<()> {
        match self {
            Self::Ok => writeln!(out, "ok      {}", file.display()),
            Self::Failed(told) => writeln!(out, "FAILED  {told}"),
            Self::Unplayable(told) => writeln!(out, "ERROR   {told}"),
        }
    }
}

fn plugin(file: Option<&Path>) -> anyhow::Result<Plugin> {
    let engine = Engine::new(&Settings::default())?;
    let cache = Cache::of_user();
    match file {
        None => Ok(Plugin::load(&engine, COMPONENT, cache.as_ref())?),
        Some(path) => Plugin::load_file(&engine, path, cache.as_ref())
            .with_context(|| path.display().to_string()),
    }
}

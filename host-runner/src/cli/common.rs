//! Arguments that several commands share.

use anyhow::Context;
use clap::Args;
use stampcard::cache::{Cache, Origin};
use stampcard::engine::{Engine, Settings};
use stampcard::plugin::{COMPONENT, Plugin};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Which component runs.
#[derive(Debug, Args)]
pub(super) struct Component {
    /// The component to run; without it, the one that is built into this program
    #[arg(long, value_name = "FILE")]
    component: Option<PathBuf>,
}

impl Component {
    /// A component file, or the one that is built in.
    pub(super) fn of_file(component: Option<PathBuf>) -> Self {
        Self { component }
    }

    /// The plugin, made ready with the user's cache of compiled code.
    pub(super) fn load(&self) -> anyhow::Result<Plugin> {
        self.load_on(&Engine::new(&Settings::default())?)
    }

    fn load_on(&self, engine: &Engine) -> anyhow::Result<Plugin> {
        let cache = Cache::of_user();
        let plugin = match &self.component {
            None => Plugin::load(engine, COMPONENT, cache.as_ref())?,
            Some(file) => Plugin::load_file(engine, file, cache.as_ref())
                .with_context(|| file.display().to_string())?,
        };
        if let Origin::CompiledNotKept(reason) = plugin.origin() {
            writeln!(
                std::io::stderr(),
                "note: compiled code can't be kept, so each start compiles again: {reason}"
            )?;
        }
        Ok(plugin)
    }
}

/// Which database holds the merchants' records.
#[derive(Debug, Args)]
pub(super) struct Database {
    /// The SQLite database, made if missing [default: stampcard.db in the user's data folder]
    #[arg(long, value_name = "FILE")]
    database: Option<PathBuf>,
}

impl Database {
    /// The file; its folder exists.
    pub(super) fn file(&self) -> anyhow::Result<PathBuf> {
        let file = match &self.database {
            Some(file) => file.clone(),
            None => data_folder()?.join("stampcard.db"),
        };
        make_folder_of(&file)?;
        Ok(file)
    }
}

/// Sees to it that the folder of a file exists.
pub(super) fn make_folder_of(file: &Path) -> anyhow::Result<()> {
    if let Some(folder) = file.parent().filter(|folder| *folder != Path::new("")) {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("can't make the folder {}", folder.display()))?;
    }
    Ok(())
}

/// The user's folder for this program's data.
pub(super) fn data_folder() -> anyhow::Result<PathBuf> {
    let absolute = |name: &str| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    absolute("XDG_DATA_HOME")
        .or_else(|| Some(absolute("HOME")?.join(".local").join("share")))
        .map(|folder| folder.join("stampcard"))
        .context("neither XDG_DATA_HOME nor HOME names a folder: name a file with --database")
}

//! Arguments that several commands share.

use anyhow::Context;
use clap::Args;
use stampcard::cache::{Cache, Origin};
use stampcard::capabilities::storage::{Place, Store};
use stampcard::engine::{Engine, Settings};
use stampcard::plugin::{COMPONENT, Plugin};
use stampcard::server::{self, Components};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

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

    /// The same on an engine that is there.
    pub(super) fn load_on(&self, engine: &Engine) -> anyhow::Result<Plugin> {
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

/// The components that a server's settings name, ready on this engine.
pub(super) fn components(
    settings: &server::Settings,
    engine: &Engine,
) -> anyhow::Result<Components> {
    let named = settings.components.iter();
    let named = named.map(|(name, file)| Ok((name.clone(), load(Some(file), engine)?)));
    Ok(Components {
        usual: load(settings.component.as_ref(), engine)?,
        named: named.collect::<anyhow::Result<_>>()?,
    })
}

/// The component of a file, or the one of this program.
pub(super) fn load(file: Option<&PathBuf>, engine: &Engine) -> anyhow::Result<Plugin> {
    Component::of_file(file.cloned()).load_on(engine)
}

/// Which database holds the merchants' records.
#[derive(Debug, Args)]
pub(super) struct Database {
    /// The database, made if missing: a SQLite file, or postgres://user@host/database with its password in PGPASSWORD
    /// [default: stampcard.db in the user's data folder]
    #[arg(long, value_name = "FILE|ADDRESS")]
    database: Option<PathBuf>,
}

impl Database {
    /// Opens it. Gives the folder for what lies beside it, too.
    pub(super) fn open(&self) -> anyhow::Result<(Arc<dyn Store>, PathBuf)> {
        open(self.database.as_deref(), "stampcard.db")
    }
}

/// Opens a database that was named, or else the file of this name in the user's data folder. Gives the folder for what lies
/// beside it, too.
pub(super) fn open(named: Option<&Path>, usual: &str) -> anyhow::Result<(Arc<dyn Store>, PathBuf)> {
    let place = place(named, usual)?;
    let folder = match &place {
        Place::File(file) => file.parent().unwrap_or(Path::new("")).to_owned(),
        Place::Server(_) => data_folder()?,
    };
    let opened = place.open().with_context(|| place.to_string())?;
    Ok((opened, folder))
}

/// Where a database is that was named, or else the file of this name in the user's data folder. A file's folder exists.
pub(super) fn place(named: Option<&Path>, usual: &str) -> anyhow::Result<Place> {
    let place = match named {
        Some(named) => Place::named(named),
        None => Place::File(data_folder()?.join(usual)),
    };
    if let Place::File(file) = &place {
        make_folder_of(file)?;
    }
    Ok(place)
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

//! Compiled code on disk, so that a program starts without compiling.
//!
//! Compiled code is run as it is found, so a cache file is trusted only where nobody else could have
//! written it: the folder and the file belong to nobody but the owner to write, and the content matches
//! the digest in front of it. Any doubt means compiling anew.

use crate::engine::Engine;
use sha2::{Digest as _, Sha256};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use wasmtime::component::Component;

/// Length of the digest in front of a file.
const DIGEST: usize = 32;

/// A folder of compiled components.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cache {
    folder: PathBuf,
}

/// Where a plugin's compiled code came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// From the cache.
    Cache,
    /// It was compiled; no cache was asked for.
    Compiled,
    /// It was compiled and put into the cache.
    CompiledAndKept,
    /// It was compiled and could not be put into the cache, for this reason: the next start compiles again.
    CompiledNotKept(String),
}

impl Cache {
    /// A cache in this folder, which is made when something is kept.
    #[must_use]
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
        }
    }

    /// The user's cache: `stampcard/compiled` in `$XDG_CACHE_HOME`, or else in `~/.cache`. None where
    /// neither is known.
    #[must_use]
    pub fn of_user() -> Option<Self> {
        let absolute = |name| {
            std::env::var_os(name)
                .map(PathBuf::from)
                .filter(|path| path.is_absolute())
        };
        absolute("XDG_CACHE_HOME")
            .or_else(|| absolute("HOME").map(|home| home.join(".cache")))
            .map(|caches| Self::at(caches.join("stampcard").join("compiled")))
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The file for a component (by its SHA-256) as this engine compiles it on this machine.
    #[must_use]
    pub fn file(&self, engine: &Engine, component: &[u8; 32]) -> PathBuf {
        let mut hasher = DefaultHasher::new();
        engine
            .wasmtime()
            .precompile_compatibility_hash()
            .hash(&mut hasher);
        self.folder
            .join(format!("{}-{:016x}", hex(component), hasher.finish()))
    }
}

/// The component ready to run, from the cache if it is there.
pub(crate) fn load(
    engine: &Engine,
    bytes: &[u8],
    digest: &[u8; 32],
    cache: Option<&Cache>,
) -> wasmtime::Result<(Component, Origin)> {
    let Some(cache) = cache else {
        return Ok((
            Component::from_binary(engine.wasmtime(), bytes)?,
            Origin::Compiled,
        ));
    };
    let file = cache.file(engine, digest);
    if let Some(component) = read(engine, &file) {
        return Ok((component, Origin::Cache));
    }
    let component = Component::from_binary(engine.wasmtime(), bytes)?;
    let origin = match write(&cache.folder, &file, &component.serialize()?) {
        Ok(()) => Origin::CompiledAndKept,
        Err(error) => Origin::CompiledNotKept(format!("{}: {error}", file.display())),
    };
    Ok((component, origin))
}

/// A whole and trustworthy cache file, or none.
fn read(engine: &Engine, file: &Path) -> Option<Component> {
    only_owner_writes(file.parent()?).then_some(())?;
    only_owner_writes(file).then_some(())?;
    let bytes = std::fs::read(file).ok()?;
    let (digest, code) = bytes.split_at_checked(DIGEST)?;
    if Sha256::digest(code).as_slice() != digest {
        return None;
    }
    // SAFETY: the code is what `write` put there, from `Component::serialize`: the digest shows that it
    // is whole, and nobody but the owner could write the file or its folder. Code of another version
    // or for another machine is recognised by the engine itself.
    #[expect(unsafe_code, reason = "the only way to take compiled code")]
    unsafe { Component::deserialize(engine.wasmtime(), code) }.ok()
}

/// Puts a file in place whole or not at all, readable by its owner alone.
fn write(folder: &Path, file: &Path, code: &[u8]) -> std::io::Result<()> {
    static COUNTER: AtomicU64 = AtomicU64::new(0);

    make_folder(folder)?;
    let scratch = folder.join(format!(
        ".{}-{}",
        std::process::id(),
        COUNTER.fetch_add(1, Ordering::Relaxed)
    ));
    let written = create_private(&scratch).and_then(|mut out| {
        out.write_all(&Sha256::digest(code))?;
        out.write_all(code)?;
        out.sync_all()
    });
    let placed = written.and_then(|()| std::fs::rename(&scratch, file));
    if placed.is_err() {
        // The first error is the one to tell; what is left over harms nobody.
        drop(std::fs::remove_file(&scratch));
    }
    placed
}

#[cfg(unix)]
fn only_owner_writes(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(path).is_ok_and(|metadata| metadata.mode() & 0o022 == 0)
}

#[cfg(unix)]
fn make_folder(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
}

#[cfg(unix)]
fn create_private(file: &Path) -> std::io::Result<std::fs::File> {
    use std::os::unix::fs::OpenOptionsExt;
    std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)
}

/// Elsewhere the user's own folder is private by the system's defaults.
#[cfg(not(unix))]
fn only_owner_writes(path: &Path) -> bool {
    path.exists()
}

#[cfg(not(unix))]
fn make_folder(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)
}

#[cfg(not(unix))]
fn create_private(file: &Path) -> std::io::Result<std::fs::File> {
    std::fs::File::create_new(file)
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

//! Builds the plugin: compiles `guest/` to a core module and makes it a component.
//!
//! The results are `$OUT_DIR/stampcard.wasm`, which the library embeds, and `stampcard.names` beside it, by which the stacks of
//! traps are told. The module is built by a cargo of its own, in a target folder of its own, because the outer cargo holds
//! the lock of its own folder while this runs.

#[path = "build/brief.rs"]
mod brief;
#[path = "build/docs.rs"]
mod docs;
#[path = "build/module.rs"]
mod module;
#[path = "build/names.rs"]
mod names;
#[path = "build/order.rs"]
mod order;
#[path = "build/twins.rs"]
mod twins;

use anyhow::{Context, Result, bail, ensure};
use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// The component has no operating system under it.
const TARGET: &str = "wasm32-unknown-unknown";

/// In the workspace's manifest; also the name of the folder cargo puts the module in.
const PROFILE: &str = "guest";

/// A folder with the standard library's sources, for toolchains without the compiled one and without
/// `rust-src`.
const SOURCES_VARIABLE: &str = "STAMPCARD_RUST_SRC";

/// A finished component to embed instead of building one: a released file, or the last good one
/// while the guest's sources are being worked on.
const COMPONENT_VARIABLE: &str = "STAMPCARD_COMPONENT";

/// What a call may cost, in LLVM's measure, to be written out where it is made; LLVM's own is 225 for speed. So the component
/// is a sixth smaller, for five percent of its speed (`docs/decisions/0008-speed-before-size.md`).
const INLINE_THRESHOLD: u32 = 50;

/// The same for functions that ask to be written out, as most of the standard library's do; LLVM's own is 325.
const INLINE_HINT_THRESHOLD: u32 = 60;

/// How large a loop may become that is written out turn by turn; LLVM's own is 150. Most loops here run over text or lists whose
/// length is not known, and gain nothing by it.
const UNROLL_THRESHOLD: u32 = 30;

/// Bytes of the guest's stack. It lies in initial memory, which is written over behind every command, so it is a twentieth of
/// the linker's default of 1 MiB. No record or request of the guest's nests in itself, and a stack that overflows traps.
const STACK_SIZE: u32 = 48 * 1024;

/// What the plugin is made from, relative to the workspace.
const INPUTS: [&str; 12] = [
    "guest/build",
    "guest/build.rs",
    "guest/codec",
    "guest/derive",
    "guest/invoice",
    "guest/presets",
    "guest/schema",
    "guest/src",
    "guest/Cargo.toml",
    "wit",
    "Cargo.toml",
    "Cargo.lock",
];

/// What the outer cargo, or clippy's or a coverage tool's, sets for the host's crates only.
const OUTER_VARIABLES: [&str; 14] = [
    "CARGO_BUILD_RUSTC_WORKSPACE_WRAPPER",
    "CARGO_BUILD_RUSTC_WRAPPER",
    "CARGO_BUILD_RUSTFLAGS",
    "CARGO_BUILD_TARGET",
    "CARGO_BUILD_TARGET_DIR",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_INCREMENTAL",
    "CARGO_TARGET_DIR",
    "CLIPPY_ARGS",
    "LLVM_PROFILE_FILE",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTC_WRAPPER",
    "RUSTFLAGS",
    "__CARGO_TESTS_ONLY_SRC_ROOT",
];

/// Sets of the same kind, by how they begin.
const OUTER_PREFIXES: [&str; 4] = [
    "CARGO_CFG_",
    "CARGO_FEATURE_",
    "CARGO_MANIFEST_",
    "CARGO_PKG_",
];

/// Where the guest's standard library comes from.
enum StandardLibrary {
    /// The toolchain has it compiled.
    Installed,
    /// It is compiled along, from this folder of sources.
    Sources(PathBuf),
}

fn main() -> ExitCode {
    match build() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Cargo shows this text where the script fails, so a closed pipe has nobody to be told.
            drop(writeln!(
                std::io::stderr(),
                "The plugin was not built: {error:#}"
            ));
            ExitCode::FAILURE
        }
    }
}

fn build() -> Result<()> {
    let manifest_folder = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let workspace = manifest_folder
        .parent()
        .context("host-runner/ lies in no workspace")?;
    let out = PathBuf::from(variable("OUT_DIR")?);
    let file = out.join("stampcard.wasm");
    let names_file = file.with_extension("names");
    let docs_file = file.with_extension("docs");
    fs::write(&docs_file, docs::lines(&workspace.join("wit"))?)
        .with_context(|| format!("can't write {}", docs_file.display()))?;

    directive("rerun-if-changed", "build.rs")?;
    directive("rerun-if-changed", "build/brief.rs")?;
    directive("rerun-if-changed", "build/docs.rs")?;
    directive("rerun-if-changed", "build/module.rs")?;
    directive("rerun-if-changed", "build/names.rs")?;
    directive("rerun-if-changed", "build/order.rs")?;
    directive("rerun-if-changed", "build/twins.rs")?;
    directive("rerun-if-env-changed", COMPONENT_VARIABLE)?;
    if let Some(given) = env::var_os(COMPONENT_VARIABLE).filter(|value| !value.is_empty()) {
        let given = PathBuf::from(given);
        directive("rerun-if-changed", &given.to_string_lossy())?;
        directive(
            "warning",
            &format!("embedding the component {}", given.display()),
        )?;
        fs::copy(&given, &file).with_context(|| {
            format!(
                "can't copy {} as {COMPONENT_VARIABLE} asks",
                given.display()
            )
        })?;
        // A component that stands alone is as good; its traps tell numbers instead of names.
        let names = fs::read(given.with_extension("names")).unwrap_or_default();
        fs::write(&names_file, names)
            .with_context(|| format!("can't write {}", names_file.display()))?;
        return Ok(());
    }

    // Relative to this crate: checkouts that share a target folder share what is noted there, too.
    for input in INPUTS {
        directive("rerun-if-changed", &format!("../{input}"))?;
    }
    directive("rerun-if-env-changed", SOURCES_VARIABLE)?;

    let library = standard_library()?;
    if let StandardLibrary::Sources(sources) = &library {
        let sources = sources.display();
        directive(
            "warning",
            &format!("building {TARGET}'s standard library from {sources}"),
        )?;
    }
    let module = compile(workspace, &target_folder(&out), &library)?;
    let (component, names) = component(&module, &workspace.join("wit"))?;
    fs::write(&names_file, names)
        .with_context(|| format!("can't write {}", names_file.display()))?;
    fs::write(&file, component).with_context(|| format!("can't write {}", file.display()))
}

/// Compiles the guest. Gives the core module, with its WIT types in custom sections.
fn compile(workspace: &Path, target: &Path, library: &StandardLibrary) -> Result<Vec<u8>> {
    let mut cargo = Command::new(variable("CARGO")?);
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if OUTER_VARIABLES.contains(&text.as_ref())
            || OUTER_PREFIXES.iter().any(|prefix| text.starts_with(prefix))
        {
            cargo.env_remove(&name);
        }
    }
    cargo
        .current_dir(workspace)
        .args(["rustc", "--locked", "--lib", "--package", "stampcard-guest"])
        // Of this crate type alone: where a library for Rust is wanted, too, cargo leaves the optimizing across crates out.
        .args(["--crate-type", "cdylib"])
        .args(["--profile", PROFILE, "--target", TARGET, "--target-dir"])
        .arg(target)
        .env("CARGO_ENCODED_RUSTFLAGS", flags(library)?)
        // What cargo prints there would be read as this script's directives.
        .stdout(Stdio::null());
    if let StandardLibrary::Sources(sources) = library {
        cargo
            .arg("-Zbuild-std=std,panic_abort")
            .env("RUSTC_BOOTSTRAP", "1")
            .env("__CARGO_TESTS_ONLY_SRC_ROOT", sources);
    }
    let status = cargo.status().context("cargo can't be started")?;
    ensure!(
        status.success(),
        "cargo could not compile guest/ ({status}); it says why above. {COMPONENT_VARIABLE} may name \
         a finished component to embed instead"
    );

    let file = target
        .join(TARGET)
        .join(PROFILE)
        .join("stampcard_guest.wasm");
    fs::read(&file).with_context(|| format!("can't read {}", file.display()))
}

/// Flags for rustc, in cargo's encoding. Folders of this machine would otherwise stand in the texts of
/// panics, and the same sources would give other bytes elsewhere.
fn flags(library: &StandardLibrary) -> Result<OsString> {
    let mut flags = OsString::from(format!(
        "-Clink-arg=-zstack-size={STACK_SIZE}\u{1f}-Ctarget-feature=+simd128\u{1f}-Cllvm-args=-inline-threshold={INLINE_THRESHOLD}\u{1f}-Cllvm-args=-inlinehint-threshold={INLINE_HINT_THRESHOLD}\u{1f}-Cllvm-args=-unroll-threshold={UNROLL_THRESHOLD}"
    ));
    let mut rename = |folder: &Path, name: &str| {
        flags.push("\u{1f}--remap-path-prefix=");
        flags.push(folder);
        flags.push("=");
        flags.push(name);
    };
    if let Some(home) = cargo_home() {
        for registry in folders(&home.join("registry").join("src")) {
            rename(&registry, "registry");
        }
    }
    if let StandardLibrary::Sources(sources) = library {
        rename(sources, "library");
    }
    Ok(flags)
}

/// Makes the module a component, and checks it. Gives the names of its functions, too.
fn component(module: &[u8], wit: &Path) -> Result<(Vec<u8>, String)> {
    let (module, names) = module::finish(module)?;
    let (module, names) = twins::fold(&module, &names)?;
    let (mut module, names) = order::order(&module, &names)?;
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(wit).context("wit/ can't be read")?;
    let world = resolve.select_world(&[package], None)?;
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8, false)?;
    let component = ComponentEncoder::default()
        .module(&module)
        .context("the module's WIT types don't fit its imports and exports")?
        .validate(true)
        .encode()
        .context("the module can't be made a component")?;
    Ok((brief::brief(&component)?, names))
}

/// Sources that are named come first, because someone asked for them; then the compiled library,
/// because it costs no time; then the toolchain's own sources.
fn standard_library() -> Result<StandardLibrary> {
    if let Some(given) = env::var_os(SOURCES_VARIABLE).filter(|value| !value.is_empty()) {
        let given = PathBuf::from(given);
        ensure!(
            is_library(&given),
            "{SOURCES_VARIABLE} is {}, which isn't the folder `library` of Rust's sources",
            given.display()
        );
        return Ok(StandardLibrary::Sources(given));
    }
    let compiled = PathBuf::from(rustc(&["--print", "target-libdir", "--target", TARGET])?);
    let holds = |name: &str| {
        folders_and_files(&compiled)
            .iter()
            .filter_map(|file| file.file_name()?.to_str())
            .any(|file| file.starts_with(name) && file.ends_with(".rlib"))
    };
    if holds("libstd-") && holds("libcore-") {
        return Ok(StandardLibrary::Installed);
    }
    let component =
        Path::new(&rustc(&["--print", "sysroot"])?).join("lib/rustlib/src/rust/library");
    if is_library(&component) {
        return Ok(StandardLibrary::Sources(component));
    }
    bail!(
        "this toolchain has no standard library for {TARGET}. Run `./dev setup`, or \
         `rustup target add {TARGET}`, or name the folder `library` of Rust's sources, of exactly \
         this rustc's version, in {SOURCES_VARIABLE}"
    );
}

/// Cargo needs the workspace and its lock file there.
fn is_library(folder: &Path) -> bool {
    ["Cargo.toml", "Cargo.lock", "std/Cargo.toml"]
        .iter()
        .all(|file| folder.join(file).is_file())
}

/// What rustc prints, without the line's end.
fn rustc(arguments: &[&str]) -> Result<String> {
    let output = Command::new(variable("RUSTC")?)
        .args(arguments)
        .stderr(Stdio::inherit())
        .output()
        .context("rustc can't be started")?;
    ensure!(
        output.status.success(),
        "rustc {} failed",
        arguments.join(" ")
    );
    Ok(String::from_utf8(output.stdout)
        .context("rustc's answer isn't text")?
        .trim()
        .to_owned())
}

/// The folder `guest` beside the profiles' folders, so that every profile and every tool that compiles
/// this crate finds the same finished module; within `OUT_DIR` where cargo lays its folders otherwise.
fn target_folder(out: &Path) -> PathBuf {
    let profile = env::var_os("PROFILE").unwrap_or_default();
    out.ancestors()
        .skip(1)
        .find(|folder| folder.file_name() == Some(&profile))
        .and_then(Path::parent)
        .unwrap_or(out)
        .join(PROFILE)
}

fn cargo_home() -> Option<PathBuf> {
    env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| env::home_dir().map(|home| home.join(".cargo")))
}

fn folders(parent: &Path) -> Vec<PathBuf> {
    let mut found = folders_and_files(parent);
    found.retain(|path| path.is_dir());
    found.sort();
    found
}

/// Empty where there is no such folder, which is an answer here and no error.
fn folders_and_files(parent: &Path) -> Vec<PathBuf> {
    fs::read_dir(parent)
        .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
        .unwrap_or_default()
}

fn variable(name: &str) -> Result<OsString> {
    env::var_os(name).with_context(|| format!("cargo did not set {name}"))
}

fn directive(name: &str, value: &str) -> Result<()> {
    writeln!(std::io::stdout(), "cargo::{name}={value}").context("cargo no longer listens")
}

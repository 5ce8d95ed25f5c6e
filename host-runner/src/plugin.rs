//! A component that was checked and made ready: shared by all merchants, without anything of theirs.

use crate::cache::{self, Cache, Origin};
use crate::call::Signature;
use crate::engine::Engine;
use crate::link;
use crate::sandbox::typed;
use crate::sandbox::{Nursery, State};
use crate::values::Shape;
use sha2::{Digest, Sha256};
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;
use wasmtime::component::types::{ComponentFunc, ComponentItem};
use wasmtime::component::{Component, ComponentExportIndex, InstancePre, Type};

/// The component that is built from `guest/`.
pub static COMPONENT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/stampcard.wasm"));

/// The names of its functions, for the stacks of traps: line n is that of function n of its core module. They are no part
/// of the component, of which they would be a tenth.
static NAMES: &str = include_str!(concat!(env!("OUT_DIR"), "/stampcard.names"));

/// Every interface that a component may import, with the first part of its version that must match.
/// Their items are in `wit/`; `types` has no functions.
pub const IMPORTS: &[(&str, &str)] = &[
    ("wasi:clocks/wall-clock", "0.2."),
    ("stampcard:plugin/types", "0.1."),
    ("stampcard:plugin/logging", "0.1."),
    ("stampcard:plugin/storage", "0.1."),
    ("stampcard:plugin/http", "0.1."),
    ("stampcard:plugin/messaging", "0.1."),
];

/// What the names of the exported interfaces begin with, and their version.
const PACKAGE: &str = "stampcard:plugin/";
const VERSION: &str = "0.1.";

/// What every WebAssembly file begins with.
const MAGIC: &[u8] = b"\0asm";
/// The version and layer of a core module, and of a component.
const CORE_MODULE: &[u8] = &[1, 0, 0, 0];
const COMPONENT_LAYER: &[u8] = &[0x0d, 0, 1, 0];

/// What every version of the plugin exports: without it there is nothing to run.
const FIRST: [&str; 5] = [
    "merchant.apply",
    "merchant.current",
    "merchant.schema",
    "merchant.validate",
    "upkeep.tick",
];

/// Why a file is no plugin.
#[derive(Debug, thiserror::Error)]
pub enum PluginError {
    /// Its file, or that of its names, can't be read.
    #[error("the file can't be read: {0}")]
    File(std::io::Error),
    /// It is something else altogether.
    #[error("this is not WebAssembly: it doesn't begin with its signature")]
    NotWasm,
    /// It is a core module, as a compiler makes it, and not yet a component.
    #[error("this is a core module; make a component of it with `wasm-tools component new`")]
    CoreModule,
    /// It begins as a component does, and isn't a valid one for this engine.
    #[error("the component is damaged, or uses features that the sandbox doesn't have: {0}")]
    Invalid(String),
    /// It wants more of its host than the documented interfaces.
    #[error("the component imports {imports}, which the sandbox doesn't give; it gives: {given}", imports = .imports.join(", "), given = given())]
    Imports {
        /// What it imports beyond the documented list.
        imports: Vec<String>,
    },
    /// It lacks what every version exports. What came later an older one may lack: nobody calls it there.
    #[error("the component doesn't export {exports}, which the world stampcard:plugin/plugin demands", exports = .exports.join(", "))]
    Exports {
        /// The functions it lacks, such as `points.balance`.
        exports: Vec<String>,
    },
    /// It has an import or export of the right name and another type: it was built for another version.
    #[error("the component was built for another interface than stampcard:plugin@0.1: {0}")]
    Types(String),
}

fn given() -> String {
    let names: Vec<_> = IMPORTS
        .iter()
        .map(|(name, version)| format!("{name}@{version}x"))
        .collect();
    names.join(", ")
}

/// A plugin ready for sandboxes. Cloning is cheap and shares everything.
#[derive(Clone)]
pub struct Plugin(Arc<Loaded>);

struct Loaded {
    engine: Engine,
    component: Component,
    pre: InstancePre<State>,
    nursery: Nursery,
    /// By name.
    functions: Vec<Function>,
    digest: [u8; 32],
    size: usize,
    names: String,
    origin: Origin,
}

/// A function that the plugin exports.
#[derive(Debug)]
pub struct Function {
    name: String,
    params: Vec<(String, Shape)>,
    result: Option<Shape>,
    types: Types,
    index: ComponentExportIndex,
}

/// The component's own types of a function.
#[derive(Debug)]
pub(crate) struct Types {
    /// It has a parameter `execution`.
    pub(crate) executes: bool,
    /// The type of its parameter `request`, if it has one.
    pub(crate) request: Option<Type>,
    /// What it returns, if anything.
    pub(crate) result: Option<Type>,
}

impl Types {
    fn of(function: &ComponentFunc) -> Self {
        let param = |wanted| function.params().find(|(name, _)| *name == wanted);
        Self {
            executes: param("execution").is_some(),
            request: param("request").map(|(_, ty)| ty),
            result: function.results().next(),
        }
    }
}

impl Function {
    /// Interface and function, such as `points.balance`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its parameters with their types.
    #[must_use]
    pub fn params(&self) -> &[(String, Shape)] {
        &self.params
    }

    /// What it returns, if anything.
    #[must_use]
    pub fn result(&self) -> Option<&Shape> {
        self.result.as_ref()
    }

    /// What a call of it gives.
    #[must_use]
    pub fn signature(&self) -> Signature {
        let param = |wanted| self.params.iter().find(|(name, _)| name == wanted);
        Signature {
            execution: param("execution").is_some(),
            request: param("request").map(|(_, ty)| ty.outline()),
        }
    }

    pub(crate) fn types(&self) -> &Types {
        &self.types
    }

    pub(crate) fn index(&self) -> &ComponentExportIndex {
        &self.index
    }
}

impl Plugin {
    /// Checks a component and makes it ready: from the cache in about a millisecond, else by compiling
    /// it, in some tenths of a second. Load only components that you trust not to be made for slow
    /// compiling; what they do when they run is bounded.
    ///
    /// # Errors
    /// [`PluginError`] when the bytes are no component of the world `stampcard:plugin/plugin`, or one
    /// that imports more than [`IMPORTS`].
    pub fn load(engine: &Engine, bytes: &[u8], cache: Option<&Cache>) -> Result<Self, PluginError> {
        check_header(bytes)?;
        let digest: [u8; 32] = Sha256::digest(bytes).into();
        let (component, origin) = cache::load(engine, bytes, &digest, cache)
            .map_err(|error| PluginError::Invalid(format!("{error:#}")))?;
        check_imports(engine, &component)?;
        let pre = link::linker(engine.wasmtime())
            .and_then(|linker| linker.instantiate_pre(&component))
            .map_err(|error| PluginError::Types(format!("{error:#}")))?;
        let functions = functions(engine, &component)?;
        Ok(Self(Arc::new(Loaded {
            engine: engine.clone(),
            component,
            pre,
            nursery: Nursery::default(),
            functions,
            digest,
            size: bytes.len(),
            names: if bytes == COMPONENT {
                NAMES.to_owned()
            } else {
                String::new()
            },
            origin,
        })))
    }

    /// Loads a component from its file, as [`load`](Self::load) does. A file of the same name that ends in `.names` gives the
    /// names of its functions, where there is one.
    ///
    /// # Errors
    /// [`PluginError`] as for `load`, and when the file can't be read.
    pub fn load_file(
        engine: &Engine,
        file: &Path,
        cache: Option<&Cache>,
    ) -> Result<Self, PluginError> {
        let bytes = std::fs::read(file).map_err(PluginError::File)?;
        let Self(mut loaded) = Self::load(engine, &bytes, cache)?;
        match std::fs::read_to_string(file.with_extension("names")) {
            Ok(names) => {
                if let Some(loaded) = Arc::get_mut(&mut loaded) {
                    loaded.names = names;
                }
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(PluginError::File(error)),
        }
        Ok(Self(loaded))
    }

    /// What a function of the core module is called, if that is known.
    pub(crate) fn function_name(&self, index: u32) -> Option<&str> {
        let line = usize::try_from(index).ok()?;
        let name = self.0.names.lines().nth(line);
        name.filter(|name| !name.is_empty())
    }

    /// The engine it was loaded on.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.0.engine
    }

    /// All exported functions of the plugin's interfaces, by name.
    #[must_use]
    pub fn functions(&self) -> &[Function] {
        &self.0.functions
    }

    /// One exported function, such as `points.balance`.
    #[must_use]
    pub fn function(&self, name: &str) -> Option<&Function> {
        let functions = &self.0.functions;
        let at = functions.binary_search_by(|function| function.name.as_str().cmp(name));
        at.ok().and_then(|index| functions.get(index))
    }

    /// SHA-256 of the file.
    #[must_use]
    pub fn digest(&self) -> &[u8; 32] {
        &self.0.digest
    }

    /// The file's length in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.0.size
    }

    /// The length of the compiled code in bytes, its tables and initial memory included.
    #[must_use]
    pub fn compiled_size(&self) -> usize {
        let image = self.0.component.image_range();
        image.end.addr() - image.start.addr()
    }

    /// Whether it was compiled just now or came from the cache.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.0.origin
    }

    pub(crate) fn component(&self) -> &Component {
        &self.0.component
    }

    pub(crate) fn nursery(&self) -> &Nursery {
        &self.0.nursery
    }

    pub(crate) fn pre(&self) -> &InstancePre<State> {
        &self.0.pre
    }
}

fn check_header(bytes: &[u8]) -> Result<(), PluginError> {
    let rest = bytes.strip_prefix(MAGIC).ok_or(PluginError::NotWasm)?;
    if rest.starts_with(CORE_MODULE) {
        return Err(PluginError::CoreModule);
    }
    if !rest.starts_with(COMPONENT_LAYER) {
        return Err(PluginError::Invalid(
            "its version is unknown, or the file ends after its signature".to_owned(),
        ));
    }
    Ok(())
}

/// The component imports nothing but what is documented, by name; the types are the linker's matter.
fn check_imports(engine: &Engine, component: &Component) -> Result<(), PluginError> {
    let ty = component.component_type();
    let imports: Vec<_> = ty
        .imports(engine.wasmtime())
        .map(|(name, _)| name)
        .filter(|name| {
            let documented = |(interface, version): &(&str, &str)| {
                name.split_once('@')
                    .is_some_and(|(found, of)| found == *interface && of.starts_with(version))
            };
            !IMPORTS.iter().any(documented)
        })
        .map(str::to_owned)
        .collect();
    if imports.is_empty() {
        Ok(())
    } else {
        Err(PluginError::Imports { imports })
    }
}

/// The exported functions, checked against the interface: those that it demands are there, with its types.
fn functions(engine: &Engine, component: &Component) -> Result<Vec<Function>, PluginError> {
    let ty = component.component_type();
    let instance_type = ty.instance_type();
    let mut functions = Vec::new();
    let mut wrong = None;
    for (interface, item) in ty.exports(engine.wasmtime()) {
        let ComponentItem::ComponentInstance(instance) = item.ty else {
            continue;
        };
        let Some(short) = short_name(interface) else {
            continue;
        };
        let outer = component.get_export_index(None, interface);
        for (name, item) in instance.exports(engine.wasmtime()) {
            let ComponentItem::ComponentFunc(func) = item.ty else {
                continue;
            };
            let Some(index) = component.get_export_index(outer.as_ref(), name) else {
                continue;
            };
            let name = format!("{short}.{name}");
            if let Err(error) = typed::check(&name, &func, &instance_type) {
                wrong.get_or_insert(format!("{name}: {error:#}"));
            }
            functions.push(Function {
                params: func
                    .params()
                    .map(|(name, ty)| (name.to_owned(), Shape::of(&ty)))
                    .collect(),
                result: func.results().next().map(|ty| Shape::of(&ty)),
                types: Types::of(&func),
                name,
                index,
            });
        }
    }
    functions.sort_by(|a, b| a.name.cmp(&b.name));
    let lacking: Vec<_> = FIRST
        .iter()
        .filter(|name| functions.iter().all(|function| function.name != **name))
        .map(|name| (*name).to_owned())
        .collect();
    if !lacking.is_empty() {
        return Err(PluginError::Exports { exports: lacking });
    }
    match wrong {
        Some(problem) => Err(PluginError::Types(problem)),
        None => Ok(functions),
    }
}

/// `points` for `stampcard:plugin/points@0.1.0`.
pub(crate) fn short_name(interface: &str) -> Option<&str> {
    let (name, version) = interface.strip_prefix(PACKAGE)?.split_once('@')?;
    version.starts_with(VERSION).then_some(name)
}

//! Plugins made for the tests: every function of the world is there and traps, but for those that a
//! test gives a body of its own.

use wit_component::{ComponentEncoder, StringEncoding, dummy_module, embed_component_metadata};
use wit_parser::{LiftLowerAbi, ManglingAndAbi, Resolve, WorldId};

/// Hands out memory and never takes any back, as the component model's `realloc`. Its start is page 1,
/// so that address 0 stays zero: an empty string as a result.
const ALLOCATE: &str = "(local i32)
    global.get $next local.get 2 i32.add i32.const 1 i32.sub
    i32.const 0 local.get 2 i32.sub i32.and local.tee 4
    local.get 3 i32.add global.set $next
    local.get 4";

/// A component of the plugin's world whose `merchant.schema` has this body, in WebAssembly's text
/// format. The body leaves the address of a string's address and length. The imports are functions 0
/// to 9: now, resolution, log, read, read-ahead, scan, scan-keys, commit, http's send, messaging's send.
pub fn with_schema(body: &str) -> Vec<u8> {
    component(&[("stampcard:plugin/merchant@0.1.0#schema", "schema", body)])
}

/// A component of the plugin's world with these bodies: the export, a name for traps or none, the instructions.
pub fn component(bodies: &[(&str, &str, &str)]) -> Vec<u8> {
    made("", bodies)
}

/// One as [`with_schema`] makes it, whose core module is called as that of the real one and has, as that one, no names of
/// its functions. Gives the number of `merchant.schema`, too, which is found by its body: no other function may have one
/// like it.
pub fn nameless(body: &str) -> (Vec<u8>, usize) {
    let (module, index) = {
        let text = printed(&[("stampcard:plugin/merchant@0.1.0#schema", "", body)]);
        let (before, _) = text.split_once(body).expect("a plugin that can be made");
        let (_, head) = before
            .rsplit_once("(func (;")
            .expect("a plugin that can be made");
        let (index, _) = head.split_once(';').expect("a plugin that can be made");
        (
            text.replacen("(module", "(module $stampcard", 1),
            index.parse().expect("a plugin that can be made"),
        )
    };
    (finished(&module), index)
}

/// A component whose start has this body: it runs while an instance is made.
pub fn starting_with(body: &str) -> Vec<u8> {
    made(&format!("(func $begin {body}) (start $begin)"), &[])
}

fn made(more: &str, bodies: &[(&str, &str, &str)]) -> Vec<u8> {
    let text = printed(bodies);
    let text = text.trim_end();
    let text = text.strip_suffix(')').expect("a plugin that can be made");
    finished(&format!("{text}{more})"))
}

/// The world's empty module with these bodies, as text.
fn printed(bodies: &[(&str, &str, &str)]) -> String {
    let (resolve, world) = world();
    let module = dummy_module(&resolve, world, ManglingAndAbi::Legacy(LiftLowerAbi::Sync));
    let mut text = wasmprinter::print_bytes(&module)
        .expect("a plugin that can be made")
        .replace(
            "(memory (;0;) 0)",
            "(memory (;0;) 16) (global $next (mut i32) (i32.const 65536))",
        );
    text = patched(&text, "cabi_realloc", "allocate", ALLOCATE);
    for (export, name, body) in bodies {
        text = patched(&text, export, name, body);
    }
    text
}

/// A module's text as a component.
fn finished(text: &str) -> Vec<u8> {
    let (resolve, world) = world();
    let mut module = wat::parse_str(text).expect("a plugin that can be made");
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8, false)
        .expect("a plugin that can be made");
    ComponentEncoder::default()
        .module(&module)
        .expect("a plugin that can be made")
        .validate(true)
        .encode()
        .expect("a plugin that can be made")
}

/// A core module, such as a compiler leaves it.
pub fn core_module() -> Vec<u8> {
    wat::parse_str("(module)").expect("a plugin that can be made")
}

/// A component that imports this interface with one function.
pub fn importing(interface: &str) -> Vec<u8> {
    let text = format!(r#"(component (import "{interface}" (instance (export "open" (func)))))"#);
    wat::parse_str(text).expect("a plugin that can be made")
}

/// A component without imports or exports.
pub fn empty() -> Vec<u8> {
    wat::parse_str("(component)").expect("a plugin that can be made")
}

fn world() -> (Resolve, WorldId) {
    let mut resolve = Resolve::default();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../wit");
    let (package, _) = resolve.push_dir(folder).expect("a plugin that can be made");
    let world = resolve
        .select_world(&[package], Some("plugin"))
        .expect("a plugin that can be made");
    (resolve, world)
}

/// The module with another body for the function of this export. The printed form has one line for a
/// function's head, one for each instruction, and one that closes it.
fn patched(text: &str, export: &str, name: &str, body: &str) -> String {
    let (_, rest) = text
        .split_once(&format!("(export \"{export}\" (func "))
        .expect("a plugin that can be made");
    let (index, _) = rest.split_once(')').expect("a plugin that can be made");
    let head = format!("\n  (func (;{index};)");
    let (before, function) = text.split_once(&head).expect("a plugin that can be made");
    let (signature, function) = function
        .split_once('\n')
        .expect("a plugin that can be made");
    let (_, after) = function
        .split_once("\n  )")
        .expect("a plugin that can be made");
    let name = match name {
        "" => format!("(;{index};)"),
        name => format!("${name}"),
    };
    format!("{before}\n  (func {name}{signature}\n{body}\n  ){after}")
}

//! The names of a plugin's functions, which lie beside it in a file of their own.

use super::{ENGINE, Limits, Mode, Plugin, sandbox_of, schema, trap_of};
use stampcard::call::Subject as _;
use stampcard_tests::forge;

#[test]
fn a_trap_tells_functions_by_the_file_of_names() {
    let (component, index) = forge::nameless("i32.const 7654321 drop unreachable");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shop.wasm");
    std::fs::write(&file, component).unwrap();
    let told = || {
        let plugin = Plugin::load_file(&ENGINE, &file, None).unwrap();
        let (mut sandbox, _) = sandbox_of(plugin, Limits::default(), Mode::Fresh);
        trap_of(sandbox.call(&schema()))
    };

    let text = told();
    assert!(text.contains(&format!("; in function {index}")), "{text}");

    let names = format!("{}merchant::schema\n", "\n".repeat(index));
    std::fs::write(file.with_extension("names"), names).unwrap();
    let text = told();
    assert!(text.contains("; in merchant::schema"), "{text}");
}

//! The tree's own rules, as tests: what a reader would otherwise have to watch for in each change.
//!
//! Each failure lists every place that breaks the rule, as `file:line: what is wrong`.

#[path = "tidy/layers.rs"]
mod layers;
#[path = "tidy/text.rs"]
mod text;
#[path = "tidy/tree.rs"]
mod tree;
#[path = "tidy/wit.rs"]
mod wit;

use std::io;
use tree::{Source, sources};

/// A broken rule.
struct Fault {
    file: String,
    /// From 1.
    line: usize,
    what: String,
}

impl Fault {
    fn new(source: &Source, line: usize, what: impl Into<String>) -> Self {
        Self {
            file: source.path.clone(),
            line,
            what: what.into(),
        }
    }
}

/// Fails with all faults, one a line.
fn none_of(mut faults: Vec<Fault>) {
    faults.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    let lines: Vec<String> = faults
        .iter()
        .map(|fault| format!("{}:{}: {}", fault.file, fault.line, fault.what))
        .collect();
    assert!(faults.is_empty(), "\n{}", lines.join("\n"));
}

/// Applies a rule to every file of the tree.
fn check(rule: impl Fn(&Source) -> Vec<Fault>) -> io::Result<()> {
    let sources = sources()?;
    assert!(!sources.is_empty(), "git lists no file here");
    none_of(sources.iter().flat_map(rule).collect());
    Ok(())
}

#[test]
fn no_rust_file_is_longer_than_400_lines() -> io::Result<()> {
    check(text::too_long)
}

#[test]
fn nothing_is_left_for_later() -> io::Result<()> {
    check(text::put_off)
}

#[test]
fn no_line_ends_in_white_space_and_none_holds_a_tab() -> io::Result<()> {
    check(text::white_space)
}

#[test]
fn no_file_names_a_place_on_some_machine() -> io::Result<()> {
    check(text::machine_paths)
}

#[test]
fn each_scenario_begins_by_saying_what_it_shows() -> io::Result<()> {
    check(text::scenario_comment)
}

#[test]
fn each_layer_names_only_what_it_may() -> io::Result<()> {
    check(layers::foreign_names)
}

#[test]
fn everything_in_the_wit_is_documented_and_dated() {
    none_of(wit::undocumented().unwrap());
}

//! Rules about the text of single files. Words that a rule forbids are written in two parts here, since
//! this file is judged as well.

use crate::Fault;
use crate::tree::Source;

const LONGEST: usize = 400;

/// Rust files of more than 400 lines, but for those a program wrote.
pub(crate) fn too_long(source: &Source) -> Vec<Fault> {
    let generated = source
        .text
        .lines()
        .take(5)
        .any(|line| line.contains("@generated"));
    let lines = source.text.lines().count();
    if source.is(&["rs"]) && !generated && lines > LONGEST {
        return vec![Fault::new(
            source,
            lines,
            format!("{lines} lines; {LONGEST} at most"),
        )];
    }
    Vec::new()
}

/// Notes on work not done, code in place of it, and tests that are passed over.
pub(crate) fn put_off(source: &Source) -> Vec<Fault> {
    let words = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("XX", "X"),
    ];
    let code = [
        concat!("to", "do!("),
        concat!("unimple", "mented!("),
        concat!("#[ig", "nore"),
        concat!("#![ig", "nore"),
    ];
    let mut faults = Vec::new();
    for (number, line) in source.lines() {
        let mut named = line
            .split(|letter: char| !letter.is_alphanumeric() && letter != '_')
            .filter(|word| words.contains(word));
        if let Some(word) = named.next() {
            faults.push(Fault::new(source, number, format!("the word {word}")));
        }
        if source.is(&["rs"])
            && let Some(found) = code.iter().find(|code| line.contains(*code))
        {
            faults.push(Fault::new(source, number, format!("`{found}`")));
        }
    }
    faults
}

/// White space at a line's end, and tabs where they could be taken for spaces.
pub(crate) fn white_space(source: &Source) -> Vec<Fault> {
    let mut faults = Vec::new();
    if !source.is(&["rs", "wit", "md", "toml", "yaml", "bash", "html", "js"]) {
        return faults;
    }
    for (number, line) in source.lines() {
        if line.ends_with(char::is_whitespace) {
            faults.push(Fault::new(source, number, "white space at the line's end"));
        }
        if source.is(&["rs", "wit", "md"]) && line.contains('\t') {
            faults.push(Fault::new(source, number, "a tab"));
        }
    }
    faults
}

/// Paths that exist on one machine only.
pub(crate) fn machine_paths(source: &Source) -> Vec<Fault> {
    let folders = ["/work/", "/root/", "/home/", "/farm/"];
    let mut faults = Vec::new();
    for (number, line) in source.lines() {
        for folder in folders {
            let named = line.match_indices(folder).find(|(start, _)| {
                let after = line.get(start + folder.len()..).unwrap_or_default();
                // Within a longer word it is the end of some other path or of an address.
                let before = line.get(..*start).unwrap_or_default();
                after.starts_with(|letter: char| letter.is_ascii_lowercase())
                    && !before.ends_with(|letter: char| letter.is_alphanumeric())
            });
            if named.is_some() {
                faults.push(Fault::new(
                    source,
                    number,
                    format!("a machine's folder, {folder}"),
                ));
            }
        }
    }
    faults
}

/// Scenario files without a comment at their beginning.
pub(crate) fn scenario_comment(source: &Source) -> Vec<Fault> {
    let scenario = source.path.starts_with("tests/scenarios/") && source.is(&["yaml", "yml"]);
    let told = source
        .text
        .strip_prefix('#')
        .and_then(|rest| rest.lines().next());
    if scenario && told.is_none_or(|comment| comment.trim().is_empty()) {
        return vec![Fault::new(
            source,
            1,
            "no comment that says what the scenario shows",
        )];
    }
    Vec::new()
}

//! Who may name what within `guest/`: the domain is pure, the flows alone work the ports, and WIT types
//! stay at the border. ARCHITECTURE.md gives the reasons.

use crate::Fault;
use crate::tree::Source;

/// A module of the guest, and the only files that may name it: folders by their closing `/`.
struct Module {
    name: &'static str,
    named_by: &'static [&'static str],
}

const MODULES: [Module; 2] = [
    Module {
        name: "ports",
        named_by: &[
            "ports.rs",
            "ports/",
            "flows.rs",
            "flows/",
            "records.rs",
            "records/",
            // It hands them on to the flows.
            "api/",
            "component.rs",
            "lib.rs",
        ],
    },
    Module {
        name: "bindings",
        named_by: &["bindings.rs", "api.rs", "api/", "component.rs", "lib.rs"],
    },
];

/// Modules of the guest that its domain knows nothing of.
const ABOVE_DOMAIN: [&str; 5] = ["bindings", "flows", "json", "ports", "records"];

/// What would bring a format, a clock or the border into the domain.
const OUTSIDE_DOMAIN: [&str; 4] = [
    "serde_json",
    "wit_bindgen",
    "std::time",
    concat!("chrono::Utc", "::now"),
];

/// Names that a file's place in the guest doesn't allow.
pub(crate) fn foreign_names(source: &Source) -> Vec<Fault> {
    let Some(file) = source
        .path
        .strip_prefix("guest/src/")
        .filter(|_| source.is(&["rs"]))
    else {
        return Vec::new();
    };
    let mut faults = Vec::new();
    let in_domain = file == "domain.rs" || file.starts_with("domain/");
    for (number, line) in source.lines() {
        let code = code(line);
        for name in OUTSIDE_DOMAIN
            .iter()
            .filter(|name| in_domain && code.contains(*name))
        {
            faults.push(Fault::new(
                source,
                number,
                format!("the domain names `{name}`"),
            ));
        }
    }
    for (number, name) in crate_modules(source) {
        if in_domain && ABOVE_DOMAIN.contains(&name.as_str()) {
            faults.push(Fault::new(
                source,
                number,
                format!("the domain names `crate::{name}`"),
            ));
        }
        for module in MODULES
            .iter()
            .filter(|module| module.name == name && !in_domain)
        {
            let allowed = module
                .named_by
                .iter()
                .any(|place| match place.strip_suffix('/') {
                    Some(_) => file.starts_with(place),
                    None => file == *place,
                });
            if !allowed {
                let places = module.named_by.join(", ");
                let what = format!("`crate::{name}` may only be named by {places}");
                faults.push(Fault::new(source, number, what));
            }
        }
    }
    faults
}

/// The line without its comment. A `//` within a text ends it early, which hides nothing that these
/// rules look for but the rest of that line.
fn code(line: &str) -> &str {
    line.split_once("//").map_or(line, |(code, _)| code)
}

/// Each module of the crate's root that the file names, with its line: `crate::a`, and `a` and `b` of
/// `crate::{a::x, b}`.
fn crate_modules(source: &Source) -> Vec<(usize, String)> {
    let mut named = Vec::new();
    // How deep within the braces of a `crate::{` the place is, over lines.
    let mut depth = 0_usize;
    for (number, line) in source.lines() {
        let mut rest = code(line);
        loop {
            if depth == 0 {
                let Some((_, after)) = rest.split_once("crate::") else {
                    break;
                };
                if let Some(group) = after.strip_prefix('{') {
                    depth = 1;
                    rest = group;
                } else {
                    named.push((number, first_word(after)));
                    rest = after;
                    continue;
                }
            }
            // A module's name stands at the group's beginning, and after each comma outside inner braces.
            let mut expected = true;
            let mut end = rest.len();
            for (place, letter) in rest.char_indices() {
                match letter {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    ',' => expected = true,
                    _ if letter.is_whitespace() => {}
                    _ if expected && depth == 1 => {
                        let word = rest.get(place..).unwrap_or_default();
                        named.push((number, first_word(word)));
                        expected = false;
                    }
                    _ => expected = false,
                }
                if depth == 0 {
                    end = place + 1;
                    break;
                }
            }
            rest = rest.get(end..).unwrap_or_default();
            if depth > 0 {
                break;
            }
        }
    }
    named
}

fn first_word(text: &str) -> String {
    text.chars()
        .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
        .collect()
}

#[test]
fn modules_are_found_in_every_form_of_import() {
    let text = "use crate::ports::Clock;\nuse crate::{\n    domain::{Lot, zone},\n    flows, // ports\n\
                };\nfn f() { crate::records::g(); }\n// crate::bindings\n";
    let source = Source {
        path: "guest/src/x.rs".to_owned(),
        text: text.to_owned(),
    };
    let expected = [(1, "ports"), (3, "domain"), (4, "flows"), (6, "records")];
    let expected: Vec<_> = expected.map(|(line, name)| (line, name.to_owned())).into();
    assert_eq!(crate_modules(&source), expected);
}

//! The names of the guest's functions, for traps and profiles, as short as a person still knows them by.
//!
//! The compiler's names carry the whole path of each type in them, and a hash: a line of them fills a screen.

/// Words of a path that are kept: the type or module, and what is in it. Of a type's own path only the last is.
const WORDS: usize = 2;

/// `<a::b::C as d::e::F>::g` becomes `<C as F>::g`, and `a::b::C::g` becomes `C::g`.
pub(super) fn short(symbol: &str) -> String {
    let full = format!("{:#}", rustc_demangle::demangle(symbol));
    let mut name = String::new();
    let mut rest = full.as_str();
    let mut depth = 0_usize;
    while let Some(first) = rest.chars().next() {
        let in_path = |character: char| character.is_alphanumeric() || "_:".contains(character);
        let length = rest.find(|character| !in_path(character));
        let (path, next) = rest.split_at(length.unwrap_or(rest.len()));
        if path.is_empty() {
            depth = match first {
                '<' => depth + 1,
                '>' => depth.saturating_sub(1),
                _ => depth,
            };
            name.push(first);
            rest = next.strip_prefix(first).unwrap_or_default();
            continue;
        }
        // A path that goes on in `{closure}` or `<…>` ends with its colons, which are no word.
        let (words, colons) = path
            .strip_suffix("::")
            .map_or((path, ""), |words| (words, "::"));
        let kept = if depth == 0 { WORDS } else { 1 };
        let begin = words.rmatch_indices("::").nth(kept - 1);
        let begin = begin.map_or(0, |(colons, _)| colons + 2);
        name.push_str(words.get(begin..).unwrap_or(words));
        name.push_str(colons);
        rest = next;
    }
    name
}

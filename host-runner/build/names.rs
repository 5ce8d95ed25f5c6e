//! The names of the guest's functions, for traps and profiles, as short as a person still knows them by.
//!
//! The compiler's names carry the whole path of each type in them, and a hash: as many bytes as a third of the code.

use super::leb128;
use anyhow::{Context, Result};

/// The subsection that names functions.
const FUNCTIONS: u8 = 1;

/// Words of a path that are kept: the type or module, and what is in it. Of a type's own path only the last is.
const WORDS: usize = 2;

/// The section `name` with shorter names of functions and no others: its id, its size and its content. `content`
/// begins behind the section's own name.
pub(super) fn section(content: &[u8]) -> Result<Vec<u8>> {
    let mut rest = content;
    let mut body = vec![4];
    body.extend(b"name");
    while let Some((&id, after)) = rest.split_first() {
        let (size, after) = leb128(after)?;
        let (subsection, next) = after
            .split_at_checked(size)
            .context("the functions' names are cut short")?;
        if id == FUNCTIONS {
            let names = functions(subsection)?;
            body.push(FUNCTIONS);
            number(names.len(), &mut body)?;
            body.extend(names);
        }
        rest = next;
    }
    let mut section = vec![0];
    number(body.len(), &mut section)?;
    section.extend(body);
    Ok(section)
}

/// Shortens each name of a list of functions.
fn functions(list: &[u8]) -> Result<Vec<u8>> {
    let (count, mut rest) = leb128(list)?;
    let mut names = Vec::new();
    number(count, &mut names)?;
    for _ in 0..count {
        let (function, after) = leb128(rest)?;
        let (length, after) = leb128(after)?;
        let (name, next) = after
            .split_at_checked(length)
            .context("a function's name is cut short")?;
        let name = short(std::str::from_utf8(name).context("a function's name isn't UTF-8")?);
        number(function, &mut names)?;
        number(name.len(), &mut names)?;
        names.extend(name.as_bytes());
        rest = next;
    }
    Ok(names)
}

/// `<a::b::C as d::e::F>::g` becomes `<C as F>::g`, and `a::b::C::g` becomes `C::g`.
fn short(symbol: &str) -> String {
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

/// Writes an unsigned number of at most 32 bits.
fn number(value: usize, bytes: &mut Vec<u8>) -> Result<()> {
    let mut rest = u32::try_from(value).context("the module is larger than 4 GiB")?;
    while rest > 0x7f {
        bytes.push(u8::try_from(rest & 0x7f)? | 0x80);
        rest >>= 7;
    }
    bytes.push(u8::try_from(rest)?);
    Ok(())
}

//! Reads and scans: order, ranges, pages.

use super::{
    Backend, Check, Problem, backward, commit, delete, holds, keys, merchant, put, range, same,
    scan, version,
};
use crate::capabilities::Merchant;
use crate::capabilities::storage::{Row, Versioned, Write};

pub(super) const CHECKS: &[Check] = &[
    ("read: in the order asked for", asked_order),
    ("read: nothing asked, nothing found", nothing),
    ("scan: keys are ordered by their bytes", byte_order),
    ("scan: ranges are half-open", half_open),
    ("scan: backward gives the last rows", backward_rows),
    ("scan: pages join without gap or repeat", pages),
    ("scan: deleted keys are not there", deleted),
    ("scan: rows carry value and version", whole_rows),
    ("merchants don't see one another", isolation),
];

/// Above every key that begins with a letter, and itself no key.
const LAST: &str = "\u{10ffff}";

fn asked_order(backend: &dyn Backend) -> Result<(), Problem> {
    let (storage, merchant) = (backend.fresh(), merchant()?);
    commit(&*storage, &merchant, &[put("a", "1"), put("b", "2")])?;
    let names = ["b", "none", "a", "b"].map(str::to_owned);
    let found = storage.read(&merchant, &names)?;
    let values: Vec<Option<&str>> = found.iter().map(|one| one.value.as_deref()).collect();
    same(
        "the values",
        values,
        vec![Some("2"), None, Some("1"), Some("2")],
    )?;
    same(
        "a key never written",
        found.get(1),
        Some(&Versioned {
            value: None,
            version: 0,
        }),
    )
}

fn nothing(backend: &dyn Backend) -> Result<(), Problem> {
    let (storage, merchant) = (backend.fresh(), merchant()?);
    same("read of no keys", storage.read(&merchant, &[])?, Vec::new())?;
    same(
        "scan of an empty storage",
        keys(&*storage, &merchant, &range("", LAST, 10))?,
        Vec::new(),
    )
}

fn byte_order(backend: &dyn Backend) -> Result<(), Problem> {
    let (storage, merchant) = (backend.fresh(), merchant()?);
    // In the order of their UTF-8 bytes, which for the last two is not that of UTF-16.
    let sorted = [
        "\0", "\0a", " ", "!", "-", "/", "0", "10", "9", "A", "Z", "_", "a", "a\0", "a/", "a/b",
        "a/~", "aa", "a~", "b", "z", "~", "é", "ł", "點", "중", "\u{ff5e}", "😀",
    ];
    let mut writes: Vec<Write> = sorted.iter().map(|key| put(key, key)).collect();
    writes.reverse();
    commit(&*storage, &merchant, &writes)?;
    let found = keys(&*storage, &merchant, &range("", LAST, 100))?;
    same("all keys", found, sorted.map(str::to_owned).to_vec())?;
    let found = keys(&*storage, &merchant, &range("a/", "a0", 100))?;
    same(
        "keys below a/",
        found,
        ["a/", "a/b", "a/~"].map(str::to_owned).to_vec(),
    )
}

fn half_open(backend: &dyn Backend) -> Result<(), Problem> {
    let (storage, merchant) = (backend.fresh(), merchant()?);
    commit(
        &*storage,
        &merchant,
        &[put("a", "1"), put("b", "2"), put("c", "3")],
    )?;
    for (start, end, expected) in [
        ("a", "c", "ab"),
        ("a", "c\0", "abc"),
        ("a\0", "c", "b"),
        ("", "b", "a"),
        ("b", "b", ""),
        ("c", "a", ""),
        ("", "", ""),
        ("d", "e", ""),
    ] {
        let what = format!("keys from {start:?} to {end:?}");
        same(
            &what,
            keys(&*storage, &merchant, &range(start, end, 10))?.concat(),
            expected.to_owned(),
        )?;
        let reversed: String = expected.chars().rev().collect();
        same(
            &what,
            keys(&*storage, &merchant, &backward(start, end, 10))?.concat(),
            reversed,
        )?;
    }
    Ok(())
}

fn backward_rows(backend: &dyn Backend) -> Result<(), Problem> {
    let (storage, merchant) = (backend.fresh(), merchant()?);
    let writes: Vec<Write> = ["a", "b", "c", "d"]
        .iter()
        .map(|key| put(key, key))
        .collect();
    commit(&*storage, &merchant, &writes)?;
    let found = keys(&*storage, &merchant, &backward("a", "d", 2))?;
    same("the last two before d", found.concat(), "cb".to_owned())
}

fn pages(backend: &dyn Backend) -> Result<(), Problem> {
    let (storage, merchant) = (backend.fresh(), merchant()?);
    let all: Vec<String> = (0..2_345)
        .map(|number| format!("item/{number:05}"))
        .collect();
    for some in all.chunks(1_000) {
        let writes: Vec<Write> = some.iter().map(|key| put(key, "x")).collect();
        commit(&*storage, &merchant, &writes)?;
    }
    let mut found = Vec::new();
    let mut next = range("item/", "item0", 1_000);
    loop {
        let page = keys(&*storage, &merchant, &next)?;
        holds("a page has at most its limit of rows", page.len() <= 1_000)?;
        let ends = page.len() < 1_000;
        found.extend(page);
        if ends {
            break;
        }
        next.start = found
            .last()
            .map(|key| format!("{key}\0"))
            .unwrap_or_default();
    }
    holds("the pages forward give all keys in order", found == all)?;

    let mut found = Vec::new();
    let mut next = backward("item/", "item0", 999);
    loop {
        let page = keys(&*storage, &merchant, &next)?;
        let ends = page.len() < 999;
        found.extend(page);
        if ends {
            break;
        }
        next.end = found.last().cloned().unwrap_or_default();
    }
    found.reverse();
    holds("the pages backward give all keys in order", found == all)
}

fn deleted(backend: &dyn Backend) -> Result<(), Problem> {
    let (storage, merchant) = (backend.fresh(), merchant()?);
    commit(
        &*storage,
        &merchant,
        &[put("a", "1"), put("b", "2"), put("c", "3")],
    )?;
    commit(
        &*storage,
        &merchant,
        &[delete("a"), delete("b"), delete("never")],
    )?;
    let found = keys(&*storage, &merchant, &range("", LAST, 1))?;
    same("the first key left", found.concat(), "c".to_owned())?;
    commit(&*storage, &merchant, &[put("b", "4")])?;
    let found = keys(&*storage, &merchant, &range("", LAST, 10))?;
    same("with b written again", found.concat(), "bc".to_owned())
}

fn whole_rows(backend: &dyn Backend) -> Result<(), Problem> {
    let (storage, merchant) = (backend.fresh(), merchant()?);
    let text = "點數 \0 \u{1f4b0} \"quoted\" 'and' \\ line\nend";
    commit(&*storage, &merchant, &[put("a", text), put("b", "")])?;
    let row = |key: &str, text: &str| -> Result<Row, Problem> {
        let version = version(&*storage, &merchant, key)?;
        Ok(Row {
            key: key.to_owned(),
            value: text.to_owned(),
            version,
        })
    };
    let expected = vec![row("a", text)?, row("b", "")?];
    same(
        "the rows",
        scan(&*storage, &merchant, &range("a", "c", 10))?,
        expected,
    )
}

fn isolation(backend: &dyn Backend) -> Result<(), Problem> {
    let (storage, merchant) = (backend.fresh(), merchant()?);
    // Names next to the merchant's in any order a backend might keep them in.
    for other in [
        "conformanc",
        "conformance-",
        "conformance.",
        "conformance0",
        "c",
        "z",
    ] {
        let other = Merchant::new(other)?;
        commit(
            &*storage,
            &other,
            &[put("a", other.as_str()), put("secret", other.as_str())],
        )?;
    }
    let found = storage.read(&merchant, &["a".to_owned(), "secret".to_owned()])?;
    same(
        "what others wrote",
        found,
        vec![
            Versioned {
                value: None,
                version: 0
            };
            2
        ],
    )?;
    same(
        "their keys",
        keys(&*storage, &merchant, &range("", LAST, 100))?,
        Vec::new(),
    )?;
    same(
        "their keys",
        keys(&*storage, &merchant, &backward("", LAST, 100))?,
        Vec::new(),
    )?;
    commit(
        &*storage,
        &merchant,
        &[put("a", "mine").at(0), delete("secret")],
    )?;
    let other = Merchant::new("conformance-")?;
    let found = keys(&*storage, &other, &range("", LAST, 100))?;
    same(
        "the other's keys after a delete here",
        found.concat(),
        "asecret".to_owned(),
    )
}

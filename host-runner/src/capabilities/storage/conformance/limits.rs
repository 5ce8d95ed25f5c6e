//! What is at a limit works; what is over one is refused and changes nothing.

use super::{
    Backend, Check, Problem, commit, holds, keys, merchant, put, range, same, scan, value,
};
use crate::capabilities::storage::{
    Error, KEY_BYTES, LIST_LENGTH, Outcome, RANGE_BOUND_BYTES, Range, VALUE_BYTES, Write,
};

pub(super) const CHECKS: &[Check] = &[
    ("limits: the longest key and value", longest),
    ("limits: the longest lists", longest_lists),
    ("limits: a longer key, an empty one", wrong_keys),
    ("limits: a longer value", longer_value),
    ("limits: longer lists", longer_lists),
    ("limits: a range's rows and bounds", ranges),
    ("limits: a key stands once in a commit", repeated_key),
];

fn refused<T>(what: &str, result: Result<T, Error>) -> Result<(), Problem> {
    holds(
        &format!("{what} is too-large"),
        matches!(result, Err(Error::TooLarge(_))),
    )
}

fn many(count: usize) -> Vec<Write> {
    (0..count)
        .map(|number| put(&format!("many/{number:05}"), "x"))
        .collect()
}

fn names(writes: &[Write]) -> Vec<String> {
    writes.iter().map(|write| write.key.clone()).collect()
}

fn longest(backend: &dyn Backend) -> Result<(), Problem> {
    let (storage, merchant) = (backend.fresh(), merchant()?);
    let (key, text) = ("k".repeat(KEY_BYTES), "v".repeat(VALUE_BYTES));
    commit(&*storage, &merchant, &[put(&key, &text)])?;
    holds(
        "it is read as written",
        value(&*storage, &merchant, &key)? == Some(text),
    )?;
    let behind = range(&format!("{key}\0"), &"l".repeat(RANGE_BOUND_BYTES), 1);
    same(
        "the rows behind it",
        scan(&*storage, &merchant, &behind)?,
        Vec::new(),
    )
}

fn longest_lists(backend: &dyn Backend) -> Result<(), Problem> {
    let (storage, merchant) = (backend.fresh(), merchant()?);
    let writes = many(LIST_LENGTH);
    commit(&*storage, &merchant, &writes)?;
    let found = storage.read(&merchant, &names(&writes))?;
    let there = found.iter().filter(|one| one.value.is_some()).count();
    same("keys read", there, LIST_LENGTH)?;
    same(
        "rows scanned",
        keys(&*storage, &merchant, &range("many/", "many0", 1_000))?.len(),
        LIST_LENGTH,
    )
}

fn wrong_keys(backend: &dyn Backend) -> Result<(), Problem> {
    let (storage, merchant) = (backend.fresh(), merchant()?);
    for key in [String::new(), "k".repeat(KEY_BYTES + 1), "點".repeat(342)] {
        let what = format!("a key of {} bytes", key.len());
        refused(
            &what,
            storage.commit(&merchant, vec![put("a", "1"), put(&key, "1")]),
        )?;
        refused(&what, storage.read(&merchant, &["a".to_owned(), key]))?;
    }
    same(
        "the write beside it",
        value(&*storage, &merchant, "a")?,
        None,
    )
}

fn longer_value(backend: &dyn Backend) -> Result<(), Problem> {
    let (storage, merchant) = (backend.fresh(), merchant()?);
    let long = "v".repeat(VALUE_BYTES + 1);
    refused(
        "the value",
        storage.commit(&merchant, vec![put("a", "1"), put("b", &long)]),
    )?;
    same(
        "the write beside it",
        value(&*storage, &merchant, "a")?,
        None,
    )
}

fn longer_lists(backend: &dyn Backend) -> Result<(), Problem> {
    let (storage, merchant) = (backend.fresh(), merchant()?);
    let writes = many(LIST_LENGTH + 1);
    refused("the read", storage.read(&merchant, &names(&writes)))?;
    refused("the commit", storage.commit(&merchant, writes))?;
    same(
        "the rows",
        scan(&*storage, &merchant, &range("many/", "many0", 10))?,
        Vec::new(),
    )
}

fn ranges(backend: &dyn Backend) -> Result<(), Problem> {
    let (storage, merchant) = (backend.fresh(), merchant()?);
    let wrong = |what: &str, range: Range| {
        refused(what, storage.scan(&merchant, &range))?;
        refused(what, storage.scan_keys(&merchant, &range))
    };
    for limit in [0, 1_001, u32::MAX] {
        wrong(&format!("a range of {limit} rows"), range("a", "b", limit))?;
    }
    let long = "b".repeat(RANGE_BOUND_BYTES + 1);
    wrong("a longer start", range(&long, "c", 1))?;
    wrong("a longer end", range("a", &long, 1))
}

fn repeated_key(backend: &dyn Backend) -> Result<(), Problem> {
    let (storage, merchant) = (backend.fresh(), merchant()?);
    refused(
        "the commit",
        storage.commit(&merchant, vec![put("a", "1"), put("b", "1"), put("a", "2")]),
    )?;
    let mut writes = many(LIST_LENGTH - 1);
    writes.push(put("many/00000", "y"));
    refused("the long commit", storage.commit(&merchant, writes))?;
    same("the key", value(&*storage, &merchant, "a")?, None)?;
    let outcome = storage.commit(&merchant, vec![put("a", "1").at(0)])?;
    same("afterwards", outcome, Outcome::Committed)
}

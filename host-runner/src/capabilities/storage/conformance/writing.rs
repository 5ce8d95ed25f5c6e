//! Commits: all or nothing, conditions, what lasts.

use super::{
    Backend, Check, Problem, commit, delete, get, keys, merchant, put, range, same, value, version,
};
use crate::capabilities::storage::{Outcome, Versioned};

pub(super) const CHECKS: &[Check] = &[
    ("commit: writes are seen at once", seen),
    ("commit: an empty list is committed", empty),
    (
        "commit: without condition it overwrites and deletes",
        unconditional,
    ),
    (
        "commit: with a condition only over that version",
        conditional,
    ),
    (
        "commit: one conflict and nothing is written",
        all_or_nothing,
    ),
    ("commit: what it answered lasts", durable),
];

fn seen(backend: &dyn Backend) -> Result<(), Problem> {
    let (storage, merchant) = (backend.fresh(), merchant()?);
    for text in ["1", "a longer text", ""] {
        commit(&*storage, &merchant, &[put("a", text)])?;
        same(
            "the value",
            value(&*storage, &merchant, "a")?,
            Some(text.to_owned()),
        )?;
    }
    commit(&*storage, &merchant, &[delete("a")])?;
    same("the deleted value", value(&*storage, &merchant, "a")?, None)
}

fn empty(backend: &dyn Backend) -> Result<(), Problem> {
    let (storage, merchant) = (backend.fresh(), merchant()?);
    commit(&*storage, &merchant, &[])
}

fn unconditional(backend: &dyn Backend) -> Result<(), Problem> {
    let (storage, merchant) = (backend.fresh(), merchant()?);
    commit(&*storage, &merchant, &[delete("a"), put("b", "1")])?;
    commit(&*storage, &merchant, &[put("a", "1"), delete("b")])?;
    commit(
        &*storage,
        &merchant,
        &[put("a", "2"), delete("b"), put("c", "3")],
    )?;
    let found = keys(&*storage, &merchant, &range("a", "d", 10))?;
    same("the keys", found.concat(), "ac".to_owned())
}

fn conditional(backend: &dyn Backend) -> Result<(), Problem> {
    let (storage, merchant) = (backend.fresh(), merchant()?);
    commit(&*storage, &merchant, &[put("a", "1").at(0)])?;
    let first = version(&*storage, &merchant, "a")?;
    for stale in [0, first.wrapping_add(1), first.wrapping_sub(1), u64::MAX] {
        for write in [put("a", "2").at(stale), delete("a").at(stale)] {
            let what = format!("version {first} when {stale} was expected");
            same(
                &what,
                storage.commit(&merchant, vec![write])?,
                Outcome::Conflict,
            )?;
        }
    }
    let stands = Versioned {
        value: Some("1".to_owned()),
        version: first,
    };
    same("after conflicts", get(&*storage, &merchant, "a")?, stands)?;
    commit(&*storage, &merchant, &[put("a", "2").at(first)])?;
    let second = version(&*storage, &merchant, "a")?;
    let again = storage.commit(&merchant, vec![put("a", "3").at(first)])?;
    same("over a version that is gone", again, Outcome::Conflict)?;
    commit(&*storage, &merchant, &[delete("a").at(second)])?;
    same("after the delete", value(&*storage, &merchant, "a")?, None)
}

fn all_or_nothing(backend: &dyn Backend) -> Result<(), Problem> {
    let (storage, merchant) = (backend.fresh(), merchant()?);
    commit(
        &*storage,
        &merchant,
        &[put("a", "1"), put("b", "1"), put("c", "1")],
    )?;
    let (a, c) = (
        version(&*storage, &merchant, "a")?,
        version(&*storage, &merchant, "c")?,
    );
    // The write that fails stands last, first and in between.
    let stale = put("b", "2").at(0);
    for writes in [
        [
            put("a", "2").at(a),
            delete("c").at(c),
            put("new", "2"),
            stale.clone(),
        ],
        [
            stale.clone(),
            put("a", "2"),
            delete("c"),
            put("new", "2").at(0),
        ],
        [put("a", "2"), put("new", "2").at(0), stale, delete("c")],
    ] {
        same(
            "the commit",
            storage.commit(&merchant, writes.into())?,
            Outcome::Conflict,
        )?;
    }
    same("a", version(&*storage, &merchant, "a")?, a)?;
    same("c", version(&*storage, &merchant, "c")?, c)?;
    let never = Versioned {
        value: None,
        version: 0,
    };
    same(
        "a key of no successful commit",
        get(&*storage, &merchant, "new")?,
        never,
    )
}

fn durable(backend: &dyn Backend) -> Result<(), Problem> {
    let (storage, merchant) = (backend.fresh(), merchant()?);
    commit(
        &*storage,
        &merchant,
        &[put("a", "1"), put("b", "點"), put("c", "3")],
    )?;
    commit(&*storage, &merchant, &[put("a", "2"), delete("c")])?;
    // Of "c" no more than that it is gone: nobody who read it before is left after opening again.
    let names = ["a", "b"].map(str::to_owned);
    let before = storage.read(&merchant, &names)?;
    match backend.reopen(storage) {
        None => Ok(()),
        Some(storage) => {
            same(
                "after opening again",
                storage.read(&merchant, &names)?,
                before,
            )?;
            same("c, deleted", value(&*storage, &merchant, "c")?, None)
        }
    }
}

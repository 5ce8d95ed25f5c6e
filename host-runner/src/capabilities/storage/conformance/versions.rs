//! Versions: they rise with every write and never come back.

use super::{
    Backend, Check, Problem, commit, delete, get, holds, merchant, put, range, same, scan, version,
};
use crate::capabilities::storage::Outcome;

pub(super) const CHECKS: &[Check] = &[
    ("version: 0 until the first write", zero),
    ("version: every write raises it, a delete too", rises),
    (
        "version: none comes back when a key is deleted and made again",
        deleted_and_made_again,
    ),
    (
        "version: an absent key that was made and deleted meanwhile has another one",
        made_and_deleted,
    ),
    (
        "version: none comes back after opening again",
        after_reopening,
    ),
    ("version: reads and scans give the same", reads_and_scans),
];

fn zero(backend: &dyn Backend) -> Result<(), Problem> {
    let (storage, merchant) = (backend.fresh(), merchant()?);
    commit(&*storage, &merchant, &[put("other", "1")])?;
    same(
        "a key never written",
        version(&*storage, &merchant, "a")?,
        0,
    )?;
    commit(&*storage, &merchant, &[put("a", "1").at(0)])?;
    holds(
        "a key that was written is over 0",
        version(&*storage, &merchant, "a")? > 0,
    )?;
    commit(&*storage, &merchant, &[delete("b").at(0)])?;
    holds(
        "the delete of nothing counts as well",
        version(&*storage, &merchant, "b")? > 0,
    )
}

fn rises(backend: &dyn Backend) -> Result<(), Problem> {
    let (storage, merchant) = (backend.fresh(), merchant()?);
    let mut last = 0;
    for write in [
        put("a", "1"),
        put("a", "1"),
        delete("a"),
        delete("a"),
        put("a", "1"),
    ] {
        commit(&*storage, &merchant, &[write])?;
        let now = version(&*storage, &merchant, "a")?;
        holds(&format!("version {now} is over {last}"), now > last)?;
        last = now;
    }
    Ok(())
}

fn deleted_and_made_again(backend: &dyn Backend) -> Result<(), Problem> {
    let (storage, merchant) = (backend.fresh(), merchant()?);
    commit(&*storage, &merchant, &[put("a", "1")])?;
    let read = get(&*storage, &merchant, "a")?;
    commit(&*storage, &merchant, &[delete("a")])?;
    let deleted = version(&*storage, &merchant, "a")?;
    commit(&*storage, &merchant, &[put("a", "1")])?;
    for gone in [read.version, deleted, 0] {
        let outcome = storage.commit(&merchant, vec![put("a", "2").at(gone)])?;
        same(
            "a write over what was read before",
            outcome,
            Outcome::Conflict,
        )?;
    }
    same(
        "the value",
        get(&*storage, &merchant, "a")?.value,
        Some("1".to_owned()),
    )
}

fn made_and_deleted(backend: &dyn Backend) -> Result<(), Problem> {
    let (storage, merchant) = (backend.fresh(), merchant()?);
    let mut read = Vec::new();
    for round in 0..4 {
        read.push(version(&*storage, &merchant, "a")?);
        commit(&*storage, &merchant, &[put("a", "1")])?;
        commit(&*storage, &merchant, &[delete("a"), put("other", "1")])?;
        for gone in &read {
            let outcome = storage.commit(&merchant, vec![put("a", "2").at(*gone)])?;
            same(
                &format!("round {round}: a write over what was absent at {gone}"),
                outcome,
                Outcome::Conflict,
            )?;
        }
    }
    Ok(())
}

fn after_reopening(backend: &dyn Backend) -> Result<(), Problem> {
    let (mut storage, merchant) = (backend.fresh(), merchant()?);
    let mut last = 0;
    for round in 0..4 {
        for write in [put("a", "1"), delete("a"), put("a", "2")]
            .into_iter()
            .skip(round % 2)
        {
            commit(&*storage, &merchant, &[write])?;
            let now = version(&*storage, &merchant, "a")?;
            holds(&format!("version {now} is over {last}"), now > last)?;
            last = now;
        }
        commit(&*storage, &merchant, &[delete("a")])?;
        let deleted = version(&*storage, &merchant, "a")?;
        let Some(again) = backend.reopen(storage) else {
            return Ok(());
        };
        storage = again;
        // Nobody is left who read it before: it may be forgotten.
        let now = version(&*storage, &merchant, "a")?;
        holds(
            &format!("a deleted key's version {now} is {deleted} or 0"),
            now == deleted || now == 0,
        )?;
        last = deleted;
    }
    Ok(())
}

fn reads_and_scans(backend: &dyn Backend) -> Result<(), Problem> {
    let (storage, merchant) = (backend.fresh(), merchant()?);
    commit(&*storage, &merchant, &[put("a", "1"), put("b", "1")])?;
    commit(&*storage, &merchant, &[put("a", "2")])?;
    for row in scan(&*storage, &merchant, &range("a", "c", 10))? {
        same(
            &row.key,
            row.version,
            version(&*storage, &merchant, &row.key)?,
        )?;
        commit(&*storage, &merchant, &[put(&row.key, "3").at(row.version)])?;
    }
    Ok(())
}

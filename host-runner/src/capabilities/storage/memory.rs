//! Storage in memory, for tests, dry trials and benchmarks. Nothing is left of it when it is dropped.

use super::{
    Error, Marks, Outcome, REMAINS_KEPT, Range, Row, Storage, Versioned, Write, check_commit,
    check_mark, check_read, check_scan,
};
use crate::capabilities::Merchant;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::ops::Bound;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

/// An ordered map per merchant, each under a lock of its own, so that merchants don't wait for one
/// another.
#[derive(Debug, Default)]
pub struct Memory {
    spaces: RwLock<HashMap<Merchant, Arc<RwLock<Space>>>>,
}

#[derive(Debug, Default)]
struct Space {
    rows: BTreeMap<String, Stored>,
    /// The version given to the latest commit. One count for all keys of the merchant, so that a key
    /// that is written anew never gets a version it had before.
    latest: u64,
    /// Versions of deleted keys. They lie apart from the rows, so that scans don't step over them.
    removed: HashMap<String, u64>,
    /// The deletes in their order, to be forgotten one by one when they are old enough.
    forget: VecDeque<(Instant, String, u64)>,
    marks: HashMap<String, String>,
}

#[derive(Debug)]
struct Stored {
    value: String,
    version: u64,
}

impl Memory {
    /// An empty storage.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The merchant's space, if it ever wrote.
    fn space(&self, merchant: &Merchant) -> Option<Arc<RwLock<Space>>> {
        let spaces = self.spaces.read().unwrap_or_else(PoisonError::into_inner);
        spaces.get(merchant).cloned()
    }

    fn space_to_write(&self, merchant: &Merchant) -> Arc<RwLock<Space>> {
        self.space(merchant).unwrap_or_else(|| {
            let mut spaces = self.spaces.write().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(spaces.entry(merchant.clone()).or_default())
        })
    }
}

impl Space {
    fn version(&self, key: &str) -> u64 {
        match self.rows.get(key) {
            Some(stored) => stored.version,
            None => self.removed.get(key).copied().unwrap_or(0),
        }
    }

    fn apply(&mut self, writes: Vec<Write>, now: Instant) -> Outcome {
        let stale = |write: &Write| write.expect.is_some_and(|v| v != self.version(&write.key));
        if writes.iter().any(stale) {
            return Outcome::Conflict;
        }
        self.latest += 1;
        let version = self.latest;
        for Write { key, value, .. } in writes {
            match (value, self.rows.get_mut(&key)) {
                (Some(value), Some(stored)) => *stored = Stored { value, version },
                (Some(value), None) => {
                    self.removed.remove(&key);
                    self.rows.insert(key, Stored { value, version });
                }
                (None, _) => {
                    self.rows.remove(&key);
                    self.removed.insert(key.clone(), version);
                    self.forget.push_back((now, key, version));
                }
            }
        }
        self.purge(now);
        Outcome::Committed
    }

    /// Forgets the deleted keys whose time is over.
    fn purge(&mut self, now: Instant) {
        while self
            .forget
            .front()
            .is_some_and(|(at, ..)| now.duration_since(*at) > REMAINS_KEPT)
        {
            if let Some((_, key, version)) = self.forget.pop_front()
                && self.removed.get(&key) == Some(&version)
            {
                self.removed.remove(&key);
            }
        }
    }

    fn scan<T>(&self, range: &Range, row: impl Fn((&String, &Stored)) -> T) -> Vec<T> {
        // `BTreeMap::range` doesn't take a range whose start lies behind its end.
        if range.start >= range.end {
            return Vec::new();
        }
        let limit = usize::try_from(range.limit).unwrap_or(usize::MAX);
        let bounds = (
            Bound::Included(range.start.as_str()),
            Bound::Excluded(range.end.as_str()),
        );
        let rows = self.rows.range::<str, _>(bounds);
        if range.backward {
            rows.rev().take(limit).map(row).collect()
        } else {
            rows.take(limit).map(row).collect()
        }
    }
}

impl Storage for Memory {
    fn read(&self, merchant: &Merchant, keys: &[String]) -> Result<Vec<Versioned>, Error> {
        check_read(keys)?;
        let Some(space) = self.space(merchant) else {
            return Ok(vec![
                Versioned {
                    value: None,
                    version: 0
                };
                keys.len()
            ]);
        };
        let space = space.read().unwrap_or_else(PoisonError::into_inner);
        let versioned = |key: &String| match space.rows.get(key) {
            Some(stored) => Versioned {
                value: Some(stored.value.clone()),
                version: stored.version,
            },
            None => Versioned {
                value: None,
                version: space.version(key),
            },
        };
        Ok(keys.iter().map(versioned).collect())
    }

    fn scan(&self, merchant: &Merchant, range: &Range) -> Result<Vec<Row>, Error> {
        check_scan(range)?;
        let Some(space) = self.space(merchant) else {
            return Ok(Vec::new());
        };
        let space = space.read().unwrap_or_else(PoisonError::into_inner);
        Ok(space.scan(range, |(key, stored)| Row {
            key: key.clone(),
            value: stored.value.clone(),
            version: stored.version,
        }))
    }

    fn scan_keys(&self, merchant: &Merchant, range: &Range) -> Result<Vec<String>, Error> {
        check_scan(range)?;
        let Some(space) = self.space(merchant) else {
            return Ok(Vec::new());
        };
        let space = space.read().unwrap_or_else(PoisonError::into_inner);
        Ok(space.scan(range, |(key, _)| key.clone()))
    }

    fn commit(&self, merchant: &Merchant, writes: Vec<Write>) -> Result<Outcome, Error> {
        check_commit(&writes)?;
        if writes.is_empty() {
            return Ok(Outcome::Committed);
        }
        let space = self.space_to_write(merchant);
        let mut space = space.write().unwrap_or_else(PoisonError::into_inner);
        Ok(space.apply(writes, Instant::now()))
    }
}

impl Marks for Memory {
    fn mark(&self, merchant: &Merchant, name: &str) -> Result<Option<String>, Error> {
        check_mark(name, "")?;
        Ok(self.space(merchant).and_then(|space| {
            let space = space.read().unwrap_or_else(PoisonError::into_inner);
            space.marks.get(name).cloned()
        }))
    }

    fn set_mark(&self, merchant: &Merchant, name: &str, text: &str) -> Result<(), Error> {
        check_mark(name, text)?;
        let space = self.space_to_write(merchant);
        let mut space = space.write().unwrap_or_else(PoisonError::into_inner);
        space.marks.insert(name.to_owned(), text.to_owned());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(key: &str, value: Option<&str>) -> Write {
        Write {
            key: key.to_owned(),
            value: value.map(str::to_owned),
            expect: None,
        }
    }

    #[test]
    fn remains_are_purged_when_old_and_only_then() {
        let mut space = Space::default();
        let start = Instant::now();
        space.apply(vec![write("a", None), write("b", None)], start);
        space.apply(vec![write("b", None)], start + REMAINS_KEPT);
        assert_eq!((space.version("a"), space.version("b")), (1, 2));
        let later = start + REMAINS_KEPT + std::time::Duration::from_secs(1);
        space.apply(vec![write("c", Some("3"))], later);
        assert_eq!(
            (space.version("a"), space.version("b")),
            (0, 2),
            "b was deleted again later"
        );
        space.apply(vec![write("a", Some("4"))], later);
        assert_eq!(
            space.version("a"),
            4,
            "no version comes back, though a was forgotten"
        );
    }
}

//! The register itself.

use super::{Fault, Standing, State};
use crate::capabilities::Merchant;
use crate::capabilities::clock::Instant;
use crate::capabilities::storage::{Error, Outcome, Range, Storage, Versioned, Write};
use chrono::DateTime;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Under which key of the host's own space a merchant stands: `merchant/tea-house`.
const MERCHANTS: &str = "merchant/";

/// The first key behind them.
const BEHIND: &str = "merchant0";

/// Its version rises with every change of the register: what hosts look at again and again.
const CHANGES: &str = "merchants";

/// The form of a record. A host refuses a later one.
const FORMAT: u32 = 1;

/// Records of one page.
const PAGE: u32 = 1_000;

/// How often a change is tried that others cross.
const TRIES: usize = 16;

/// The merchants that the operator said something of.
#[derive(Clone)]
pub struct Register {
    storage: Arc<dyn Storage>,
}

/// A merchant in the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What the operator said.
    pub standing: Standing,
    /// Since when its state is what it is, in seconds of the epoch.
    pub since: u64,
}

/// Why the register wasn't read or changed. Nothing was stored, except where the storage's error says so.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// What was said may not be said.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// Everything of the merchant is being deleted.
    #[error("everything of {0} is being deleted: it can be made anew when that is done")]
    Deleting(Merchant),
    /// It has to be suspended for that.
    #[error("{0} isn't suspended: suspend it first")]
    NotSuspended(Merchant),
    /// A record can't be read: a later host made it, or somebody changed it by hand.
    #[error(
        "the register's record of {0} can't be read: a later version of the host made it, or it is damaged"
    )]
    Unreadable(String),
    /// Others changed it all the time.
    #[error("others change the register all the time: try again")]
    Busy,
    /// The storage failed.
    #[error(transparent)]
    Storage(#[from] Error),
}

#[derive(Deserialize, Serialize)]
struct Record {
    format: u32,
    since: u64,
    standing: Standing,
}

impl Register {
    /// The register of this database.
    #[must_use]
    pub fn new(storage: Arc<dyn Storage>) -> Self {
        Self { storage }
    }

    /// A number that is another one after every change.
    ///
    /// # Errors
    /// [`RegisterError::Storage`].
    pub fn changes(&self) -> Result<u64, RegisterError> {
        let [changes] = self.read([CHANGES.to_owned()])?;
        Ok(changes.version)
    }

    /// All of it.
    ///
    /// # Errors
    /// [`RegisterError::Storage`] and [`RegisterError::Unreadable`].
    pub fn all(&self) -> Result<BTreeMap<Merchant, Entry>, RegisterError> {
        let mut all = BTreeMap::new();
        let mut start = MERCHANTS.to_owned();
        loop {
            let range = Range {
                start,
                end: BEHIND.to_owned(),
                limit: PAGE,
                backward: false,
            };
            let rows = self.storage.scan(&Merchant::host(), &range)?;
            for row in &rows {
                let id = row.key.strip_prefix(MERCHANTS).unwrap_or_default();
                let unreadable = || RegisterError::Unreadable(id.to_owned());
                let merchant = Merchant::new(id).map_err(|_| unreadable())?;
                all.insert(merchant, entry(id, &row.value)?);
            }
            match rows.last() {
                Some(last) if rows.len() >= usize::try_from(PAGE).unwrap_or(usize::MAX) => {
                    start = [last.key.as_str(), "\0"].concat();
                }
                _ => return Ok(all),
            }
        }
    }

    /// What the operator said of a merchant.
    ///
    /// # Errors
    /// [`RegisterError::Storage`] and [`RegisterError::Unreadable`].
    pub fn find(&self, merchant: &Merchant) -> Result<Option<Entry>, RegisterError> {
        let [found] = self.read([key(merchant)])?;
        found
            .value
            .map(|value| entry(merchant.as_str(), &value))
            .transpose()
    }

    /// Says of a merchant what holds from now on, in place of what was said before; makes it where it isn't there. True
    /// where it is new.
    ///
    /// # Errors
    /// [`RegisterError`]; [`RegisterError::Deleting`] also where the standing says so, which [`delete`](Self::delete) does.
    pub fn set(
        &self,
        merchant: &Merchant,
        standing: &Standing,
        now: Instant,
    ) -> Result<bool, RegisterError> {
        standing.check()?;
        let gone = |state| state == State::Deleting;
        let mut new = false;
        self.change(merchant, |before| {
            let state = before.map(|before| before.standing.state);
            if gone(standing.state) || state.is_some_and(gone) {
                return Err(RegisterError::Deleting(merchant.clone()));
            }
            new = before.is_none();
            let same = before.filter(|before| before.standing.state == standing.state);
            Ok(Some(Entry {
                standing: standing.clone(),
                since: same.map_or(now.seconds, |before| before.since),
            }))
        })?;
        Ok(new)
    }

    /// Begins to delete everything of a merchant that is suspended. Once begun it is begun.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub fn delete(&self, merchant: &Merchant, now: Instant) -> Result<(), RegisterError> {
        self.change(merchant, |before| {
            let state = before.map(|before| before.standing.state);
            match (state, before) {
                (Some(State::Deleting), before) => Ok(before.cloned()),
                (Some(State::Suspended), _) => Ok(Some(Entry {
                    standing: Standing {
                        state: State::Deleting,
                        ..Standing::default()
                    },
                    since: now.seconds,
                })),
                _ => Err(RegisterError::NotSuspended(merchant.clone())),
            }
        })
    }

    /// Strikes out a merchant whose records are deleted.
    pub(super) fn strike(&self, merchant: &Merchant) -> Result<(), RegisterError> {
        self.change(merchant, |before| {
            let deleting = |before: &&Entry| before.standing.state == State::Deleting;
            Ok(before.filter(|before| !deleting(before)).cloned())
        })
    }

    /// Puts what `next` makes of a merchant's entry in its place.
    fn change(
        &self,
        merchant: &Merchant,
        mut next: impl FnMut(Option<&Entry>) -> Result<Option<Entry>, RegisterError>,
    ) -> Result<(), RegisterError> {
        for _ in 0..TRIES {
            let [own, changes] = self.read([key(merchant), CHANGES.to_owned()])?;
            let before = own.value.as_deref();
            let before = before
                .map(|value| entry(merchant.as_str(), value))
                .transpose()?;
            let after = next(before.as_ref())?;
            if after == before {
                return Ok(());
            }
            let writes = vec![
                Write {
                    key: key(merchant),
                    value: after.map(|after| text(&after)),
                    expect: Some(own.version),
                },
                Write {
                    key: CHANGES.to_owned(),
                    value: Some("{}".to_owned()),
                    expect: Some(changes.version),
                },
            ];
            if self.storage.commit(&Merchant::host(), writes)? == Outcome::Committed {
                return Ok(());
            }
        }
        Err(RegisterError::Busy)
    }

    fn read<const N: usize>(&self, keys: [String; N]) -> Result<[Versioned; N], RegisterError> {
        let found = self.storage.read(&Merchant::host(), &keys)?;
        found.try_into().map_err(|_| {
            let told = "it answered another number of keys".to_owned();
            RegisterError::Storage(Error::Unavailable(told))
        })
    }
}

/// A merchant as people and programs are shown it; one that the register doesn't know stands as usual.
#[must_use]
pub fn shown(merchant: &Merchant, entry: Option<&Entry>) -> Value {
    let usual = Standing::default();
    let standing = entry.map_or(&usual, |entry| &entry.standing);
    let since = entry.and_then(|entry| i64::try_from(entry.since).ok());
    let since = since.and_then(|since| DateTime::from_timestamp(since, 0));
    json!({
        "merchant": merchant.as_str(),
        "state": standing.state.name(),
        "since": since.map(|since| since.format("%Y-%m-%dT%H:%M:%SZ").to_string()),
        "component": standing.component,
        "limits": standing.limits,
    })
}

fn key(merchant: &Merchant) -> String {
    [MERCHANTS, merchant.as_str()].concat()
}

fn text(entry: &Entry) -> String {
    let record = Record {
        format: FORMAT,
        since: entry.since,
        standing: entry.standing.clone(),
    };
    // Numbers and names alone, which always can be written.
    serde_json::to_string(&record).unwrap_or_default()
}

fn entry(id: &str, text: &str) -> Result<Entry, RegisterError> {
    let record: Option<Record> = serde_json::from_str(text).ok();
    let record = record.filter(|record| record.format == FORMAT);
    let record = record.ok_or_else(|| RegisterError::Unreadable(id.to_owned()))?;
    Ok(Entry {
        standing: record.standing,
        since: record.since,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capabilities::storage::Memory;

    fn tea() -> Merchant {
        Merchant::new("tea").unwrap()
    }

    fn register() -> Register {
        Register::new(Arc::new(Memory::new()))
    }

    fn standing(state: State) -> Standing {
        Standing {
            state,
            ..Standing::default()
        }
    }

    #[test]
    fn a_merchant_from_its_making_to_its_end() {
        let (register, tea) = (register(), tea());
        let at = Instant::at;
        assert_eq!(register.find(&tea).unwrap(), None);
        assert!(matches!(
            register.delete(&tea, at(1)),
            Err(RegisterError::NotSuspended(_))
        ));
        assert!(register.set(&tea, &Standing::default(), at(1)).unwrap());
        let changes = register.changes().unwrap();
        // Said again, nothing changes.
        assert!(!register.set(&tea, &Standing::default(), at(2)).unwrap());
        assert_eq!(register.changes().unwrap(), changes);
        assert!(register.delete(&tea, at(2)).is_err());
        register
            .set(&tea, &standing(State::Suspended), at(3))
            .unwrap();
        assert!(register.changes().unwrap() > changes);
        let limited = Standing {
            component: Some("next".to_owned()),
            ..standing(State::Suspended)
        };
        register.set(&tea, &limited, at(4)).unwrap();
        let found = register.find(&tea).unwrap().unwrap();
        assert_eq!((found.standing, found.since), (limited, 3));
        register.delete(&tea, at(5)).unwrap();
        register.delete(&tea, at(6)).unwrap();
        let found = register.find(&tea).unwrap().unwrap();
        assert_eq!(
            (found.standing, found.since),
            (standing(State::Deleting), 5)
        );
        for state in [State::Active, State::Deleting] {
            let refused = register.set(&tea, &standing(state), at(7));
            assert!(matches!(refused, Err(RegisterError::Deleting(_))));
        }
        register.strike(&tea).unwrap();
        assert_eq!(register.all().unwrap(), BTreeMap::new());
        assert!(register.set(&tea, &Standing::default(), at(8)).unwrap());
        // Only what is being deleted is struck out.
        register.strike(&tea).unwrap();
        assert!(register.find(&tea).unwrap().is_some());
    }

    #[test]
    fn many_are_read_in_pages_and_changes_by_two_are_both_kept() {
        let register = register();
        let shop = |number: u32| Merchant::new(&format!("shop-{number}")).unwrap();
        std::thread::scope(|threads| {
            for half in 0..2 {
                let register = &register;
                threads.spawn(move || {
                    for number in (0..1_100).filter(|number| number % 2 == half) {
                        while register
                            .set(&shop(number), &Standing::default(), Instant::at(1))
                            .is_err()
                        {}
                    }
                });
            }
        });
        assert_eq!(register.all().unwrap().len(), 1_100);
    }

    #[test]
    fn a_later_hosts_record_is_told_and_not_guessed_at() {
        let storage = Arc::new(Memory::new());
        let register = Register::new(storage.clone());
        for value in ["{}", "{\"format\":2,\"since\":1,\"standing\":{}}"] {
            let write = Write {
                key: key(&tea()),
                value: Some(value.to_owned()),
                expect: None,
            };
            storage.commit(&Merchant::host(), vec![write]).unwrap();
            let told = register.all().unwrap_err().to_string();
            assert!(told.contains("record of tea"), "{told}");
            assert!(
                register
                    .set(&tea(), &Standing::default(), Instant::at(1))
                    .is_err()
            );
        }
    }
}

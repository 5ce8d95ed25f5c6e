//! Keys as a server looks them up: in memory, as the file has them.

use super::file::{self, Contents, KeysError, digest};
use super::{ApiKey, Role};
use crate::capabilities::Merchant;
use crate::capabilities::clock::Instant;
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant as Tick, SystemTime};

/// How long what was read counts as what stands in the file.
const FRESH: Duration = Duration::from_secs(1);

/// Bytes of what is looked up, at most.
const TEXT: usize = 200;

/// The keys of a file. Changes by another process are seen within a second.
#[derive(Debug)]
pub struct Keys {
    file: PathBuf,
    known: Mutex<Known>,
}

#[derive(Debug)]
struct Known {
    by_digest: HashMap<String, Arc<ApiKey>>,
    mark: Mark,
    looked: Tick,
    /// What is wrong with the file, and whether somebody was told.
    fault: Option<(String, bool)>,
}

/// What tells the file's states apart.
type Mark = Option<(SystemTime, u64)>;

impl Keys {
    /// The keys of this file, which need not exist yet.
    ///
    /// # Errors
    /// [`KeysError`] where it can't be read.
    pub fn open(file: &Path) -> Result<Self, KeysError> {
        let mark = mark(file);
        let known = Known {
            by_digest: by_digest(file::read(file)?),
            mark,
            looked: Tick::now(),
            fault: None,
        };
        Ok(Self {
            file: file.to_owned(),
            known: Mutex::new(known),
        })
    }

    /// What is known of a key that holds now.
    #[must_use]
    pub fn find(&self, key: &str, now: Instant) -> Option<Arc<ApiKey>> {
        if key.len() > TEXT {
            return None;
        }
        let digest = digest(key);
        // It is whole after every statement, so a thread that panicked left it usable.
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.looked.elapsed() >= FRESH {
            known.looked = Tick::now();
            known.look(&self.file);
        }
        let found = known.by_digest.get(&digest).cloned();
        found.filter(|key| key.holds(now))
    }

    /// What was found wrong with the file since it was last asked.
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (fault, told) = known.fault.as_mut().filter(|(_, told)| !told)?;
        *told = true;
        Some(fault.clone())
    }

    /// All keys, those that have ended too, in the order of their making.
    ///
    /// # Errors
    /// [`KeysError`] where the file can't be read.
    pub fn list(&self) -> Result<Vec<ApiKey>, KeysError> {
        Ok(file::read(&self.file)?.keys)
    }

    /// Makes a key. Its text is answered this once; the file holds its hash.
    ///
    /// # Errors
    /// [`KeysError`] for a name that is none, and where the file can't be written.
    pub fn create(
        &self,
        merchant: &Merchant,
        role: Role,
        name: &str,
        now: DateTime<Utc>,
    ) -> Result<(ApiKey, String), KeysError> {
        let mut made = self.create_all(&[(merchant.clone(), role, name)], now)?;
        made.pop().ok_or(KeysError::Random)
    }

    /// Makes many keys at once, in their order: all of them or none.
    ///
    /// # Errors
    /// As those of [`create`](Self::create).
    pub fn create_all(
        &self,
        wanted: &[(Merchant, Role, &str)],
        now: DateTime<Utc>,
    ) -> Result<Vec<(ApiKey, String)>, KeysError> {
        let wanted = wanted.iter();
        let wanted = wanted.map(|(merchant, role, name)| (merchant, *role, *name));
        file::create(&self.file, wanted, now)
    }

    /// Makes a key of the same merchant, role and name as another one, which goes on until then.
    ///
    /// # Errors
    /// [`KeysError`] for a key that there isn't, and where the file can't be written.
    pub fn rotate(
        &self,
        id: &str,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<(ApiKey, String), KeysError> {
        file::rotate(&self.file, id, (now, until))
    }

    /// Ends a key.
    ///
    /// # Errors
    /// As those of [`rotate`](Self::rotate).
    pub fn revoke(&self, id: &str, now: DateTime<Utc>) -> Result<(), KeysError> {
        file::revoke(&self.file, id, now)
    }

    /// Ends all keys of a merchant that hold; answers how many.
    ///
    /// # Errors
    /// [`KeysError`] where the file can't be written.
    pub fn revoke_of(&self, merchant: &Merchant, now: DateTime<Utc>) -> Result<usize, KeysError> {
        file::revoke_of(&self.file, merchant, now)
    }
}

impl Known {
    /// Reads the file where it has changed. One that can't be read leaves the keys as they were; one that is gone has none.
    fn look(&mut self, file: &Path) {
        let mark = mark(file);
        if mark == self.mark {
            return;
        }
        let fault = match file::read(file) {
            Ok(contents) => {
                self.by_digest = by_digest(contents);
                self.mark = mark;
                let gone = format!("{} is gone, so no API key holds", file.display());
                mark.is_none().then_some(gone)
            }
            Err(error) => Some(format!("the API keys of before go on: {error}")),
        };
        if fault.as_ref() != self.fault.as_ref().map(|(fault, _)| fault) {
            self.fault = fault.map(|fault| (fault, false));
        }
    }
}

fn mark(file: &Path) -> Mark {
    let data = fs::metadata(file).ok()?;
    Some((data.modified().ok()?, data.len()))
}

fn by_digest(contents: Contents) -> HashMap<String, Arc<ApiKey>> {
    let keys = contents.keys.into_iter();
    keys.map(|key| (key.digest.clone(), Arc::new(key)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn a_key_is_told_once_and_kept_as_its_hash() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("api-keys.json");
        let keys = Keys::open(&file).unwrap();
        let tea = Merchant::new("tea").unwrap();
        let (made, text) = keys
            .create(&tea, Role::SalesStaff, "till 1", at(100))
            .unwrap();
        let kept = fs::read_to_string(&file).unwrap();
        assert!(!kept.contains(text.trim_start_matches("stampcard_")) && kept.contains("till 1"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(&file).unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0);
        }
        let server = Keys::open(&file).unwrap();
        let now = Instant::at(100);
        assert_eq!(server.find(&text, now).as_deref(), Some(&made));
        for wrong in [
            "",
            "stampcard_",
            &text[1..],
            &made.digest,
            &made.id,
            &text.repeat(9),
        ] {
            assert_eq!(server.find(wrong, now), None, "{wrong}");
        }
        // The old one goes on for as long as was said.
        let (new, other) = keys.rotate(&made.id, at(200), at(300)).unwrap();
        assert_eq!((new.role, new.name.as_str()), (Role::SalesStaff, "till 1"));
        let server = Keys::open(&file).unwrap();
        assert!(server.find(&text, Instant::at(299)).is_some());
        assert!(server.find(&text, Instant::at(300)).is_none());
        assert!(server.find(&other, Instant::at(300)).is_some());
        keys.revoke(&new.id, at(400)).unwrap();
        assert!(
            Keys::open(&file)
                .unwrap()
                .find(&other, Instant::at(400))
                .is_none()
        );
        let again = keys.revoke(&new.id, at(500)).unwrap_err();
        assert!(matches!(again, KeysError::Unknown { .. }));
        assert_eq!(keys.list().unwrap().len(), 2);
        // A merchant that goes takes its keys along, and nobody else's.
        let coffee = Merchant::new("coffee").unwrap();
        for merchant in [&tea, &tea, &coffee] {
            keys.create(merchant, Role::Marketing, "x", at(600))
                .unwrap();
        }
        assert_eq!(keys.revoke_of(&tea, at(700)).unwrap(), 2);
        assert_eq!(keys.revoke_of(&tea, at(700)).unwrap(), 0);
        let left = keys.list().unwrap();
        let left = left.iter().filter(|key| key.holds(Instant::at(700)));
        assert_eq!(left.map(|key| &key.merchant).collect::<Vec<_>>(), [&coffee]);
        assert!(matches!(
            keys.create(&tea, Role::Marketing, "", at(1)),
            Err(KeysError::Name)
        ));
    }

    #[test]
    fn a_damaged_file_is_told_by_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("api-keys.json");
        fs::write(&file, "{\n\"keys\": [1]}").unwrap();
        let told = Keys::open(&file).unwrap_err().to_string();
        assert!(told.ends_with(":2: it is no file of keys"), "{told}");
    }
}

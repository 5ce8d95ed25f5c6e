//! The file of keys: JSON, read whole and replaced whole.

use super::{ApiKey, Role};
use crate::capabilities::Merchant;
use crate::private;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use ring::rand::{SecureRandom, SystemRandom};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// What every key begins with, so that it is known where it stands by mistake.
const PREFIX: &str = "stampcard_";

/// Characters of a key's name.
const NAME: usize = 100;

/// Why keys can't be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// The file, or the one beside it that is being written, can't be read or written.
    #[error("{}: {error}", .file.display())]
    File {
        /// Which.
        file: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// It isn't what this program writes.
    #[error("{}:{line}: it is no file of keys", .file.display())]
    Damaged {
        /// Which.
        file: PathBuf,
        /// Where it goes wrong.
        line: usize,
    },
    /// There is no such key, or it has ended.
    #[error("there is no key {id:?}, or it has ended")]
    Unknown {
        /// As it was asked for.
        id: String,
    },
    /// A name is empty, too long or has control characters.
    #[error("a key's name has 1 to {NAME} characters, none of them a control character")]
    Name,
    /// The system gives no random numbers.
    #[error("the system has no random numbers")]
    Random,
}

/// All of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Contents {
    pub(super) keys: Vec<ApiKey>,
}

/// SHA-256 of a key, in hexadecimal digits.
pub(super) fn digest(key: &str) -> String {
    crate::cache::hex(&Sha256::digest(key.as_bytes()))
}

/// Reads the file; one that doesn't exist has no keys.
pub(super) fn read(file: &Path) -> Result<Contents, KeysError> {
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Contents::default()),
        Err(error) => return Err(failed(file)(error)),
    };
    serde_json::from_str(&text).map_err(|error| KeysError::Damaged {
        file: file.to_owned(),
        line: error.line(),
    })
}

/// Makes keys, which are answered once and kept nowhere: all of them or none.
pub(super) fn create<'w>(
    file: &Path,
    wanted: impl Iterator<Item = (&'w Merchant, Role, &'w str)>,
    now: DateTime<Utc>,
) -> Result<Vec<(ApiKey, String)>, KeysError> {
    let one = |(merchant, role, name): (&Merchant, Role, &str)| {
        let count = name.chars().count();
        if !(1..=NAME).contains(&count) || name.chars().any(char::is_control) {
            return Err(KeysError::Name);
        }
        let (text, id) = random()?;
        let key = ApiKey {
            id,
            merchant: merchant.clone(),
            role,
            name: name.to_owned(),
            digest: digest(&text),
            created: now,
            until: None,
        };
        Ok((key, text))
    };
    let made: Vec<_> = wanted.map(one).collect::<Result<_, _>>()?;
    change(file, |contents| {
        contents
            .keys
            .extend(made.iter().map(|(key, _)| key.clone()));
        Ok(())
    })?;
    Ok(made)
}

/// Makes a key in place of another one, which goes on until then.
pub(super) fn rotate(
    file: &Path,
    id: &str,
    (now, until): (DateTime<Utc>, DateTime<Utc>),
) -> Result<(ApiKey, String), KeysError> {
    let (text, new) = random()?;
    let mut made = None;
    change(file, |contents| {
        let old = find(contents, id, now)?;
        old.until = Some(old.until.map_or(until, |ends| ends.min(until)));
        let key = ApiKey {
            id: new,
            digest: digest(&text),
            created: now,
            until: None,
            ..old.clone()
        };
        contents.keys.push(key.clone());
        made = Some(key);
        Ok(())
    })?;
    let key = made.ok_or(KeysError::Random)?;
    Ok((key, text))
}

/// Ends a key now.
pub(super) fn revoke(file: &Path, id: &str, now: DateTime<Utc>) -> Result<(), KeysError> {
    change(file, |contents| {
        find(contents, id, now)?.until = Some(now);
        Ok(())
    })
}

/// Ends all keys of a merchant now; answers how many.
pub(super) fn revoke_of(
    file: &Path,
    merchant: &Merchant,
    now: DateTime<Utc>,
) -> Result<usize, KeysError> {
    let mut ended = 0;
    change(file, |contents| {
        let holds = |key: &&mut ApiKey| key.until.is_none_or(|until| until > now);
        let own = contents
            .keys
            .iter_mut()
            .filter(|key| key.merchant == *merchant);
        for key in own.filter(holds) {
            key.until = Some(now);
            ended += 1;
        }
        Ok(())
    })?;
    Ok(ended)
}

fn find<'a>(
    contents: &'a mut Contents,
    id: &str,
    now: DateTime<Utc>,
) -> Result<&'a mut ApiKey, KeysError> {
    let mut keys = contents.keys.iter_mut();
    let found = keys.find(|key| key.id == id && key.until.is_none_or(|until| until > now));
    found.ok_or_else(|| KeysError::Unknown { id: id.to_owned() })
}

/// A key and an id.
fn random() -> Result<(String, String), KeysError> {
    let (mut key, mut id) = ([0; 32], [0; 6]);
    let chance = SystemRandom::new();
    chance.fill(&mut key).map_err(|_| KeysError::Random)?;
    chance.fill(&mut id).map_err(|_| KeysError::Random)?;
    let text = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(key));
    Ok((text, format!("k-{}", crate::cache::hex(&id))))
}

/// Reads, changes and replaces the file, while nobody else does.
fn change(
    file: &Path,
    change: impl FnOnce(&mut Contents) -> Result<(), KeysError>,
) -> Result<(), KeysError> {
    let lock = beside(file, ".lock");
    let lock = File::create(&lock).and_then(|held| held.lock().map(|()| held));
    let _held = lock.map_err(failed(file))?;
    let mut contents = read(file)?;
    change(&mut contents)?;
    let new = beside(file, ".new");
    let write = || {
        let mut text = serde_json::to_string_pretty(&contents)?;
        text.push('\n');
        let mut out = private::file(&new)?;
        out.write_all(text.as_bytes())?;
        out.sync_all()?;
        fs::rename(&new, file)?;
        private::sync_folder_of(file)
    };
    write().map_err(failed(file))
}

fn beside(file: &Path, end: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(end);
    name.into()
}

fn failed(file: &Path) -> impl FnOnce(io::Error) -> KeysError {
    let file = file.to_owned();
    |error| KeysError::File { file, error }
}

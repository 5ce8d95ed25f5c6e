//! Secrets: named by where they are, read once, and shown to nobody.

use std::fmt;
use std::path::{Path, PathBuf};

/// Bytes of a secret; a longer one is a wrong file.
const BYTES: usize = 4096;

/// Bytes of a secret of several lines.
const LINES_BYTES: usize = 65_536;

/// Where a secret is; never the secret itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretPlace {
    /// In the environment variable of this name.
    Env(String),
    /// In this file: all of it but line ends at its end, at most 4,096 bytes.
    File(PathBuf),
}

/// A secret. Its Debug output doesn't tell it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(String);

/// Why a secret can't be had. It never shows one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {reason}")]
pub struct SecretError {
    /// The variable or file that was named.
    pub place: String,
    /// What is wrong with it.
    pub reason: String,
}

impl SecretPlace {
    /// Reads the secret: 1 to 4,096 bytes without control characters.
    pub(crate) fn read(&self) -> Result<Secret, SecretError> {
        let text = self.text()?;
        let fault = if text.is_empty() {
            "it is empty"
        } else if text.len() > BYTES {
            "it is longer than 4,096 bytes"
        } else if text.chars().any(char::is_control) {
            "it holds a line end or another control character"
        } else {
            return Ok(Secret(text));
        };
        Err(self.fault(fault.to_owned()))
    }

    /// Reads a secret of several lines, such as a file of credentials; at most 64 KiB.
    pub(crate) fn read_lines(&self) -> Result<Secret, SecretError> {
        let text = self.text()?;
        if text.is_empty() || text.len() > LINES_BYTES {
            return Err(self.fault("it is empty or longer than 64 KiB".to_owned()));
        }
        Ok(Secret(text))
    }

    /// Reads a text of several lines, such as a key in PEM.
    pub(super) fn text(&self) -> Result<String, SecretError> {
        match self {
            Self::Env(name) => std::env::var(name).map_err(|error| {
                // The error's own text would show a value that isn't Unicode.
                self.fault(match error {
                    std::env::VarError::NotPresent => "it is not set".to_owned(),
                    std::env::VarError::NotUnicode(_) => "it is not UTF-8".to_owned(),
                })
            }),
            Self::File(file) => {
                let read = std::fs::read_to_string(file);
                let text = read.map_err(|error| self.fault(error.to_string()))?;
                Ok(text.trim_end_matches(['\r', '\n']).to_owned())
            }
        }
    }

    /// The place with its file looked for from this folder, if its path is relative.
    pub(super) fn below(self, folder: &Path) -> Self {
        match self {
            Self::Env(name) => Self::Env(name),
            Self::File(file) => Self::File(folder.join(file)),
        }
    }

    fn fault(&self, reason: String) -> SecretError {
        SecretError {
            place: self.to_string(),
            reason,
        }
    }
}

impl fmt::Display for SecretPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) => write!(f, "the environment variable {name}"),
            Self::File(file) => write!(f, "the file {}", file.display()),
        }
    }
}

impl Secret {
    /// The secret itself, for the request that needs it.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
impl Secret {
    pub(crate) fn of(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

/// The text without any of these secrets, for what a provider says about a request that held them.
pub(super) fn without(text: &str, secrets: &[&Secret]) -> String {
    secrets.iter().fold(text.to_owned(), |text, secret| {
        text.replace(secret.reveal(), "(secret)")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_prints_a_secret() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        std::fs::write(&file, "hush-hush\r\n").unwrap();
        let place = SecretPlace::File("token".into()).below(folder.path());
        let secret = place.read().unwrap();
        assert_eq!(secret.reveal(), "hush-hush");
        assert_eq!(format!("{secret:?}"), "(secret)");
        let said = "Bearer hush-hush is no token";
        assert_eq!(without(said, &[&secret]), "Bearer (secret) is no token");
        for (text, reason) in [
            ("", "it is empty"),
            (
                "hush\nhush",
                "it holds a line end or another control character",
            ),
            (&"hush".repeat(1025), "it is longer than 4,096 bytes"),
        ] {
            std::fs::write(&file, text).unwrap();
            let error = place.read().unwrap_err();
            assert_eq!(error.reason, reason);
            assert!(!format!("{error} {error:?}").contains("hush"));
        }
        let unset = SecretPlace::Env("STAMPCARD_TEST_UNSET".to_owned());
        let told = unset.read().unwrap_err().to_string();
        assert_eq!(
            told,
            "the environment variable STAMPCARD_TEST_UNSET: it is not set"
        );
    }
}

//! Where a database is: in a file or on a server.

use super::{Contents, Marks, OpenError, Postgres, Sqlite, Storage, postgres};
use crate::capabilities::messaging::SecretPlace;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The variable in which the field's programs look for the password of a server.
const PASSWORD: &str = "PGPASSWORD";

/// All ports that a database has.
pub trait Store: Storage + Marks + Contents {}

impl<S: Storage + Marks + Contents> Store for S {}

/// Where the merchants' records are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a SQLite database, which one host has.
    File(PathBuf),
    /// On a PostgreSQL server, which any number of hosts may share.
    Server(postgres::Settings),
}

/// Why a database can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// The file.
    #[error(transparent)]
    File(#[from] OpenError),
    /// The one on a server.
    #[error(transparent)]
    Server(#[from] postgres::OpenError),
}

impl Place {
    /// What a command line names: an address that begins with `postgres://`, or a file. A server's password is that of the
    /// environment variable `PGPASSWORD`, where it is set.
    #[must_use]
    pub fn named(text: &Path) -> Self {
        let address = text.to_str().filter(|text| {
            let schemes = ["postgres://", "postgresql://"];
            schemes.iter().any(|scheme| text.starts_with(scheme))
        });
        match address {
            None => Self::File(text.to_owned()),
            Some(url) => {
                let password = std::env::var_os(PASSWORD);
                let password = password.map(|_| SecretPlace::Env(PASSWORD.to_owned()));
                Self::Server(postgres::Settings {
                    password,
                    ..postgres::Settings::new(url)
                })
            }
        }
    }

    /// Opens the database, or makes what is missing of it.
    ///
    /// # Errors
    /// [`PlaceError`], which says what to do.
    pub fn open(&self) -> Result<Arc<dyn Store>, PlaceError> {
        Ok(match self {
            Self::File(file) => Arc::new(Sqlite::open(file)?),
            Self::Server(settings) => Arc::new(Postgres::open(settings)?),
        })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(file) => write!(to, "{}", file.display()),
            Self::Server(settings) => settings.fmt(to),
        }
    }
}

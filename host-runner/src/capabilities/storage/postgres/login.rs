//! How a connection logs in: with the password as it stands where it is kept at that moment, so that one that was changed needs no
//! new start.

use crate::capabilities::messaging::{Secret, SecretError, SecretPlace};
use deadpool_postgres::{ConfigConnectImpl, Connect};
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use tokio::task::JoinHandle;
use tokio_postgres::{Client, Config};
use tokio_postgres_rustls::MakeRustlsConnect;

/// A connection, and the task that serves it.
type Made = Result<(Client, JoinHandle<()>), tokio_postgres::Error>;

/// Makes connections.
pub(super) struct Login {
    way: ConfigConnectImpl<MakeRustlsConnect>,
    password: Option<Password>,
}

/// Where a password is kept, and what was last found there.
struct Password {
    place: SecretPlace,
    last: Mutex<Secret>,
}

impl Login {
    /// Finds the password, if one is asked for.
    pub(super) fn new(
        tls: MakeRustlsConnect,
        place: Option<&SecretPlace>,
    ) -> Result<Self, SecretError> {
        let found = place.map(|place| {
            Ok(Password {
                last: Mutex::new(place.read()?),
                place: place.clone(),
            })
        });
        Ok(Self {
            way: ConfigConnectImpl { tls },
            password: found.transpose()?,
        })
    }
}

impl Password {
    /// As it stands now; where it can't be read, such as in the middle of its change, what was last found.
    fn now(&self) -> Secret {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Ok(found) = self.place.read() {
            *last = found;
        }
        last.clone()
    }
}

impl Connect for Login {
    fn connect(&self, config: &Config) -> Pin<Box<dyn Future<Output = Made> + Send + '_>> {
        let mut config = config.clone();
        if let Some(password) = &self.password {
            config.password(password.now().reveal());
        }
        Box::pin(async move { self.way.connect(&config).await })
    }
}

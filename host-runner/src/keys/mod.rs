//! API keys: whose they are, what they may do, and where they are kept.

mod file;
mod role;
mod store;

pub use file::KeysError;
pub use role::Role;
pub use store::Keys;

use crate::capabilities::Merchant;
use crate::capabilities::clock::Instant;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What is known of a key: everything but the key.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ApiKey {
    /// By which people name it; it proves nothing.
    pub id: String,
    /// Whose it is.
    #[serde(with = "merchant")]
    pub merchant: Merchant,
    /// What it may do.
    pub role: Role,
    /// What it is for, in the operator's words.
    pub name: String,
    /// SHA-256 of the key, in hexadecimal digits. The key is 256 bits of chance, so that no slower hash is needed.
    pub digest: String,
    /// When it was made.
    pub created: DateTime<Utc>,
    /// From when on it is none any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<Utc>>,
}

impl ApiKey {
    /// Whether it opens something at that time.
    #[must_use]
    pub fn holds(&self, now: Instant) -> bool {
        let until = self.until.map(|until| until.timestamp());
        until.is_none_or(|until| u64::try_from(until).is_ok_and(|until| now.seconds < until))
    }
}

/// A merchant's id as text.
mod merchant {
    use crate::capabilities::Merchant;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(
        merchant: &Merchant,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(merchant.as_str())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Merchant, D::Error> {
        let text = String::deserialize(deserializer)?;
        Merchant::new(&text).map_err(D::Error::custom)
    }
}

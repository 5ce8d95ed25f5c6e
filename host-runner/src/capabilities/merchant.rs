//! The id of a merchant, as the host uses it.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// A merchant's id may have so many bytes: it stands in every key, folder and log line.
pub const MERCHANT_BYTES: usize = 64;

/// How a database calls the host's own space. It is no merchant's id, so that no merchant can be called so.
const HOST: &str = "_host";

/// A merchant's id: 1 to 64 of `a-z`, `0-9`, `-`, `_`, `.`, beginning with a letter or digit.
///
/// The few characters let it stand unescaped in file names, addresses and metrics; because the first
/// one is no dot, it can't be `..` either. Copies are cheap: they share the text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Merchant(Arc<str>);

/// A text that is no merchant's id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{found:?} is no merchant id: it needs 1 to {MERCHANT_BYTES} of a-z, 0-9, '-', '_', '.', \
     the first a letter or digit"
)]
pub struct InvalidMerchant {
    /// What was given, cut to 100 characters.
    pub found: String,
}

impl Merchant {
    /// Takes a text as an id if it is one.
    ///
    /// # Errors
    /// [`InvalidMerchant`] when it is empty, too long, or has a character that may not stand there.
    pub fn new(id: &str) -> Result<Self, InvalidMerchant> {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        let sound = id.len() <= MERCHANT_BYTES
            && id.bytes().next().is_some_and(plain)
            && id
                .bytes()
                .all(|b| plain(b) || matches!(b, b'-' | b'_' | b'.'));
        if sound {
            Ok(Self(Arc::from(id)))
        } else {
            let found = id.chars().take(100).collect();
            Err(InvalidMerchant { found })
        }
    }

    /// The host's own space of a database, where it keeps what it knows of its merchants. No text is read as this one.
    #[must_use]
    pub fn host() -> Self {
        Self(Arc::from(HOST))
    }

    /// Whose a database's rows are: a merchant's, or the host's own.
    pub(crate) fn stored(id: &str) -> Result<Self, InvalidMerchant> {
        if id == HOST {
            return Ok(Self::host());
        }
        Self::new(id)
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Merchant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Merchant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Merchant({:?})", &*self.0)
    }
}

impl FromStr for Merchant {
    type Err = InvalidMerchant;

    fn from_str(id: &str) -> Result<Self, InvalidMerchant> {
        Self::new(id)
    }
}

#[cfg(test)]
mod tests {
    use super::Merchant;

    #[test]
    fn ids() {
        let longest = "m".repeat(64);
        for id in ["a", "7-eleven", "shop_1.tw", longest.as_str()] {
            assert_eq!(Merchant::new(id).unwrap().as_str(), id);
        }
        let too_long = "m".repeat(65);
        for id in [
            "",
            ".",
            "..",
            "-a",
            "A",
            "a/b",
            "a b",
            "a\0",
            "店",
            too_long.as_str(),
        ] {
            assert!(Merchant::new(id).is_err(), "{id:?}");
        }
    }

    #[test]
    fn the_hosts_own_space_is_nobodys_and_is_found_again() {
        let host = Merchant::host();
        assert!(Merchant::new(host.as_str()).is_err());
        assert_eq!(Merchant::stored(host.as_str()), Ok(host));
        assert_eq!(Merchant::stored("tea"), Merchant::new("tea"));
        assert!(Merchant::stored("_other").is_err());
    }
}

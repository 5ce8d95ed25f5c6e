//! What a database holds in all, for whoever moves it.

use super::Error;
use crate::capabilities::Merchant;
use std::collections::BTreeMap;

/// A database that can tell what it holds. What changes meanwhile may be told or not: it is asked where nothing does.
pub trait Contents: Send + Sync {
    /// All merchants that have a key or a mark, in order; the host's own space, too, where it has any.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the backend fails.
    fn merchants(&self) -> Result<Vec<Merchant>, Error>;

    /// A merchant's marks by name.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the backend fails.
    fn marks(&self, merchant: &Merchant) -> Result<BTreeMap<String, String>, Error>;
}

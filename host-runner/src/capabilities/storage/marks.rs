//! Progress marks: a small place where the host itself remembers how far it came.

use super::Error;
use crate::capabilities::Merchant;

/// Named texts of the host's own, per merchant and database, apart from the plugin's keys: a `replay`
/// notes here which line it has done, so that it can go on after it was stopped.
pub trait Marks: Send + Sync {
    /// The mark's text; none if it was never set.
    ///
    /// # Errors
    /// [`Error::TooLarge`] for a name over its limit, [`Error::Unavailable`] when the backend fails.
    fn mark(&self, merchant: &Merchant, name: &str) -> Result<Option<String>, Error>;

    /// Sets the mark, over an earlier text; durable when it returns.
    ///
    /// # Errors
    /// [`Error::TooLarge`] for a name or text over its limit, [`Error::Full`] without room,
    /// [`Error::Unavailable`] when the backend fails.
    fn set_mark(&self, merchant: &Merchant, name: &str, text: &str) -> Result<(), Error>;
}

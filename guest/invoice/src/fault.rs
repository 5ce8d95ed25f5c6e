//! What is wrong with a merchant's conditions.

use crate::amount::digits;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// JSON pointer of the field, as in `/scope/blocks/1/words/0`.
    pub path: String,
    /// What was found there, cut to 100 characters.
    pub found: String,
    /// What may stand there.
    pub permitted: &'static str,
}

impl Fault {
    pub(crate) fn new(path: &str, found: &str, permitted: &'static str) -> Self {
        Self {
            path: path.to_owned(),
            found: found.chars().take(100).collect(),
            permitted,
        }
    }
}

/// The pointer of an item of a list.
pub(crate) fn item(list: &str, place: usize) -> String {
    [list, "/", &digits(u64::try_from(place).unwrap_or(u64::MAX))].concat()
}

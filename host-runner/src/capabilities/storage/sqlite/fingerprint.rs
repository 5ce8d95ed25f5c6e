//! Keys of all merchants in one map, without a copy of each.

use crate::capabilities::Merchant;
use std::hash::{BuildHasher, RandomState};

/// Tells a merchant's key from all others: 128 bits by two hashes with keys that nobody knows. That two of ever so many
/// agree is less likely than that the disk returns what was never written to it.
pub(super) type Fingerprint = (u64, u64);

/// Makes them; those of different makers can't be compared.
#[derive(Debug, Default)]
pub(super) struct Fingerprints([RandomState; 2]);

impl Fingerprints {
    pub(super) fn of(&self, merchant: &Merchant, key: &str) -> Fingerprint {
        let Self([first, second]) = self;
        let both = (merchant.as_str(), key);
        (first.hash_one(both), second.hash_one(both))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_merchant_and_key() {
        let prints = Fingerprints::default();
        let of = |merchant, key| prints.of(&Merchant::new(merchant).unwrap(), key);
        assert_eq!(of("ab", "c"), of("ab", "c"));
        assert_ne!(of("ab", "c"), of("a", "bc"));
        assert_ne!(of("ab", "c"), of("ab", "d"));
        let (first, second) = of("ab", "c");
        assert_ne!(first, second, "by two keys");
    }
}

//! Keys of all merchants in one map, without a copy of each, and with one look at its text.

use crate::capabilities::Merchant;
use siphasher::sip128::{Hasher128, SipHasher13};
use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState};

/// Tells a merchant's key from all others: 128 bits by a hash with a key that nobody knows. That two of ever so many
/// agree is less likely than that the disk returns what was never written to it.
pub(super) type Fingerprint = (u64, u64);

/// What belongs to keys, by their fingerprints.
pub(super) type ByPrint<T> = HashMap<Fingerprint, T, BuildHasherDefault<Hashed>>;

/// Makes them; those of different makers can't be compared.
#[derive(Debug)]
pub(super) struct Fingerprints(SipHasher13);

impl Default for Fingerprints {
    fn default() -> Self {
        let [first, second] = [0, 1].map(|number| RandomState::new().hash_one(number));
        Self(SipHasher13::new_with_keys(first, second))
    }
}

impl Fingerprints {
    pub(super) fn of(&self, merchant: &Merchant, key: &str) -> Fingerprint {
        let mut hasher = self.0;
        hasher.write(key.as_bytes());
        // Nothing that a text contains.
        hasher.write_u8(0xff);
        hasher.write(merchant.as_str().as_bytes());
        hasher.finish128().as_u64()
    }
}

/// A fingerprint is a hash already: its first half is taken as it is.
#[derive(Debug, Default)]
pub(super) struct Hashed(Option<u64>);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0.unwrap_or_default()
    }

    fn write_u64(&mut self, half: u64) {
        self.0.get_or_insert(half);
    }

    /// Not for fingerprints, but for whatever else: as it must be, not well.
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            let hash = self.finish().rotate_left(8) ^ u64::from(*byte);
            self.0 = Some(hash);
        }
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
        assert_ne!(of("ab", "c"), of("a", "cb"));
        assert_ne!(of("ab", "c"), of("ab", "d"));
        let (first, second) = of("ab", "c");
        assert_ne!(first, second);
        assert_ne!(
            of("ab", "c"),
            Fingerprints::default().of(&Merchant::new("ab").unwrap(), "c")
        );
        let hash = BuildHasherDefault::<Hashed>::default().hash_one((first, second));
        assert_eq!(hash, first);
    }
}

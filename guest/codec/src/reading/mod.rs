//! How values are read: a type says what it is made of, by tables, and the reader does the rest, once for all types.
//!
//! A value is read into its place: what stands there before is a blank, or a default that gives way. So nothing is moved,
//! and what a type has for itself is no more than a number for each of its parts (decision 22). `derive(Read)` writes that
//! from the attributes by which serde writes the same type.

mod holders;
mod scalars;
#[cfg(test)]
mod tests;

pub use crate::json::{Reader, Scalar, Whole, Wrong};
pub use stampcard_derive::Read;

/// What can be read.
pub trait Read: Sized {
    /// Whether a field of this type may be left out, and stays blank then.
    const OPTIONAL: bool = false;

    /// What stands in the place of a value before it is read. It need not be a value that may be read, so nobody sees one:
    /// a reader that fails drops it.
    fn blank() -> Self;

    /// Reads the value into a place that is blank.
    ///
    /// # Errors
    /// [`Wrong`] for what is no such value; what stands in the place then is of no use.
    fn read(&mut self, from: &mut Reader<'_>) -> Result<(), Wrong>;

    /// Reads the value into a place that may hold another one.
    ///
    /// # Errors
    /// As [`Self::read`].
    #[inline]
    fn renew(&mut self, from: &mut Reader<'_>) -> Result<(), Wrong> {
        self.read(from)
    }
}

/// What is read part by part.
pub trait Parts {
    /// Becomes the case of that number, with parts that are blank; a struct has but one.
    fn choose(&mut self, at: usize) {
        let _ = at;
    }

    /// Reads the part of that number into its place.
    ///
    /// # Errors
    /// As [`Read::read`].
    fn part(&mut self, at: usize, from: &mut Reader<'_>) -> Result<(), Wrong>;
}

// Through a reference, whose table of functions needs none that drops the value.
impl<T: Parts> Parts for &mut T {
    fn choose(&mut self, at: usize) {
        T::choose(self, at);
    }

    fn part(&mut self, at: usize, from: &mut Reader<'_>) -> Result<(), Wrong> {
        T::part(self, at, from)
    }
}

/// The fields of a struct or of a variant.
#[derive(Debug)]
pub struct Fields {
    /// Their names, by their numbers, at most 64: each as records have it, in quotes and with its colon.
    pub names: &'static [&'static str],
    /// Those that have to be there; see [`mask`].
    pub required: u64,
    /// Whether other names are refused; otherwise they are passed over.
    pub strict: bool,
}

/// The cases of an enum.
#[derive(Debug)]
pub struct Cases {
    /// Their names, by their numbers.
    pub names: &'static [&'static str],
    /// What they carry.
    pub carries: &'static [Carries],
}

/// What a case of an enum carries.
#[derive(Debug)]
pub enum Carries {
    /// It is its name alone.
    Nothing,
    /// A value, its part 0.
    Value,
    /// An object of fields.
    Fields(&'static Fields),
}

/// A bit for each that holds, the first one's the lowest.
#[must_use]
pub const fn mask(hold: &[bool]) -> u64 {
    let (mut mask, mut rest) = (0, hold);
    while let [before @ .., last] = rest {
        mask = mask << 1 | if *last { 1 } else { 0 };
        rest = before;
    }
    mask
}

//! What several hold at once: an identifier's text, a programme's rules.
//!
//! Natively it is counted who holds it. In the component nothing is freed before a command's end (`component/heap.rs`), so a plain
//! reference does there, and nobody counts.

use serde::{Serialize, Serializer};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;

#[cfg(not(target_family = "wasm"))]
type Holder<T> = std::sync::Arc<T>;
#[cfg(target_family = "wasm")]
type Holder<T> = &'static T;

#[cfg(not(target_family = "wasm"))]
fn hold<T: ?Sized>(value: Box<T>) -> Holder<T> {
    value.into()
}

#[cfg(target_family = "wasm")]
fn hold<T: ?Sized>(value: Box<T>) -> Holder<T> {
    Box::leak(value)
}

/// A value that doesn't change any more. Clones share it.
pub struct Shared<T: ?Sized + 'static>(Holder<T>);

impl<T> Shared<T> {
    /// Holds a value.
    #[must_use]
    pub fn new(value: T) -> Self {
        Self::from(Box::new(value))
    }
}

impl<T: ?Sized> From<Box<T>> for Shared<T> {
    fn from(value: Box<T>) -> Self {
        Self(hold(value))
    }
}

impl<T> From<Vec<T>> for Shared<[T]> {
    fn from(values: Vec<T>) -> Self {
        values.into_boxed_slice().into()
    }
}

impl From<&str> for Shared<str> {
    fn from(text: &str) -> Self {
        Box::<str>::from(text).into()
    }
}

impl<T: Default> Default for Shared<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

// Empty ones take no memory: they stand wherever a value is to be read.

impl Default for Shared<str> {
    fn default() -> Self {
        Self(Holder::default())
    }
}

impl<T> Default for Shared<[T]> {
    fn default() -> Self {
        Self(Holder::default())
    }
}

impl<T: ?Sized> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(Holder::clone(&self.0))
    }
}

impl<T: ?Sized> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        Holder::<T>::deref(&self.0)
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for Shared<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: ?Sized + PartialEq> PartialEq for Shared<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: ?Sized + Eq> Eq for Shared<T> {}

impl<T: ?Sized + Ord> PartialOrd for Shared<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T: ?Sized + Ord> Ord for Shared<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        (**self).cmp(&**other)
    }
}

impl<T: ?Sized + Hash> Hash for Shared<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

impl<T: ?Sized + Serialize> Serialize for Shared<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (**self).serialize(serializer)
    }
}

#[cfg(not(target_family = "wasm"))]
impl<T: Clone> Shared<T> {
    /// The value, to be changed for this holder alone. Natively only, for what prepares samples.
    pub fn make_mut(this: &mut Self) -> &mut T {
        Holder::make_mut(&mut this.0)
    }
}

#[cfg(test)]
impl<'de, T: serde::Deserialize<'de>> serde::Deserialize<'de> for Shared<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self::new)
    }
}

#[cfg(feature = "schema")]
impl<T: ?Sized + schemars::JsonSchema> schemars::JsonSchema for Shared<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> std::borrow::Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        T::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_share_and_compare_by_value() {
        let one: Shared<str> = "a".into();
        let clone = one.clone();
        assert!(std::ptr::eq(&*one, &*clone));
        assert_eq!(one, Shared::from("a"));
        assert!(one < Shared::from("b"));
        assert_eq!(format!("{one:?}"), r#""a""#);
        assert!(Shared::<str>::default().is_empty());
    }

    #[test]
    fn changing_one_leaves_the_others() {
        let mut one = Shared::new(1);
        let clone = one.clone();
        *Shared::make_mut(&mut one) += 1;
        assert_eq!((*one, *clone), (2, 1));
    }
}

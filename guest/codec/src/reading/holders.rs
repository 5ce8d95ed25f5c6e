//! What holds other values.

use super::{Parts, Read, Reader, Wrong};
use crate::shared::Shared;
use crate::sorted_map::SortedMap;

impl<T: Read> Read for Option<T> {
    const OPTIONAL: bool = true;

    fn blank() -> Self {
        None
    }

    #[inline(never)]
    fn read(&mut self, from: &mut Reader<'_>) -> Result<(), Wrong> {
        if from.null()? {
            *self = None;
            return Ok(());
        }
        self.insert(T::blank()).read(from)
    }
}

impl<T: Read> Read for Box<T> {
    fn blank() -> Self {
        Self::new(T::blank())
    }

    fn read(&mut self, from: &mut Reader<'_>) -> Result<(), Wrong> {
        T::read(self, from)
    }

    fn renew(&mut self, from: &mut Reader<'_>) -> Result<(), Wrong> {
        T::renew(self, from)
    }
}

impl<T: Read> Read for Shared<T> {
    fn blank() -> Self {
        Self::new(T::blank())
    }

    #[inline(never)]
    fn read(&mut self, from: &mut Reader<'_>) -> Result<(), Wrong> {
        let mut value = T::blank();
        value.read(from)?;
        *self = Self::new(value);
        Ok(())
    }
}

impl<T: Read> Read for Shared<[T]> {
    fn blank() -> Self {
        Self::default()
    }

    fn read(&mut self, from: &mut Reader<'_>) -> Result<(), Wrong> {
        let mut items: Vec<T> = Vec::new();
        items.read(from)?;
        *self = items.into();
        Ok(())
    }
}

impl<T: Read> Read for Vec<T> {
    fn blank() -> Self {
        Self::new()
    }

    #[inline(never)]
    fn read(&mut self, from: &mut Reader<'_>) -> Result<(), Wrong> {
        let mut list = from.list()?;
        while from.another(&mut list)? {
            self.push(T::blank());
            if let Some(item) = self.last_mut() {
                item.read(from)?;
            }
        }
        Ok(())
    }

    fn renew(&mut self, from: &mut Reader<'_>) -> Result<(), Wrong> {
        self.clear();
        self.read(from)
    }
}

/// A name that stands twice has the value that stands last.
impl<K: Read + Ord, V: Read> Read for SortedMap<K, V> {
    fn blank() -> Self {
        Self::new()
    }

    #[inline(never)]
    fn read(&mut self, from: &mut Reader<'_>) -> Result<(), Wrong> {
        let mut map = from.map()?;
        while from.another(&mut map)? {
            let mut key = K::blank();
            key.read(from)?;
            from.colon()?;
            self.or_insert_with(key, V::blank).renew(from)?;
        }
        Ok(())
    }

    fn renew(&mut self, from: &mut Reader<'_>) -> Result<(), Wrong> {
        *self = Self::new();
        self.read(from)
    }
}

impl<A: Read, B: Read> Read for (A, B) {
    fn blank() -> Self {
        (A::blank(), B::blank())
    }

    fn read(&mut self, from: &mut Reader<'_>) -> Result<(), Wrong> {
        from.pair(&mut &mut *self)
    }

    fn renew(&mut self, from: &mut Reader<'_>) -> Result<(), Wrong> {
        *self = Self::blank();
        self.read(from)
    }
}

impl<A: Read, B: Read> Parts for (A, B) {
    fn part(&mut self, at: usize, from: &mut Reader<'_>) -> Result<(), Wrong> {
        if at == 0 {
            self.0.read(from)
        } else {
            self.1.read(from)
        }
    }
}

//! One unit of work: what it has read, what it will write, and the commit that holds if nothing of
//! what it read and writes has changed meanwhile.

use super::slots::{Slot, Slots};
use super::{codec, keys};
use crate::ports::{Outcome, Ports, Range, Row, StorageError, Versioned, Write};
use crate::reading::Read;
use crate::reject::Reject;
use serde::Serialize;
use std::mem;

/// Writes of one commit, at most; the storage's own limit.
pub const WRITES_MAX: usize = 1_000;

/// Keys of one read, at most; the storage's own limit.
const KEYS_MAX: usize = 1_000;

/// One unit of work.
pub struct Work<'p> {
    ports: &'p dyn Ports,
    slots: Slots,
    writes: usize,
    fetches: u32,
    reads: u32,
    /// Where the next record is written.
    scratch: String,
}

impl<'p> Work<'p> {
    /// Nothing read, nothing written.
    #[must_use]
    pub fn new(ports: &'p dyn Ports) -> Self {
        Self {
            ports,
            slots: Slots::default(),
            writes: 0,
            fetches: 0,
            reads: 0,
            scratch: String::new(),
        }
    }

    /// Reads keys that haven't been read yet, in as few calls as can be.
    ///
    /// # Errors
    /// Those of the storage.
    pub fn fetch(&mut self, keys: impl IntoIterator<Item = String>) -> Result<(), Reject> {
        let (mut new, mut numbers) = (Vec::new(), Vec::new());
        self.fetches = self.fetches.saturating_add(1);
        for key in keys {
            let number = self.slots.number_of(key.clone());
            if let Some(slot) = self.slots.slot_mut(number)
                && slot.seen.is_none()
                && slot.fetch != self.fetches
            {
                slot.fetch = self.fetches;
                new.push(key);
                numbers.push(number);
            }
        }
        for (keys, numbers) in new.chunks(KEYS_MAX).zip(numbers.chunks(KEYS_MAX)) {
            let found = self.ports.read(keys)?;
            self.reads = self.reads.saturating_add(1);
            for (number, found) in numbers.iter().zip(found) {
                if let Some(slot) = self.slots.slot_mut(*number) {
                    slot.seen = Some(found);
                }
            }
        }
        Ok(())
    }

    /// These keys are going to be read by another work; whether the storage makes use of that.
    #[must_use]
    pub fn read_ahead(&self, keys: &[String]) -> bool {
        self.ports.read_ahead(keys)
    }

    /// The record behind a key, with what this work has written.
    ///
    /// # Errors
    /// Those of the storage, and [`Reject::Unreadable`].
    pub fn get<T: Read>(&mut self, key: &str) -> Result<Option<T>, Reject> {
        let text = self.text(key)?;
        text.map(|text| codec::decode(key, text)).transpose()
    }

    /// The text behind a key.
    fn text(&mut self, key: &str) -> Result<Option<&str>, Reject> {
        let known = |slot: &Slot| slot.written.is_some() || slot.seen.is_some();
        let mut number = self.slots.number(key);
        let slot = number.and_then(|number| self.slots.slot(number));
        if !slot.is_some_and(known) {
            self.fetch([key.to_owned()])?;
            number = self.slots.number(key);
        }
        let slot = number.and_then(|number| self.slots.slot(number));
        Ok(slot.and_then(|slot| match (&slot.written, &slot.seen) {
            (Some(written), _) => written.as_deref(),
            (None, seen) => seen.as_ref()?.value.as_deref(),
        }))
    }

    /// The record behind a key and the lines behind the record, as they are stored.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub fn get_with<T: Read>(&mut self, key: &str) -> Result<Option<(T, &str)>, Reject> {
        let text = self.text(key)?;
        text.map(|text| codec::decode_first(key, text)).transpose()
    }

    /// Whether there was a record behind a key when it was read.
    ///
    /// # Errors
    /// Those of the storage.
    pub fn has(&mut self, key: &str) -> Result<bool, Reject> {
        self.fetch([key.to_owned()])?;
        let seen = self.slots.get(key).and_then(|slot| slot.seen.as_ref());
        Ok(seen.is_some_and(|seen| seen.value.is_some()))
    }

    /// The rows of a range as they are stored; what this work has written is not among them.
    ///
    /// # Errors
    /// Those of the storage.
    pub fn scan(&mut self, range: &Range) -> Result<Vec<Row>, Reject> {
        self.reads = self.reads.saturating_add(1);
        let rows = self.ports.scan(range)?;
        for row in &rows {
            let seen = Versioned {
                value: Some(row.value.clone()),
                version: row.version,
            };
            self.slots.of(row.key.clone()).seen.get_or_insert(seen);
        }
        Ok(rows)
    }

    /// The keys of a range of an index. None of them has to be there still when this is committed: what they say is looked at
    /// again in the records that they belong to.
    ///
    /// # Errors
    /// Those of the storage.
    pub fn index(&mut self, range: &Range) -> Result<Vec<String>, Reject> {
        self.reads = self.reads.saturating_add(1);
        Ok(self.ports.scan_keys(range)?)
    }

    /// Whether others have changed an account or an order since it was read, so that what was read does not belong
    /// together. What one call reads is of one instant and needs no second look.
    ///
    /// # Errors
    /// Those of the storage.
    pub fn is_stale(&self) -> Result<bool, Reject> {
        if self.reads < 2 {
            return Ok(false);
        }
        let seen = self.slots.iter();
        let seen = seen.filter_map(|slot| Some((&slot.key, slot.seen.as_ref()?)));
        let seen = seen.filter(|(key, _)| keys::is_whole(key));
        let seen: Vec<(&String, &Versioned)> = seen.collect();
        for chunk in seen.chunks(KEYS_MAX) {
            let names: Vec<String> = chunk.iter().map(|(key, _)| (*key).clone()).collect();
            let now = self.ports.read(&names)?;
            let moved = |((_, seen), now): (&(&String, &Versioned), &Versioned)| {
                seen.version != now.version
            };
            if chunk.iter().zip(&now).any(moved) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Sets a record.
    pub fn put<T: Serialize>(&mut self, key: String, record: &T) {
        codec::encode_into(&mut self.scratch, record);
        self.set_scratch(key);
    }

    /// Sets what was written to the scratch, as a text of just its length.
    #[inline(never)]
    fn set_scratch(&mut self, key: String) {
        let mut text = mem::take(&mut self.scratch);
        text.shrink_to_fit();
        self.set(key, Some(text));
    }

    /// Sets a record with lines behind it.
    pub fn put_with<T: Serialize>(&mut self, key: String, record: &T, lines: &str) {
        codec::encode_into(&mut self.scratch, record);
        if !lines.is_empty() {
            self.scratch.push('\n');
            self.scratch.push_str(lines);
        }
        self.set_scratch(key);
    }

    /// Sets what is written as a record already, or as several, a line each.
    pub fn put_text(&mut self, key: String, text: String) {
        self.set(key, Some(text));
    }

    /// Deletes a record.
    pub fn delete(&mut self, key: String) {
        self.set(key, None);
    }

    fn set(&mut self, key: String, value: Option<String>) {
        let before = self.slots.of(key).written.replace(value);
        self.writes = self.writes.saturating_add(usize::from(before.is_none()));
    }

    /// How many keys it would write.
    #[must_use]
    pub fn size(&self) -> usize {
        self.writes
    }

    /// Writes everything. A key that was read must still be what it was; one that was not is written
    /// whatever it is: it belongs to a record that was read.
    ///
    /// # Errors
    /// Those of the storage, and [`Reject::OverLimit`] beyond 1,000 writes.
    pub fn commit(self) -> Result<Outcome, Reject> {
        if self.writes == 0 {
            return Ok(Outcome::Committed);
        }
        if self.writes > WRITES_MAX {
            let found = format!("{} records to change at once", self.writes);
            return Err(Reject::over_limit(
                "",
                found,
                "at most 1,000: split the request",
            ));
        }
        let writes = self.slots.into_slots().into_iter().filter_map(|slot| {
            Some(Write {
                key: slot.key,
                value: slot.written?,
                expect: slot.seen.map(|seen| seen.version),
            })
        });
        let writes: Vec<Write> = writes.collect();
        Ok(self.ports.commit(writes)?)
    }
}

impl From<StorageError> for Reject {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Unavailable => Self::StorageUnavailable,
            StorageError::Full => Self::StorageFull,
            StorageError::TooLarge(what) => {
                Self::over_limit("", what, "what the host's storage takes at once")
            }
        }
    }
}

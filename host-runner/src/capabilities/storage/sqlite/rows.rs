//! The rows of a range: what the tables hold of it, and what changed of late.

use super::recent::{Changes, Found, ordered};
use crate::capabilities::storage::{Range, Row};
use std::cmp::Ordering;
use std::iter::Peekable;
use std::vec;

/// What is told of a key in a range.
pub(super) trait Told: Sized {
    /// Of one that changed; none: it was deleted.
    fn of_change(found: Found) -> Option<Self>;
}

impl Told for Row {
    fn of_change(found: Found) -> Option<Self> {
        Some(Self {
            key: (*found.key).to_owned(),
            value: (*found.entry.value?).to_owned(),
            version: found.entry.version,
        })
    }
}

/// The key alone.
impl Told for String {
    fn of_change(found: Found) -> Option<Self> {
        found.entry.value.map(|_| (*found.key).to_owned())
    }
}

/// The rows of a range, gathered from what changed in it and what the tables hold of it, both in its direction.
pub(super) struct Rows<T> {
    changes: Peekable<vec::IntoIter<Found>>,
    /// There are no changes behind these.
    whole: bool,
    /// The rows reached beyond the changes, of which there are more.
    lacking: bool,
    rows: Vec<T>,
    limit: usize,
    backward: bool,
}

impl<T: Told> Rows<T> {
    pub(super) fn new(changes: Changes, range: &Range) -> Self {
        Self {
            changes: changes.first.into_iter().peekable(),
            whole: changes.whole,
            lacking: false,
            rows: Vec::new(),
            limit: usize::try_from(range.limit).unwrap_or(usize::MAX),
            backward: range.backward,
        }
    }

    /// Whether there are as many as are wanted, or as can be told of.
    pub(super) fn are_enough(&self) -> bool {
        self.lacking || self.rows.len() >= self.limit
    }

    /// Comes to the next key that the tables have; whether its row is to be added: nothing changed of it.
    pub(super) fn reach(&mut self, key: &str) -> bool {
        let backward = self.backward;
        let up_to = |found: &Found| ordered(&found.key, key, backward) != Ordering::Greater;
        while !self.are_enough() {
            let Some(found) = self.changes.next_if(up_to) else {
                self.lacking = !self.whole && self.changes.peek().is_none();
                return !self.lacking;
            };
            let same = *found.key == *key;
            self.add_change(found);
            if same {
                return false;
            }
        }
        false
    }

    pub(super) fn add(&mut self, row: T) {
        self.rows.push(row);
    }

    /// All of them, when the tables have no more; none where it takes more of the changes to tell.
    pub(super) fn end(mut self) -> Option<Vec<T>> {
        while !self.are_enough() {
            let Some(found) = self.changes.next() else {
                self.lacking = !self.whole;
                break;
            };
            self.add_change(found);
        }
        (!self.lacking).then_some(self.rows)
    }

    fn add_change(&mut self, found: Found) {
        self.rows.extend(T::of_change(found));
    }
}

//! Texts that lie in one block of memory.
//!
//! What a commit writes is held by the writer, by the layer and by readers, and given back by whichever of them is last, on another thread
//! than the one that came with it: as one block that costs once what as many small ones cost each.

use crate::capabilities::Merchant;
use crate::capabilities::storage::Write;
use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use super::fingerprint::{Fingerprint, Fingerprints};

/// A part of a block.
#[derive(Clone)]
pub(super) struct Text {
    block: Arc<str>,
    start: usize,
    end: usize,
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        self.block.get(self.start..self.end).unwrap_or_default()
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self {
            block: text.into(),
            start: 0,
            end: text.len(),
        }
    }
}

impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        self
    }
}

impl Text {
    /// Its bytes: to compare them nobody has to look where characters begin.
    fn bytes(&self) -> &[u8] {
        let block = self.block.as_bytes();
        block.get(self.start..self.end).unwrap_or_default()
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.bytes() == other.bytes()
    }
}

impl Eq for Text {}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> Ordering {
        self.bytes().cmp(other.bytes())
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

/// A write on its way into the database.
#[derive(Clone, Debug)]
pub(super) struct Change {
    pub(super) key: Text,
    pub(super) print: Fingerprint,
    /// None: deleted.
    pub(super) value: Option<Text>,
    pub(super) expect: Option<u64>,
}

/// A merchant's writes, their texts in one block.
pub(super) fn changes(prints: &Fingerprints, merchant: &Merchant, writes: &[Write]) -> Vec<Change> {
    let texts = writes
        .iter()
        .flat_map(|write| [Some(&write.key), write.value.as_ref()]);
    let texts: Vec<&str> = texts.flatten().map(String::as_str).collect();
    let block: Arc<str> = texts.concat().into();
    let mut end = 0;
    let mut next = |text: &str| {
        let start = end;
        end += text.len();
        Text {
            block: Arc::clone(&block),
            start,
            end,
        }
    };
    let change = |write: &Write| Change {
        key: next(&write.key),
        print: prints.of(merchant, &write.key),
        value: write.value.as_deref().map(&mut next),
        expect: write.expect,
    };
    writes.iter().map(change).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_say_what_the_writes_do() {
        let (shop, prints) = (Merchant::new("shop").unwrap(), Fingerprints::default());
        let write = |key: &str, value: Option<&str>, expect| Write {
            key: key.to_owned(),
            value: value.map(str::to_owned),
            expect,
        };
        let writes = [
            write("a/é", Some("é1"), None),
            write("b", None, Some(7)),
            write("c", Some(""), Some(0)),
        ];
        let changes = changes(&prints, &shop, &writes);
        assert_eq!(changes.len(), writes.len());
        for (change, write) in changes.iter().zip(&writes) {
            assert_eq!(*change.key, *write.key);
            assert_eq!(change.value.as_deref(), write.value.as_deref());
            assert_eq!(change.expect, write.expect);
            assert_eq!(change.print, prints.of(&shop, &write.key));
        }
    }

    #[test]
    fn texts_are_in_the_order_of_their_bytes() {
        let (a, b) = (Text::from("a"), Text::from("ab"));
        assert!(a < b && b != a);
        assert_eq!(a.cmp(&Text::from("a")), Ordering::Equal);
        assert_eq!(format!("{b:?}"), "\"ab\"");
    }
}

//! All of a database copied into another one, of the same kind or another: every merchant's records and the host's marks.
//!
//! No host may serve either meanwhile. A copy that was cut off goes on when it is begun again; at the end both are read once
//! more, side by side.

use crate::capabilities::Merchant;
use crate::capabilities::storage::{Error, Outcome, Range, Row, Storage, Store, Write};

/// Rows of one commit.
const PAGE: u32 = 500;

/// A page ends before it holds more bytes of values than this.
const PAGE_BYTES: usize = 4 * 1024 * 1024;

/// What was copied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    /// Merchants.
    pub merchants: u64,
    /// Their keys.
    pub rows: u64,
    /// Marks of the host's own.
    pub marks: u64,
}

/// Why it was not copied, or not wholly.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// A database failed.
    #[error(transparent)]
    Storage(#[from] Error),
    /// The other database has something else of this merchant.
    #[error(
        "the other database already has other records of {0}: copy into one that has none of it"
    )]
    Differs(Merchant),
}

/// Copies everything, and compares. `told` hears how far it is, after every page.
///
/// # Errors
/// [`Failed`]; what was copied before stays, and is compared when it is begun again.
pub fn copy(
    from: &dyn Store,
    to: &dyn Store,
    mut told: impl FnMut(Copied),
) -> Result<Copied, Failed> {
    let mut copied = Copied::default();
    for merchant in from.merchants()? {
        if !holds_no_more(to, from, &merchant)? {
            return Err(Failed::Differs(merchant));
        }
        let mut rows = Rows::new(from, &merchant);
        while let Some(page) = rows.page()? {
            put(to, &merchant, &page)?;
            copied.rows = copied.rows.saturating_add(count(page.len()));
            told(copied);
        }
        for (name, text) in from.marks(&merchant)? {
            to.set_mark(&merchant, &name, &text)?;
            copied.marks = copied.marks.saturating_add(1);
        }
        if !are_same(from, to, &merchant)? {
            return Err(Failed::Differs(merchant));
        }
        copied.merchants = copied.merchants.saturating_add(1);
        told(copied);
    }
    Ok(copied)
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// Whether the one has nothing of a merchant that the other hasn't: then what is missing can be put there.
fn holds_no_more(one: &dyn Store, other: &dyn Store, merchant: &Merchant) -> Result<bool, Failed> {
    let marks = other.marks(merchant)?;
    let own = one.marks(merchant)?;
    if own.iter().any(|(name, text)| marks.get(name) != Some(text)) {
        return Ok(false);
    }
    let mut rows = Rows::new(one, merchant);
    while let Some(page) = rows.page()? {
        if !has(other, merchant, &page)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether these rows are there, each with this value.
fn has(store: &dyn Store, merchant: &Merchant, page: &[Row]) -> Result<bool, Failed> {
    let keys: Vec<String> = page.iter().map(|row| row.key.clone()).collect();
    let there = store.read(merchant, &keys)?;
    let mut pairs = there.iter().zip(page);
    Ok(pairs.all(|(there, row)| there.value.as_ref() == Some(&row.value)))
}

/// Puts rows where there are none, or the same.
fn put(to: &dyn Store, merchant: &Merchant, page: &[Row]) -> Result<(), Failed> {
    let write = |row: &Row| Write {
        key: row.key.clone(),
        value: Some(row.value.clone()),
        expect: Some(0),
    };
    if to.commit(merchant, page.iter().map(write).collect())? == Outcome::Committed {
        return Ok(());
    }
    if has(to, merchant, page)? {
        Ok(())
    } else {
        Err(Failed::Differs(merchant.clone()))
    }
}

/// Whether both have the same of a merchant.
fn are_same(from: &dyn Store, to: &dyn Store, merchant: &Merchant) -> Result<bool, Failed> {
    if from.marks(merchant)? != to.marks(merchant)? {
        return Ok(false);
    }
    let (mut one, mut other) = (Rows::new(from, merchant), Rows::new(to, merchant));
    loop {
        match (one.next()?, other.next()?) {
            (None, None) => return Ok(true),
            (Some(one), Some(other)) if one.key == other.key && one.value == other.value => {}
            _ => return Ok(false),
        }
    }
}

/// All rows of a merchant, in pages.
struct Rows<'s> {
    of: &'s dyn Storage,
    merchant: &'s Merchant,
    /// Where the next page begins; none: there is none.
    start: Option<String>,
    page: std::vec::IntoIter<Row>,
}

impl<'s> Rows<'s> {
    fn new(of: &'s dyn Storage, merchant: &'s Merchant) -> Self {
        Self {
            of,
            merchant,
            start: Some(String::new()),
            page: Vec::new().into_iter(),
        }
    }

    /// The next page; none: that was all.
    fn page(&mut self) -> Result<Option<Vec<Row>>, Error> {
        let Some(start) = self.start.take() else {
            return Ok(None);
        };
        let range = Range {
            start,
            end: "\u{10ffff}".to_owned(),
            limit: PAGE,
            backward: false,
        };
        let mut rows = self.of.scan(self.merchant, &range)?;
        let all = u32::try_from(rows.len()).is_ok_and(|rows| rows < PAGE);
        let mut bytes: usize = 0;
        let fits = rows.iter().take_while(|row| {
            let first = bytes == 0;
            bytes = bytes.saturating_add(row.value.len());
            first || bytes <= PAGE_BYTES
        });
        let fits = fits.count();
        let cut = fits < rows.len();
        rows.truncate(fits);
        // The least key behind the last one.
        let next = rows.last().map(|row| [row.key.as_str(), "\0"].concat());
        self.start = next.filter(|_| cut || !all);
        Ok((!rows.is_empty()).then_some(rows))
    }

    fn next(&mut self) -> Result<Option<Row>, Error> {
        if let Some(row) = self.page.next() {
            return Ok(Some(row));
        }
        self.page = self.page()?.unwrap_or_default().into_iter();
        Ok(self.page.next())
    }
}

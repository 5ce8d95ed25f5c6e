//! All of a database copied into another one, of the same kind or another: every merchant's records and the host's marks.
//!
//! No host may serve either meanwhile. A copy that was cut off goes on when it is begun again; at the end both are read once
//! more, side by side.

use crate::capabilities::Merchant;
use crate::capabilities::storage::{Error, Outcome, Row, Rows, Storage, Store, Write};

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

/// Looks whether the other database has anything else of these merchants, copies everything where it hasn't, and compares. `told`
/// hears how far it is, after every page.
///
/// # Errors
/// [`Failed`]; where the other database has something else, nothing is copied. What was copied before it was cut off stays, and is
/// compared when it is begun again.
pub fn copy(
    from: &dyn Store,
    to: &dyn Store,
    mut told: impl FnMut(Copied),
) -> Result<Copied, Failed> {
    let mut copied = Copied::default();
    let mut merchants = from.merchants()?;
    for merchant in &merchants {
        if !holds_no_more(to, from, merchant)? {
            return Err(Failed::Differs(merchant.clone()));
        }
    }
    // The register goes last: nobody is in it whose records aren't there.
    merchants.sort_by_key(|merchant| *merchant == Merchant::host());
    for merchant in merchants {
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
fn has(store: &dyn Storage, merchant: &Merchant, page: &[Row]) -> Result<bool, Error> {
    let keys: Vec<String> = page.iter().map(|row| row.key.clone()).collect();
    let there = store.read(merchant, &keys)?;
    let mut pairs = there.iter().zip(page);
    Ok(pairs.all(|(there, row)| there.value.as_ref() == Some(&row.value)))
}

/// Puts rows where there are none, or the same.
pub(crate) fn put(to: &dyn Storage, merchant: &Merchant, page: &[Row]) -> Result<(), Failed> {
    let keys: Vec<String> = page.iter().map(|row| row.key.clone()).collect();
    let there = to.read(merchant, &keys)?;
    let mut missing = Vec::new();
    for (there, row) in there.into_iter().zip(page) {
        match there.value {
            None => missing.push(Write {
                key: row.key.clone(),
                value: Some(row.value.clone()),
                expect: Some(there.version),
            }),
            Some(value) if value == row.value => {}
            Some(_) => return Err(Failed::Differs(merchant.clone())),
        }
    }
    match to.commit(merchant, missing)? {
        Outcome::Committed => Ok(()),
        Outcome::Conflict => Err(Failed::Differs(merchant.clone())),
    }
}

/// Whether both have the same of a merchant.
fn are_same(from: &dyn Store, to: &dyn Store, merchant: &Merchant) -> Result<bool, Failed> {
    if from.marks(merchant)? != to.marks(merchant)? {
        return Ok(false);
    }
    let (mut one, mut other) = (Rows::new(from, merchant), Rows::new(to, merchant));
    loop {
        match (one.next_row()?, other.next_row()?) {
            (None, None) => return Ok(true),
            (Some(one), Some(other)) if one.key == other.key && one.value == other.value => {}
            _ => return Ok(false),
        }
    }
}

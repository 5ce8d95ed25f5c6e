//! All that a merchant has, read through.

use super::{Error, Range, Row, Storage};
use crate::capabilities::Merchant;

/// Rows of one page.
const PAGE: u32 = 500;

/// A page ends before it holds more bytes of values than this.
const PAGE_BYTES: usize = 4 * 1024 * 1024;

/// All rows of a merchant, in the order of their keys. Each page is of one instant.
pub struct Rows<'s> {
    of: &'s dyn Storage,
    merchant: &'s Merchant,
    /// Where the next page begins; none: there is none.
    start: Option<String>,
    page: std::vec::IntoIter<Row>,
}

impl<'s> Rows<'s> {
    /// From the first one on.
    #[must_use]
    pub fn new(of: &'s dyn Storage, merchant: &'s Merchant) -> Self {
        Self {
            of,
            merchant,
            start: Some(String::new()),
            page: Vec::new().into_iter(),
        }
    }

    /// The next page, which is not empty; none: that was all.
    ///
    /// # Errors
    /// Those of the storage.
    pub fn page(&mut self) -> Result<Option<Vec<Row>>, Error> {
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

    /// The next one; none: that was all. Not to be mixed with pages.
    ///
    /// # Errors
    /// Those of the storage.
    pub fn next_row(&mut self) -> Result<Option<Row>, Error> {
        if let Some(row) = self.page.next() {
            return Ok(Some(row));
        }
        self.page = self.page()?.unwrap_or_default().into_iter();
        Ok(self.page.next())
    }
}

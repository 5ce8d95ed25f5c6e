//! Rows as a storage has them, for benches that begin with a great many.

use stampcard::capabilities::Merchant;
use stampcard::capabilities::storage::{Outcome, Range, Row, Storage, Write};

/// Rows of one page, and writes of one commit.
const PAGE: u32 = 1_000;

/// All that a merchant has, in the order of the keys.
pub fn all(storage: &dyn Storage, merchant: &Merchant) -> Vec<Row> {
    let mut range = Range {
        start: "\u{1}".to_owned(),
        end: "\u{10ffff}".to_owned(),
        limit: PAGE,
        backward: false,
    };
    let mut rows = Vec::new();
    loop {
        let page = storage.scan(merchant, &range).expect("a scan");
        let Some(last) = page.last() else {
            return rows;
        };
        range.start = format!("{}\u{1}", last.key);
        rows.extend(page);
    }
}

/// Stores rows as a merchant's, in large commits. Nobody else writes meanwhile.
pub fn store(storage: &dyn Storage, merchant: &Merchant, rows: impl IntoIterator<Item = Row>) {
    let most = usize::try_from(PAGE).expect("a number");
    let commit = |writes| {
        let outcome = storage.commit(merchant, writes).expect("a commit");
        assert_eq!(outcome, Outcome::Committed, "nobody else writes");
    };
    let mut writes = Vec::with_capacity(most);
    for row in rows {
        writes.push(Write {
            key: row.key,
            value: Some(row.value),
            expect: None,
        });
        if writes.len() == most {
            commit(std::mem::take(&mut writes));
        }
    }
    commit(writes);
}

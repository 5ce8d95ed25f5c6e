//! All records of a merchant in a file of their own, and back: a line of JSON each.

use crate::capabilities::Merchant;
use crate::capabilities::storage::{Error, Row, Rows, Storage};
use crate::migration::{Failed, put};
use serde::{Deserialize, Serialize};
use std::io::{self, BufRead, Write};

/// What the first line says the file is.
const FORMAT: &str = "stampcard-merchant-1";

/// Bytes of a line: a record's value has at most 1 MiB, which may take several times as many with its escapes.
const LINE: u64 = 16 * 1024 * 1024;

/// Records that are put back at once.
const PAGE: usize = 200;

/// Bytes of their values, the last one's left out.
const PAGE_BYTES: usize = 2 * 1024 * 1024;

/// Why a merchant wasn't written out or brought back.
#[derive(Debug, thiserror::Error)]
pub enum DumpError {
    /// The storage failed.
    #[error(transparent)]
    Storage(#[from] Error),
    /// The file can't be read or written.
    #[error(transparent)]
    File(#[from] io::Error),
    /// It isn't such a file, or not of this line on.
    #[error("line {0}: it is no record of a merchant's file")]
    Line(u64),
    /// It ends before its last line.
    #[error("the file is cut off")]
    Cut,
    /// There are other records of this merchant.
    #[error("there are other records of {0}: bring it back under a name that has none")]
    Differs(Merchant),
}

/// The first line, and what the others are.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum Line {
    Format(String),
    Record {
        key: String,
        value: String,
    },
    /// The last line: how many records there are.
    Records(u64),
}

/// Writes out all records of a merchant, which has to be suspended if they are to be of one instant. Answers how many there are.
///
/// # Errors
/// [`DumpError::Storage`] and [`DumpError::File`].
pub fn dump(
    storage: &dyn Storage,
    merchant: &Merchant,
    to: &mut dyn Write,
) -> Result<u64, DumpError> {
    let mut line = |line: &Line| -> io::Result<()> {
        serde_json::to_writer(&mut *to, line)?;
        to.write_all(b"\n")
    };
    line(&Line::Format(FORMAT.to_owned()))?;
    let mut records: u64 = 0;
    let mut rows = Rows::new(storage, merchant);
    while let Some(Row { key, value, .. }) = rows.next_row()? {
        line(&Line::Record { key, value })?;
        records = records.saturating_add(1);
    }
    line(&Line::Records(records))?;
    to.flush()?;
    Ok(records)
}

/// Brings back what [`dump`] wrote, under the same or another name that has no other records. Begun again it goes on. Answers
/// how many records there are.
///
/// # Errors
/// [`DumpError`]; what was brought before stays.
pub fn bring(
    storage: &dyn Storage,
    merchant: &Merchant,
    from: &mut dyn BufRead,
) -> Result<u64, DumpError> {
    let mut lines = Lines { from, number: 0 };
    match lines.next()? {
        Some(Line::Format(format)) if format == FORMAT => {}
        _ => return Err(DumpError::Line(1)),
    }
    let (mut page, mut bytes) = (Vec::new(), 0_usize);
    let mut records: u64 = 0;
    loop {
        match lines.next()? {
            Some(Line::Record { key, value }) => {
                records = records.saturating_add(1);
                bytes = bytes.saturating_add(value.len());
                page.push(Row {
                    key,
                    value,
                    version: 0,
                });
                if page.len() >= PAGE || bytes >= PAGE_BYTES {
                    put_page(storage, merchant, &mut page)?;
                    bytes = 0;
                }
            }
            Some(Line::Records(told)) if told == records => {
                put_page(storage, merchant, &mut page)?;
                return Ok(records);
            }
            Some(_) => return Err(DumpError::Line(lines.number)),
            None => return Err(DumpError::Cut),
        }
    }
}

fn put_page(
    storage: &dyn Storage,
    merchant: &Merchant,
    page: &mut Vec<Row>,
) -> Result<(), DumpError> {
    put(storage, merchant, page).map_err(|failed| match failed {
        Failed::Storage(error) => DumpError::Storage(error),
        Failed::Differs(merchant) => DumpError::Differs(merchant),
    })?;
    page.clear();
    Ok(())
}

struct Lines<'r> {
    from: &'r mut dyn BufRead,
    number: u64,
}

impl Lines<'_> {
    fn next(&mut self) -> Result<Option<Line>, DumpError> {
        self.number = self.number.saturating_add(1);
        let mut text = Vec::new();
        let mut bounded = io::Read::take(&mut self.from, LINE);
        if bounded.read_until(b'\n', &mut text)? == 0 {
            return Ok(None);
        }
        let line = serde_json::from_slice(&text);
        line.map(Some).map_err(|_| DumpError::Line(self.number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capabilities::storage::{Memory, Write as Put};

    fn merchant(id: &str) -> Merchant {
        Merchant::new(id).unwrap()
    }

    fn filled(rows: usize) -> Memory {
        let storage = Memory::new();
        for row in 0..rows {
            let write = Put {
                key: format!("row/{row:05}"),
                value: Some(format!("\"點\n{row}\"")),
                expect: None,
            };
            storage.commit(&merchant("tea"), vec![write]).unwrap();
        }
        storage
    }

    #[test]
    fn what_was_written_out_comes_back() {
        for rows in [0, 1, 200, 1_101] {
            let mut file = Vec::new();
            let written = dump(&filled(rows), &merchant("tea"), &mut file).unwrap();
            assert_eq!(written, u64::try_from(rows).unwrap());
            let other = Memory::new();
            for _ in 0..2 {
                let read = bring(&other, &merchant("coffee"), &mut &file[..]).unwrap();
                assert_eq!(read, written);
            }
            let mut again = Vec::new();
            dump(&other, &merchant("coffee"), &mut again).unwrap();
            assert_eq!(again, file);
        }
    }

    #[test]
    fn what_is_no_such_file_or_half_of_one_is_told() {
        let mut file = Vec::new();
        dump(&filled(3), &merchant("tea"), &mut file).unwrap();
        let cut = file.iter().rposition(|byte| *byte == b'{').unwrap();
        let told = |file: &[u8]| {
            let storage = Memory::new();
            let error = bring(&storage, &merchant("tea"), &mut &file[..]).unwrap_err();
            error.to_string()
        };
        assert_eq!(told(&file[..cut]), "the file is cut off");
        assert_eq!(
            told(&file[..cut - 3]),
            "line 4: it is no record of a merchant's file"
        );
        for wrong in [
            "",
            "{}",
            "{\"format\":\"stampcard-merchant-2\"}\n",
            "{\"records\":0}",
        ] {
            assert!(told(wrong.as_bytes()).starts_with("line 1:"), "{wrong}");
        }
        let text = String::from_utf8(file.clone()).unwrap();
        let fewer = text.replace("{\"records\":3}", "{\"records\":2}");
        assert!(told(fewer.as_bytes()).starts_with("line 5:"));
        // Where there is something else already.
        let other = filled(1);
        let changed = text.replace("點\\n0", "別的");
        let error = bring(&other, &merchant("tea"), &mut changed.as_bytes()).unwrap_err();
        assert!(matches!(error, DumpError::Differs(_)));
    }
}

//! All records of a merchant in a file of their own, and back: a line of JSON each.

use crate::capabilities::Merchant;
use crate::capabilities::storage::{Error, Row, Rows, Storage};
use crate::migration::{Failed, put};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, BufRead, Seek, Write};

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
    /// Its records changed while they were written out.
    #[error(
        "its records changed meanwhile: write it out again when nothing is done for it any more"
    )]
    Changed,
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

/// Writes out all records of a merchant as they are at one instant. Answers how many there are.
///
/// # Errors
/// [`DumpError::Storage`], [`DumpError::File`], and [`DumpError::Changed`], as where the merchant isn't suspended: the last line is missing then.
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
    let (mut written, mut there) = (Sight::default(), Sight::default());
    let mut rows = Rows::new(storage, merchant);
    while let Some(row) = rows.next_row()? {
        written.see(&row);
        let Row { key, value, .. } = row;
        line(&Line::Record { key, value })?;
    }
    // What is the same afterwards was so all the while from the last row that was written on.
    let mut rows = Rows::new(storage, merchant);
    while let Some(row) = rows.next_row()? {
        there.see(&row);
    }
    if there.told() != written.told() {
        return Err(DumpError::Changed);
    }
    line(&Line::Records(written.records))?;
    to.flush()?;
    Ok(written.records)
}

/// Rows as they were seen, by their keys and versions.
#[derive(Default)]
struct Sight {
    records: u64,
    hasher: DefaultHasher,
}

impl Sight {
    fn see(&mut self, row: &Row) {
        self.records = self.records.saturating_add(1);
        (&row.key, row.version).hash(&mut self.hasher);
    }

    fn told(&self) -> (u64, u64) {
        (self.records, self.hasher.finish())
    }
}

/// Brings back what [`dump`] wrote, under the same or another name that has no other records. Begun again it goes on. Answers
/// how many records there are.
///
/// # Errors
/// [`DumpError`]. Nothing is brought of a file that isn't whole, nor where there are other records; where the storage fails, what
/// was brought before stays.
pub fn bring(
    storage: &dyn Storage,
    merchant: &Merchant,
    from: &mut (impl BufRead + Seek),
) -> Result<u64, DumpError> {
    from.rewind()?;
    check(storage, merchant, from)?;
    from.rewind()?;
    let mut lines = Lines::begin(from)?;
    let (mut page, mut bytes) = (Vec::new(), 0_usize);
    while let Some(row) = lines.row()? {
        bytes = bytes.saturating_add(row.value.len());
        page.push(row);
        if page.len() >= PAGE || bytes >= PAGE_BYTES {
            put_page(storage, merchant, &mut page)?;
            bytes = 0;
        }
    }
    put_page(storage, merchant, &mut page)?;
    Ok(lines.records)
}

/// The file is whole, and the merchant has nothing that isn't in it. Both go by their keys.
fn check(
    storage: &dyn Storage,
    merchant: &Merchant,
    from: &mut impl BufRead,
) -> Result<(), DumpError> {
    let differs = || DumpError::Differs(merchant.clone());
    let mut lines = Lines::begin(from)?;
    let mut rows = Rows::new(storage, merchant);
    let mut there = rows.next_row()?;
    while let Some(row) = lines.row()? {
        match there.as_ref().map(|there| there.key.cmp(&row.key)) {
            Some(Ordering::Less) => return Err(differs()),
            Some(Ordering::Equal) => {
                if there.is_some_and(|there| there.value != row.value) {
                    return Err(differs());
                }
                there = rows.next_row()?;
            }
            Some(Ordering::Greater) | None => {}
        }
    }
    there.map_or(Ok(()), |_| Err(differs()))
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
    records: u64,
}

impl<'r> Lines<'r> {
    /// Behind the first line.
    fn begin(from: &'r mut impl BufRead) -> Result<Self, DumpError> {
        let mut this = Self {
            from,
            number: 0,
            records: 0,
        };
        match this.next()? {
            Some(Line::Format(format)) if format == FORMAT => Ok(this),
            _ => Err(DumpError::Line(1)),
        }
    }

    /// The next record; none: that were all that the last line tells of.
    fn row(&mut self) -> Result<Option<Row>, DumpError> {
        match self.next()? {
            Some(Line::Record { key, value }) => {
                self.records = self.records.saturating_add(1);
                Ok(Some(Row {
                    key,
                    value,
                    version: 0,
                }))
            }
            Some(Line::Records(told)) if told == self.records => Ok(None),
            Some(_) => Err(DumpError::Line(self.number)),
            None => Err(DumpError::Cut),
        }
    }

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
    use std::io::Cursor;

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
                let read = bring(&other, &merchant("coffee"), &mut Cursor::new(&file)).unwrap();
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
            let error = bring(&storage, &merchant("tea"), &mut Cursor::new(file)).unwrap_err();
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
        assert!(differs(&other, &changed));
    }

    /// Whether it is refused for other records there, which are all that there is then.
    fn differs(storage: &Memory, file: &str) -> bool {
        let rows = || Rows::new(storage, &merchant("tea")).page().unwrap();
        let before = rows();
        let error = bring(storage, &merchant("tea"), &mut Cursor::new(file)).unwrap_err();
        assert_eq!(rows(), before);
        matches!(error, DumpError::Differs(_))
    }

    #[test]
    fn nothing_is_put_beside_other_records() {
        let mut file = Vec::new();
        dump(&filled(450), &merchant("tea"), &mut file).unwrap();
        let file = String::from_utf8(file).unwrap();
        for key in ["a", "row/00100x", "z"] {
            let storage = filled(2);
            let write = Put {
                key: key.to_owned(),
                value: Some("{}".to_owned()),
                expect: None,
            };
            storage.commit(&merchant("tea"), vec![write]).unwrap();
            assert!(differs(&storage, &file), "{key}");
        }
        let cut = file.get(..file.len() - 20).unwrap();
        let empty = Memory::new();
        let told = bring(&empty, &merchant("tea"), &mut Cursor::new(cut));
        assert!(told.is_err());
        assert_eq!(Rows::new(&empty, &merchant("tea")).page().unwrap(), None);
    }

    /// Where it writes, somebody changes what was written already.
    struct Crossed<'s>(&'s Memory, Put);

    impl Write for Crossed<'_> {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if bytes.windows(9).any(|part| part == b"row/00002") {
                let writes = vec![self.1.clone()];
                self.0.commit(&merchant("tea"), writes).unwrap();
            }
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_is_written_out_is_of_one_instant() {
        for (key, value) in [
            ("row/00000", Some("\"new\"")),
            ("row/00000", None),
            ("row/000001", Some("1")),
            ("row/00003", None),
        ] {
            let storage = filled(4);
            let write = Put {
                key: key.to_owned(),
                value: value.map(str::to_owned),
                expect: None,
            };
            let mut to = Crossed(&storage, write);
            let told = dump(&storage, &merchant("tea"), &mut to);
            assert!(matches!(told, Err(DumpError::Changed)), "{key}");
        }
    }
}

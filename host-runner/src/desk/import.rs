//! Bringing a file of opening balances in: looked at whole, then in batches that can be repeated.

use super::Error;
use super::ask::{call, try_call, zone};
use super::rows::{Fault, Format, read};
use crate::call::{Execution, Subject};
use chrono_tz::Tz;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

/// Rows of one call: the plugin's limit.
const BATCH: usize = 100;

/// Faults that one answer tells, at most; behind so many there may be more.
const FAULTS_TOLD: usize = 100;

const LOTS: &str = "imports.lots";

/// A file to bring in.
#[derive(Debug)]
pub struct Import {
    file: File,
    format: Format,
    digest: String,
}

/// Rows with their numbers.
type Batch = Vec<(u64, Value)>;

impl Import {
    /// Takes a file, and reads it once for its digest.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn new(mut file: File, format: Format) -> Result<Self, Error> {
        let mut hasher = Sha256::new();
        let mut piece = vec![0; 64 * 1024];
        loop {
            let length = file.read(&mut piece)?;
            let Some(read) = piece.get(..length).filter(|read| !read.is_empty()) else {
                break;
            };
            hasher.update(read);
        }
        let digest = hasher.finalize();
        let digest = digest.iter().take(16).map(|byte| format!("{byte:02x}"));
        Ok(Self {
            file,
            format,
            digest: digest.collect(),
        })
    }

    /// Looks at all rows as if they were brought in now, and stores nothing. Gives how many there are, and hands each
    /// fault over in the order of the rows.
    ///
    /// # Errors
    /// [`Error`].
    pub fn check(
        &mut self,
        subject: &mut dyn Subject,
        mut tell: impl FnMut(Fault) -> Result<(), Error>,
    ) -> Result<u64, Error> {
        let (mut rows, mut faulty) = (0, Vec::new());
        let zone = zone(subject)?;
        self.batches(zone, &mut faulty, |batch, faulty| {
            rows += u64::try_from(batch.len() + count(faulty)).unwrap_or(0);
            try_out(subject, &batch, faulty)?;
            faulty.sort_by_key(|fault| fault.row);
            faulty.drain(..).try_for_each(&mut tell)
        })?;
        Ok(rows)
    }

    /// Brings all rows in. Each batch has a key of the file's digest and its first row, so that a repeat, whole or of
    /// what was stopped, changes nothing that was done. `tell` is told how many rows are in, after each batch.
    ///
    /// # Errors
    /// [`Error`]; what was brought in before stays.
    pub fn commit(
        &mut self,
        subject: &mut dyn Subject,
        mut tell: impl FnMut(u64),
    ) -> Result<u64, Error> {
        let mut rows = 0;
        let digest = self.digest.clone();
        let mut faulty = Vec::new();
        let zone = zone(subject)?;
        self.batches(zone, &mut faulty, |batch, faulty| {
            if let Some(fault) = faulty.first() {
                let (row, problem) = (fault.row, &fault.problem);
                return Err(Error::Form(format!("row {row} is faulty: {problem}")));
            }
            let Some((first, _)) = batch.first() else {
                return Ok(());
            };
            let key = Execution::Commit(format!("import-{digest}-{first}"));
            rows += u64::try_from(batch.len()).unwrap_or(0);
            let request = json!({ "rows": values(&batch) });
            try_call(subject, &call(LOTS, Some(key), Some(request)))?.map_err(|error| {
                Error::Refused {
                    function: format!("{LOTS} from row {first} on"),
                    error,
                }
            })?;
            tell(rows);
            Ok(())
        })?;
        Ok(rows)
    }

    /// Hands over the rows in batches, with the faults of those whose form is wrong.
    fn batches(
        &mut self,
        zone: Tz,
        faulty: &mut Vec<Fault>,
        mut take: impl FnMut(Batch, &mut Vec<Fault>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.file.seek(SeekFrom::Start(0))?;
        let (mut batch, mut seen) = (Batch::new(), 0);
        for row in read(self.format, zone, &self.file)? {
            let (number, row) = row?;
            match row {
                Ok(row) => batch.push((number, row)),
                Err(faults) => faulty.extend(faults),
            }
            seen += 1;
            if seen == BATCH {
                take(std::mem::take(&mut batch), faulty)?;
                seen = 0;
            }
        }
        take(batch, faulty)
    }
}

/// How many rows these are about.
fn count(faults: &[Fault]) -> usize {
    let mut rows: Vec<u64> = faults.iter().map(|fault| fault.row).collect();
    rows.dedup();
    rows.len()
}

fn values(batch: &[(u64, Value)]) -> Vec<&Value> {
    batch.iter().map(|(_, row)| row).collect()
}

/// Asks what would become of a batch, and notes the faults; in halves where not all of them may have been told, and again
/// without the faulty rows, because components of before tell of a merged member only where nothing else is wrong.
fn try_out(
    subject: &mut dyn Subject,
    batch: &[(u64, Value)],
    faulty: &mut Vec<Fault>,
) -> Result<(), Error> {
    if batch.is_empty() {
        return Ok(());
    }
    let request = json!({ "rows": values(batch) });
    let answer = try_call(subject, &call(LOTS, Some(Execution::DryRun), Some(request)))?;
    let Err(error) = answer else { return Ok(()) };
    let known = faulty.len();
    if let Some(merged) = error.get("member-merged") {
        let text = |field: &str| merged.get(field).and_then(Value::as_str);
        let (member, into) = (text("member"), text("into").unwrap_or_default());
        let of = |row: &Value| row.get("member").and_then(Value::as_str) == member;
        let rows = batch.iter().filter(|(_, row)| of(row));
        faulty.extend(rows.map(|(row, _)| Fault {
            row: *row,
            field: "member".to_owned(),
            problem: format!("it was merged into {into:?}"),
        }));
        if faulty.len() > known {
            return try_rest(subject, batch, faulty);
        }
    }
    let told = error.get("invalid-input").and_then(Value::as_array);
    let told = told.ok_or_else(|| Error::Refused {
        function: LOTS.to_owned(),
        error: error.clone(),
    })?;
    if told.len() >= FAULTS_TOLD && batch.len() > 1 {
        let (one, other) = batch.split_at(batch.len() / 2);
        try_out(subject, one, faulty)?;
        return try_out(subject, other, faulty);
    }
    for fault in told {
        let text = |field: &str| fault.get(field).and_then(Value::as_str).unwrap_or_default();
        let mut path = text("path").split('/').skip(2);
        let place = path.next().and_then(|place| place.parse::<usize>().ok());
        let row = place.and_then(|place| batch.get(place));
        faulty.push(Fault {
            row: row.map_or(0, |(number, _)| *number),
            field: path.next().unwrap_or_default().to_owned(),
            problem: format!("found {}; permitted: {}", text("found"), text("permitted")),
        });
    }
    try_rest(subject, batch, faulty)
}

/// The same for the rows without a fault, if they are fewer.
fn try_rest(
    subject: &mut dyn Subject,
    batch: &[(u64, Value)],
    faulty: &mut Vec<Fault>,
) -> Result<(), Error> {
    let numbers: BTreeSet<u64> = faulty.iter().map(|fault| fault.row).collect();
    let rest = batch.iter().filter(|(row, _)| !numbers.contains(row));
    let rest: Batch = rest.cloned().collect();
    if rest.len() < batch.len() {
        try_out(subject, &rest, faulty)?;
    }
    Ok(())
}

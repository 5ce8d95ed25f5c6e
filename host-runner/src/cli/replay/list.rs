//! A replay's notices as a file, a line of JSON each.

use anyhow::Context;
use stampcard::replay::Told;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// The file, and what went wrong with it first.
pub(super) struct List {
    out: BufWriter<File>,
    failed: Option<io::Error>,
    name: String,
}

impl List {
    /// Makes the file, or makes it empty.
    pub(super) fn to(path: &Path) -> anyhow::Result<Self> {
        let name = path.display().to_string();
        let file = File::create(path).with_context(|| name.clone())?;
        Ok(Self {
            out: BufWriter::new(file),
            failed: None,
            name,
        })
    }

    /// Adds a line, unless an earlier one could not be written.
    pub(super) fn add(&mut self, told: &Told) {
        if self.failed.is_none() {
            let written = serde_json::to_writer(&mut self.out, told).map_err(io::Error::from);
            let written = written.and_then(|()| writeln!(self.out));
            self.failed = written.err();
        }
    }

    /// Tells whether all of it was written.
    pub(super) fn finish(mut self) -> anyhow::Result<()> {
        let flushed = self.out.flush();
        let outcome = self.failed.map_or(flushed, Err);
        outcome.with_context(|| self.name.clone())
    }
}

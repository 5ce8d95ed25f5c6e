//! The files that the rules are about: those that git tracks, and those it would.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, io};

/// A text file of the tree.
pub(crate) struct Source {
    /// From the top of the checkout, with `/` between folders.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Source {
    /// Its lines, numbered from 1.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.text.split('\n'))
    }

    /// Whether its name ends in a dot and one of these.
    pub(crate) fn is(&self, extensions: &[&str]) -> bool {
        let extension = Path::new(&self.path)
            .extension()
            .and_then(|end| end.to_str());
        extension.is_some_and(|end| extensions.contains(&end))
    }
}

/// The top of the checkout.
pub(crate) fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every text file, tracked or new, that git doesn't ignore.
///
/// # Errors
/// When git can't be run or refuses, or a file can't be read.
pub(crate) fn sources() -> io::Result<Vec<Source>> {
    let listing = Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
            "--deduplicate",
        ])
        .current_dir(top())
        .output()?;
    if !listing.status.success() {
        let words = String::from_utf8_lossy(&listing.stderr).into_owned();
        return Err(io::Error::other(format!("git ls-files: {words}")));
    }
    let mut sources = Vec::new();
    for path in String::from_utf8_lossy(&listing.stdout).split_terminator('\0') {
        let file = top().join(path);
        // Files deleted but not yet from the index are listed, and so are links.
        if !file.symlink_metadata().is_ok_and(|data| data.is_file()) {
            continue;
        }
        // What isn't text has no lines to judge.
        if let Ok(text) = String::from_utf8(fs::read(&file)?) {
            sources.push(Source {
                path: path.to_owned(),
                text,
            });
        }
    }
    Ok(sources)
}

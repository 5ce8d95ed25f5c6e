//! Finds the scenario files that a command line names.

use anyhow::Context;
use std::path::{Path, PathBuf};

/// All files, each named once, in the order of their paths. A file that is named itself may end in
/// anything.
pub(super) fn find(paths: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        let kind = std::fs::metadata(path).with_context(|| path.display().to_string())?;
        if kind.is_dir() {
            within(path, &mut files)?
        } else {
            files.push(path.clone())
        }
    }
    files.sort();
    files.dedup();
    Ok(files)
}

fn within(folder: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let entries = std::fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    for entry in entries {
        let entry = entry.with_context(|| folder.display().to_string())?;
        let (path, kind) = (entry.path(), entry.file_type()?);
        let scenario = path
            .extension()
            .is_some_and(|end| end == "yaml" || end == "yml");
        // A link to a folder is not followed, since it may lead round in a circle.
        if kind.is_dir() {
            within(&path, files)?;
        } else if scenario {
            files.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::find;
    use std::fs;

    #[test]
    fn folders_stand_for_their_scenarios_and_files_for_themselves() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("b")).unwrap();
        for name in ["z.yaml", "a.yml", "b/c.yaml", "notes.md", "own.txt"] {
            fs::write(at(name), "").unwrap();
        }
        let found = find(&[folder.path().to_owned(), at("z.yaml"), at("own.txt")]).unwrap();
        assert_eq!(found, ["a.yml", "b/c.yaml", "own.txt", "z.yaml"].map(at));
        assert!(
            find(&[at("missing.yaml")])
                .unwrap_err()
                .to_string()
                .ends_with("missing.yaml")
        );
    }
}

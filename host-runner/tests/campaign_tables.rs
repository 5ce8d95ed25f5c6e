//! The program `export` on a campaign: the tables of the demonstration come out as the demonstration wrote them.
#![expect(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stampcard"));
    command.args(arguments).current_dir(folder);
    command.env("XDG_CACHE_HOME", folder).stdin(Stdio::null());
    command.output().unwrap()
}

/// What a run on the demonstration's database comes to.
fn export(folder: &Path, arguments: &[&str]) -> Output {
    let place = [
        "--merchant",
        "demonstration",
        "--database",
        "autumn/demo.db",
        "--at",
        "2026-12-09T00:00:00Z",
    ];
    run(folder, &[&["export"], arguments, &place].concat())
}

fn told(output: &Output) -> String {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn tables_of_a_campaign_are_written() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let played = run(
        folder,
        &["demo-campaign", "--members", "20", "--folder", "autumn"],
    );
    told(&played);
    for (what, file) in [("submissions", "participants.csv"), ("lines", "lines.csv")] {
        let written = std::fs::read_to_string(folder.join("autumn").join(file)).unwrap();
        let same = told(&export(folder, &[what, "--campaign", "c-000001"]));
        assert!(same == written && same.lines().count() > 10, "{what}");
        let arguments = [
            what,
            "--campaign",
            "c-000001",
            "--language",
            "en",
            "--out",
            "en.csv",
        ];
        told(&export(folder, &arguments));
        let english = std::fs::read_to_string(folder.join("en.csv")).unwrap();
        assert!(english.starts_with("\u{feff}Name,LINE user id,Phone,"));
        assert_eq!(english.lines().count(), written.lines().count());
    }
    let arguments = [
        "submissions",
        "--campaign",
        "c-000001",
        "--format",
        "ndjson",
    ];
    let objects = told(&export(folder, &arguments));
    let objects: Vec<Value> = objects
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(objects.iter().all(|one| one.get("state").is_some()) && objects.len() > 10);
}

#[test]
fn what_can_not_be_written_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    told(&run(
        folder,
        &["demo-campaign", "--members", "20", "--folder", "autumn"],
    ));
    for (arguments, word) in [
        (&["submissions"][..], "--campaign"),
        (
            &["submissions", "--campaign", "c-000009"],
            "unknown-campaign",
        ),
        (
            &["lines", "--campaign", "c-000001", "--format", "ndjson"],
            "csv is",
        ),
        (
            &["lines", "--campaign", "c-000001", "--language", "ja"],
            "/language",
        ),
    ] {
        let output = export(folder, arguments);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(
            !output.status.success() && errors.contains(word),
            "{errors}"
        );
    }
}

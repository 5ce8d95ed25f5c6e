//! The program `replay`, killed again and again, and given what it can't use.
#![expect(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

use serde_json::Value;
use stampcard::replay::generate;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

fn command(folder: &Path, file: &Path, database: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stampcard"));
    let database = folder.join(database);
    command
        .arg("replay")
        .arg(file)
        .arg("--json")
        .arg("--database")
        .arg(database);
    command.env("XDG_CACHE_HOME", folder).stdin(Stdio::null());
    command
}

fn replay(folder: &Path, file: &Path, database: &str) -> Output {
    command(folder, file, database).output().unwrap()
}

fn report(output: &Output) -> Value {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// What must not depend on where a run was stopped, byte for byte.
fn totals(report: &Value) -> String {
    let fields = [
        "orders",
        "orders-free",
        "members",
        "until",
        "zone",
        "programmes",
    ];
    fields.map(|field| report[field].to_string()).join("\n")
}

#[test]
fn killed_in_the_middle_it_comes_to_the_same_end() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("orders.txt");
    std::fs::write(&file, generate(3000)).unwrap();
    let undisturbed = report(&replay(folder.path(), &file, "undisturbed.db"));
    assert_eq!(undisturbed["orders-sent"], 3000);

    // Each run is killed once it has told that it got a tenth further, and a moment later each time.
    let mut killed = 0;
    for run in 1..=8_u64 {
        let mut child = command(folder.path(), &file, "killed.db")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let told = lines.any(|line| line.unwrap().contains(" orders, up to "));
        std::thread::sleep(Duration::from_millis(run * 3));
        if told && child.try_wait().unwrap().is_none() {
            killed += 1;
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert!(killed >= 3, "killed only {killed} times");
    let last = report(&replay(folder.path(), &file, "killed.db"));
    assert_eq!(totals(&last), totals(&undisturbed));
    let done = report(&replay(folder.path(), &file, "killed.db"));
    assert_eq!(
        (&done["all-done"], &done["orders-sent"]),
        (&true.into(), &0.into())
    );
    assert_eq!(totals(&done), totals(&undisturbed));
}

#[test]
fn what_it_cannot_use_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("orders.txt");
    let good = generate(20);
    let cut = &good[..good.len() - 9];
    let no_day =
        good.replacen(" 2024", " 2023", 1)
            .replacen("\r\n 0", "\r\n x 20230229 1 1.00\r\n 0", 1);
    let cases = [
        (
            cut.to_owned(),
            "line 21: the file ends before this line does",
        ),
        (no_day, "line 2: date is \"20230229\""),
        (good.replacen('.', ".0", 1), "with at most 2 decimals"),
        (String::new(), "line 1: the heading is"),
    ];
    for (text, expected) in cases {
        std::fs::write(&file, text).unwrap();
        let output = replay(folder.path(), &file, "replay.db");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(errors.contains(expected), "{expected}: {errors}");
        assert_eq!(output.status.code(), Some(2));
    }
    std::fs::write(&file, &good).unwrap();
    let rules = folder.path().join("rules.json");
    std::fs::write(
        &rules,
        r#"{"zone":"Mars/Olympus","currency":"USD","programmes":{}}"#,
    )
    .unwrap();
    let output = command(folder.path(), &file, "replay.db")
        .arg("--config")
        .arg(&rules)
        .output();
    let output = output.unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.contains("/zone: found"), "{errors}");
    assert_eq!(output.status.code(), Some(1));
    // Nothing of all that was stored: the good file is the merchant's first.
    report(&replay(folder.path(), &file, "replay.db"));
}

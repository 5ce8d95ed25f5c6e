//! The programs `try-rules` and `rules`, on a database of their own.
#![expect(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

use serde_json::{Value, json};
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn run(folder: &Path, at: &str, arguments: &[&str]) -> Output {
    let (command, rest) = arguments.split_first().unwrap();
    Command::new(env!("CARGO_BIN_EXE_stampcard"))
        .arg(command)
        .args(["--merchant", "tea-house", "--database", "points.db"])
        .args(["--at", at])
        .args(rest)
        .current_dir(folder)
        .env("XDG_CACHE_HOME", folder)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// What a run that succeeds prints.
fn told(folder: &Path, at: &str, arguments: &[&str]) -> String {
    let output = run(folder, at, arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

fn call(folder: &Path, at: &str, function: &str, key: &str, request: &Value) -> Value {
    let request = request.to_string();
    let arguments = ["call", "--key", key, "--with", &request, function];
    serde_json::from_str(&told(folder, at, &arguments)).unwrap()
}

/// Rules that give so many points for each 100 dollars that are paid, and some for an order that is completed.
fn document(points: &str, limits: &Value) -> Value {
    json!({
        "zone": "Asia/Taipei", "currency": "TWD",
        "programmes": { "points": {
            "worth": { "points": "1", "money": "1" },
            "earn": [
                { "id": "base", "kind": "order", "state": "paid", "limits": limits,
                  "award": { "step": { "points": points, "per": "100" } } },
                { "id": "done", "kind": "order", "state": "completed", "award": { "fixed": { "points": "2" } } },
            ],
            "expiry": "never",
        } },
    })
}

fn apply(folder: &Path, at: &str, key: &str, document: &Value) {
    let request = json!({ "document": document.to_string() });
    call(folder, at, "merchant.apply", key, &request);
}

fn report(folder: &Path, at: &str, order: &str, member: &str, state: &str, amount: &str) {
    let request = json!({
        "order": order, "member": member, "state": state,
        "lines": [{ "sku": "tea", "quantity": "1", "amount": amount }],
    });
    let key = format!("{order}-{state}");
    call(folder, at, "points.report-order", &key, &request);
}

/// A merchant with rules of 1 point for 100 dollars, and orders of the week from 2 to 8 March.
fn shop() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    apply(
        path,
        "2026-02-01T00:00:00Z",
        "c-1",
        &document("1", &json!({})),
    );
    // Paid before the week and completed in it.
    report(path, "2026-03-01T15:59:59Z", "A-1", "mei", "paid", "900");
    report(path, "2026-03-01T16:00:00Z", "A-2", "mei", "paid", "400");
    let later = "2026-03-03T01:00:00Z";
    report(path, later, "A-1", "mei", "completed", "900");
    report(path, "2026-03-08T15:59:59Z", "A-3", "jun", "paid", "90");
    // Behind it.
    report(path, "2026-03-08T16:00:00Z", "A-4", "jun", "paid", "700");
    folder
}

const NOW: &str = "2026-03-09T04:00:00Z";

fn tried(folder: &Path, rules: &Value, more: &[&str]) -> Value {
    std::fs::write(folder.join("new.json"), rules.to_string()).unwrap();
    let mut arguments = vec!["try-rules", "--rules", "new.json", "--json"];
    arguments.extend(more);
    serde_json::from_str(&told(folder, NOW, &arguments)).unwrap()
}

#[test]
fn the_last_week_is_tried_under_new_rules() {
    let folder = shop();
    let found = tried(folder.path(), &document("2", &json!({})), &[]);
    assert_eq!(
        found,
        json!({
            "from": "2026-03-02", "to": "2026-03-08",
            "orders": 3, "reports": 3, "looked-at": 4, "batches": 1, "split-members": 0, "other-tiers": 0,
            "programmes": [{
                "programme": "points", "was": "6", "would": "10", "difference": "4",
                "gain": 1, "lose": 0, "stay": 2,
                "rules": [
                    { "rule": "base", "was": "4", "would": "8", "difference": "4", "reports-was": 1, "reports-would": 1 },
                    { "rule": "done", "was": "2", "would": "2", "difference": "0", "reports-was": 1, "reports-would": 1 },
                ],
            }],
        })
    );
    // What was paid for before the week uses up what limits allow, as it did.
    let limits = json!({ "ever": "10" });
    let found = tried(folder.path(), &document("1", &limits), &[]);
    assert_eq!(
        found.pointer("/programmes/0/rules/0/would"),
        Some(&json!("1"))
    );
    assert_eq!(found.pointer("/programmes/0/lose"), Some(&json!(1)));
    // The rules in force would grant what they did.
    let found = tried(
        folder.path(),
        &document("1", &json!({})),
        &["--to", "2026-03-09"],
    );
    assert_eq!(found.pointer("/from"), Some(&json!("2026-03-03")));
    assert_eq!(found.pointer("/programmes/0/difference"), Some(&json!("0")));
    assert_eq!(found.pointer("/programmes/0/stay"), Some(&json!(3)));
}

#[test]
fn a_table_names_rules_and_no_member() {
    let folder = shop();
    let rules = document("2", &json!({})).to_string();
    std::fs::write(folder.path().join("new.json"), rules).unwrap();
    let table = told(folder.path(), NOW, &["try-rules", "--rules", "new.json"]);
    assert!(
        table.starts_with("2026-03-02 to 2026-03-08: 3 orders, 3 reports"),
        "{table}"
    );
    assert!(table.contains("1 orders gain, 0 lose, 2 stay"), "{table}");
    assert!(table.contains("Limits begin with nothing used"), "{table}");
    assert!(!table.contains("mei") && !table.contains("jun"), "{table}");
}

#[test]
fn what_cannot_be_tried_is_told_and_stores_nothing() {
    let folder = shop();
    let path = folder.path();
    std::fs::write(path.join("bad.json"), r#"{"zone": "Asia/Taipei"}"#).unwrap();
    let right = document("1", &json!({})).to_string();
    std::fs::write(path.join("right.json"), right).unwrap();
    for (arguments, problem) in [
        (&["--rules", "none.json"][..], "none.json"),
        (&["--rules", "bad.json"], "missing field `currency`"),
        (
            &["--rules", "right.json", "--from", "2026-03-09"],
            "lies behind the last one",
        ),
        (&["--rules", "right.json", "--from", "soon"], "soon"),
    ] {
        let mut all = vec!["try-rules"];
        all.extend(arguments);
        let output = run(path, NOW, &all);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{errors}");
        assert!(errors.contains(problem), "{errors}");
    }
    let listed = told(path, NOW, &["rules", "list", "--json"]);
    let listed: Vec<Value> = serde_json::from_str(&listed).unwrap();
    assert_eq!(listed.len(), 1);
}

#[test]
fn earlier_rules_are_listed_compared_and_put_in_force_again() {
    let folder = shop();
    let path = folder.path();
    apply(path, NOW, "c-2", &document("3", &json!({})));
    let table = told(path, NOW, &["rules", "list"]);
    let lines: Vec<&str> = table
        .lines()
        .filter(|line| line.contains("2026-"))
        .collect();
    assert_eq!(lines.len(), 2, "{table}");
    assert!(
        lines[0].contains("2026-03-09T04:00:00Z") && lines[0].contains("in force"),
        "{table}"
    );

    let first: Value = serde_json::from_str(&told(path, NOW, &["rules", "show", "1"])).unwrap();
    assert_eq!(first, document("1", &json!({})));
    let current: Value = serde_json::from_str(&told(path, NOW, &["rules", "show"])).unwrap();
    assert_eq!(current, document("3", &json!({})));

    let change = "~ /programmes/points/earn/base/award/step/points: \"1\" → \"3\"\n";
    let output = run(path, NOW, &["rules", "diff", "1"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), change);
    assert_eq!(told(path, NOW, &["rules", "diff", "2", "2"]), "");

    let dry = told(path, NOW, &["rules", "rollback", "1", "--dry-run"]);
    assert!(
        dry.contains("\"3\" → \"1\"") && dry.contains("nothing was stored"),
        "{dry}"
    );
    let done = told(path, NOW, &["rules", "rollback", "1"]);
    assert!(
        done.ends_with("The rules of 1 are in force as configuration 3.\n"),
        "{done}"
    );
    let again = told(path, NOW, &["rules", "rollback", "1"]);
    assert_eq!(
        again,
        "The rules of 1 are in force already, as configuration 3.\n"
    );
    let current: Value = serde_json::from_str(&told(path, NOW, &["rules", "show"])).unwrap();
    assert_eq!(current, document("1", &json!({})));
    let listed: Vec<Value> =
        serde_json::from_str(&told(path, NOW, &["rules", "list", "--json"])).unwrap();
    assert_eq!(listed.len(), 3);

    let output = run(path, NOW, &["rules", "rollback", "9"]);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(errors.contains("/number"), "{errors}");
}

//! The program `check`: questions in, verdicts out, and what its exit code says.
#![expect(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn run(folder: &Path, arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_stampcard"))
        .arg("check")
        .args(arguments)
        .current_dir(folder)
        .env("XDG_CACHE_HOME", folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    child.wait_with_output().unwrap()
}

fn mail(facts: Value, at: &str) -> Value {
    json!({ "purpose": "other", "channel": "email", "at": at, "facts": facts })
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn questions_of_any_number_are_answered_in_their_order() {
    let folder = tempfile::tempdir().unwrap();
    let noon = "2026-11-20T04:00:00Z";
    let known = |n: usize| {
        let facts = if n == 1_234 {
            json!([])
        } else {
            json!(["email"])
        };
        mail(facts, noon)
    };
    let all: Vec<Value> = (0..2_500).map(known).collect();
    let lines: Vec<String> = all.iter().map(Value::to_string).collect();
    let zone = ["--zone", "Asia/Taipei", "--brief"];
    let answered = run(folder.path(), &zone, &lines.join("\n"));
    assert_eq!(
        answered.status.code(),
        Some(1),
        "{}",
        text(&answered.stderr)
    );
    let out = text(&answered.stdout);
    let verdicts: Vec<Value> = out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(verdicts.len(), 2_500);
    let denied = verdicts
        .iter()
        .enumerate()
        .filter(|(_, it)| it["decision"] == "deny");
    let denied: Vec<_> = denied
        .map(|(place, it)| (place, it["code"].clone()))
        .collect();
    assert_eq!(denied, [(1_234, json!("no-email"))]);
    // A list does as well, and nothing denied is success.
    let list = json!(all[..3]).to_string();
    let answered = run(folder.path(), &["--zone", "Asia/Taipei", "--table"], &list);
    assert_eq!(answered.status.code(), Some(0));
    assert!(
        text(&answered.stdout).starts_with("0  other by email at 2026-11-20T04:00:00Z: allow\n")
    );
}

#[test]
fn a_document_brings_its_zone_and_policy() {
    let folder = tempfile::tempdir().unwrap();
    let document = json!({
        "zone": "Asia/Taipei",
        "policy": { "quiet-hours": [{ "from": "22:00", "to": "08:00" }] },
    });
    std::fs::write(folder.path().join("shop.json"), document.to_string()).unwrap();
    let question = mail(json!(["email"]), "2026-11-20T15:00:00Z").to_string();
    let arguments = ["--document", "shop.json", "--table"];
    let answered = run(folder.path(), &arguments, &question);
    assert_eq!(
        answered.status.code(),
        Some(0),
        "{}",
        text(&answered.stderr)
    );
    let out = text(&answered.stdout);
    assert!(out.contains("defer until 2026-11-21T00:00:00Z"), "{out}");
    assert!(
        out.contains("quiet-hours deferred (quiet-hours): These are quiet hours."),
        "{out}"
    );
}

#[test]
fn what_can_not_be_answered_tells_where() {
    let folder = tempfile::tempdir().unwrap();
    let noon = "2026-11-20T04:00:00Z";
    let mut all: Vec<Value> = (0..1_200).map(|_| mail(json!(["email"]), noon)).collect();
    all[1_100]["spent"] = json!("much");
    let zone = ["--zone", "Asia/Taipei"];
    let refused = run(folder.path(), &zone, &json!(all).to_string());
    assert_eq!(refused.status.code(), Some(2));
    assert!(
        text(&refused.stderr).contains("/questions/1100/spent"),
        "{}",
        text(&refused.stderr)
    );
    all[1_100] = mail(json!(["e-mail"]), noon);
    let refused = run(folder.path(), &zone, &json!(all).to_string());
    assert!(
        text(&refused.stderr).contains("/questions/1100/facts"),
        "{}",
        text(&refused.stderr)
    );
    for (arguments, input) in [
        (&zone[..], ""),
        (&zone[..], "{"),
        (&["--zone", "Mars"][..], "[]"),
    ] {
        assert_eq!(
            run(folder.path(), arguments, input).status.code(),
            Some(2),
            "{input}"
        );
    }
}

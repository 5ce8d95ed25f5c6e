//! The programs `import`, `export` and `report`, on a database of their own.
#![expect(clippy::unwrap_used, reason = "a test's helpers fail by panicking")]

use serde_json::{Value, json};
use std::path::Path;
use std::process::{Command, Output, Stdio};

const AT: &str = "2026-03-01T01:00:00Z";

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stampcard"));
    command.args(arguments).current_dir(folder);
    command.args(["--merchant", "tea-house", "--database", "points.db"]);
    if !arguments.contains(&"--at") {
        command.args(["--at", AT]);
    }
    command.env("XDG_CACHE_HOME", folder).stdin(Stdio::null());
    command.output().unwrap()
}

/// What a run that succeeds prints.
fn told(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

/// A folder with a merchant of two programmes in its database.
fn shop() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let programme = json!({
        "worth": { "points": "10", "money": "1" },
        "earn": [{ "id": "review", "kind": "event", "event": "review", "award": { "fixed": { "points": "5" } } }],
        "expiry": { "exact": { "days": 10 } },
    });
    let mut document = json!({
        "zone": "Asia/Taipei", "currency": "TWD",
        "programmes": { "points": programme, "cash": programme },
        "notices": { "channels": [{ "channel": "sms", "kinds": ["shipped"] }] },
    });
    let stated = json!({ "document": document.to_string() }).to_string();
    let stated = told(
        folder.path(),
        &["call", "merchant.terms", "--with", &stated],
    );
    let stated: Value = serde_json::from_str(&stated).unwrap();
    let version = stated.get("version").unwrap();
    let fields = document.as_object_mut().unwrap();
    let confirmed = json!({ "version": version, "by": "the owner" });
    fields.insert("terms".to_owned(), confirmed);
    std::fs::write(folder.path().join("shop.json"), document.to_string()).unwrap();
    let request = r#"{"member": "=mei", "event": "review", "reference": "+1"}"#;
    let event = [
        "call",
        "points.report-event",
        "--config",
        "shop.json",
        "--key",
        "review-1",
        "--with",
        request,
    ];
    told(folder.path(), &event);
    folder
}

fn ledger(folder: &Path) -> Vec<Value> {
    let text = told(folder, &["export", "ledger", "--format", "ndjson"]);
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn every_faulty_row_is_named_and_nothing_is_stored() {
    let folder = shop();
    let mut text = "member,programme,points,expires-at\n".to_owned();
    for row in 1..=250 {
        text.push_str(match row {
            7 => "mei,points,x,\n",
            120 => "mei,stars,1.5,2026-01-01T00:00:00Z\n",
            121 => "mei,points\n",
            250 => "mei,cash,1,soon\n",
            _ => "mei,points,1,\n",
        });
    }
    let file = folder.path().join("lots.csv");
    std::fs::write(&file, &text).unwrap();
    let before = ledger(folder.path());
    for arguments in [
        &["import", "lots.csv", "--dry-run"][..],
        &["import", "lots.csv"],
    ] {
        let output = run(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(1));
        let told = String::from_utf8(output.stdout).unwrap();
        let begins: Vec<&str> = told
            .lines()
            .map(|line| line.rsplit_once(": found").map_or(line, |(place, _)| place))
            .collect();
        assert_eq!(
            begins,
            [
                "row 7: points",
                "row 120: programme",
                "row 120: expires-at",
                "row 121: it has 2 fields, the heading 4",
                "row 250: expires-at",
                "5 faults in 250 rows; nothing was stored",
            ],
            "{told}"
        );
    }
    // Where all rows are faulty several times over, an answer can't tell every fault at once.
    let bad = "\u{7},stars,0,2026-01-01T00:00:00Z\n".repeat(150);
    std::fs::write(&file, format!("member,programme,points,expires-at\n{bad}")).unwrap();
    let output = run(folder.path(), &["import", "lots.csv", "--dry-run"]);
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(
        told.ends_with("600 faults in 150 rows; nothing was stored\n"),
        "{told}"
    );
    assert_eq!(ledger(folder.path()), before);
}

#[test]
fn rows_of_a_merged_member_are_named() {
    let folder = shop();
    let file = folder.path().join("lots.csv");
    let heading = "member,programme,points,expires-at\n";
    let lots = "old,cash,1,\nmei,cash,2,2026-03-31\n";
    std::fs::write(&file, format!("{heading}{lots}")).unwrap();
    told(folder.path(), &["import", "lots.csv"]);
    let ends = told(folder.path(), &["export", "lots", "--programme", "cash"]);
    assert!(ends.contains("2026-03-31T16:00:00Z"), "{ends}");
    let merger = r#"{"member": "old", "into": "mei", "reason": "twice", "actor": "staff-1"}"#;
    told(
        folder.path(),
        &[
            "call",
            "accounts.merge",
            "--key",
            "merge-1",
            "--with",
            merger,
        ],
    );
    let rows = "old,cash,1,\nmei,cash,1,\nmei,cash,0,\nold,cash,2,\n";
    std::fs::write(&file, format!("{heading}{rows}")).unwrap();
    let output = run(folder.path(), &["import", "lots.csv"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "row 1: member: found old; permitted: mei, into which it was merged\n\
         row 3: points: found 0; permitted: above 0\n\
         row 4: member: found old; permitted: mei, into which it was merged\n\
         3 faults in 4 rows; nothing was stored\n"
    );
}

#[test]
fn an_import_goes_on_where_it_was_stopped() {
    let folder = shop();
    let line = |row: usize| {
        let member = row % 7;
        format!(
            "{{\"member\":\"m{member}\",\"programme\":\"cash\",\"points\":2,\"reference\":\"card {row}\"}}\n"
        )
    };
    let file = folder.path().join("lots.ndjson");
    let whole: String = (1..=230).map(line).collect();
    std::fs::write(&file, &whole).unwrap();
    assert_eq!(
        told(folder.path(), &["import", "lots.ndjson", "--dry-run"]),
        "230 rows, none of them faulty\n"
    );
    assert_eq!(ledger(folder.path()).len(), 2);

    // A run that was stopped behind its first batch has left that batch, under its key.
    let digest = {
        use sha2::Digest;
        let digest = sha2::Sha256::digest(whole.as_bytes());
        digest
            .iter()
            .take(16)
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    let rows: Vec<Value> = (1..=100)
        .map(|row| {
            let mut row: Value = serde_json::from_str(&line(row)).unwrap();
            row["points"] = "2".into();
            row
        })
        .collect();
    let request = json!({ "rows": rows }).to_string();
    std::fs::write(folder.path().join("first.json"), request).unwrap();
    let key = format!("import-{digest}-1");
    told(
        folder.path(),
        &[
            "call",
            "imports.lots",
            "--key",
            &key,
            "--with-file",
            "first.json",
        ],
    );
    assert_eq!(ledger(folder.path()).len(), 102);

    for _ in 0..2 {
        assert_eq!(
            told(folder.path(), &["import", "lots.ndjson"]),
            "230 rows are in\n"
        );
        let entries = ledger(folder.path());
        assert_eq!(entries.len(), 232);
        let notes: std::collections::BTreeSet<&str> = entries
            .iter()
            .filter_map(|entry| entry["note"].as_str())
            .collect();
        assert!(notes.contains("import: card 230"));
        assert_eq!(notes.len(), 231);
    }
}

#[test]
fn exports_are_safe_for_spreadsheets() {
    let folder = shop();
    let ledger = told(
        folder.path(),
        &["export", "ledger", "--programme", "points"],
    );
    let mut lines = ledger.lines();
    assert_eq!(
        lines.next(),
        Some(
            "member,programme,sequence,kind,points,balance,at,posted-at,order,note,actor,other,parts"
        )
    );
    let line = lines.next().unwrap();
    assert!(
        line.starts_with("'=mei,points,1,earn,5,5,2026-03-01T01:00:00Z,"),
        "{line}"
    );
    assert!(line.ends_with(",review: +1,,,1:review:5"), "{line}");
    assert_eq!(lines.next(), None);
    let later = "2026-03-11T01:00:00Z";
    let arguments = ["export", "ledger", "--programme", "points", "--at", later];
    let due = told(folder.path(), &arguments);
    assert!(
        due.lines()
            .last()
            .unwrap()
            .contains(",2,expire,-5,0,2026-03-11T01:00:00Z,,"),
        "{due}"
    );
    let balances = told(folder.path(), &["export", "balances"]);
    assert_eq!(balances.lines().count(), 3, "{balances}");
    told(folder.path(), &["export", "lots", "--out", "lots.csv"]);
    let lots = std::fs::read_to_string(folder.path().join("lots.csv")).unwrap();
    assert!(
        lots.contains("\n'=mei,cash,1,review,,5,5,0,2026-03-01T01:00:00Z,"),
        "{lots}"
    );
}

#[test]
fn reports_are_tables_json_and_charts() {
    let folder = shop();
    let lots = "member,programme,points\njo,points,1200\n";
    std::fs::write(folder.path().join("lots.csv"), lots).unwrap();
    told(folder.path(), &["import", "lots.csv"]);
    let later = [
        "report",
        "--charts",
        "charts",
        "--at",
        "2026-04-02T00:00:00Z",
    ];
    let text = told(folder.path(), &later);
    for line in [
        "| 2026-03 | import |  1,200 |        0 |      0 |        0 |        0 |        0 |",
        "| 2026-03 | review |      5 |        0 |      5 |        0 |        0 |        0 |",
        "Breakage: 1",
        "| never |  1,200 |          120 |",
        "Owed by members: 0; the ledger comes to 1,200",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    for name in [
        "points-movements",
        "points-liability",
        "cash-movements",
        "cash-liability",
    ] {
        let svg =
            std::fs::read_to_string(folder.path().join(format!("charts/{name}.svg"))).unwrap();
        roxmltree::Document::parse(&svg).unwrap();
    }
    let json = told(
        folder.path(),
        &[
            "report",
            "--programme",
            "points",
            "--json",
            "--first",
            "2026-04",
        ],
    );
    let reports: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(reports[0]["movements"]["movements"], json!([]));
    assert_eq!(reports[0]["liability"]["balance"], "1205");
    let output = run(folder.path(), &["report", "--first", "2026-4"]);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.contains("/first: found \"2026-4\""), "{errors}");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn notices_are_reported_by_what_became_of_them() {
    let folder = shop();
    for (function, request) in [
        (
            "members.put",
            json!({ "member": "mei", "mobile": "+886912345678" }),
        ),
        (
            "notices.submit",
            json!({ "member": "mei", "kind": "shipped", "subject": "A-1", "event": AT }),
        ),
        (
            "notices.submit",
            json!({ "member": "mei", "kind": "shipped", "subject": "A-2", "event": AT }),
        ),
        (
            "notices.withdraw",
            json!({ "member": "mei", "kind": "shipped", "subject": "A-2" }),
        ),
    ] {
        let (key, request) = (request.to_string(), request.to_string());
        let key: String = key
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .take(120)
            .collect();
        told(
            folder.path(),
            &["call", function, "--key", &key, "--with", &request],
        );
    }
    let text = told(folder.path(), &["report", "--notices"]);
    for line in [
        "| 2026-03 | sms     | shipped | dropped |       1 |    0 |",
        "| 2026-03 | sms     | shipped |  queued |       1 |    0 |",
        "| all     |         |         |         |       2 |    0 |",
    ] {
        let blank = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(blank(&text).contains(&blank(line)), "{line}\n{text}");
    }
    let json = told(
        folder.path(),
        &["report", "--notices", "--json", "--first", "2026-03"],
    );
    let rows: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(rows[0]["of"]["state"], "dropped");
    let none = told(
        folder.path(),
        &["report", "--notices", "--json", "--first", "2026-04"],
    );
    assert_eq!(none.trim(), "[]");
}

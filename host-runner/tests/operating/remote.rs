//! Commands that ask a server which has the database.

use crate::program::{Server, done, refused, run, settings, text};
use std::path::Path;
use std::process::Output;

fn rules(per: u32) -> String {
    let document = format!(
        r#"{{ "zone": "Asia/Taipei", "currency": "TWD", "programmes": {{ "points": {{
            "worth": {{ "points": "1", "money": "1" }}, "expiry": "never",
            "earn": [{{ "id": "base", "kind": "order", "state": "paid", "award": {{ "step": {{ "points": "1", "per": "{per}" }} }} }}]
        }} }} }}"#
    );
    serde_json::json!({ "document": document }).to_string()
}

fn call(folder: &Path, function: &str, key: &str, with: &str) {
    let base = ["call", function, "--merchant", "tea", "--database"];
    let rest = ["stampcard.db", "--key", key, "--with", with];
    done(&run(folder, &[&base[..], &rest].concat()));
}

#[test]
fn rules_and_reports_beside_a_server() {
    let (folder, _) = settings("");
    let path = folder.path();
    call(path, "merchant.apply", "d-1", &rules(100));
    let order = r#"{"order":"A","member":"mei","state":"paid","lines":[{"sku":"tea","quantity":"1","amount":"300"}]}"#;
    call(path, "points.report-order", "A", order);
    call(path, "merchant.apply", "d-2", &rules(50));
    let config = std::fs::read_to_string(path.join("stampcard.toml")).unwrap();
    let listen = config.split('"').nth(1).unwrap();
    let server = Server::start(path);
    let asked = |address: &str, words: &[&str]| -> Output {
        let (command, rest) = words.split_first().unwrap();
        let base = [*command, "--server", address, "--api-key-file", "api-key"];
        run(path, &[&base[..], rest].concat())
    };
    let address = format!("http://{listen}/");
    let made = [
        "--merchant",
        "tea",
        "--role",
        "administrator",
        "--name",
        "x",
    ];
    let create = ["keys", "--config", "stampcard.toml", "create"];
    let told = done(&run(path, &[&create[..], &made].concat()));
    let key = told
        .split_whitespace()
        .find(|word| word.starts_with("stampcard_"));
    std::fs::write(path.join("api-key"), key.unwrap()).unwrap();

    // Another's key is seen within a second.
    let listed = loop {
        let listed = asked(&address, &["rules", "list"]);
        if listed.status.success() {
            break done(&listed);
        }
        let told = text(&listed.stderr);
        assert!(told.contains("API key"), "{told}");
    };
    assert!(listed.contains("in force"), "{listed}");
    let differ = asked(&address, &["rules", "diff", "1"]);
    assert_eq!(differ.status.code(), Some(1));
    assert!(text(&differ.stdout).contains("/award/step/per"));
    let back = done(&asked(&address, &["rules", "rollback", "1"]));
    assert!(back.contains("in force as configuration 3"), "{back}");
    let report = done(&asked(&address, &["report"]));
    assert!(report.contains("Programme points"), "{report}");
    let tried = std::fs::write(path.join("new.json"), "{}");
    tried.unwrap();
    let wrong = refused(&asked(&address, &["try-rules", "--rules", "new.json"]));
    assert!(wrong.contains("invalid-configuration"), "{wrong}");
    let nowhere = refused(&asked("ftp://x", &["rules", "list"]));
    assert!(nowhere.contains("http://"), "{nowhere}");
    server.stop();
    let gone = refused(&asked(&address, &["rules", "list"]));
    assert!(gone.contains("the server"), "{gone}");
}

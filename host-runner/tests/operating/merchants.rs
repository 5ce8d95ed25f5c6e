//! Merchants by the command, on a database that nobody has and on one that a server has.

use crate::program::{Server, ask, done, refused, run, settings};
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

const RULES: &str = r#"{
    "zone": "Asia/Taipei", "currency": "TWD",
    "programmes": { "points": {
        "worth": { "points": "1", "money": "1" },
        "earn": [{ "id": "base", "kind": "order", "state": "paid", "award": { "step": { "points": "1", "per": "100" } } }],
        "expiry": "never"
    } }
}"#;

/// Its secrets are nowhere: who is in it is known without them.
const MESSAGING: &str =
    "[merchants.bar.sms]\nprovider = \"mitake\"\nuser = \"bar\"\npassword-file = \"none\"\n";

fn merchants(folder: &Path, arguments: &[&str]) -> Output {
    let command = ["merchants", "--config", "stampcard.toml"];
    run(folder, &[&command[..], arguments].concat())
}

fn call(folder: &Path, merchant: &str, arguments: &[&str]) -> Output {
    let base = ["--merchant", merchant, "--database", "stampcard.db"];
    let (function, rest) = arguments.split_first().unwrap();
    run(folder, &[&["call", function][..], &base, rest].concat())
}

/// Nobody can be written out or deleted who isn't there.
fn unknown(folder: &Path) {
    for arguments in [
        &["delete", "nobody"][..],
        &["export", "nobody", "--to", "n.jsonl"],
    ] {
        let told = refused(&merchants(folder, arguments));
        assert!(told.contains("there is no such merchant"), "{told}");
    }
    assert!(!folder.join("n.jsonl").exists());
}

fn wait(mut done: impl FnMut() -> bool) {
    let began = Instant::now();
    while !done() {
        assert!(began.elapsed() < Duration::from_secs(30));
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn a_merchant_goes_from_one_name_to_another_without_a_server() {
    let (folder, _) = settings("messaging = \"messaging.toml\"\n");
    let path = folder.path();
    std::fs::write(path.join("messaging.toml"), MESSAGING).unwrap();
    let rules = serde_json::json!({ "document": RULES }).to_string();
    done(&merchants(path, &["set", "coffee"]));
    done(&call(
        path,
        "coffee",
        &["merchant.apply", "--key", "d", "--with", &rules],
    ));
    let order = r#"{"order":"A","member":"mei","state":"paid","lines":[{"sku":"tea","quantity":"1","amount":"300"}]}"#;
    done(&call(
        path,
        "coffee",
        &["points.report-order", "--key", "A", "--with", order],
    ));
    let active = refused(&merchants(path, &["export", "coffee", "--to", "c.jsonl"]));
    assert!(active.contains("coffee isn't suspended"), "{active}");
    assert!(!path.join("c.jsonl").exists());
    assert!(refused(&merchants(path, &["delete", "coffee"])).contains("isn't suspended"));
    done(&merchants(path, &["set", "coffee", "--state", "suspended"]));
    let told = done(&merchants(path, &["export", "coffee", "--to", "c.jsonl"]));
    assert!(told.contains("records of coffee"), "{told}");
    let again = refused(&merchants(path, &["export", "coffee", "--to", "c.jsonl"]));
    assert!(again.contains("c.jsonl"), "{again}");
    let listed = done(&merchants(path, &["list"]));
    assert!(
        ["bar", "coffee", "tea"]
            .iter()
            .all(|id| listed.contains(id)),
        "{listed}"
    );
    assert!(done(&merchants(path, &["delete", "coffee"])).contains("it is deleted"));
    assert!(!done(&merchants(path, &["list"])).contains("coffee"));
    unknown(path);
    // One of the settings is there, and not suspended.
    assert!(refused(&merchants(path, &["delete", "tea"])).contains("tea isn't suspended"));
    done(&merchants(path, &["set", "tea", "--state", "suspended"]));
    let named = refused(&merchants(path, &["delete", "tea"]));
    assert!(named.contains("the settings name tea"), "{named}");
    done(&merchants(path, &["set", "tea", "--state", "active"]));
    let balance = r#"{"member":"mei"}"#;
    assert!(
        !call(path, "coffee", &["points.balance", "--with", balance])
            .status
            .success()
    );
    done(&merchants(path, &["import", "kiosk", "--from", "c.jsonl"]));
    let found = done(&call(path, "kiosk", &["points.balance", "--with", balance]));
    assert!(found.contains("\"3\""), "{found}");
    // Not where there is something else.
    let sold = order.replace("\"A\"", "\"B\"");
    let sold = ["points.report-order", "--key", "B", "--with", &sold];
    done(&call(path, "kiosk", &sold));
    let other = refused(&merchants(path, &["import", "kiosk", "--from", "c.jsonl"]));
    assert!(other.contains("other records of kiosk"), "{other}");
    let found = done(&call(path, "kiosk", &["points.balance", "--with", balance]));
    assert!(found.contains("\"6\""), "{found}");
    let unknown = refused(&merchants(path, &["set", "kiosk", "--component", "none"]));
    assert!(unknown.contains("no component"), "{unknown}");
    let little = refused(&merchants(path, &["set", "kiosk", "--fuel", "1"]));
    assert!(
        little.contains("/limits/fuel: it is no number from 1000000"),
        "{little}"
    );
}

#[test]
fn a_server_that_has_the_database_does_it() {
    let (folder, operator) = settings("");
    let path = folder.path();
    let server = Server::start(path);
    let made = done(&merchants(path, &["set", "coffee", "--warm", "50"]));
    assert!(
        made.contains("coffee") && made.contains("{\"warm\":50}"),
        "{made}"
    );
    let all = done(&merchants(path, &["list"]));
    assert!(all.contains("coffee") && all.contains("tea"), "{all}");
    assert!(refused(&merchants(path, &["delete", "coffee"])).contains("isn't suspended"));
    unknown(path);
    let little = refused(&merchants(path, &["set", "coffee", "--fuel", "5"]));
    assert!(
        little.contains("answers 422: /limits/fuel: it is no number from 1000000"),
        "{little}"
    );
    let stop = refused(&merchants(path, &["import", "coffee", "--from", "key"]));
    assert!(stop.contains("stop it first"), "{stop}");
    done(&merchants(path, &["set", "coffee", "--state", "suspended"]));
    let told = done(&merchants(path, &["export", "coffee", "--to", "c.jsonl"]));
    assert!(told.starts_with("0 records of coffee"), "{told}");
    let deleted = done(&merchants(path, &["delete", "coffee"]));
    assert!(deleted.contains("is being deleted"), "{deleted}");
    assert!(done(&merchants(path, &["list"])).contains("deleting"));
    // Settings that are read again while it runs.
    let file = path.join("stampcard.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let hang_up = || {
        let id = server.0.id().to_string();
        let sent = Command::new("kill").args(["-HUP", &id]).status();
        assert!(sent.unwrap().success());
    };
    std::fs::write(&file, format!("{text}[merchants.kiosk]\n")).unwrap();
    hang_up();
    wait(|| done(&merchants(path, &["list"])).contains("kiosk"));
    std::fs::write(&file, format!("{text}nothing = 1\n")).unwrap();
    hang_up();
    wait(|| server.told().contains("the settings stay as they were"));
    std::fs::write(&file, &text).unwrap();
    assert!(done(&merchants(path, &["list"])).contains("kiosk"));
    assert!(ask(operator, "GET", "/health", None).contains("200 OK"));
    std::fs::write(&file, text).unwrap();
    hang_up();
    wait(|| !done(&merchants(path, &["list"])).contains("kiosk"));
    server.stop();
}

//! `doctor` finds what is wrong before the server does, and changes nothing.

use crate::shop::PLUGIN;
use serde_json::{Value, json};
use stampcard::call::{Call, Execution, Subject};
use stampcard::capabilities::Merchant;
use stampcard::capabilities::clock::{Instant, Manual};
use stampcard::capabilities::http::Denied;
use stampcard::capabilities::logging::Collected;
use stampcard::capabilities::messaging::Simulated;
use stampcard::capabilities::storage::Sqlite;
use stampcard::doctor::{Health, Parts, look};
use stampcard::keys::{Keys, Role};
use stampcard::limits::Limits;
use stampcard::merchants::{Register, Standing};
use stampcard::sandbox::{Host, Mode, Sandbox};
use stampcard::server::Settings;
use std::sync::Arc;
use tempfile::TempDir;

const SETTINGS: &str = "messaging = \"messaging.toml\"\n[merchants.coffee]\n";

const MESSAGING: &str = "[merchants.tea.email]\nprovider = \"directory\"\nfolder = \"mail\"\n";

fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("stampcard.toml"), SETTINGS).unwrap();
    std::fs::write(folder.path().join("messaging.toml"), MESSAGING).unwrap();
    folder
}

fn clock() -> Manual {
    Manual::new(Instant::at(crate::shop::NOW))
}

/// What is not good, a line each.
fn found(folder: &TempDir) -> Vec<String> {
    let settings = Settings::read(&folder.path().join("stampcard.toml")).unwrap();
    let parts = Parts {
        components: PLUGIN.clone().into(),
        clock: Arc::new(clock()),
        log: Arc::new(Collected::default()),
    };
    let found = look(&settings, &parts).into_iter();
    // Whether the page map puts memory back is the machine's matter.
    let found = found.filter(|one| one.health != Health::Good && one.what != "sandboxes");
    found
        .map(|one| format!("{} {}: {}", one.health.name(), one.what, one.told))
        .collect()
}

/// Whether the lines are these, by their beginnings.
fn same(found: &[String], begins: &[&str]) {
    let all = found.iter().zip(begins);
    let same = all.into_iter().all(|(line, begin)| line.starts_with(begin));
    assert!(same && found.len() == begins.len(), "{found:#?}");
}

/// Puts rules in force whose notices go by these channels.
fn apply(folder: &TempDir, merchant: &str, channels: &[&str]) {
    let storage = Sqlite::open(&folder.path().join("stampcard.db")).unwrap();
    let host = Host {
        storage: Arc::new(storage),
        clock: Arc::new(clock()),
        messaging: Arc::new(Simulated::default()),
        http: Arc::new(Denied),
        log: Arc::new(Collected::default()),
    };
    let mut sandbox = Sandbox::new(
        PLUGIN.clone(),
        Arc::new(host),
        Merchant::new(merchant).unwrap(),
        Arc::new(Limits::default()),
        Mode::Fresh,
    );
    let channels: Vec<Value> = channels
        .iter()
        .map(|channel| json!({ "channel": channel, "kinds": ["points-granted"] }))
        .collect();
    let document = json!({
        "zone": "Asia/Taipei", "currency": "TWD",
        "programmes": { "points": { "worth": { "points": "1", "money": "1" }, "earn": [], "expiry": "never" } },
        "notices": { "unsubscribe": "https://shop.example/unsubscribe", "channels": channels },
    });
    let call = Call {
        function: "merchant.apply".to_owned(),
        execution: Some(Execution::Commit("rules".to_owned())),
        request: Some(json!({ "document": document.to_string() })),
    };
    sandbox.call(&call).unwrap().result.unwrap();
}

fn key(folder: &TempDir, merchant: &str) {
    let keys = Keys::open(&folder.path().join("api-keys.json")).unwrap();
    let made = chrono::DateTime::from_timestamp(0, 0).unwrap();
    let merchant = Merchant::new(merchant).unwrap();
    keys.create(&merchant, Role::Administrator, "test", made)
        .unwrap();
}

#[test]
fn a_new_server_lacks_its_keys_and_rules() {
    let folder = folder();
    let create = "`stampcard keys --config FILE create --merchant ID --role ROLE --name NAME`";
    let told = found(&folder);
    same(&told, &["doubtful api keys: "]);
    assert!(told[0].contains(create), "{told:?}");
    // Looking made nothing.
    assert!(!folder.path().join("stampcard.db").exists());
    apply(&folder, "tea", &["email"]);
    let lines = [
        "doubtful api keys: ",
        "doubtful coffee: api keys: none that holds",
        "doubtful coffee: rules: none yet",
        "doubtful tea: api keys: none that holds",
    ];
    same(&found(&folder), &lines);
}

#[test]
fn what_rules_ask_for_and_the_settings_lack_is_told() {
    let folder = folder();
    apply(&folder, "tea", &["email", "sms"]);
    apply(&folder, "coffee", &[]);
    key(&folder, "tea");
    key(&folder, "coffee");
    same(&found(&folder), &["doubtful tea: sms: "]);
}

#[test]
fn keys_of_merchants_that_nobody_knows_are_told() {
    let folder = folder();
    key(&folder, "coffee");
    key(&folder, "tee");
    let told =
        "doubtful tee: api keys: neither the settings nor the register know the merchant, and k-";
    same(&found(&folder), &[told]);
    apply(&folder, "tea", &[]);
    key(&folder, "tea");
    let told = [told, "doubtful coffee: rules: none yet"];
    same(&found(&folder), &told);
    let storage = Sqlite::open(&folder.path().join("stampcard.db")).unwrap();
    let register = Register::new(Arc::new(storage));
    let tee = Merchant::new("tee").unwrap();
    let now = Instant::at(crate::shop::NOW);
    register.set(&tee, &Standing::default(), now).unwrap();
    drop(register);
    let told = [
        "doubtful coffee: rules: none yet",
        "doubtful tee: rules: none yet",
    ];
    same(&found(&folder), &told);
}

#[test]
fn a_database_in_use_is_left_alone() {
    let folder = folder();
    key(&folder, "tea");
    let held = Sqlite::open(&folder.path().join("stampcard.db")).unwrap();
    same(&found(&folder), &["doubtful database: "]);
    drop(held);
    std::fs::write(folder.path().join("stampcard.db"), "no database").unwrap();
    same(&found(&folder), &["bad database: "]);
}

#[test]
fn files_that_are_wrong_are_named() {
    let folder = folder();
    let file = folder.path().join("messaging.toml");
    std::fs::write(&file, "[merchants.tea.sms]\nprovider = \"pigeon\"\n").unwrap();
    key(&folder, "tea");
    let told = found(&folder);
    same(&told, &["bad providers in "]);
    assert!(
        told.iter()
            .any(|line| line.contains("merchants.tea.sms.provider")),
        "{told:?}"
    );
}

#[cfg(unix)]
#[test]
fn events_may_not_ask_for_what_only_reads() {
    let folder = folder();
    let events = "[events]\nfunctions = [\"points.refund\", \"points.balance\"]\n";
    let settings = format!("{SETTINGS}{events}");
    std::fs::write(folder.path().join("stampcard.toml"), settings).unwrap();
    let found = found(&folder);
    let told = "bad events: the component has no function points.balance, or";
    assert!(
        found.iter().any(|line| line.starts_with(told)),
        "{found:#?}"
    );
}

#[test]
fn keys_that_others_may_write_are_none() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    key(&folder, "tea");
    let file = folder.path().join("api-keys.json");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o666)).unwrap();
    same(&found(&folder), &["bad api keys: others may write"]);
}

#[test]
fn backups_that_are_late_or_can_not_be_made_are_told() {
    let folder = folder();
    let settings = format!("{SETTINGS}[backup]\nfolder = \"copies\"\nevery-hours = 6\n");
    std::fs::write(folder.path().join("stampcard.toml"), settings).unwrap();
    let copies = folder.path().join("copies");
    let backups = |folder: &TempDir| -> Vec<String> {
        let mut lines = found(folder);
        lines.retain(|line| line.contains(" backups: "));
        lines
    };
    same(&backups(&folder), &[]);
    std::fs::create_dir(&copies).unwrap();
    same(&backups(&folder), &[]);
    let old = chrono::DateTime::from_timestamp(crate::shop::NOW.cast_signed() - 13 * 3_600, 0);
    let name = old
        .unwrap()
        .format("stampcard-%Y%m%dT%H%M%SZ.db")
        .to_string();
    std::fs::write(copies.join(name), "").unwrap();
    let late = backups(&folder);
    same(&late, &["doubtful backups: "]);
    assert!(late.concat().contains("13 hours old"), "{late:?}");
    // A file in the folder's place.
    std::fs::remove_dir_all(&copies).unwrap();
    std::fs::write(&copies, "").unwrap();
    same(&backups(&folder), &["bad backups: "]);
}

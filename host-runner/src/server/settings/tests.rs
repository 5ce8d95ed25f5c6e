//! The settings file: what it may say, and what is told of what it may not.

use super::*;
use std::time::Duration;

/// The settings, or what is wrong with them.
fn read(text: &str) -> Result<Settings, String> {
    read_in(tempfile::tempdir().unwrap().path(), text, "hush")
}

/// The same in a folder whose secrets are made of these letters, four of base64.
fn read_in(folder: &Path, text: &str, letters: &str) -> Result<Settings, String> {
    let file = folder.join("stampcard.toml");
    let secret = letters.repeat(8);
    std::fs::write(folder.join("secret"), &secret).unwrap();
    std::fs::write(folder.join("webhook"), format!("whsec_{secret}")).unwrap();
    std::fs::write(folder.join("short"), letters).unwrap();
    std::fs::write(&file, text).unwrap();
    Settings::read(&file).map_err(|error| error.to_string())
}

#[test]
fn the_database_is_a_file_or_on_a_server() {
    let server = |text: &str| match read(text).unwrap().database {
        Place::Server(settings) => settings,
        Place::File(file) => panic!("{}", file.display()),
    };
    let url = "url = \"postgres://points@db.internal/stampcard\"";
    let plain = server(&format!("[postgres]\n{url}"));
    assert_eq!(
        plain,
        postgres::Settings::new("postgres://points@db.internal/stampcard")
    );
    let whole = server(&format!(
        "[postgres]\n{url}\npassword-file = \"secret\"\nconnections = 40"
    ));
    assert!(whole.password.is_some() && whole.connections == 40);
    let both = read(&format!("database = \"x.db\"\n[postgres]\n{url}")).unwrap_err();
    assert!(
        both.contains("database: it stands beside postgres"),
        "{both}"
    );
    let none = read(&format!("[postgres]\n{url}\nconnections = 0")).unwrap_err();
    assert!(
        none.contains("postgres.connections: it is no whole number from 1 to 500"),
        "{none}"
    );
}

#[test]
fn what_is_left_out_is_as_usual() {
    let settings = read("").unwrap();
    assert_eq!((settings.listen, settings.operator), (LISTEN, None));
    assert_eq!(settings.bounds, Bounds::default());
    let Place::File(file) = &settings.database else {
        panic!("{}", settings.database)
    };
    assert!(file.ends_with("stampcard.db"));
    assert!(settings.traces.is_none());
    assert!(settings.seal.is_none() && settings.merchants.is_empty() && settings.ticking);
    assert!(settings.api_keys.ends_with("api-keys.json"));
    assert_eq!((settings.backup.keep, settings.backup.every), (7, None));
    assert!(settings.backup.folder.ends_with("backups"));
    let day = read("[backup]").unwrap().backup.every;
    assert_eq!(day, Some(Duration::from_secs(86_400)));
}

#[test]
fn all_of_it_is_read() {
    let settings = read(
        r#"
        listen = "[::1]:9000"
        operator = "127.0.0.1:9464"
        public-url = "https://tea.example/points/"
        database = "/var/lib/stampcard/all.db"
        operator-key-file = "secret"
        component = "a.wasm"
        messaging = "messaging.toml"
        unsubscribe = { secret-file = "secret", previous-secret-file = "secret" }
        limits = { connections = 5, body-kib = 1, workers = 2, head-seconds = 1 }
        backup = { folder = "/var/backups", keep = 2, every-hours = 6 }
        [components]
        next = "next.wasm"
        [merchants.tea]
        messaging = "tea.toml"
        [merchants.coffee]
        "#,
    )
    .unwrap();
    assert_eq!(
        settings.public_url.as_deref(),
        Some("https://tea.example/points")
    );
    assert_eq!(
        (settings.bounds.connections, settings.bounds.body),
        (5, 1024)
    );
    assert_eq!(settings.merchants.len(), 2);
    let backup = BackupSettings {
        folder: "/var/backups".into(),
        keep: 2,
        every: Some(Duration::from_secs(6 * 3_600)),
    };
    assert_eq!(settings.backup, backup);
    assert!(settings.seal.is_some() && settings.operator_key.is_some());
    assert!(settings.components["next"].ends_with("next.wasm"));
    assert!(!format!("{settings:?}").contains("hush"));
}

#[test]
fn what_only_a_new_start_brings_in_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let unlike = |[before, after]: [(&str, &str); 2]| {
        let [before, after] =
            [before, after].map(|(text, letters)| read_in(folder.path(), text, letters).unwrap());
        before.fixed_members_unlike(&after)
    };
    let traces = "traces = { endpoint = \"http://127.0.0.1:4318\" }";
    let less = "traces = { endpoint = \"http://127.0.0.1:4318\", share = 0.5 }";
    let webhook = "events.webhooks.tea.secret-file = \"webhook\"";
    let function = "events.functions = [\"points.refund\"]";
    for (before, after, named) in [
        ("", "merchants.tea = {}\nmessaging = \"a.toml\"", None),
        ("", "limits.merchant-commands = 3", None),
        ("", "limits.workers = 3", Some("limits")),
        ("", traces, Some("traces")),
        (traces, less, Some("traces")),
        ("", webhook, Some("events")),
        ("", function, Some("events")),
    ] {
        let found = unlike([(before, "hush"), (after, "hush")]);
        assert_eq!(found, Vec::from_iter(named), "{after}");
    }
    // The same text, and other secrets in the files that it names.
    let nats = "[events.nats]\nurl = \"nats://127.0.0.1\"\n";
    for (text, named) in [
        ("operator-key-file = \"secret\"", "operator-key"),
        (
            "public-url = \"https://a.example\"\nunsubscribe.secret-file = \"secret\"",
            "unsubscribe",
        ),
        (webhook, "events"),
        (&format!("{nats}token-file = \"secret\""), "events"),
        (
            &format!("{nats}user = \"a\"\npassword-file = \"secret\""),
            "events",
        ),
        (
            "[traces]\nendpoint = \"http://127.0.0.1:4318\"\nheaders = { a-file = \"secret\" }",
            "traces",
        ),
    ] {
        assert_eq!(unlike([(text, "hush"), (text, "mute")]), [named], "{text}");
        assert_eq!(unlike([(text, "hush"), (text, "hush")]), [""; 0], "{text}");
    }
}

#[test]
fn each_wrong_member_is_named_and_no_secret_told() {
    let https = "public-url = \"https://a.example\"\n";
    let table = [
        ("listen = \"8080\"".to_owned(), "listen: "),
        ("operator = \"localhost\"".to_owned(), "operator: "),
        (
            "operator-key-file = \"short\"".to_owned(),
            "operator-key: it is shorter",
        ),
        ("operator-key-file = \"none\"".to_owned(), "operator-key: "),
        (
            "components = { \"a/b\" = \"a.wasm\" }".to_owned(),
            "components.a/b: ",
        ),
        ("backup = { keep = 0 }".to_owned(), "backup.keep: "),
        ("backup = { hours = 1 }".to_owned(), "backup.hours: "),
        (
            "backup = {}\n[postgres]\nurl = \"postgres://a@b/c\"".to_owned(),
            "backup: a PostgreSQL",
        ),
        ("components = { next = 1 }".to_owned(), "components.next: "),
        ("port = 1".to_owned(), "port: it is not known here"),
        (
            "public-url = \"http://a.example\"".to_owned(),
            "public-url: ",
        ),
        (
            "public-url = \"https://a.example/?a\"".to_owned(),
            "public-url: ",
        ),
        ("limits = { workers = 0 }".to_owned(), "limits.workers: "),
        ("ticking = 1".to_owned(), "ticking: "),
        ("limits = { threads = 1 }".to_owned(), "limits.threads: "),
        ("[merchants.Tea]".to_owned(), "merchants.Tea: "),
        (
            "[merchants.tea]\nrules = 1".to_owned(),
            "merchants.tea.rules: ",
        ),
        (
            "unsubscribe = { secret-file = \"secret\" }".to_owned(),
            "unsubscribe: ",
        ),
        (
            format!("{https}unsubscribe = {{}}"),
            "unsubscribe.secret-env: ",
        ),
        (
            format!("{https}unsubscribe = {{ secret-file = \"short\" }}"),
            "unsubscribe.secret: it is shorter",
        ),
        (
            format!("{https}unsubscribe = {{ secret = \"hush\" }}"),
            "unsubscribe.secret-env: ",
        ),
    ];
    for (text, begin) in table {
        let told = read(&text).unwrap_err();
        assert!(told.starts_with(begin), "{text}: {told}");
        assert!(!told.contains("hush"), "{told}");
    }
}

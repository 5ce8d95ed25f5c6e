//! Settings that are refused, each by its name.

use crate::plain;
use crate::server::Server;
use stampcard::capabilities::clock::System;
use stampcard::capabilities::logging::Collected;
use stampcard::capabilities::messaging::{SecretPlace, Smtp, SmtpSecurity, SmtpSettings};
use std::process::Command;
use std::sync::Arc;

fn fault(settings: &SmtpSettings) -> Option<String> {
    let made = Smtp::new(settings, Arc::new(System), Arc::new(Collected::default()));
    made.err().map(|error| error.to_string())
}

#[test]
fn each_wrong_setting_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let login = |text: &str| {
        let path = file(&text.len().to_string(), text);
        Some(("u".to_owned(), SecretPlace::File(path)))
    };
    let good = || SmtpSettings::new("mail.example", "Tea <points@tea.example>");
    let none = || SmtpSettings {
        security: SmtpSecurity::None,
        ..good()
    };
    let unset = SecretPlace::Env("STAMPCARD_TEST_UNSET".to_owned());
    let table: Vec<(SmtpSettings, Option<&str>)> = vec![
        (good(), None),
        (
            SmtpSettings {
                from: "points@tea.example".to_owned(),
                ..good()
            },
            None,
        ),
        (
            SmtpSettings {
                from: "紅利, 茶坊 <points@茶.example>".to_owned(),
                ..good()
            },
            None,
        ),
        (
            SmtpSettings {
                host: "::1".to_owned(),
                ..none()
            },
            None,
        ),
        (
            SmtpSettings {
                host: "localhost".to_owned(),
                ..none()
            },
            None,
        ),
        (
            SmtpSettings {
                allow_plain: true,
                ..none()
            },
            None,
        ),
        (
            SmtpSettings {
                login: login("secret\r\n"),
                ..good()
            },
            None,
        ),
        (
            none(),
            Some("security: none would send mail to mail.example"),
        ),
        (
            SmtpSettings {
                allow_plain: true,
                login: login("s"),
                ..none()
            },
            Some("security: none would send the password"),
        ),
        (
            SmtpSettings {
                host: String::new(),
                ..good()
            },
            Some("host: "),
        ),
        (
            SmtpSettings {
                host: "mail example".to_owned(),
                ..good()
            },
            Some("host: "),
        ),
        (
            SmtpSettings {
                host: "mail.example\r\n".to_owned(),
                ..good()
            },
            Some("host: "),
        ),
        (SmtpSettings { port: 0, ..good() }, Some("port: ")),
        (
            SmtpSettings {
                timeout: 0,
                ..good()
            },
            Some("timeout: 0 seconds"),
        ),
        (
            SmtpSettings {
                timeout: 301,
                ..good()
            },
            Some("timeout: 301 seconds"),
        ),
        (
            SmtpSettings {
                connections: 17,
                ..good()
            },
            Some("connections: 17"),
        ),
        (
            SmtpSettings {
                from: "nobody".to_owned(),
                ..good()
            },
            Some("from: "),
        ),
        (
            SmtpSettings {
                from: "a\r\nBcc: x@y.example <a@tea.example>".to_owned(),
                ..good()
            },
            Some("from: "),
        ),
        (
            SmtpSettings {
                reply_to: Some("a@".to_owned()),
                ..good()
            },
            Some("reply-to: "),
        ),
        (
            SmtpSettings {
                login: Some((String::new(), unset.clone())),
                ..good()
            },
            Some("user: "),
        ),
        (
            SmtpSettings {
                login: Some(("u".to_owned(), unset)),
                ..good()
            },
            Some("password: the environment variable STAMPCARD_TEST_UNSET: it is not set"),
        ),
        (
            SmtpSettings {
                login: login(""),
                ..good()
            },
            Some("password: the file "),
        ),
        (
            SmtpSettings {
                login: login("hush\nhush"),
                ..good()
            },
            Some("password: the file "),
        ),
        (
            SmtpSettings {
                login: login(&"hush".repeat(2000)),
                ..good()
            },
            Some("password: the file "),
        ),
        (
            SmtpSettings {
                authorities: Some(file("none.pem", "text")),
                ..good()
            },
            Some("authorities: "),
        ),
        (
            SmtpSettings {
                authorities: Some(folder.path().join("missing")),
                ..good()
            },
            Some("authorities: "),
        ),
    ];
    for (settings, expected) in table {
        let found = fault(&settings);
        match (&found, expected) {
            (None, None) => {}
            (Some(found), Some(begin)) if found.starts_with(begin) => {}
            _ => panic!("{settings:?}: {found:?}"),
        }
        assert!(!format!("{found:?} {settings:?}").contains("hush"));
    }
}

#[test]
fn the_program_tells_what_is_wrong_with_its_options() {
    let folder = tempfile::tempdir().unwrap();
    let run = |words: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stampcard"));
        command
            .args(["call", "upkeep.tick", "--with", "{}", "--database"])
            .arg(folder.path().join("test.db"))
            .args(words)
            .env("XDG_CACHE_HOME", folder.path())
            .env("STAMPCARD_TEST_PASSWORD", "hush");
        let output = command.output().unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(!text.contains("hush"), "{text}");
        (output.status.code(), text)
    };
    let to = ["--smtp", "mail.example", "--smtp-from", "a@tea.example"];
    let (code, text) = run(&[&to[..], &["--smtp-security", "none"]].concat());
    assert_eq!(code, Some(2));
    assert!(
        text.contains("security: none would send mail to mail.example"),
        "{text}"
    );

    // A server is only asked when there is mail, so a merchant without rules gets as far as that.
    let server = Server::start(Vec::new());
    let place = plain(&server);
    let place = format!("{}:{}", place.host, place.port);
    let mut words = vec!["--smtp", &place, "--smtp-from", "a@tea.example"];
    words.extend(["--smtp-security", "none", "--smtp-user", "u"]);
    words.extend(["--smtp-password-env", "STAMPCARD_TEST_PASSWORD"]);
    let (code, text) = run(&words);
    assert_eq!((code, text.as_str()), (Some(1), ""));
    assert_eq!(server.seen().connections, 0);
}

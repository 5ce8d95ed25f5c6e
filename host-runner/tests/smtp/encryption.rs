//! Encryption and logins: nothing is said in the clear that shouldn't be.

use crate::server::{Act, At, Server, certificate};
use crate::{Sending, accepted, message, plain};
use stampcard::capabilities::messaging::{Outcome, SecretPlace, SmtpSecurity, SmtpSettings};
use std::path::{Path, PathBuf};

const PASSWORD: &str = "hush-hush";

fn settings(server: &Server, security: SmtpSecurity, folder: &Path, pem: &str) -> SmtpSettings {
    let keep = |name: &str, text: &str| -> PathBuf {
        let file = folder.join(name);
        std::fs::write(&file, text).unwrap();
        file
    };
    let password = SecretPlace::File(keep("password", PASSWORD));
    SmtpSettings {
        host: "localhost".to_owned(),
        security,
        login: Some(("points".to_owned(), password)),
        authorities: Some(keep("authority.pem", pem)),
        ..plain(server)
    }
}

#[test]
fn mail_goes_encrypted_and_logged_in() {
    let table: [(_, &'static [&'static str]); 4] = [
        (SmtpSecurity::Starttls, &["STARTTLS", "AUTH PLAIN LOGIN"]),
        (SmtpSecurity::Starttls, &["STARTTLS", "AUTH LOGIN"]),
        (SmtpSecurity::Tls, &["AUTH LOGIN PLAIN"]),
        (SmtpSecurity::None, &["auth=plain"]),
    ];
    for (security, offers) in table {
        let folder = tempfile::tempdir().unwrap();
        let (pem, tls) = certificate();
        let server = Server::with(Vec::new(), offers, Some(tls), security == SmtpSecurity::Tls);
        let sending = Sending::new(&settings(&server, security, folder.path(), &pem));
        let outcomes = sending.send(&["a", "b"].map(message));
        assert_eq!(outcomes, [accepted(), accepted()], "{:?}", sending.told());
        let seen = server.seen();
        for (encrypted, line) in &seen.commands {
            let open = security == SmtpSecurity::None;
            let before = line.starts_with("EHLO") || line == "STARTTLS";
            assert!(*encrypted || open || before, "{line}");
        }
        let login: Vec<&str> = seen
            .commands
            .iter()
            .map(|(_, line)| line.as_str())
            .skip_while(|line| !line.starts_with("AUTH"))
            .take_while(|line| !line.starts_with("MAIL"))
            .collect();
        let expected: &[&str] = if offers.contains(&"AUTH LOGIN") {
            &["AUTH LOGIN", "cG9pbnRz", "aHVzaC1odXNo"]
        } else {
            &["AUTH PLAIN AHBvaW50cwBodXNoLWh1c2g="]
        };
        assert_eq!(login, expected);
    }
}

#[test]
fn what_only_the_operator_can_mend_waits_longer_and_is_told_without_secrets() {
    let starttls = SmtpSecurity::Starttls;
    let refuse = |text| vec![(At::Login, None, Act::Say(text))];
    let both: &'static [&'static str] = &["STARTTLS", "AUTH PLAIN"];
    let injected = "220 go ahead\r\n250 injected\r\n";
    let table = [
        (
            "no STARTTLS",
            starttls,
            &["AUTH PLAIN"][..],
            Vec::new(),
            true,
            300,
            "error the server doesn't offer STARTTLS",
        ),
        (
            "STARTTLS refused",
            starttls,
            both,
            vec![(At::Starttls, None, Act::Say("454 not now\r\n"))],
            true,
            60,
            "warn STARTTLS was answered 454 not now",
        ),
        (
            "words ahead of TLS",
            starttls,
            both,
            vec![(At::Starttls, None, Act::Say(injected))],
            true,
            60,
            "warn the answer is no SMTP",
        ),
        (
            "no TLS at all",
            SmtpSecurity::Tls,
            both,
            Vec::new(),
            true,
            300,
            "error TLS failed",
        ),
        (
            "not trusted",
            starttls,
            both,
            Vec::new(),
            false,
            300,
            "error TLS failed: invalid peer certificate",
        ),
        (
            "wrong password",
            starttls,
            both,
            refuse("535 5.7.8 bad AHBvaW50cwBodXNoLWh1c2g= points\r\n"),
            true,
            300,
            "error the login was answered 535",
        ),
        (
            "login later",
            starttls,
            both,
            refuse("454 later\r\n"),
            true,
            60,
            "warn the login was answered 454",
        ),
        (
            "no known way",
            starttls,
            &["STARTTLS", "AUTH XOAUTH2"][..],
            Vec::new(),
            true,
            300,
            "error the server offers no way",
        ),
    ];
    for (name, security, offers, script, trusted, seconds, told) in table {
        let folder = tempfile::tempdir().unwrap();
        let (pem, tls) = certificate();
        let pem = if trusted { pem } else { certificate().0 };
        let server = Server::with(script, offers, Some(tls), false);
        let sending = Sending::new(&settings(&server, security, folder.path(), &pem));
        let outcomes = sending.send(&["a", "b"].map(message));
        assert_eq!(outcomes, vec![Outcome::RetryAfter(seconds); 2], "{name}");
        let lines = sending.told();
        let prefix = format!("mail server localhost:{}: ", server.address.port());
        let lines: Vec<String> = lines
            .iter()
            .map(|line| line.replacen(&prefix, "", 1))
            .collect();
        assert!(
            lines.len() == 1 && lines.concat().starts_with(told),
            "{name}: {lines:?}"
        );
        let text = lines.concat();
        assert!(
            !text.contains(PASSWORD) && !text.contains("AHBvaW50cw"),
            "{text}"
        );
        let seen = server.seen();
        assert_eq!((seen.connections, seen.mail.len()), (1, 0), "{name}");
        let login = seen
            .commands
            .iter()
            .find(|(_, line)| line.starts_with("AUTH"));
        assert!(login.is_none_or(|(encrypted, _)| *encrypted), "{name}");
    }
}

//! Signed mail, as the server gets it and as another one's program judges it, where that is installed.

use crate::server::Server;
use crate::{Sending, accepted, message, plain};
use serde_json::json;
use stampcard::capabilities::messaging::{Dkim, SecretPlace, SmtpSettings};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// Says whether the signature of the mail in its first argument holds by the key in its second.
const JUDGE: &str = r#"
import sys, dkim
mail = open(sys.argv[1], "rb").read()
key = open(sys.argv[2]).read()
key = "".join(line for line in key.splitlines() if not line.startswith("-"))
record = ("v=DKIM1; k=rsa; p=" + key).encode()
def find(name, timeout=5):
    return record if name == b"s1._domainkey.tea.example." else None
print(dkim.verify(mail, dnsfunc=find))
"#;

fn works(program: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    let command = command.args(arguments);
    let quiet = command.stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

/// Whether another one's program finds that the signature holds.
fn judged(folder: &Path, mail: &str) -> String {
    let [mail_file, key] = ["mail", "public.pem"].map(|name| folder.join(name));
    std::fs::write(&mail_file, mail).unwrap();
    let output = Command::new(crate::python::program())
        .args(["-c", JUDGE])
        .args([mail_file, key])
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn anothers_program_finds_that_the_signature_holds() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name).display().to_string();
    let (private, public) = (place("private.pem"), place("public.pem"));
    let there = works(&crate::python::program(), &["-c", "import dkim"])
        && works("openssl", &["genrsa", "-out", &private, "2048"])
        && works(
            "openssl",
            &["rsa", "-in", &private, "-pubout", "-out", &public],
        );
    if !there {
        // Tests may not print by macro; a line in their output is what is wanted here.
        drop(std::io::stderr().write_all(b"skipped: python3 has no dkim, or openssl is missing\n"));
        return;
    }
    let server = Server::start(Vec::new());
    let sending = Sending::new(&SmtpSettings {
        dkim: Some(Dkim {
            domain: "tea.example".to_owned(),
            selector: "s1".to_owned(),
            key: SecretPlace::File(private.into()),
        }),
        ..plain(&server)
    });
    let mut sent = message("mei");
    sent.subject = Some("您的購物金即將到期：적립금 3,000 and more to fold the line".to_owned());
    sent.text = "點數  120\n.\n\nend \n\n".to_owned();
    sent.html = Some("<p>點數</p>".to_owned());
    sent.detail = Some(json!({ "list-unsubscribe": "https://tea.example/u?m=1" }).to_string());
    assert_eq!(sending.send(&[sent]), [accepted()]);
    let seen = server.seen();
    let mail = &seen.mail[0].text;
    let (own, _) = mail.split_once("\r\nFrom:").unwrap();
    assert!(
        own.starts_with(
            "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=tea.example; s=s1;"
        )
    );
    assert!(
        own.contains(":list-unsubscribe:list-unsubscribe-post;"),
        "{own}"
    );
    assert_eq!(judged(folder.path(), mail), "True");
    let forged = mail.replace("https://tea.example/u?m=1", "https://tea.example/u?m=2");
    assert_eq!(judged(folder.path(), &forged), "False");
}

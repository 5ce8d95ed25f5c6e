//! The same against a server that others wrote, where it is installed.

use crate::{Sending, message};
use stampcard::capabilities::messaging::{Outcome, SmtpSecurity, SmtpSettings};
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

/// Prints the port, then each mail's recipient and text; ends when its input does.
const SERVER: &str = r#"
import sys, email, email.policy
from aiosmtpd.controller import Controller
class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("gone"):
            return "550 5.1.1 gone"
        envelope.rcpt_tos.append(address)
        return "250 OK"
    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        text = mail.get_body(("plain",)).get_content()
        html = mail.get_body(("html",)).get_content()
        print("|".join([envelope.rcpt_tos[0], mail["subject"], str(mail["from"]), text.strip(), html.strip()]))
        return "250 2.0.0 taken"
controller = Controller(Handler(), hostname="127.0.0.1", port=int(sys.argv[1]))
controller.start()
print("ready")
sys.stdin.read()
controller.stop()
"#;

/// The program named by the variable, which `./dev test` sets, or of the usual name.
pub(crate) fn program() -> String {
    std::env::var("STAMPCARD_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned())
}

#[test]
fn another_ones_server_reads_the_mail_as_it_was_meant() {
    let there = Command::new(program())
        .args(["-c", "import aiosmtpd.controller"])
        .stderr(Stdio::null())
        .status();
    if !there.is_ok_and(|status| status.success()) {
        // Tests may not print by macro; a line in their output is what is wanted here.
        drop(std::io::stderr().write_all(b"skipped: python3 has no aiosmtpd\n"));
        return;
    }
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let mut child = Command::new(program())
        .args(["-X", "utf8", "-u", "-c", SERVER, &port.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "ready");
    let sending = Sending::new(&SmtpSettings {
        port,
        security: SmtpSecurity::None,
        ..SmtpSettings::new("127.0.0.1", "紅利茶坊 <points@tea.example>")
    });
    let mut sent = ["mei", "gone", "jun"].map(message);
    for one in &mut sent {
        one.subject = Some("您的購物金即將到期：適립금 3,000 and more to fold the line".to_owned());
        one.text = "點數 120\n.\n끝".to_owned();
        one.html = Some("<p>點數</p>".to_owned());
    }
    let taken = || Outcome::Accepted(Some("2.0.0 taken".to_owned()));
    let gone = Outcome::Undeliverable("no-address: 550 5.1.1 gone".to_owned());
    assert_eq!(sending.send(&sent), [taken(), gone, taken()]);
    drop(child.stdin.take());
    let text: Vec<String> = lines.map(Result::unwrap).collect();
    let subject = "您的購物金即將到期：適립금 3,000 and more to fold the line";
    let expected = ["mei", "jun"].map(|who| {
        format!(
            "{who}@example.com|{subject}|紅利茶坊 <points@tea.example>|點數 120\n.\n끝|<p>點數</p>"
        )
    });
    assert_eq!(text.join("\n"), expected.join("\n"));
    assert!(child.wait().unwrap().success());
}

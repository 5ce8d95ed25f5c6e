//! The bytes of the mail that a server gets.

use crate::server::Server;
use crate::{Sending, accepted, message, plain, undeliverable};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use stampcard::capabilities::messaging::{Message, Outcome, SmtpSettings};

/// Header fields, unfolded, and the text after them.
fn parts(mail: &str) -> (Vec<(String, String)>, String) {
    let (head, text) = mail.split_once("\r\n\r\n").unwrap();
    let head = head.replace("\r\n ", " ");
    let fields = head.split("\r\n").map(|line| {
        let (name, value) = line.split_once(": ").unwrap();
        (name.to_owned(), value.to_owned())
    });
    (fields.collect(), text.to_owned())
}

/// The one value of a field, encoded words decoded.
fn field(mail: &str, name: &str) -> String {
    let (fields, _) = parts(mail);
    let mut values = fields.iter().filter(|(one, _)| one == name);
    let value = &values
        .next()
        .unwrap_or_else(|| panic!("no {name}: {mail}"))
        .1;
    assert!(values.next().is_none(), "two of {name}");
    let mut decoded = String::new();
    let mut rest = value.as_str();
    while let Some((before, after)) = rest.split_once("=?utf-8?b?") {
        // White space between encoded words doesn't count.
        if !before.trim().is_empty() {
            decoded += before;
        }
        let (word, after) = after.split_once("?=").unwrap();
        decoded += &String::from_utf8(STANDARD.decode(word).unwrap()).unwrap();
        rest = after;
    }
    decoded + rest
}

/// A text as it was before its encoding for the way.
fn decoded(part: &str) -> String {
    let (fields, text) = parts(part);
    let encoding = fields
        .iter()
        .find(|(name, _)| name == "Content-Transfer-Encoding");
    let bytes = match encoding.unwrap().1.as_str() {
        "7bit" => text.into_bytes(),
        "base64" => STANDARD.decode(text.replace("\r\n", "")).unwrap(),
        "quoted-printable" => {
            let text = text.replace("=\r\n", "");
            let mut bytes = Vec::new();
            let mut rest = text.as_str();
            while let Some((before, after)) = rest.split_once('=') {
                bytes.extend(before.bytes());
                let (digits, after) = after.split_at(2);
                bytes.push(u8::from_str_radix(digits, 16).unwrap());
                rest = after;
            }
            bytes.extend(rest.bytes());
            bytes
        }
        other => panic!("{other}"),
    };
    let text = String::from_utf8(bytes).unwrap().replace("\r\n", "\n");
    text.trim_end_matches('\n').to_owned()
}

fn sent(settings: impl FnOnce(SmtpSettings) -> SmtpSettings, message: Message) -> String {
    let server = Server::start(Vec::new());
    let sending = Sending::new(&settings(plain(&server)));
    assert_eq!(sending.send(&[message]), [accepted()]);
    let seen = server.seen();
    let mail = seen.mail.first().unwrap();
    assert_eq!(mail.from, "MAIL FROM:<points@tea.example>");
    assert_eq!(mail.to, "RCPT TO:<mei@example.com>");
    assert!(mail.text.is_ascii());
    assert!(mail.text.split("\r\n").all(|line| line.len() <= 998));
    mail.text.clone()
}

#[test]
fn texts_arrive_in_every_language() {
    let long = "購物金 120 點將於 12 月 31 日到期，請於期限內使用。".repeat(8);
    let table = [
        (
            "Your points lapse soon",
            "120 points.\n.\n..\n.hidden line\nend".to_owned(),
            "<p>120 <b>points</b></p>".to_owned(),
        ),
        ("您的購物金即將到期", long.clone(), format!("<p>{long}</p>")),
        (
            "적립금 소멸 안내: 12월 31일까지 사용해 주세요, 잊지 마세요",
            "적립금 3,000원\n곧 소멸됩니다.".to_owned(),
            "<p>적립금</p>".to_owned(),
        ),
        (
            "=?utf-8?b?QQ==?= mixed 點數 with words between, and a rather long tail",
            "café = 3".to_owned(),
            "<p title=\"é\">=</p>".to_owned(),
        ),
        ("", String::new(), String::new()),
    ];
    for (subject, text, html) in table {
        for with_html in [false, true] {
            let mail = sent(
                |settings| settings,
                Message {
                    subject: Some(subject.to_owned()),
                    text: text.clone(),
                    html: with_html.then(|| html.clone()),
                    ..message("mei")
                },
            );
            if !subject.starts_with("=?") {
                assert_eq!(field(&mail, "Subject"), subject);
            }
            assert_eq!(field(&mail, "MIME-Version"), "1.0");
            let kind = field(&mail, "Content-Type");
            if !with_html {
                assert_eq!(kind, "text/plain; charset=utf-8");
                assert_eq!(decoded(&mail), text);
                continue;
            }
            let boundary = kind.split('"').nth(1).unwrap();
            assert!(kind.starts_with("multipart/alternative;"), "{kind}");
            let (_, body) = parts(&mail);
            let pieces: Vec<&str> = body.split(&format!("--{boundary}")).collect();
            let [_, plain, rich, end] = pieces[..] else {
                panic!("{mail}");
            };
            assert_eq!(end, "--\r\n");
            let (plain, rich) = (plain.trim_start(), rich.trim_start());
            assert!(plain.contains("text/plain; charset=utf-8"), "{plain}");
            assert!(rich.contains("text/html; charset=utf-8"), "{rich}");
            assert_eq!(decoded(plain), text);
            assert_eq!(decoded(rich), html);
        }
    }
}

#[test]
fn headers_are_complete_and_nothing_else() {
    let mail = sent(
        |settings| SmtpSettings {
            reply_to: Some("\"Desk, Tea\" <desk@tea.example>".to_owned()),
            ..settings
        },
        Message {
            detail: Some(r#"{"list-unsubscribe":"https://tea.example/off?m=1"}"#.to_owned()),
            ..message("mei")
        },
    );
    let (fields, text) = parts(&mail);
    let names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
    let expected = [
        "Date",
        "From",
        "To",
        "Reply-To",
        "Subject",
        "Message-ID",
        "Auto-Submitted",
        "List-Unsubscribe",
        "List-Unsubscribe-Post",
        "MIME-Version",
        "Content-Type",
        "Content-Transfer-Encoding",
    ];
    assert_eq!(names, expected);
    let table = [
        ("Date", "Mon, 01 Dec 2025 04:00:00 +0000"),
        ("From", "紅利茶坊 <points@tea.example>"),
        ("To", "mei@example.com"),
        // A comma would part two mailboxes, so it comes within an encoded word.
        ("Reply-To", "Desk, Tea <desk@tea.example>"),
        ("Subject", "Points"),
        (
            "Message-ID",
            "<a48d672bdb4328d8cf8a2cda25b2adcc@tea.example>",
        ),
        ("Auto-Submitted", "auto-generated"),
        ("List-Unsubscribe", "<https://tea.example/off?m=1>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
    ];
    for (name, value) in table {
        assert_eq!(field(&mail, name), value, "{name}");
    }
    assert!(mail.contains("\r\nReply-To: =?utf-8?b?"), "{mail}");
    assert_eq!(text, "Some points lapse soon.\r\n");
}

#[test]
fn nothing_that_would_forge_a_header_is_sent() {
    let server = Server::start(Vec::new());
    let sending = Sending::to(&server);
    let subject = Message {
        subject: Some("a\r\nBcc: all@example.com".to_owned()),
        ..message("a")
    };
    let address = Message {
        address: "mei@example.com>\r\nRCPT TO:<all@example.com".to_owned(),
        ..message("b")
    };
    let phone = Message {
        address: "+886912345678".to_owned(),
        ..message("c")
    };
    let outcomes: Vec<Outcome> = sending.send(&[subject, address, phone]);
    let no_mailbox = undeliverable("the address is no mailbox");
    let expected = [
        undeliverable("the subject holds a line end or another control character"),
        no_mailbox.clone(),
        no_mailbox,
    ];
    assert_eq!(outcomes, expected);
    assert_eq!(server.seen().connections, 0);
}

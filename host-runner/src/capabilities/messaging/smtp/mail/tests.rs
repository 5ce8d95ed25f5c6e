use super::*;
use crate::capabilities::messaging::Channel;

fn message() -> Message {
    Message {
        idempotency_key: "k".to_owned(),
        channel: Channel::Email,
        address: "mei@example.com".to_owned(),
        subject: Some("Points".to_owned()),
        text: "text".to_owned(),
        html: None,
        detail: None,
    }
}

fn composed(message: &Message) -> Result<String, Refusal> {
    let sender = Sender {
        from: "Tea <points@tea.example>".parse().unwrap(),
        reply_to: None,
        signatures: None,
    };
    let id = digest(&Merchant::new("shop").unwrap(), &message.idempotency_key);
    let mail = Mail::compose(&sender, message, &id, Instant::at(1_764_561_600))?;
    assert!(mail.bytes.is_ascii());
    Ok(String::from_utf8(mail.bytes).unwrap())
}

#[test]
fn addresses_are_mailboxes() {
    let long = format!("{}@example.com", "a".repeat(65));
    let table = [
        ("mei@example.com", Ok("mei@example.com")),
        ("m.e+i_x@sub.example.com", Ok("m.e+i_x@sub.example.com")),
        ("mei@例子.台灣", Ok("mei@xn--fsqu00a.xn--kpry57d")),
        ("美@example.com", Err(Refusal::NotAscii)),
        ("", Err(Refusal::NoMailbox)),
        ("mei", Err(Refusal::NoMailbox)),
        ("@example.com", Err(Refusal::NoMailbox)),
        ("mei@", Err(Refusal::NoMailbox)),
        ("mei@@example.com", Err(Refusal::NoMailbox)),
        ("a@b@example.com", Err(Refusal::NoMailbox)),
        (" mei@example.com", Err(Refusal::NoMailbox)),
        ("mei@example.com ", Err(Refusal::NoMailbox)),
        ("Mei <mei@example.com>", Err(Refusal::NoMailbox)),
        ("a@example.com,b@example.com", Err(Refusal::NoMailbox)),
        ("\"a b\"@example.com", Err(Refusal::NoMailbox)),
        (
            "mei@example.com\r\nRCPT TO:<x@example.com>",
            Err(Refusal::NoMailbox),
        ),
        ("mei\r\n@example.com", Err(Refusal::NoMailbox)),
        ("mei@exa\0mple.com", Err(Refusal::NoMailbox)),
        ("mei@exam ple.com", Err(Refusal::NoMailbox)),
        ("mei@example.com> SIZE=1", Err(Refusal::NoMailbox)),
        (long.as_str(), Err(Refusal::NoMailbox)),
        ("0912345678", Err(Refusal::NoMailbox)),
    ];
    for (text, expected) in table {
        let found = address(text);
        let found = found.as_ref().map(AsRef::<str>::as_ref).map_err(|e| *e);
        assert_eq!(found, expected, "{text:?}");
    }
}

#[test]
fn subjects_stay_on_their_line() {
    let (fits, long) = ("x".repeat(900), "x".repeat(901));
    let table = [
        (fits.as_str(), None),
        (long.as_str(), Some(Refusal::LongSubject)),
        ("a\r\nBcc: x@example.com", Some(Refusal::Subject)),
        ("a\nb", Some(Refusal::Subject)),
        ("a\rb", Some(Refusal::Subject)),
        ("a\0b", Some(Refusal::Subject)),
        ("a\u{85}b", Some(Refusal::Subject)),
        ("a\u{2028}b", Some(Refusal::Subject)),
    ];
    for (subject, expected) in table {
        let message = Message {
            subject: Some(subject.to_owned()),
            ..message()
        };
        assert_eq!(composed(&message).err(), expected, "{subject:?}");
    }
    let none = Message {
        subject: None,
        ..message()
    };
    assert!(!composed(&none).unwrap().contains("Subject:"));
}

#[test]
fn one_click_takes_a_member_off_the_list() {
    let long = format!(
        r#"{{"list-unsubscribe":"https://x.example/{}"}}"#,
        "a".repeat(900)
    );
    let table = [
        ("{}", Ok(None)),
        (r#"{"list-unsubscribe":null,"tags":[1]}"#, Ok(None)),
        (
            r#"{"list-unsubscribe":"https://tea.example/u?m=1,2&c=點"}"#,
            Ok(Some("<https://tea.example/u?m=1,2&c=%E9%BB%9E>")),
        ),
        ("[]", Err(Refusal::Detail)),
        ("text", Err(Refusal::Detail)),
        (r#"{"list-unsubscribe":1}"#, Err(Refusal::Unsubscribe)),
        (
            r#"{"list-unsubscribe":"http://tea.example/"}"#,
            Err(Refusal::Unsubscribe),
        ),
        (
            r#"{"list-unsubscribe":"mailto:a@tea.example"}"#,
            Err(Refusal::Unsubscribe),
        ),
        (
            r#"{"list-unsubscribe":"https://tea.example/\r\nBcc: x"}"#,
            Err(Refusal::Unsubscribe),
        ),
        (long.as_str(), Err(Refusal::Unsubscribe)),
    ];
    for (detail, expected) in table {
        let message = Message {
            detail: Some(detail.to_owned()),
            ..message()
        };
        let found = composed(&message);
        let line = |name: &str| {
            let text = found.as_ref().ok()?;
            let (_, rest) = text.split_once(name)?;
            Some(rest.split("\r\n").next().unwrap())
        };
        let link = line("\r\nList-Unsubscribe: ");
        assert_eq!(
            found.as_ref().map(|_| link).map_err(|e| *e),
            expected,
            "{detail}"
        );
        let click = line("\r\nList-Unsubscribe-Post: ");
        assert_eq!(click, link.map(|_| "List-Unsubscribe=One-Click"));
    }
}

#[test]
fn no_line_end_stands_alone_and_no_line_is_long() {
    let text = format!("a\rb\nc\r\nd\r\r\n.\n{}\u{0}點\n", "x".repeat(2000));
    let message = Message {
        html: Some(text.clone()),
        text,
        ..message()
    };
    let mail = composed(&message).unwrap();
    assert!(!mail.replace("\r\n", "").contains(['\r', '\n']));
    assert!(mail.split("\r\n").all(|line| line.len() <= 78), "{mail}");
    assert_eq!(mail, composed(&message).unwrap(), "the same bytes again");
}

#[test]
fn ids_differ_by_merchant_and_key() {
    let [a, ab] = ["a", "ab"].map(|id| Merchant::new(id).unwrap());
    assert_ne!(digest(&a, "bc"), digest(&ab, "c"));
    assert_ne!(digest(&a, "c"), digest(&ab, "c"));
    assert_eq!(digest(&a, "c"), digest(&a, "c"));
}

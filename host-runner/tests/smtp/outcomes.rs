//! What the plugin is told for each way in which a server can answer or not.

use crate::server::{Act, At, Script, Server};
use crate::{Sending, accepted, message, plain, undeliverable};
use stampcard::capabilities::Merchant;
use stampcard::capabilities::messaging::{Channel, Message, Messaging, Outcome, SmtpSettings};

struct Case {
    name: &'static str,
    script: Script,
    outcome: Outcome,
    /// Texts that reached the server whole.
    whole: usize,
    /// The beginning of the one line in the log, if there is one; the server's name is left out.
    told: Option<&'static str>,
}

fn case(
    name: &'static str,
    (at, act): (At, Act),
    outcome: Outcome,
    whole: usize,
    told: Option<&'static str>,
) -> Case {
    let script = vec![(at, None, act)];
    Case {
        name,
        script,
        outcome,
        whole,
        told,
    }
}

#[test]
fn each_way_to_fail_has_its_outcome() {
    use Act::{HangUp, Say, Silence};
    let later = || Outcome::RetryAfter(60);
    let operator = || Outcome::RetryAfter(300);
    let cut = Some("warn mail wasn't handed over: the connection broke");
    let late = Some("warn mail wasn't handed over: no answer");
    let open = Some("warn mail may have arrived or not:");
    let no_user = "no-address: 550 5.1.1 no such user";
    let cases = [
        Case {
            name: "taken",
            script: Vec::new(),
            outcome: accepted(),
            whole: 1,
            told: None,
        },
        case(
            "taken without words",
            (At::End, Say("250\r\n")),
            Outcome::Accepted(None),
            1,
            None,
        ),
        case(
            "busy greeting",
            (At::Greeting, Say("421 busy\r\n")),
            later(),
            0,
            Some("warn the greeting was answered 421 busy"),
        ),
        case(
            "host unwanted",
            (At::Greeting, Say("554 go away\r\n")),
            operator(),
            0,
            Some("error the greeting was answered 554 go away"),
        ),
        case(
            "no greeting",
            (At::Greeting, Silence),
            later(),
            0,
            Some("warn no answer"),
        ),
        case(
            "hung up at once",
            (At::Greeting, HangUp),
            later(),
            0,
            Some("warn the connection broke"),
        ),
        case(
            "another protocol",
            (At::Greeting, Say("HTTP/1.1 400 Bad Request\r\n")),
            later(),
            0,
            Some("warn the answer is no SMTP"),
        ),
        case(
            "hello refused",
            (At::Hello, Say("550 no\r\n")),
            operator(),
            0,
            Some("error EHLO was answered 550 no"),
        ),
        case(
            "sender later",
            (At::Mail, Say("451 later\r\n")),
            later(),
            0,
            None,
        ),
        case(
            "sender refused",
            (At::Mail, Say("553 not yours\r\n")),
            undeliverable("553 not yours"),
            0,
            Some("error MAIL was answered 553"),
        ),
        case(
            "login wanted",
            (At::Mail, Say("530 5.7.0 log in\r\n")),
            operator(),
            0,
            Some("error MAIL was answered 530"),
        ),
        case(
            "recipient later",
            (At::Rcpt, Say("450 4.2.1 greylisted\r\n")),
            later(),
            0,
            None,
        ),
        case(
            "recipient refused",
            (At::Rcpt, Say("550-5.1.1 no such user\r\n550 really\r\n")),
            undeliverable(no_user),
            0,
            None,
        ),
        case(
            "text later",
            (At::End, Say("452 4.2.2 full\r\n")),
            later(),
            1,
            None,
        ),
        case(
            "text refused",
            (At::End, Say("554 5.7.1 spam\r\n")),
            undeliverable("554 5.7.1 spam"),
            1,
            None,
        ),
        case(
            "no text wanted",
            (At::Data, Say("554 no\r\n")),
            undeliverable("554 no"),
            0,
            None,
        ),
        case(
            "a wrong word for the text",
            (At::Data, Say("250 ok\r\n")),
            later(),
            0,
            Some("warn mail wasn't handed over: the answer is no SMTP"),
        ),
        case("cut at the sender", (At::Mail, HangUp), later(), 0, cut),
        case("cut at the recipient", (At::Rcpt, HangUp), later(), 0, cut),
        case("cut before the text", (At::Data, HangUp), later(), 0, cut),
        case(
            "late before the text",
            (At::Data, Silence),
            later(),
            0,
            late,
        ),
        case(
            "late at the recipient",
            (At::Rcpt, Silence),
            later(),
            0,
            late,
        ),
        case(
            "cut after the end",
            (At::End, HangUp),
            Outcome::Unknown,
            1,
            open,
        ),
        case(
            "late after the end",
            (At::End, Silence),
            Outcome::Unknown,
            1,
            open,
        ),
        case(
            "half an answer",
            (At::End, Say("250-queu")),
            Outcome::Unknown,
            1,
            open,
        ),
        case(
            "no answer to the text",
            (At::End, Say("354 more\r\n")),
            Outcome::Unknown,
            1,
            open,
        ),
    ];
    for case in cases {
        let server = Server::start(case.script);
        let sending = Sending::to(&server);
        let outcomes = sending.send(&[message("mei")]);
        assert_eq!(outcomes, [case.outcome], "{}", case.name);
        assert_eq!(server.seen().mail.len(), case.whole, "{}", case.name);
        let told = sending.told();
        let name = format!("mail server {}: ", server.address);
        let lines: Vec<String> = told
            .iter()
            .map(|line| line.replacen(&name, "", 1))
            .collect();
        match (&lines[..], case.told) {
            ([], None) => {}
            ([line], Some(begin)) if line.starts_with(begin) => {}
            other => panic!("{}: {other:?}", case.name),
        }
        assert!(
            !lines.concat().contains("mei"),
            "addresses stay out of the log"
        );
    }
}

#[test]
fn a_host_that_is_not_there_is_asked_once_a_call() {
    let server = Server::start(Vec::new());
    let settings = plain(&server);
    drop(server);
    let no_such_name = SmtpSettings {
        host: "no-such-host.invalid".to_owned(),
        allow_plain: true,
        ..settings.clone()
    };
    for settings in [settings, no_such_name] {
        let sending = Sending::new(&settings);
        let outcomes = sending.send(&["a", "b", "c"].map(message));
        assert_eq!(outcomes, vec![Outcome::RetryAfter(60); 3]);
        assert_eq!(sending.told().len(), 1);
    }
}

#[test]
fn a_key_is_sent_once_and_what_was_refused_for_now_again() {
    let server = Server::start(vec![(At::Rcpt, Some(1), Act::Say("450 later\r\n"))]);
    let sending = Sending::to(&server);
    let first = sending.send(&["a", "a", "b"].map(message));
    assert_eq!(first, [accepted(), accepted(), Outcome::RetryAfter(60)]);
    let again = sending.send(&["a", "b"].map(message));
    assert_eq!(again, [accepted(), accepted()]);
    assert_eq!(server.seen().mail.len(), 2);
    // Keys are a merchant's own.
    let other = Merchant::new("other").unwrap();
    assert_eq!(sending.smtp.send(&other, &[message("a")]), [accepted()]);
    let seen = server.seen();
    let ids = seen.mail.iter().map(|mail| {
        let line = mail
            .text
            .lines()
            .find(|line| line.starts_with("Message-ID"));
        line.unwrap().to_owned()
    });
    let ids: std::collections::BTreeSet<String> = ids.collect();
    assert_eq!(ids.len(), 3, "{ids:?}");
}

#[test]
fn an_unknown_outcome_is_not_repeated() {
    let server = Server::start(vec![(At::End, Some(0), Act::HangUp)]);
    let sending = Sending::to(&server);
    for _ in 0..2 {
        assert_eq!(sending.send(&[message("a")]), [Outcome::Unknown]);
    }
    assert_eq!(server.seen().mail.len(), 1);
}

#[test]
fn other_channels_have_no_provider() {
    let server = Server::start(Vec::new());
    let sent = Channel::ALL.map(|channel| Message {
        channel,
        ..message("a")
    });
    for (outcome, channel) in Sending::to(&server).send(&sent).iter().zip(Channel::ALL) {
        match channel {
            Channel::Email => assert_eq!(*outcome, accepted()),
            other => assert_eq!(
                *outcome,
                undeliverable(&format!("no provider for {}", other.name()))
            ),
        }
    }
}

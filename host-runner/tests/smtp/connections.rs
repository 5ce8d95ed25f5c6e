//! How many connections mail takes, and what becomes of those that break.

use crate::server::{Act, At, Server};
use crate::{Sending, accepted, message, plain, undeliverable};
use stampcard::capabilities::messaging::{Message, Outcome, SmtpSettings};

#[test]
fn a_call_uses_one_connection_and_the_next_one_too() {
    let refuse = Act::Say("550 no\r\n");
    let server = Server::start(vec![(At::Rcpt, Some(1), refuse)]);
    let sending = Sending::to(&server);
    let outcomes = sending.send(&["a", "b", "c"].map(message));
    assert_eq!(outcomes, [accepted(), undeliverable("550 no"), accepted()]);
    assert_eq!(sending.send(&[message("d")]), [accepted()]);
    drop(sending);
    let words = |server: &Server| {
        let seen = server.seen();
        let words = seen
            .commands
            .iter()
            .map(|(_, line)| line.get(..4).unwrap().to_owned());
        words.collect::<Vec<_>>().join(" ")
    };
    let mail = "MAIL RCPT DATA";
    let expected = format!("EHLO {mail} MAIL RCPT RSET {mail} RSET {mail} QUIT");
    // The goodbye may still be on its way.
    for _ in 0..100 {
        if words(&server) == expected {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert_eq!(words(&server), expected);
    assert_eq!(server.seen().connections, 1);
    let hello = server.seen().commands.first().cloned();
    assert_eq!(hello, Some((false, "EHLO tea.example".to_owned())));
}

#[test]
fn without_room_for_idle_connections_each_call_opens_its_own() {
    let server = Server::start(Vec::new());
    let sending = Sending::new(&SmtpSettings {
        connections: 0,
        ..plain(&server)
    });
    for key in ["a", "b"] {
        assert_eq!(sending.send(&[message(key)]), [accepted()]);
    }
    assert_eq!(server.seen().connections, 2);
}

#[test]
fn a_broken_connection_is_opened_anew_for_the_next() {
    let table = [
        // The second is lost after its end, and isn't sent again.
        (
            At::End,
            Some(1),
            Act::HangUp,
            [accepted(), Outcome::Unknown, accepted()],
            2,
            3,
        ),
        // The second never left, and the server had closed a connection that it had taken mail by.
        (
            At::End,
            None,
            Act::SayAndHangUp,
            [accepted(), accepted(), accepted()],
            3,
            3,
        ),
        (
            At::Mail,
            Some(1),
            Act::HangUp,
            [accepted(), accepted(), accepted()],
            2,
            3,
        ),
        // Shut down, and told so.
        (
            At::Rcpt,
            Some(1),
            Act::Say("421 bye\r\n"),
            [accepted(), Outcome::RetryAfter(60), accepted()],
            2,
            2,
        ),
    ];
    for (at, after, act, expected, connections, whole) in table {
        let server = Server::start(vec![(at, after, act)]);
        let sending = Sending::to(&server);
        assert_eq!(
            sending.send(&["a", "b", "c"].map(message)),
            expected,
            "{at:?}"
        );
        assert_eq!(server.seen().connections, connections, "{at:?}");
        assert_eq!(server.seen().mail.len(), whole, "{at:?}");
    }
}

#[test]
fn a_kept_connection_that_died_is_replaced() {
    let server = Server::start(vec![(At::Reset, None, Act::HangUp)]);
    let sending = Sending::to(&server);
    for key in ["a", "b"] {
        assert_eq!(sending.send(&[message(key)]), [accepted()]);
    }
    assert_eq!(server.seen().connections, 2);
    assert!(sending.told().is_empty());
}

#[test]
fn after_three_broken_connections_the_rest_of_a_call_waits() {
    let server = Server::start(vec![(At::End, None, Act::HangUp)]);
    let sending = Sending::to(&server);
    let keys: Vec<Message> = (0..6).map(|n| message(&format!("k{n}"))).collect();
    let outcomes = sending.send(&keys);
    let (sent, waiting) = outcomes.split_at(3);
    assert_eq!(sent, vec![Outcome::Unknown; 3]);
    assert_eq!(waiting, vec![Outcome::RetryAfter(60); 3]);
    assert_eq!(server.seen().connections, 3);
}

#[test]
fn many_mails_go_by_several_connections_at_once() {
    let server = Server::start(Vec::new());
    let sending = Sending::new(&SmtpSettings {
        connections: 3,
        ..plain(&server)
    });
    let many =
        |name: &str| -> Vec<Message> { (0..40).map(|n| message(&format!("{name}{n}"))).collect() };
    assert_eq!(sending.send(&many("a")), vec![accepted(); 40]);
    assert_eq!(server.seen().mail.len(), 40);
    let connections = server.seen().connections;
    assert!((2..=3).contains(&connections), "{connections}");
    // They are kept.
    assert_eq!(sending.send(&many("b")), vec![accepted(); 40]);
    assert!(server.seen().connections <= 3);
    assert_eq!(server.seen().mail.len(), 80);
}

#[test]
fn a_server_that_is_down_is_left_alone_by_the_next_calls_too() {
    let busy = Act::Say("421 busy\r\n");
    let server = Server::start(vec![(At::Greeting, None, busy)]);
    let sending = Sending::to(&server);
    assert_eq!(sending.send(&[message("a")]), [Outcome::RetryAfter(60)]);
    let later = sending.send(&["a", "b"].map(message));
    assert!(
        later
            .iter()
            .all(|it| matches!(it, Outcome::RetryAfter(55..=60))),
        "{later:?}"
    );
    assert_eq!(server.seen().connections, 1);
    assert_eq!(sending.told().len(), 1);
}

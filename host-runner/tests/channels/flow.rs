//! Many messages at once, at the provider's rate, and what comes of a provider that fails.

use crate::server::{Act, Server};
use crate::{Sending, accepted, message};
use stampcard::capabilities::messaging::{Channel, Message, Outcome};
use std::collections::HashSet;
use std::net::TcpListener;
use std::time::{Duration, Instant};

const OK: Act = Act::Answer(200, "x-line-request-id: r-1\r\n", "{}");

fn many(count: usize) -> Vec<Message> {
    let one = |key: usize| message(Channel::LinePush, &key.to_string(), None);
    (0..count).map(one).collect()
}

#[test]
fn many_requests_are_under_way_at_once() {
    let server = Server::slow(&[], OK, Duration::from_millis(50));
    let sending = Sending::line(&server, "line-push", "concurrency = 32\n");
    let began = Instant::now();
    let outcomes = sending.send(&many(200));
    let took = began.elapsed();
    assert!(outcomes.iter().all(|outcome| *outcome == accepted("r-1")));
    // One after the other they would take ten seconds.
    assert!(took < Duration::from_secs(2), "{took:?}");
    assert!((2..=32).contains(&server.at_once()), "{}", server.at_once());
    let seen = server.seen();
    let keys: HashSet<_> = seen
        .iter()
        .map(|seen| seen.header("x-line-retry-key"))
        .collect();
    assert_eq!(keys.len(), 200, "each has a key of its own");
}

#[test]
fn the_rate_is_kept_however_many_threads_there_are() {
    let server = Server::start(&[], OK);
    let more = "concurrency = 16\nper-second = 50\n";
    let sending = Sending::line(&server, "line-push", more);
    let outcomes = sending.send(&many(26));
    assert!(outcomes.iter().all(|outcome| *outcome == accepted("r-1")));
    let mut times: Vec<Duration> = server.seen().iter().map(|seen| seen.at).collect();
    times.sort();
    let took = times
        .last()
        .unwrap()
        .saturating_sub(*times.first().unwrap());
    // 25 gaps of 20 milliseconds, but for what the first request took to get there.
    assert!(took > Duration::from_millis(400), "{took:?}");
}

#[test]
fn answers_stand_in_the_order_of_the_messages() {
    let server = Server::start(&[], OK);
    let sending = Sending::line(&server, "line-push", "concurrency = 8\n");
    let mut messages = many(1_000);
    for message in messages.iter_mut().skip(1).step_by(2) {
        message.text.clear();
    }
    let outcomes = sending.send(&messages);
    assert_eq!(outcomes.len(), 1_000);
    for pair in outcomes.chunks(2) {
        assert_eq!(pair[0], accepted("r-1"));
        assert!(
            matches!(&pair[1], Outcome::Undeliverable(why) if why.starts_with("refused: the text"))
        );
    }
}

#[test]
fn where_nobody_listens_nothing_was_sent_and_soon_nothing_is_tried() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    let members = "provider = \"line\"\ntoken-file = \"secret\"\nconcurrency = 1\n";
    let sending = Sending::to(address, "line-notification", members);
    let messages: Vec<Message> = (0..7)
        .map(|key| message(Channel::LineNotification, &key.to_string(), None))
        .collect();
    let outcomes = sending.send(&messages);
    let expected = [60, 60, 60, 60, 60, 10, 10].map(Outcome::RetryAfter);
    assert_eq!(outcomes, expected);
    let told = sending.told();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].contains("nothing was sent"), "{told:?}");
    assert!(told[1].starts_with("error "), "{told:?}");
}

#[test]
fn a_server_without_http_or_tls_is_no_provider() {
    let server = Server::start(&[], Act::Garbage);
    let sending = Sending::line(&server, "line-notification", "");
    let one = message(Channel::LineNotification, "a", None);
    assert_eq!(sending.one(&one), Outcome::Unknown);
}

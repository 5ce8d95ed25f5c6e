//! What LINE does beside saying yes.

use crate::server::{Act, Server};
use crate::{NOW, SECRET, Sending, USER, accepted, message, undeliverable};
use serde_json::json;
use stampcard::capabilities::clock::Instant;
use stampcard::capabilities::messaging::{Channel, Message, Outcome};

const OK: Act = Act::Answer(200, "x-line-request-id: r-1\r\n", "{}");
const REPLAY: Act = Act::Answer(
    409,
    "x-line-request-id: r-2\r\nx-line-accepted-request-id: r-1\r\n",
    r#"{"message":"The retry key is already accepted"}"#,
);
const LIMIT: Act = Act::Answer(
    429,
    "",
    r#"{"message":"You have reached your monthly limit."}"#,
);
const RATE: Act = Act::Answer(
    429,
    "retry-after: 9\r\n",
    r#"{"message":"The API rate limit has been exceeded."}"#,
);
const BROKEN: Act = Act::Answer(500, "", "");

fn push(key: &str) -> Message {
    message(Channel::LinePush, key, None)
}

fn notification(key: &str) -> Message {
    message(Channel::LineNotification, key, None)
}

#[test]
fn a_push_bears_token_and_retry_key() {
    let server = Server::start(&[], OK);
    let sending = Sending::line(&server, "line-push", "");
    assert_eq!(sending.one(&push("a")), accepted("r-1"));
    // Remembered, so it isn't even asked.
    assert_eq!(sending.one(&push("a")), accepted("r-1"));
    let seen = server.seen();
    let [request] = &seen[..] else {
        panic!("{seen:?}")
    };
    assert_eq!(request.path, "/v2/bot/message/push");
    let bearer = format!("Bearer {SECRET}");
    assert_eq!(request.header("authorization"), Some(bearer.as_str()));
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.header("x-line-retry-key").unwrap().len(), 36);
    assert_eq!(request.json()["to"], USER);
}

#[test]
fn what_was_accepted_before_the_connection_broke_is_found_by_the_key() {
    for first in [Act::HangUp, Act::Stall, Act::Garbage, BROKEN] {
        let server = Server::start(&[first.clone(), REPLAY], OK);
        let sending = Sending::line(&server, "line-push", "timeout = 1\n");
        assert_eq!(sending.one(&push("a")), accepted("r-1"), "{first:?}");
        let keys: Vec<String> = server
            .seen()
            .iter()
            .map(|seen| seen.header("x-line-retry-key").unwrap().to_owned())
            .collect();
        assert!(keys.len() == 2 && keys.first() == keys.last(), "{keys:?}");
    }
}

#[test]
fn a_push_that_stays_open_is_unknown_and_settled_when_it_comes_again() {
    let conflict = Act::Answer(409, "", "{}");
    let script = [BROKEN, Act::HangUp, conflict, BROKEN, REPLAY];
    let server = Server::start(&script, OK);
    let sending = Sending::line(&server, "line-push", "");
    assert_eq!(sending.one(&push("a")), Outcome::Unknown);
    assert_eq!(server.seen().len(), 4);
    assert_eq!(sending.one(&push("a")), accepted("r-1"));
}

#[test]
fn a_notification_that_may_have_arrived_is_never_repeated() {
    for act in [Act::HangUp, Act::Stall, Act::Garbage, BROKEN, REPLAY] {
        let server = Server::start(std::slice::from_ref(&act), OK);
        let sending = Sending::line(&server, "line-notification", "timeout = 1\n");
        assert_eq!(sending.one(&notification("a")), Outcome::Unknown, "{act:?}");
        assert_eq!(sending.one(&notification("a")), Outcome::Unknown, "{act:?}");
        assert_eq!(server.seen().len(), 1);
    }
    // The status alone says that it was taken.
    let server = Server::start(&[Act::Cut(202)], OK);
    let sending = Sending::line(&server, "line-notification", "");
    assert_eq!(sending.one(&notification("a")), Outcome::Accepted(None));
}

#[test]
fn a_notification_bears_hash_and_tag_and_no_retry_key() {
    let server = Server::start(&[], OK);
    let sending = Sending::line(&server, "line-notification", "");
    let body = json!({ "items": [{ "itemKey": "number_001_tw", "content": "A-1" }] });
    let template =
        json!({ "tag": "notice-0123456789", "template": { "key": "shipped_tw", "body": body } });
    let sent = [
        notification("a"),
        message(Channel::LineNotification, "b", Some(template)),
    ];
    assert_eq!(sending.send(&sent), [accepted("r-1"), accepted("r-1")]);
    let mut seen = server.seen();
    seen.sort_by(|a, b| a.path.cmp(&b.path));
    let paths: Vec<&str> = seen.iter().map(|seen| seen.path.as_str()).collect();
    assert_eq!(
        paths,
        ["/bot/pnp/push", "/v2/bot/message/pnp/templated/push"]
    );
    for request in &seen {
        assert_eq!(request.header("x-line-retry-key"), None);
        assert!(!request.body.contains("912345678"), "{}", request.body);
    }
    let tags: Vec<&str> = seen
        .iter()
        .filter_map(|seen| seen.header("x-line-delivery-tag"))
        .collect();
    assert_eq!((tags[0].len(), tags[1]), (36, "notice-0123456789"));
}

#[test]
fn an_answer_bears_its_reply_token_and_is_never_repeated() {
    let answer = |key| message(Channel::LineReply, key, None);
    let server = Server::start(&[], OK);
    let sending = Sending::line(&server, "line-reply", "");
    assert_eq!(sending.one(&answer("a")), accepted("r-1"));
    let seen = server.seen();
    let [request] = &seen[..] else {
        panic!("{seen:?}")
    };
    assert_eq!(request.path, "/v2/bot/message/reply");
    let bearer = format!("Bearer {SECRET}");
    assert_eq!(request.header("authorization"), Some(bearer.as_str()));
    assert_eq!(request.header("x-line-retry-key"), None);
    assert_eq!(request.json()["replyToken"], answer("a").address);
    assert_eq!(request.json()["messages"][0]["type"], "text");
    assert_eq!(request.json()["to"], serde_json::Value::Null);

    for act in [Act::HangUp, Act::Stall, Act::Garbage, BROKEN] {
        let server = Server::start(std::slice::from_ref(&act), OK);
        let sending = Sending::line(&server, "line-reply", "timeout = 1\n");
        assert_eq!(sending.one(&answer("a")), Outcome::Unknown, "{act:?}");
        assert_eq!(sending.one(&answer("a")), Outcome::Unknown, "{act:?}");
        assert_eq!(server.seen().len(), 1);
    }
    // Used before, or too old.
    let gone = Act::Answer(400, "", r#"{"message":"Invalid reply token"}"#);
    let server = Server::start(&[gone], OK);
    let sending = Sending::line(&server, "line-reply", "");
    let expected = undeliverable("refused: Invalid reply token");
    assert_eq!(sending.one(&answer("a")), expected);
}

#[test]
fn whom_line_does_not_reach_is_undeliverable() {
    let script = [Act::Answer(
        422,
        "",
        r#"{"message":"Failed to send messages"}"#,
    )];
    let server = Server::start(&script, OK);
    let sending = Sending::line(&server, "line-notification", "");
    let expected = undeliverable("unreachable: Failed to send messages");
    assert_eq!(sending.one(&notification("a")), expected);
    assert_eq!(sending.one(&notification("a")), expected);
    assert_eq!(server.seen().len(), 1);
    assert_eq!(sending.told(), [""; 0]);
}

#[test]
fn the_two_kinds_of_429_are_told_apart() {
    let server = Server::start(&[RATE], OK);
    let sending = Sending::line(&server, "line-push", "concurrency = 1\n");
    let later = Outcome::RetryAfter(9);
    assert_eq!(
        sending.send(&[push("a"), push("b")]),
        [later.clone(), later]
    );
    assert_eq!(server.seen().len(), 1);

    let server = Server::start(&[LIMIT], OK);
    let sending = Sending::line(&server, "line-push", "concurrency = 1\n");
    let shut = undeliverable("quota: the provider takes nothing for now, as it said before");
    let expected = [
        undeliverable("quota: You have reached your monthly limit."),
        shut.clone(),
    ];
    assert_eq!(sending.send(&[push("a"), push("b")]), expected);
    let told = sending.told();
    assert!(told.len() == 1 && told[0].starts_with("error line-push by line at http://127.0.0.1:"));
    // The month ends where LINE is, at 15:00 UTC of the 30th.
    let month = NOW + (5 * 24 + 3) * 3600;
    sending.clock.set(Instant::at(month - 1));
    assert_eq!(sending.one(&push("c")), shut);
    sending.clock.set(Instant::at(month));
    assert_eq!(sending.one(&push("c")), accepted("r-1"));
    assert_eq!(server.seen().len(), 2);
}

#[test]
fn a_wrong_token_is_for_the_operator() {
    let echo = Act::Answer(
        401,
        "",
        r#"{"message":"hush-hush is no token of U4af4980629aaaabbbbccccddddeeeeff"}"#,
    );
    let server = Server::start(&[echo], OK);
    let sending = Sending::line(&server, "line-push", "");
    assert_eq!(sending.one(&push("a")), Outcome::RetryAfter(300));
    let told = sending.told();
    assert!(
        told.len() == 1 && told[0].ends_with("the access token is refused"),
        "{told:?}"
    );
}

//! Text messages by Mitake, and by a provider made of settings.

use crate::server::{Act, Server};
use crate::{SECRET, Sending, accepted, message, undeliverable};
use stampcard::capabilities::messaging::{Channel, Message, Outcome};

fn sms(key: &str) -> Message {
    message(Channel::Sms, key, None)
}

fn mitake(server: &Server) -> Sending {
    let members =
        "provider = \"mitake\"\nuser = \"tea\"\npassword-file = \"secret\"\ntimeout = 1\n";
    Sending::to(server.address, "sms", members)
}

#[test]
fn mitake_is_asked_again_under_the_same_client_id() {
    let again = Act::Answer(
        200,
        "",
        "[1]\r\nmsgid=0000000013\r\nstatuscode=1\r\nDuplicate=Y\r\n",
    );
    let server = Server::start(&[Act::HangUp], again);
    assert_eq!(mitake(&server).one(&sms("a")), accepted("0000000013"));
    let seen = server.seen();
    assert_eq!(seen.len(), 2);
    assert_eq!(seen[0].body, seen[1].body);
    assert!(seen[0].body.contains("dstaddr=0912345678&"));
    assert!(seen[0].body.contains(&format!("password={SECRET}")));
}

#[test]
fn mitakes_text_is_read_whatever_it_is() {
    let table = [
        (
            "[1]\nstatuscode=v\nError=x",
            undeliverable("unreachable: no valid number"),
        ),
        (
            "[1]\nstatuscode=e\nError=hush-hush",
            Outcome::RetryAfter(300),
        ),
        (
            "[1]\nstatuscode=s",
            undeliverable("quota: s: the account can't pay for it"),
        ),
        ("[1]\nstatuscode=a", Outcome::RetryAfter(60)),
        ("<html>maintenance</html>", Outcome::Unknown),
        ("", Outcome::Unknown),
    ];
    for (body, expected) in table {
        let server = Server::start(&[], Act::Answer(200, "", body));
        assert_eq!(mitake(&server).one(&sms("a")), expected, "{body}");
    }
}

#[test]
fn a_provider_is_made_of_settings() {
    let members = "provider = \"http\"\npath = \"/send\"\nbody = { to = \"{to}\", text = \"{text}\" }\n\
        headers = { authorization = \"Bearer {secret:token}\" }\nsecrets = { token-file = \"secret\" }\n\
        accepted = { pointer = \"/code\", values = [\"0\"], id = \"/id\" }\n";
    let server = Server::start(
        &[
            Act::Answer(200, "", r#"{"code":0,"id":"m-1"}"#),
            Act::Answer(200, "", r#"{"code":9}"#),
        ],
        Act::Answer(403, "", ""),
    );
    let sending = Sending::to(server.address, "sms", members);
    assert_eq!(sending.one(&sms("a")), accepted("m-1"));
    assert_eq!(sending.one(&sms("b")), Outcome::Unknown);
    assert_eq!(sending.one(&sms("c")), Outcome::RetryAfter(300));
    let bearer = format!("Bearer {SECRET}");
    assert!(
        server
            .seen()
            .iter()
            .all(|seen| seen.header("authorization") == Some(&bearer))
    );
}

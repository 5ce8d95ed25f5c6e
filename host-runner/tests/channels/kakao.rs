//! AlimTalk's two providers.

use crate::server::{Act, Server};
use crate::{SECRET, Sending, accepted, message};
use serde_json::json;
use stampcard::capabilities::messaging::{Channel, Message, Outcome};

const TAKEN: Act = Act::Answer(
    200,
    "",
    r#"{"header":{"resultCode":0,"isSuccessful":true},"message":{"requestId":"r-1","sendResults":[{"recipientSeq":1,"resultCode":0}]}}"#,
);
const USED: Act = Act::Answer(
    200,
    "",
    r#"{"header":{"resultCode":-1005,"isSuccessful":false,"resultMessage":"used"}}"#,
);

fn nhn(server: &Server) -> Sending {
    let members = "provider = \"nhn\"\napp-key = \"app\"\nsender-key = \"s\"\nsecret-key-file = \"secret\"\ntimeout = 1\n";
    Sending::to(server.address, "alimtalk", members)
}

fn solapi(server: &Server) -> Sending {
    let members = "provider = \"solapi\"\napi-key = \"key\"\napi-secret-file = \"secret\"\npf-id = \"pf\"\nfrom = \"0212345678\"\ntimeout = 1\n";
    Sending::to(server.address, "alimtalk", members)
}

fn alimtalk(key: &str) -> Message {
    let detail = json!({ "template": "expiry1", "variables": { "points": "120" } });
    message(Channel::Alimtalk, key, Some(detail))
}

#[test]
fn nhn_is_asked_again_under_the_same_key() {
    let server = Server::start(&[Act::HangUp], TAKEN);
    let sending = nhn(&server);
    assert_eq!(sending.one(&alimtalk("a")), accepted("r-1"));
    let seen = server.seen();
    let keys: Vec<_> = seen
        .iter()
        .map(|seen| seen.header("x-nc-api-idempotency-key"))
        .collect();
    assert!(
        keys.len() == 2 && keys[0].is_some() && keys[0] == keys[1],
        "{keys:?}"
    );
    assert_eq!(seen[0].header("x-secret-key"), Some(SECRET));
    assert_eq!(seen[0].json(), seen[1].json());

    // The key was used: the first request had arrived, and what became of it nobody knows.
    let server = Server::start(&[Act::Stall], USED);
    assert_eq!(nhn(&server).one(&alimtalk("a")), Outcome::Unknown);
}

#[test]
fn solapi_is_never_asked_twice() {
    for act in [
        Act::HangUp,
        Act::Stall,
        Act::Cut(200),
        Act::Answer(502, "", ""),
    ] {
        let server = Server::start(std::slice::from_ref(&act), TAKEN);
        let sending = solapi(&server);
        assert_eq!(sending.one(&alimtalk("a")), Outcome::Unknown, "{act:?}");
        assert_eq!(sending.one(&alimtalk("a")), Outcome::Unknown);
        assert_eq!(server.seen().len(), 1);
    }
    let answer =
        r#"{"failedMessageList":[],"groupInfo":{"groupId":"G1","count":{"registeredSuccess":1}}}"#;
    let server = Server::start(&[], Act::Answer(200, "", answer));
    assert_eq!(solapi(&server).one(&alimtalk("a")), accepted("G1"));
    let seen = server.seen();
    let signed = seen[0].header("authorization").unwrap();
    assert!(signed.starts_with("HMAC-SHA256 apiKey=key, date=2026-11-25T12:00:00.000Z, salt="));
}

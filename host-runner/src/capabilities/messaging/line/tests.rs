use super::*;
use crate::capabilities::Merchant;
use crate::capabilities::clock::Instant;
use crate::capabilities::messaging::identity::Identity;
use crate::capabilities::messaging::outgoing::{Provider, Request};
use crate::capabilities::messaging::{Channel, Message};

const USER: &str = "U4af4980629aaaabbbbccccddddeeeeff";

fn message(channel: Channel, address: &str, text: &str, detail: Option<Value>) -> Message {
    Message {
        idempotency_key: "k".to_owned(),
        channel,
        address: address.to_owned(),
        subject: None,
        text: text.to_owned(),
        html: None,
        detail: detail.map(|detail| detail.to_string()),
    }
}

fn made(provider: &dyn Provider, message: &Message) -> Result<(Request, Value), Refusal> {
    let id = Identity::of(&Merchant::new("shop").unwrap(), message);
    let request = provider.request(message, &id, Instant::at(0))?;
    let body = serde_json::from_slice(&request.body).unwrap();
    Ok((request, body))
}

fn push(text: &str, detail: Option<Value>) -> Result<(Request, Value), Refusal> {
    let sent = message(Channel::LinePush, USER, text, detail);
    made(&Push::new(Secret::of("token")), &sent)
}

fn notify(detail: Option<Value>) -> Result<(Request, Value), Refusal> {
    let sent = message(Channel::LineNotification, "+886912345678", "text", detail);
    made(&Notification::new(Secret::of("token")), &sent)
}

fn field<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    let mut fields = request.headers.iter();
    fields
        .find(|field| field.0 == name)
        .map(|field| field.1.as_str())
}

#[test]
fn push_requests_bear_token_and_key() {
    let (request, body) = push("點數", None).unwrap();
    assert_eq!(request.path, "/v2/bot/message/push");
    assert_eq!(field(&request, "authorization"), Some("Bearer token"));
    let key = field(&request, "x-line-retry-key").unwrap();
    assert_eq!((key.len(), key.chars().nth(14)), (36, Some('5')));
    let text = json!([{ "type": "text", "text": "點數" }]);
    assert_eq!(body, json!({ "to": USER, "messages": text }));
    let flex = json!([{ "type": "flex", "altText": "a", "contents": {} }]);
    let (again, body) = push("unused", Some(json!({ "messages": flex }))).unwrap();
    assert_eq!(body["messages"], flex);
    assert_eq!(
        field(&again, "x-line-retry-key"),
        Some(key),
        "of the key alone"
    );
}

#[test]
fn what_line_would_refuse_is_not_sent() {
    let six = json!({ "messages": vec![json!({ "type": "text", "text": "a" }); 6] });
    for (text, detail, word) in [
        ("", None, "UTF-16"),
        (&*"😀".repeat(2_501), None, "5002 UTF-16"),
        ("a", Some(six), "1 to 5"),
        ("a", Some(json!({ "messages": [] })), "1 to 5"),
        ("a", Some(json!({ "messages": ["a"] })), "1 to 5"),
        ("a", Some(json!({ "massages": [] })), "massages"),
        ("a", Some(json!([])), "no JSON object"),
    ] {
        let Refusal(why, told) = push(text, detail).unwrap_err();
        assert!(why == Why::Refused && told.contains(word), "{told}");
    }
    let user = message(Channel::LinePush, "mei", "a", None);
    let refusal = made(&Push::new(Secret::of("t")), &user).unwrap_err();
    assert_eq!(refusal.0, Why::Unreachable);
}

#[test]
fn notification_requests_bear_hash_and_tag() {
    let hash = "1315ec4a63ba3d2b8f5db63688770e89a402ee623ef33e4c8c2f36e48f271be0";
    let (request, body) = notify(None).unwrap();
    assert_eq!(request.path, "/bot/pnp/push");
    assert_eq!(body["to"], hash);
    assert_eq!(body["messages"][0]["text"], "text");
    assert_eq!(field(&request, "x-line-delivery-tag").unwrap().len(), 36);
    assert_eq!(field(&request, "x-line-retry-key"), None);

    let filled = json!({ "items": [{ "itemKey": "number_001_tw", "content": "A-1" }] });
    let template = json!({ "key": "shipped_tw", "body": filled });
    let detail = json!({ "tag": "notice-0123456789", "template": template });
    let (request, body) = notify(Some(detail)).unwrap();
    assert_eq!(request.path, "/v2/bot/message/pnp/templated/push");
    let expected = json!({ "to": hash, "templateKey": "shipped_tw", "body": filled });
    assert_eq!(body, expected);
    assert_eq!(
        field(&request, "x-line-delivery-tag"),
        Some("notice-0123456789")
    );
}

#[test]
fn notifications_that_line_would_refuse_are_not_sent() {
    let item = |key: &str, content: &str| json!({ "itemKey": key, "content": content });
    let template = |body: Value| json!({ "template": { "key": "k", "body": body } });
    let table = [
        (json!({ "tag": "short" }), Why::Refused, "16 to 100"),
        (
            json!({ "tag": "sixteen bytes\r\nX: y" }),
            Why::Refused,
            "16 to 100",
        ),
        (
            json!({ "messages": [{ "type": "image" }] }),
            Why::Refused,
            "image",
        ),
        (
            json!({ "messages": [], "template": {} }),
            Why::Refused,
            "both",
        ),
        (json!({ "template": { "key": "k" } }), Why::Template, "body"),
        (template(json!({ "item": [] })), Why::Template, "item"),
        (
            template(json!({ "items": [item("a", "1"), item("a", "2")] })),
            Why::Template,
            "twice",
        ),
        (
            template(json!({ "emphasizedItem": item("a", &"x".repeat(16)) })),
            Why::Template,
            "15 characters",
        ),
        (
            template(json!({ "items": [item("a", &"x".repeat(301))] })),
            Why::Template,
            "300 characters",
        ),
        (
            template(
                json!({ "buttons": vec![json!({ "buttonKey": "b", "url": "https://a" }); 3] }),
            ),
            Why::Template,
            "2 buttons",
        ),
    ];
    for (detail, why, word) in table {
        let found = notify(Some(detail)).unwrap_err();
        assert!(found.0 == why && found.1.contains(word), "{found:?}");
    }
    let sent = message(Channel::LineNotification, "0912345678", "a", None);
    let refusal = made(&Notification::new(Secret::of("t")), &sent).unwrap_err();
    assert_eq!(refusal.0, Why::Unreachable);
}

#[test]
fn answers_are_told_apart() {
    let answer = |status: u16, headers: &[(&str, &str)], body: &str| Answer {
        status,
        headers: headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        body: body.as_bytes().to_vec(),
    };
    let accepted = |id: &str| Verdict::Accepted(Some(id.to_owned()));
    let never = |why, text: &str| Verdict::Undeliverable(why, text.to_owned());
    let limit = r#"{"message":"You have reached your monthly limit."}"#;
    let rate = r#"{"message":"The API rate limit has been exceeded. Try again later."}"#;
    let bad = r#"{"message":"The request body has 1 error(s)","details":[{"message":"May not be empty","property":"messages[0].text"}]}"#;
    let replay = [
        ("x-line-accepted-request-id", "r-1"),
        ("x-line-request-id", "r-2"),
    ];
    let table = [
        (
            answer(200, &[("x-line-request-id", "r-9")], "{}"),
            accepted("r-9"),
        ),
        (
            answer(200, &[], r#"{"sentMessages":[{"id":"m-1"}]}"#),
            accepted("m-1"),
        ),
        (answer(202, &[], "{}"), Verdict::Accepted(None)),
        (answer(200, &[], "<html>"), Verdict::Accepted(None)),
        (
            answer(400, &[], bad),
            never(
                Why::Refused,
                "The request body has 1 error(s): messages[0].text: May not be empty",
            ),
        ),
        (answer(413, &[], ""), never(Why::Refused, "no message")),
        (
            answer(404, &[], r#"{"message":"Not found"}"#),
            never(Why::Unreachable, "Not found"),
        ),
        (
            answer(401, &[], ""),
            Verdict::Operator("the access token is refused".to_owned()),
        ),
        (
            answer(403, &[], r#"{"message":"Not available"}"#),
            Verdict::Shut(
                Renewal::Paid,
                Why::Refused,
                "not entitled: Not available".to_owned(),
            ),
        ),
        (
            answer(429, &[], limit),
            Verdict::Shut(
                Renewal::Month(9),
                Why::Quota,
                "You have reached your monthly limit.".to_owned(),
            ),
        ),
        (
            answer(429, &[("retry-after", "7")], rate),
            Verdict::Busy(Some(7)),
        ),
        (answer(429, &[], rate), Verdict::Busy(None)),
        (
            answer(500, &[], ""),
            Verdict::Failed("no message".to_owned()),
        ),
        (
            answer(302, &[], ""),
            Verdict::Failed("no message".to_owned()),
        ),
    ];
    let (push, notify) = (
        Push::new(Secret::of("t")),
        Notification::new(Secret::of("t")),
    );
    for (answer, expected) in &table {
        assert_eq!(
            push.verdict(answer, Instant::at(0)),
            *expected,
            "{answer:?}"
        );
        assert_eq!(
            notify.verdict(answer, Instant::at(0)),
            *expected,
            "{answer:?}"
        );
    }
    assert_eq!(
        push.verdict(&answer(409, &replay, "{}"), Instant::at(0)),
        accepted("r-1")
    );
    let open = |verdict| matches!(verdict, Verdict::Failed(_));
    assert!(open(push.verdict(&answer(409, &[], "{}"), Instant::at(0))));
    assert!(open(
        notify.verdict(&answer(409, &replay, "{}"), Instant::at(0))
    ));
    let unknown = r#"{"message":"Failed to send messages"}"#;
    assert_eq!(
        notify.verdict(&answer(422, &[], unknown), Instant::at(0)),
        never(Why::Unreachable, "Failed to send messages")
    );
}

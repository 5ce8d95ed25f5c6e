use super::*;
use crate::capabilities::Merchant;
use serde_json::json;

fn http(settings: Value) -> Result<Http, HttpError> {
    let secrets = BTreeMap::from([("token".to_owned(), Secret::of("hush"))]);
    Http::new(serde_json::from_value(settings).unwrap(), &secrets)
}

fn request(http: &Http) -> (Request, String, String) {
    let message = Message {
        idempotency_key: "k".to_owned(),
        channel: Channel::Sms,
        address: "+886912345678".to_owned(),
        subject: None,
        text: "點數 \"2\"".to_owned(),
        html: None,
        detail: None,
    };
    let id = Identity::of(&Merchant::new("shop").unwrap(), &message);
    let request = http.request(&message, &id, Instant::at(0)).unwrap();
    let body = String::from_utf8(request.body.clone()).unwrap();
    (request, body, id.uuid)
}

#[test]
fn requests_follow_the_settings() {
    let settings = json!({
        "path": "/v1/send",
        "headers": { "authorization": "Bearer {secret:token}" },
        "body": { "messages": [{ "to": "{to}", "text": "{text}" }], "ref": "{key}", "flash": false },
    });
    let (request_made, body, uuid) = request(&http(settings).unwrap());
    assert_eq!(request_made.path, "/v1/send");
    let bearer = ("authorization".to_owned(), "Bearer hush".to_owned());
    assert_eq!(request_made.headers, [bearer]);
    let expected = json!({
        "messages": [{ "to": "+886912345678", "text": "點數 \"2\"" }], "ref": uuid, "flash": false,
    });
    assert_eq!(serde_json::from_str::<Value>(&body).unwrap(), expected);

    let settings = json!({
        "path": "/send",
        "format": "form",
        "body": { "dest": "{digits}", "msg": "{text}", "pw": "{secret:token}" },
    });
    let (_, body, _) = request(&http(settings).unwrap());
    assert_eq!(
        body,
        "dest=886912345678&msg=%E9%BB%9E%E6%95%B8+%222%22&pw=hush"
    );
}

#[test]
fn answers_follow_the_settings() {
    let plain = http(json!({ "path": "/", "body": {}, "accepted": { "id": "/id" } })).unwrap();
    let coded = http(json!({
        "path": "/",
        "body": {},
        "accepted": { "statuses": [200], "pointer": "/code", "values": ["0"], "id": "/sent/0/id" },
        "refused": { "statuses": [], "values": ["-5"] },
    }))
    .unwrap();
    let table = [
        (&plain, 200, r#"{"id":12}"#, "accepted 12"),
        (&plain, 202, "", "accepted "),
        (&plain, 422, "", "refused"),
        (&plain, 403, "", "operator"),
        (&plain, 429, "", "busy"),
        (&plain, 500, "", "failed"),
        (&plain, 302, "", "failed"),
        (
            &coded,
            200,
            r#"{"code":0,"sent":[{"id":"a"}]}"#,
            "accepted a",
        ),
        (&coded, 200, r#"{"code":"-5"}"#, "refused"),
        (&coded, 200, r#"{"code":7}"#, "failed"),
        (&coded, 200, "garbage", "failed"),
        (&coded, 201, r#"{"code":0}"#, "failed"),
        (&coded, 400, "", "failed"),
    ];
    for (http, status, body, expected) in table {
        let answer = Answer {
            status,
            headers: Vec::new(),
            body: body.as_bytes().to_vec(),
        };
        let found = match http.verdict(&answer, Instant::at(0)) {
            Verdict::Accepted(id) => format!("accepted {}", id.unwrap_or_default()),
            Verdict::Undeliverable(why, _) => why.word().to_owned(),
            Verdict::Operator(_) => "operator".to_owned(),
            Verdict::Busy(_) => "busy".to_owned(),
            Verdict::Failed(_) => "failed".to_owned(),
            other => format!("{other:?}"),
        };
        assert_eq!(found, expected, "{status} {body}");
    }
}

#[test]
fn each_wrong_setting_is_named() {
    let table = [
        (json!({ "path": "send", "body": {} }), "path: "),
        (json!({ "path": "/a b", "body": {} }), "path: "),
        (json!({ "path": "/", "body": { "a": "{x}" } }), "body.a: "),
        (
            json!({ "path": "/", "body": { "a": { "b": ["{secret:x}"] } } }),
            "body.a.b: ",
        ),
        (
            json!({ "path": "/", "format": "form", "body": { "a": 1 } }),
            "body.a: ",
        ),
        (
            json!({ "path": "/", "body": {}, "headers": { "a b": "" } }),
            "headers.a b: ",
        ),
        (
            json!({ "path": "/", "body": {}, "idempotent": true }),
            "idempotent: ",
        ),
        (
            json!({ "path": "/", "body": {}, "accepted": { "pointer": "/a" } }),
            "accepted: ",
        ),
        (
            json!({ "path": "/", "body": {}, "accepted": { "id": "a" } }),
            "accepted.id: ",
        ),
    ];
    for (settings, begin) in table {
        let error = http(settings.clone()).err().map(|error| error.to_string());
        let found = error.unwrap_or_default();
        assert!(found.starts_with(begin), "{settings}: {found}");
    }
    let keyed = json!({ "path": "/", "body": { "id": "{key}" }, "idempotent": true });
    assert_eq!(http(keyed).unwrap().repeats(), Repeats::WithinCall);
}

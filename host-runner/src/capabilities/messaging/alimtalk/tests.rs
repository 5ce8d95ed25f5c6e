use super::*;
use crate::capabilities::Merchant;
use crate::capabilities::clock::Instant;
use crate::capabilities::messaging::Channel;
use crate::capabilities::messaging::identity::Identity;
use crate::capabilities::messaging::outgoing::{Answer, Provider, Renewal, Request, Verdict};
use crate::capabilities::messaging::secret::Secret;
use serde_json::{Value, json};

/// 2026-11-25T12:00:00Z, nine in the evening in Korea.
const NOW: Instant = Instant {
    seconds: 1_795_608_000,
    nanoseconds: 0,
};

fn nhn() -> Nhn {
    Nhn {
        app_key: "app".to_owned(),
        sender_key: "s".repeat(40),
        secret: Secret::of("hush"),
    }
}

fn solapi() -> Solapi {
    Solapi {
        api_key: "key".to_owned(),
        secret: Secret::of("hush"),
        pf_id: "pf".to_owned(),
        from: "0212345678".to_owned(),
    }
}

fn made(provider: &dyn Provider, to: &str, detail: &Value) -> Result<(Request, Value), Refusal> {
    let message = Message {
        idempotency_key: "k".to_owned(),
        channel: Channel::Alimtalk,
        address: to.to_owned(),
        subject: None,
        text: "적립금 3,000".to_owned(),
        html: None,
        detail: Some(detail.to_string()),
    };
    let id = Identity::of(&Merchant::new("shop").unwrap(), &message);
    let request = provider.request(&message, &id, NOW)?;
    let body = serde_json::from_slice(&request.body).unwrap();
    Ok((request, body))
}

fn detail() -> Value {
    let button = json!({ "type": "WL", "name": "보기", "mobile": "https://m.tea.example" });
    json!({ "template": "expiry1", "variables": { "points": "3,000" }, "buttons": [button] })
}

#[test]
fn nhn_requests_are_as_documented() {
    let (request, body) = made(&nhn(), "+821012345678", &detail()).unwrap();
    assert_eq!(request.path, "/alimtalk/v2.3/appkeys/app/messages");
    let names: Vec<&str> = request
        .headers
        .iter()
        .map(|field| field.0.as_str())
        .collect();
    assert_eq!(names, ["x-secret-key", "x-nc-api-idempotency-key"]);
    let button =
        json!({ "ordering": 1, "type": "WL", "name": "보기", "linkMo": "https://m.tea.example" });
    let expected = json!({
        "senderKey": "s".repeat(40),
        "templateCode": "expiry1",
        "recipientList": [{
            "recipientNo": "01012345678",
            "templateParameter": { "points": "3,000" },
            "resendParameter": { "isResend": false },
            "recipientGroupingKey": "k",
            "buttons": [button],
        }],
    });
    assert_eq!(body, expected);
}

#[test]
fn solapi_requests_are_as_documented() {
    let (request, body) = made(&solapi(), "+821012345678", &detail()).unwrap();
    assert_eq!(request.path, "/messages/v4/send-many/detail");
    let signed = &request.headers[0].1;
    assert!(
        signed.contains("date=2026-11-25T12:00:00.000Z, salt="),
        "{signed}"
    );
    let (again, _) = made(&solapi(), "+821012345678", &detail()).unwrap();
    assert_ne!(*signed, again.headers[0].1, "no signature comes twice");
    let button =
        json!({ "buttonType": "WL", "buttonName": "보기", "linkMo": "https://m.tea.example" });
    let options = json!({
        "pfId": "pf",
        "templateId": "expiry1",
        "variables": { "#{points}": "3,000" },
        "disableSms": true,
        "buttons": [button],
    });
    let message = json!({
        "to": "01012345678", "from": "0212345678", "text": "적립금 3,000", "kakaoOptions": options,
        "customFields": { "reference": "k" },
    });
    assert_eq!(
        body,
        json!({ "messages": [message], "allowDuplicates": false })
    );
}

#[test]
fn what_kakao_would_refuse_is_not_sent() {
    let button = json!({ "type": "WL", "name": "x" });
    let long = json!({ "type": "WL", "name": "x".repeat(15) });
    for (to, detail, why) in [
        ("+886912345678", detail(), Why::Unreachable),
        ("01012345678", detail(), Why::Unreachable),
        ("+821012345678", json!({}), Why::Template),
        ("+821012345678", json!({ "template": "" }), Why::Template),
        (
            "+821012345678",
            json!({ "template": "x".repeat(33) }),
            Why::Template,
        ),
        (
            "+821012345678",
            json!({ "template": "a", "variables": { "a": 1 } }),
            Why::Template,
        ),
        (
            "+821012345678",
            json!({ "template": "a", "buttons": vec![button; 6] }),
            Why::Template,
        ),
        (
            "+821012345678",
            json!({ "template": "a", "buttons": [long] }),
            Why::Template,
        ),
    ] {
        let providers: [&dyn Provider; 2] = [&nhn(), &solapi()];
        for provider in providers {
            let refusal = made(provider, to, &detail).unwrap_err();
            assert_eq!(refusal.0, why, "{to} {detail}");
        }
    }
}

#[test]
fn codes_are_as_long_as_the_provider_takes() {
    let nhn: &dyn Provider = &nhn();
    let solapi: &dyn Provider = &solapi();
    for (provider, length, fits) in [
        (nhn, 20, true),
        (nhn, 21, false),
        (solapi, 32, true),
        (solapi, 33, false),
    ] {
        let detail = json!({ "template": "x".repeat(length) });
        let found = made(provider, "+821012345678", &detail);
        assert_eq!(found.is_ok(), fits, "{} {length}", provider.name());
    }
}

/// The beginning of what an answer means, in words that are easy to compare.
fn told(provider: &dyn Provider, status: u16, body: &str) -> String {
    let answer = Answer {
        status,
        headers: Vec::new(),
        body: body.as_bytes().to_vec(),
    };
    match provider.verdict(&answer, NOW) {
        Verdict::Accepted(id) => format!("accepted {}", id.unwrap_or_default()),
        Verdict::Undeliverable(why, _) => why.word().to_owned(),
        Verdict::Later(seconds) => format!("later {seconds}"),
        Verdict::Busy(seconds) => format!("busy {seconds:?}"),
        Verdict::Shut(Renewal::Day(9), why, _) => format!("shut for a day: {}", why.word()),
        Verdict::Shut(_, why, _) => format!("shut: {}", why.word()),
        Verdict::Operator(_) => "operator".to_owned(),
        Verdict::Failed(_) => "failed".to_owned(),
    }
}

#[test]
fn nhn_answers_are_told_apart() {
    let of = |header: i64, one: Option<i64>| {
        let header =
            json!({ "resultCode": header, "resultMessage": "m", "isSuccessful": header == 0 });
        let sent =
            one.map(|code| json!({ "recipientSeq": 1, "resultCode": code, "resultMessage": "m" }));
        let sent: Vec<Value> = sent.into_iter().collect();
        json!({ "header": header, "message": { "requestId": "r-1", "sendResults": sent } })
            .to_string()
    };
    let table = [
        (200, of(0, Some(0)), "accepted r-1"),
        (200, of(0, None), "failed"),
        (200, of(0, Some(3018)), "unreachable"),
        (200, of(0, Some(3019)), "unreachable"),
        (200, of(0, Some(3020)), "unreachable"),
        (200, of(0, Some(3021)), "unreachable"),
        (200, of(0, Some(3014)), "template"),
        (200, of(0, Some(3015)), "template"),
        (200, of(0, Some(3016)), "template"),
        (200, of(0, Some(3025)), "template"),
        (200, of(0, Some(3027)), "template"),
        (200, of(0, Some(3028)), "template"),
        (200, of(0, Some(3029)), "template"),
        (200, of(0, Some(3022)), "later 39600"),
        (200, of(0, Some(3005)), "failed"),
        (200, of(0, Some(3012)), "failed"),
        (200, of(0, Some(3000)), "later 60"),
        (200, of(0, Some(3006)), "later 60"),
        (200, of(0, Some(-2000)), "refused"),
        (200, of(-1000, None), "operator"),
        (200, of(-1001, None), "operator"),
        (200, of(-1005, None), "failed"),
        (200, of(-1017, None), "shut for a day: quota"),
        (200, of(-1027, None), "shut: refused"),
        (200, of(4, None), "refused"),
        (500, String::new(), "failed"),
        (200, "<html>".to_owned(), "failed"),
        (200, "{\"header\":[]}".to_owned(), "failed"),
        (401, String::new(), "operator"),
        (429, String::new(), "busy None"),
        (400, String::new(), "refused"),
    ];
    for (status, body, expected) in table {
        assert_eq!(told(&nhn(), status, &body), expected, "{status} {body}");
    }
}

#[test]
fn solapi_answers_are_told_apart() {
    let taken = json!({
        "failedMessageList": [],
        "groupInfo": { "groupId": "G1", "count": { "total": 1, "registeredSuccess": 1 } },
    });
    let failed = |code: &str| {
        json!({ "failedMessageList": [{ "statusCode": code, "statusMessage": "m" }] }).to_string()
    };
    let error = |code: &str| json!({ "errorCode": code, "errorMessage": "m" }).to_string();
    let table = [
        (200, taken.to_string(), "accepted G1"),
        (200, failed("3018"), "unreachable"),
        (200, failed("3016"), "template"),
        (200, failed("3108"), "later 39600"),
        (200, failed("3005"), "failed"),
        (200, failed("1062"), "refused"),
        (200, failed("2000"), "accepted "),
        // At the carrier; of Kakao's own codes that is another one.
        (200, failed("3000"), "accepted "),
        (200, failed("?"), "failed"),
        (200, "{}".to_owned(), "failed"),
        (200, "garbage".to_owned(), "failed"),
        (400, error("ValidationError"), "refused"),
        (400, error("NotEnoughBalance"), "shut: quota"),
        (402, String::new(), "shut: quota"),
        (401, error("SignatureDoesNotMatch"), "operator"),
        (400, "garbage".to_owned(), "failed"),
        (429, String::new(), "busy None"),
        (503, String::new(), "failed"),
    ];
    for (status, body, expected) in table {
        assert_eq!(told(&solapi(), status, &body), expected, "{status} {body}");
    }
}

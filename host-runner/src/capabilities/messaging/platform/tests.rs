use super::*;
use crate::capabilities::clock::Instant;
use crate::capabilities::messaging::Channel;
use crate::capabilities::messaging::Secret;
use crate::capabilities::messaging::outgoing::{Answer, Provider, Request, Verdict, Why};
use crate::capabilities::webhook::Keys;
use serde_json::{Value, json};

const NOW: u64 = 1_795_579_200;

fn message() -> Message {
    Message {
        idempotency_key: "n-1".to_owned(),
        channel: Channel::Sms,
        address: "+886912345678".to_owned(),
        subject: None,
        text: "5 points".to_owned(),
        html: None,
        detail: Some("{\"a\":1}".to_owned()),
    }
}

fn keys() -> Keys {
    Keys::new(&[&Secret::of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]).unwrap()
}

fn webhook() -> Webhook {
    Webhook {
        merchant: Merchant::new("shop").unwrap(),
        channel: Channel::Sms,
        path: "/messages".to_owned(),
        keys: keys(),
    }
}

fn stream() -> Stream {
    Stream {
        merchant: Merchant::new("tea.house").unwrap(),
        channel: Channel::Sms,
        prefix: "stampcard".to_owned(),
        known: 120,
        secret: None,
    }
}

fn asked(provider: &dyn Provider, merchant: &str) -> (Request, Identity) {
    let id = Identity::of(&Merchant::new(merchant).unwrap(), &message());
    let now = Instant::at(NOW);
    (provider.request(&message(), &id, now).unwrap(), id)
}

fn header<'a>(request: &'a Request, name: &str) -> &'a str {
    let mut headers = request.headers.iter();
    headers.find(|header| header.0 == name).unwrap().1.as_str()
}

fn answer(status: u16, headers: &[(&str, &str)]) -> Answer {
    let headers = headers.iter();
    Answer {
        status,
        headers: headers
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        body: b"said".to_vec(),
    }
}

#[test]
fn a_webhook_is_the_message_signed() {
    let (request, id) = asked(&webhook(), "shop");
    assert_eq!(request.path, "/messages");
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    let expected = json!({
        "type": "notice", "id": id.uuid, "merchant": "shop", "idempotency-key": "n-1", "channel": "sms",
        "address": "+886912345678", "subject": null, "text": "5 points", "html": null, "detail": "{\"a\":1}",
    });
    assert_eq!(body, expected);
    let names = ["webhook-id", "webhook-timestamp", "webhook-signature"];
    let [told, at, signature] = names.map(|name| header(&request, name));
    assert_eq!((told, at), (id.uuid.as_str(), "1795579200"));
    let checked = keys().check((told, at, signature), &request.body, NOW);
    assert_eq!(checked, Ok(()));
    assert_eq!(webhook().known_as(&id), Some(id.uuid));
}

#[test]
fn what_the_platform_answers_is_what_becomes_of_it() {
    let verdict =
        |status, headers: &[_]| webhook().verdict(&answer(status, headers), Instant::at(NOW));
    for status in [200, 202, 204] {
        assert_eq!(verdict(status, &[]), Verdict::Accepted(None));
    }
    let later = ("retry-after", "7");
    assert_eq!(verdict(429, &[later]), Verdict::Busy(Some(7)));
    assert_eq!(verdict(429, &[]), Verdict::Busy(None));
    assert_eq!(verdict(503, &[later]), Verdict::Busy(Some(7)));
    for status in [401, 403, 404, 410] {
        assert!(matches!(verdict(status, &[]), Verdict::Operator(_)));
    }
    for status in [400, 413, 422] {
        let told = verdict(status, &[]);
        assert!(matches!(told, Verdict::Undeliverable(Why::Refused, _)));
    }
    for status in [302, 408, 409, 500, 502, 503] {
        assert!(matches!(verdict(status, &[]), Verdict::Failed(_)));
    }
}

#[test]
fn a_message_is_published_under_its_own_id() {
    let (request, id) = asked(&stream(), "tea.house");
    assert_eq!(request.path, "stampcard.out.tea.house.notice.sms");
    assert_eq!(header(&request, "Nats-Msg-Id"), id.uuid);
    assert_eq!(stream().known_as(&id), Some(id.uuid));
    let verdict = |status| stream().verdict(&answer(status, &[]), Instant::at(NOW));
    assert_eq!(verdict(200), Verdict::Accepted(None));
    assert_eq!(verdict(404), Verdict::Operator("said".to_owned()));
    let never = Verdict::Undeliverable(Why::Refused, "said".to_owned());
    assert_eq!(verdict(413), never);
    assert_eq!(verdict(503), Verdict::Busy(None));
}

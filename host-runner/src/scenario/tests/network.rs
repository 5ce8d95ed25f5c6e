//! Answers that a step gives to requests over HTTP, and what it is told of those that were asked.

use crate::call::{Answer, Call, CallError, Signature, Subject};
use crate::capabilities::Merchant;
use crate::capabilities::http::{
    Error, Exchange, Header, Http, Request, Response, Script, Traffic,
};
use crate::scenario::{Stage, parse, play};
use chrono::{DateTime, Utc};
use serde_json::json;

/// Each call of it sends the same requests.
#[derive(Default)]
struct Net {
    http: Script,
    asks: Vec<Request>,
    got: Vec<Result<Response, Error>>,
}

impl Subject for Net {
    fn signature(&self, _: &str) -> Option<Signature> {
        Some(Signature {
            execution: false,
            request: None,
        })
    }

    fn call(&mut self, _: &Call) -> Result<Answer, CallError> {
        let merchant = Merchant::new("shop").unwrap();
        self.got.extend(self.http.send(&merchant, &self.asks));
        Ok(Answer {
            result: Ok(json!({})),
            cost: None,
        })
    }
}

impl Stage for Net {
    fn subject(&mut self) -> &mut dyn Subject {
        self
    }

    fn set_clock(&mut self, _: DateTime<Utc>) {}

    fn script(&mut self, exchanges: Vec<Exchange>) {
        self.http.add(exchanges);
    }

    fn traffic(&mut self) -> Option<Traffic> {
        Some(self.http.take())
    }
}

fn ask(path: &str, form: &str) -> Request {
    Request {
        method: "POST".to_owned(),
        url: format!("https://api.example{path}?q"),
        headers: vec![Header {
            name: "Content-Type".to_owned(),
            value: "application/x-www-form-urlencoded".to_owned(),
        }],
        body: Some(form.to_owned()),
        credential: Some("mof".to_owned()),
        timeout_ms: 9_000,
    }
}

fn played(asks: &[Request], step: &str) -> (Result<(), String>, Net) {
    let mut net = Net {
        asks: asks.to_vec(),
        ..Net::default()
    };
    let file = format!(
        "merchant: null\nsteps:\n  - at: \"2026-01-02 10:00\"\n    call: merchant.current\n{step}"
    );
    let scenario = parse("case.yaml", &file).unwrap();
    let result = play(&scenario, &mut net);
    (result.map_err(|failure| failure.to_string()), net)
}

#[test]
fn requests_are_answered_and_looked_at() {
    let asks = [
        ask("/x", "n=1&code=%2FAB"),
        ask("/x", "n=2"),
        ask("/y", ""),
        ask("/y", ""),
        ask("/z", ""),
        ask("/z", ""),
        ask("/z", ""),
    ];
    let step = "    http:\n\
        \x20     - { asked: { form: { n: 2 } }, answer: { status: 502, headers: { server: x }, text: <html> } }\n\
        \x20     - { asked: { method: POST, url: /x }, answer: { json: { code: \"200\", rows: [1] } } }\n\
        \x20     - { asked: { url: \"https://api.example/y\" }, answer: no-answer, times: 2 }\n\
        \x20     - { answer: { denied: \"https://a:443\" } }\n\
        \x20     - { answer: { too-large: 5 } }\n\
        \x20     - { answer: garbled }\n\
        \x20   requests:\n\
        \x20     contains:\n\
        \x20       - { method: POST, path: /x, form: { n: \"1\", code: /AB }, credential: mof, timeout-ms: 9000 }\n\
        \x20     length: 7\n";
    let (result, net) = played(&asks, step);
    assert_eq!(result, Ok(()));
    let response = |status, headers: &[(&str, &str)], body: &str| {
        let header = |(name, value): &(&str, &str)| Header {
            name: (*name).to_owned(),
            value: (*value).to_owned(),
        };
        Ok(Response {
            status,
            headers: headers.iter().map(header).collect(),
            body: body.to_owned(),
        })
    };
    let expected = [
        response(200, &[], "{\"code\":\"200\",\"rows\":[1]}"),
        response(502, &[("server", "x")], "<html>"),
        Err(Error::NoAnswer),
        Err(Error::NoAnswer),
        Err(Error::Denied("https://a:443".to_owned())),
        Err(Error::TooLarge(5)),
        Err(Error::Garbled),
    ];
    assert_eq!(net.got, expected);
}

#[test]
fn what_is_asked_beyond_the_answers_and_what_is_not_asked_fail_the_step() {
    let one = [ask("/x", "n=1")];
    let table = [
        ("", "requests that the step has no answer for:\n  {"),
        (
            "    http: [{ asked: { url: /y }, answer: garbled }]\n",
            "\"path\": \"/x\"",
        ),
        (
            "    http: [{ answer: garbled, times: 3 }]\n",
            "answers of the step that no request came for: 2",
        ),
        (
            "    http: [{ answer: garbled }]\n    requests: [{ form: { n: \"2\" } }]\n",
            "/0/form/n: expected \"2\", got \"1\"",
        ),
        (
            "    http: [{ answer: garbled }]\n    expect: { a: 1 }\n",
            "/a: expected 1, got nothing",
        ),
        ("    expect: { a: 1 }\n", "has no answer for"),
    ];
    for (step, told) in table {
        let result = played(&one, step).0.unwrap_err();
        assert!(result.contains(told), "{step}{result}");
    }
    assert_eq!(played(&[], "    requests: []\n").0, Ok(()));
}

#[test]
fn what_is_no_answer_is_told_with_its_place() {
    let table = [
        ("http: garbled", "step 1, http: there may stand a list"),
        (
            "http: [{ times: 2 }]",
            "step 1, http, answer 1, answer: there may stand unreachable",
        ),
        (
            "http: [{ answer: silence }]",
            "step 1, http, answer 1, answer: there may stand unreachable",
        ),
        (
            "http: [{ answer: { status: 99 } }]",
            "answer: there may stand unreachable",
        ),
        (
            "http: [{ answer: { json: {}, text: a } }]",
            "answer: there may stand unreachable",
        ),
        (
            "http: [{ answer: { body: a } }]",
            "there is no field \"body\"; there may stand status",
        ),
        (
            "http: [{ answer: garbled, times: 0 }]",
            "answer 1, times: there may stand a whole number",
        ),
        (
            "http: [{ asked: { form: [] }, answer: garbled }]",
            "asked, form: there may stand fields",
        ),
        (
            "requests: { length: x }",
            "step 1, requests: /length: there may stand a whole number",
        ),
    ];
    for (fields, told) in table {
        let file = format!(
            "merchant: null\nsteps:\n  - {{ at: \"2026-01-02 10:00\", call: x, {fields} }}\n"
        );
        let fault = parse("case.yaml", &file).unwrap_err().to_string();
        assert!(fault.starts_with("case.yaml:3:"), "{fault}");
        assert!(fault.contains(told), "{fields}\n{fault}");
    }
    let idle = "merchant: null\nsteps:\n  - { at: \"2026-01-02 10:00\", requests: [] }\n";
    let fault = parse("case.yaml", idle).unwrap_err().to_string();
    assert!(fault.contains("the step calls nothing"), "{fault}");
}

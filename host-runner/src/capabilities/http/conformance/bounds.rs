//! Bounds of size and of time.

use super::{
    Act, Backend, Check, Error, Other, Problem, about, brief, get, holds, post, same, terms,
};
use crate::capabilities::http::Request;
use crate::loopback::Answer;
use std::time::{Duration, Instant};

pub(super) const CHECKS: &[Check] = &[
    (
        "an answer of the limit comes, a larger one doesn't",
        answers,
    ),
    ("a request over the limit is not sent", requests),
    ("a head without end is given up", heads),
    ("silence ends after the host's time", silence),
    ("silence ends after the request's own time", own_time),
    ("a trickle ends in time", trickle),
    ("redirects share one time", redirects),
];

fn answers(backend: &dyn Backend) -> Result<(), Problem> {
    let server = Other::start(|asked| match asked.target.as_str() {
        "/most" => Act::Answer(Answer::text(200, &"a".repeat(1000))),
        "/over" => Act::Answer(Answer::text(200, &"a".repeat(1001))),
        // Nothing says how long it will be.
        _ => Act::Raw([b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), vec![b'a'; 100_000]].concat()),
    })?;
    let mut terms = terms(&[&server]);
    terms.response_bytes = 1000;
    let client = backend.client(&terms);
    let answer = brief(&*client, get(&server.at("/most")))?;
    same("the limit", answer, Ok((200, "a".repeat(1000))))?;
    for path in ["/over", "/unsaid"] {
        let answer = brief(&*client, get(&server.at(path)))?;
        same(path, answer, Err(Error::TooLarge(1000)))?;
    }
    Ok(())
}

fn requests(backend: &dyn Backend) -> Result<(), Problem> {
    let server = Other::start(|_| Act::Answer(Answer::text(200, "")))?;
    let mut terms = terms(&[&server]);
    terms.request_bytes = 1000;
    let client = backend.client(&terms);
    let answer = brief(&*client, post(&server.at("/"), &"a".repeat(900)))?;
    same("below", answer, Ok((200, String::new())))?;
    let answer = brief(&*client, post(&server.at("/"), &"a".repeat(1001)))?;
    same("above", answer, Err(Error::Unreachable))?;
    let long = get(&server.at(&format!("/{}", "a".repeat(1001))));
    same("address", brief(&*client, long)?, Err(Error::Unreachable))?;
    same("asked", server.seen().len(), 1)
}

fn heads(backend: &dyn Backend) -> Result<(), Problem> {
    let server = Other::start(|_| {
        let field = format!("x-a: {}\r\n", "a".repeat(1000));
        Act::Raw(format!("HTTP/1.1 200 OK\r\n{}", field.repeat(1000)).into_bytes())
    })?;
    let client = backend.client(&terms(&[&server]));
    let answer = brief(&*client, get(&server.at("/")))?;
    let given_up = matches!(answer, Err(Error::TooLarge(_) | Error::Garbled));
    holds(&format!("a megabyte of head gave {answer:?}"), given_up)
}

/// A problem unless the request ends by this time without an answer.
fn ends(
    backend: &dyn Backend,
    act: Act,
    (host, own): (u32, u32),
    time: Duration,
) -> Result<(), Problem> {
    let server = Other::start(move |_| act.clone())?;
    let mut terms = terms(&[&server]);
    terms.timeout = host;
    let client = backend.client(&terms);
    let request = Request {
        timeout_ms: own,
        ..post(&server.at("/"), "a")
    };
    let began = Instant::now();
    let answer = brief(&*client, request)?;
    let took = began.elapsed();
    same("answer", answer, Err(Error::NoAnswer))?;
    holds(&format!("took {took:?}, not about {time:?}"), {
        took < about(time) && took + Duration::from_millis(50) > time
    })
}

fn silence(backend: &dyn Backend) -> Result<(), Problem> {
    ends(backend, Act::Stall, (1, 60_000), Duration::from_secs(1))
}

fn own_time(backend: &dyn Backend) -> Result<(), Problem> {
    ends(backend, Act::Stall, (20, 300), Duration::from_millis(300))
}

fn trickle(backend: &dyn Backend) -> Result<(), Problem> {
    let bytes = [
        b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n".to_vec(),
        vec![b'a'; 1000],
    ];
    let act = Act::Trickle(Duration::from_millis(20), bytes.concat());
    ends(backend, act, (20, 600), Duration::from_millis(600))
}

fn redirects(backend: &dyn Backend) -> Result<(), Problem> {
    let moved = Answer::text(307, "").with("location", "/");
    let act = Act::Late(Duration::from_millis(400), moved);
    ends(backend, act, (20, 900), Duration::from_millis(900))
}

//! Answers that are none.

use super::{Act, Backend, Check, Error, Other, Problem, brief, get, post, same, terms};
use crate::loopback::Answer;

pub(super) const CHECKS: &[Check] = &[
    ("what can't be read is garbled", garbled),
    ("what breaks off is no answer", broken),
    ("every status is an answer", statuses),
];

fn of(backend: &dyn Backend, acts: &[(&str, Act)], expected: &Error) -> Result<(), Problem> {
    for (what, act) in acts {
        let act = act.clone();
        let server = Other::start(move |_| act.clone())?;
        let client = backend.client(&terms(&[&server]));
        let answer = brief(&*client, post(&server.at("/"), "a"))?;
        same(what, answer, Err(expected.clone()))?;
    }
    Ok(())
}

fn garbled(backend: &dyn Backend) -> Result<(), Problem> {
    let raw = |text: &str| Act::Raw(text.as_bytes().to_vec());
    let big5 = Answer::new(
        200,
        "text/plain; charset=big5",
        vec![0xb2, 0xce, 0xa4, 0x40],
    );
    let acts = [
        ("another protocol", raw("220 mail.example ESMTP\r\n\r\n")),
        ("no status", raw("HTTP/1.1 abc\r\n\r\n")),
        ("a body that is not UTF-8", Act::Answer(big5)),
    ];
    of(backend, &acts, &Error::Garbled)
}

fn broken(backend: &dyn Backend) -> Result<(), Problem> {
    let acts = [
        ("nothing", Act::HangUp),
        ("half a body", Act::Cut(Answer::text(200, "half of it"))),
        ("half a head", Act::Raw(b"HTTP/1.1 200 OK\r\ncont".to_vec())),
    ];
    of(backend, &acts, &Error::NoAnswer)
}

fn statuses(backend: &dyn Backend) -> Result<(), Problem> {
    let server = Other::start(|asked| {
        let status = asked.target.trim_start_matches('/').parse().unwrap_or(500);
        Act::Answer(Answer::text(status, "told"))
    })?;
    let client = backend.client(&terms(&[&server]));
    for status in [200, 201, 302, 400, 401, 404, 429, 500, 502, 503] {
        let answer = brief(&*client, get(&server.at(&format!("/{status}"))))?;
        same("status", answer, Ok((status, "told".to_owned())))?;
    }
    Ok(())
}

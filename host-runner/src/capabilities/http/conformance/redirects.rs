//! Answers that lead elsewhere.

use super::{Act, Backend, Check, Error, Other, Problem, brief, get, post, same, terms};
use crate::loopback::Answer;

pub(super) const CHECKS: &[Check] = &[
    ("redirects are followed, at most three", followed),
    ("a redirect is held to the list", denied),
    ("a redirect keeps the body only where it has to", methods),
    ("a redirect to nowhere is answered as it came", nowhere),
];

fn to(status: u16, place: &str) -> Act {
    Act::Answer(Answer::text(status, "moved").with("location", place))
}

fn followed(backend: &dyn Backend) -> Result<(), Problem> {
    let server = Other::start(|asked| match asked.target.as_str() {
        "/1" => to(302, "/2"),
        "/2" => to(301, "3?a=b"),
        "/3?a=b" => to(308, "/4"),
        "/4" => Act::Answer(Answer::text(200, "here")),
        _ => to(302, "/loop"),
    })?;
    let client = backend.client(&terms(&[&server]));
    let answer = brief(&*client, get(&server.at("/1")))?;
    same(
        "the third leads there",
        answer,
        Ok((200, "here".to_owned())),
    )?;
    let answer = brief(&*client, get(&server.at("/loop")))?;
    same("a loop", answer, Ok((302, "moved".to_owned())))?;
    same("asked", server.seen().len(), 8)
}

fn denied(backend: &dyn Backend) -> Result<(), Problem> {
    let other = Other::start(|_| Act::Answer(Answer::text(200, "secret")))?;
    let place = other.at("/x");
    let server = Other::start(move |_| to(302, &place))?;
    let client = backend.client(&terms(&[&server]));
    let answer = brief(&*client, get(&server.at("/")))?;
    same("answer", answer, Err(Error::Denied(other.entry())))?;
    same("asked there", other.seen(), Vec::new())?;
    let client = backend.client(&terms(&[&server, &other]));
    let answer = brief(&*client, get(&server.at("/")))?;
    same("where it is listed", answer, Ok((200, "secret".to_owned())))
}

fn methods(backend: &dyn Backend) -> Result<(), Problem> {
    let server = Other::start(|asked| match asked.target.as_str() {
        "/end" => {
            let body = String::from_utf8_lossy(&asked.body).into_owned();
            Act::Answer(Answer::text(200, &format!("{} {body}", asked.method)))
        }
        other => to(other.trim_start_matches('/').parse().unwrap_or(500), "/end"),
    })?;
    let client = backend.client(&terms(&[&server]));
    for (status, expected) in [
        (301, "GET "),
        (302, "GET "),
        (303, "GET "),
        (307, "POST body"),
        (308, "POST body"),
    ] {
        let answer = brief(&*client, post(&server.at(&format!("/{status}")), "body"))?;
        same(&status.to_string(), answer, Ok((200, expected.to_owned())))?;
    }
    Ok(())
}

fn nowhere(backend: &dyn Backend) -> Result<(), Problem> {
    let server = Other::start(|asked| match asked.target.as_str() {
        "/empty" => Act::Answer(Answer::text(302, "moved")),
        _ => to(302, "http://["),
    })?;
    let client = backend.client(&terms(&[&server]));
    for path in ["/empty", "/broken"] {
        let answer = brief(&*client, get(&server.at(path)))?;
        same(path, answer, Ok((302, "moved".to_owned())))?;
    }
    Ok(())
}

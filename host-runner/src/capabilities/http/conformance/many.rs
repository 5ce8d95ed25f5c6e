//! Many requests at once.

use super::{Act, Backend, Check, Error, Other, Problem, get, holds, same, send, terms};
use crate::capabilities::http::{REQUESTS, Request};
use crate::loopback::Answer;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

pub(super) const CHECKS: &[Check] = &[
    ("a hundred are answered in their order", order),
    ("many go at once, and no more than may", at_once),
    ("nothing is asked where there is nothing to ask", none),
];

fn order(backend: &dyn Backend) -> Result<(), Problem> {
    let server = Other::start(|asked| {
        let number: usize = asked.target.trim_start_matches('/').parse().unwrap_or(0);
        let answer = Answer::text(200, &asked.target);
        match number % 10 {
            3 => Act::HangUp,
            7 => Act::Late(Duration::from_millis(100), answer),
            _ => Act::Answer(answer),
        }
    })?;
    let client = backend.client(&terms(&[&server]));
    let requests: Vec<Request> = (0..REQUESTS)
        .map(|number| get(&server.at(&format!("/{number}"))))
        .collect();
    let answers = send(&*client, "conformance", &requests)?;
    for (number, answer) in answers.into_iter().enumerate() {
        let expected = match number % 10 {
            3 => Err(Error::NoAnswer),
            _ => Ok(format!("/{number}")),
        };
        same("answer", answer.map(|answer| answer.body), expected)?;
    }
    same("asked", server.seen().len(), REQUESTS)
}

fn at_once(backend: &dyn Backend) -> Result<(), Problem> {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let own = (now, most.clone());
    let server = Other::start(move |_| {
        let (now, most) = &own;
        let under_way = now.fetch_add(1, Ordering::SeqCst) + 1;
        most.fetch_max(under_way, Ordering::SeqCst);
        thread::sleep(Duration::from_millis(60));
        now.fetch_sub(1, Ordering::SeqCst);
        Act::Answer(Answer::text(200, ""))
    })?;
    let mut terms = terms(&[&server]);
    terms.concurrency = 4;
    let client = backend.client(&terms);
    let requests = vec![get(&server.at("/")); 24];
    let answers = send(&*client, "conformance", &requests)?;
    holds("each is answered", answers.iter().all(Result::is_ok))?;
    let most = most.load(Ordering::SeqCst);
    holds(&format!("{most} at once, of 4"), (2..=4).contains(&most))
}

fn none(backend: &dyn Backend) -> Result<(), Problem> {
    let client = backend.client(&terms(&[]));
    same("answers", send(&*client, "conformance", &[])?.len(), 0)
}

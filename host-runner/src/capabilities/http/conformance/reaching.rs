//! Who is reached, with what, and who is not.

use super::{
    Act, Backend, Check, Error, Header, Other, Problem, brief, get, holds, one, post, same, send,
    terms,
};
use crate::capabilities::http::Request;
use crate::loopback::Answer;

pub(super) const CHECKS: &[Check] = &[
    ("requests go out and answers come back whole", whole),
    ("only what the list names is reached", listed),
    ("an entry with a path reaches that path alone", paths),
    ("other merchants reach nothing", merchants),
    ("what is no request is not sent", misshapen),
    ("a host that can't be reached got nothing", unreachable),
];

fn echo() -> Result<Other, Problem> {
    Other::start(|asked| {
        let body = String::from_utf8_lossy(&asked.body).into_owned();
        Act::Answer(Answer::text(207, &body).with("x-own", "a b"))
    })
}

fn whole(backend: &dyn Backend) -> Result<(), Problem> {
    let server = echo()?;
    let client = backend.client(&terms(&[&server]));
    let mut request = post(&server.at("/a/b?c=%2f&d"), "統一發票 & + =");
    request.headers.push(Header {
        name: "X-Asked".to_owned(),
        value: "one".to_owned(),
    });
    let answer = one(&*client, request)?;
    let asked = server.last()?;
    same("method", asked.method.as_str(), "POST")?;
    same("target", asked.target.as_str(), "/a/b?c=%2f&d")?;
    same("header", asked.header("x-asked"), Some("one"))?;
    same("type", asked.header("content-type"), Some("text/plain"))?;
    same("body", asked.body, "統一發票 & + =".as_bytes().to_vec())?;
    let answer = answer.map_err(|error| Problem(format!("an unexpected error: {error}")))?;
    same("status", answer.status, 207)?;
    same("answer", answer.body.as_str(), "統一發票 & + =")?;
    let own = |it: &&Header| it.name.eq_ignore_ascii_case("x-own") && it.value == "a b";
    holds(
        "the answer's header",
        answer.headers.iter().any(|it| own(&it)),
    )?;
    let answer = brief(&*client, get(&server.at("/")))?;
    same("GET", answer, Ok((207, String::new())))
}

fn listed(backend: &dyn Backend) -> Result<(), Problem> {
    let (server, other) = (echo()?, echo()?);
    let client = backend.client(&terms(&[&server]));
    let denied = |entry: &str| Err(Error::Denied(entry.to_owned()));
    let answer = brief(&*client, get(&other.at("/x")))?;
    same("another port", answer, denied(&other.entry()))?;
    let answer = brief(&*client, get("https://denied.example/x"))?;
    same("another host", answer, denied("https://denied.example:443"))?;
    let tls = server.at("/").replacen("http:", "https:", 1);
    let entry = server.entry().replacen("http:", "https:", 1);
    same(
        "another scheme",
        brief(&*client, get(&tls))?,
        denied(&entry),
    )?;
    same("asked there", other.seen(), Vec::new())?;
    same("asked here", server.seen(), Vec::new())
}

fn paths(backend: &dyn Backend) -> Result<(), Problem> {
    let server = echo()?;
    let mut terms = terms(&[]);
    terms.allow = vec![server.at("/api")];
    let client = backend.client(&terms);
    for (path, reached) in [
        ("/api", true),
        ("/api/a?b", true),
        ("/apis", false),
        ("/", false),
        ("/api/../x", false),
        ("/api/%2e%2e/x", false),
    ] {
        let answer = brief(&*client, get(&server.at(path)))?;
        same(path, answer.is_ok(), reached)?;
    }
    let seen = vec!["GET /api".to_owned(), "GET /api/a?b".to_owned()];
    same("asked", server.seen(), seen)
}

fn merchants(backend: &dyn Backend) -> Result<(), Problem> {
    let server = echo()?;
    let client = backend.client(&terms(&[&server]));
    let answers = send(&*client, "other", &[get(&server.at("/"))])?;
    same("answer", answers, vec![Err(Error::Denied(server.entry()))])?;
    same("asked", server.seen(), Vec::new())
}

fn misshapen(backend: &dyn Backend) -> Result<(), Problem> {
    let server = echo()?;
    let client = backend.client(&terms(&[&server]));
    let header = |name: &str, value: &str| Request {
        headers: vec![Header {
            name: name.to_owned(),
            value: value.to_owned(),
        }],
        ..get(&server.at("/"))
    };
    let table = [
        ("a relative address", get("/x")),
        ("no address", get("")),
        ("another protocol", get("ftp://127.0.0.1/")),
        (
            "a password in the address",
            get(&server.at("/").replacen("//", "//a:b@", 1)),
        ),
        (
            "a method beside GET and POST",
            Request {
                method: "DELETE".to_owned(),
                ..get(&server.at("/"))
            },
        ),
        (
            "GET with a body",
            Request {
                body: Some("a".to_owned()),
                ..get(&server.at("/"))
            },
        ),
        ("another host's name", header("Host", "denied.example")),
        ("a length of its own", header("Content-Length", "5")),
        ("a field with a line end", header("x-a", "b\r\nx-c: d")),
        ("a field without a name", header("", "b")),
        (
            "a credential that nobody set",
            Request {
                credential: Some("unset".to_owned()),
                ..get(&server.at("/"))
            },
        ),
    ];
    for (what, request) in table {
        same(what, brief(&*client, request)?, Err(Error::Unreachable))?;
    }
    same("asked", server.seen(), Vec::new())
}

fn unreachable(backend: &dyn Backend) -> Result<(), Problem> {
    let gone = echo()?;
    let (terms, url) = (terms(&[&gone]), gone.at("/"));
    drop(gone);
    let client = backend.client(&terms);
    let answer = brief(&*client, post(&url, "a"))?;
    same("a closed port", answer, Err(Error::Unreachable))
}

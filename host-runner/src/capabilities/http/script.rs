//! The backend `script`: answers that a scenario or a test gave beforehand, and no network.

use super::{Error, Http, Request, Response};
use crate::capabilities::Merchant;
use std::sync::{Mutex, MutexGuard, PoisonError};
use url::Url;
use url::form_urlencoded::parse;

/// What a request must be like to get an answer. What is not said may be anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Its method.
    pub method: Option<String>,
    /// Its address, with or without the query; or, beginning with a slash, its path.
    pub url: Option<String>,
    /// Fields of its body, which must be an URL-encoded form then.
    pub form: Vec<(String, String)>,
}

/// An answer, and which requests get it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// Which.
    pub wanted: Wanted,
    /// What they get.
    pub answer: Result<Response, Error>,
    /// How many requests in a row.
    pub times: u32,
}

/// What a script saw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// All requests, in the order in which they were asked.
    pub asked: Vec<Request>,
    /// Those of them that no answer was there for.
    pub beyond: Vec<Request>,
    /// Answers that nobody asked for.
    pub unasked: u32,
}

/// Answers by a script: each request gets the first answer that is left and fits. A request without one is denied, and
/// kept to be told about. It has no bound, so it is not for a host that runs on.
#[derive(Debug, Default)]
pub struct Script(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    left: Vec<Exchange>,
    seen: Traffic,
}

impl Script {
    /// Answers for the requests to come, after those that are left.
    pub fn add(&self, exchanges: Vec<Exchange>) {
        self.state().left.extend(exchanges);
    }

    /// What was asked since this was called last. Answers that are left are counted, and gone.
    #[must_use]
    pub fn take(&self) -> Traffic {
        let mut state = self.state();
        let left = std::mem::take(&mut state.left);
        let unasked = left
            .iter()
            .fold(0_u32, |sum, one| sum.saturating_add(one.times));
        Traffic {
            unasked,
            ..std::mem::take(&mut state.seen)
        }
    }

    /// The state is whole after every statement, so a thread that panicked left it usable.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn answer(&mut self, request: &Request) -> Result<Response, Error> {
        self.seen.asked.push(request.clone());
        let fits = |one: &&mut Exchange| one.times > 0 && one.wanted.fits(request);
        let Some(found) = self.left.iter_mut().find(fits) else {
            self.seen.beyond.push(request.clone());
            let entry = super::entry(&request.url);
            return Err(entry.map_or(Error::Unreachable, Error::Denied));
        };
        found.times -= 1;
        let answer = found.answer.clone();
        self.left.retain(|one| one.times > 0);
        answer
    }
}

impl Http for Script {
    fn send(&self, _: &Merchant, requests: &[Request]) -> Vec<Result<Response, Error>> {
        let mut state = self.state();
        requests.iter().map(|one| state.answer(one)).collect()
    }
}

impl Wanted {
    /// Whether a request is like that.
    #[must_use]
    pub fn fits(&self, request: &Request) -> bool {
        let method = self.method.as_ref();
        let url = self.url.as_deref();
        method.is_none_or(|method| *method == request.method)
            && url.is_none_or(|url| leads_to(&request.url, url))
            && self.fits_form(request)
    }

    fn fits_form(&self, request: &Request) -> bool {
        if self.form.is_empty() {
            return true;
        }
        let fields = request.form();
        self.form.iter().all(|field| fields.contains(field))
    }
}

impl Request {
    /// The fields of its body, read as an URL-encoded form.
    #[must_use]
    pub fn form(&self) -> Vec<(String, String)> {
        let body = self.body.as_deref().unwrap_or_default();
        parse(body.as_bytes()).into_owned().collect()
    }
}

fn leads_to(address: &str, wanted: &str) -> bool {
    let Ok(mut url) = Url::parse(address) else {
        return address == wanted;
    };
    if wanted.starts_with('/') {
        return url.path() == wanted;
    }
    let whole = Url::parse(wanted).is_ok_and(|wanted| wanted == url);
    url.set_query(None);
    whole || Url::parse(wanted).is_ok_and(|wanted| wanted == url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: &str, url: &str, body: Option<&str>) -> Request {
        Request {
            method: method.to_owned(),
            url: url.to_owned(),
            headers: Vec::new(),
            body: body.map(str::to_owned),
            credential: None,
            timeout_ms: 1000,
        }
    }

    fn answer(body: &str) -> Response {
        Response {
            status: 200,
            headers: Vec::new(),
            body: body.to_owned(),
        }
    }

    #[test]
    fn requests_get_the_first_answer_that_fits() {
        let exchange = |number: Option<&str>, times, answer| Exchange {
            wanted: Wanted {
                url: Some("/x".to_owned()),
                form: number
                    .map(|number| ("n".to_owned(), number.to_owned()))
                    .into_iter()
                    .collect(),
                ..Wanted::default()
            },
            answer,
            times,
        };
        let script = Script::default();
        script.add(vec![
            exchange(Some("1"), 2, Ok(answer("first"))),
            exchange(None, 1, Err(Error::NoAnswer)),
            exchange(None, 3, Ok(answer("last"))),
        ]);
        let merchant = Merchant::new("shop").unwrap();
        let asked = [
            request("POST", "https://a.example/x?q", Some("n=2")),
            request("POST", "https://a.example/x", Some("m=0&n=1")),
            request("POST", "https://a.example/x", Some("n=1")),
            request("POST", "https://a.example/x", Some("n=1")),
            request("POST", "https://a.example/y", Some("n=1")),
        ];
        let answers = script.send(&merchant, &asked);
        let denied = Error::Denied("https://a.example:443".to_owned());
        let expected = [
            Err(Error::NoAnswer),
            Ok(answer("first")),
            Ok(answer("first")),
            Ok(answer("last")),
            Err(denied),
        ];
        assert_eq!(answers, expected);
        let traffic = script.take();
        assert_eq!((traffic.asked.len(), traffic.unasked), (5, 2));
        assert_eq!(traffic.beyond, asked[4..]);
        assert_eq!(script.take(), Traffic::default());
    }

    #[test]
    fn addresses_are_compared_as_they_are_read() {
        let table = [
            ("https://a.example/x", "https://A.example:443/x", true),
            ("https://a.example/x?q=1", "https://a.example/x", true),
            ("https://a.example/x?q=1", "https://a.example/x?q=1", true),
            ("https://a.example/x?q=1", "https://a.example/x?q=2", false),
            ("https://a.example/x", "https://b.example/x", false),
            ("https://a.example/x/y", "/x", false),
            ("https://a.example/x?y", "/x", true),
            ("nowhere", "nowhere", true),
        ];
        for (address, wanted, fits) in table {
            let wanted = Wanted {
                method: Some("GET".to_owned()),
                url: Some(wanted.to_owned()),
                ..Wanted::default()
            };
            let found = wanted.fits(&request("GET", address, None));
            assert_eq!(found, fits, "{address} {wanted:?}");
            assert!(!wanted.fits(&request("POST", address, None)));
        }
    }
}

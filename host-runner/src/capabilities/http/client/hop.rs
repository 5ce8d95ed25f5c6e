//! A request on its way: as the plugin asked for it, and as each redirect leaves it.

use super::super::{Request, Response};
use url::Url;

/// Header fields that the client sets itself, or that would change how the connection is read.
const OWN: [&str; 11] = [
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Header fields that no other host is told.
const CONFIDENTIAL: [&str; 2] = ["authorization", "cookie"];

/// A request to one address.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Hop {
    pub(super) post: bool,
    /// Without fragment, user and password.
    pub(super) url: Url,
    pub(super) headers: Vec<(String, String)>,
    /// None for GET.
    pub(super) body: Option<String>,
}

impl Hop {
    /// Takes what the plugin asked for.
    ///
    /// # Errors
    /// Why it can't be sent, without any of its values.
    pub(super) fn of(request: &Request) -> Result<Self, String> {
        let post = match request.method.as_str() {
            "GET" => false,
            "POST" => true,
            _ => return Err("its method is neither GET nor POST".to_owned()),
        };
        if !post && request.body.is_some() {
            return Err("it is GET and has a body".to_owned());
        }
        let url = Url::parse(&request.url).map_err(|_| "its address is not absolute")?;
        for header in &request.headers {
            let name = header.name.to_ascii_lowercase();
            if OWN.contains(&name.as_str()) {
                return Err(format!("it holds the header {name}, which the host sets"));
            }
        }
        let field = |header: &super::super::Header| (header.name.clone(), header.value.clone());
        Ok(Self {
            post,
            url: plain(url)?,
            headers: request.headers.iter().map(field).collect(),
            body: request.body.clone(),
        })
    }

    /// Where an answer leads, if it leads anywhere; as browsers do it, POST becomes GET but for 307 and 308.
    pub(super) fn next(&self, answer: &Response) -> Option<Self> {
        let keeps = match answer.status {
            301..=303 => !self.post,
            307 | 308 => true,
            _ => return None,
        };
        let mut fields = answer.headers.iter();
        let location = fields.find(|field| field.name.eq_ignore_ascii_case("location"))?;
        let url = plain(self.url.join(&location.value).ok()?).ok()?;
        let mut next = self.clone();
        if url.origin() != self.url.origin() {
            next.drop_headers(|name| CONFIDENTIAL.contains(&name));
        }
        if !keeps {
            (next.post, next.body) = (false, None);
            next.drop_headers(|name| name.starts_with("content-"));
        }
        next.url = url;
        Some(next)
    }

    /// Without the header fields of these names, which come in lower case.
    pub(super) fn drop_headers(&mut self, which: impl Fn(&str) -> bool) {
        self.headers
            .retain(|(name, _)| !which(&name.to_ascii_lowercase()));
    }

    /// The first header field of this name, which is in lower case.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let mut fields = self.headers.iter();
        let found = fields.find(|field| field.0.eq_ignore_ascii_case(name));
        found.map(|field| field.1.as_str())
    }

    /// Bytes of all of it.
    pub(super) fn bytes(&self) -> usize {
        let headers: usize = self
            .headers
            .iter()
            .map(|(name, value)| name.len() + value.len() + 4)
            .sum();
        self.url.as_str().len() + headers + self.body.as_ref().map_or(0, String::len)
    }
}

fn plain(mut url: Url) -> Result<Url, &'static str> {
    if !url.username().is_empty() || url.password().is_some() {
        return Err("its address holds a user or a password");
    }
    url.set_fragment(None);
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::super::super::Header;
    use super::*;

    fn request(method: &str, url: &str, headers: &[(&str, &str)], body: Option<&str>) -> Request {
        let header = |(name, value): &(&str, &str)| Header {
            name: (*name).to_owned(),
            value: (*value).to_owned(),
        };
        Request {
            method: method.to_owned(),
            url: url.to_owned(),
            headers: headers.iter().map(header).collect(),
            body: body.map(str::to_owned),
            credential: None,
            timeout_ms: 1000,
        }
    }

    #[test]
    fn what_cant_be_sent_is_told_without_its_values() {
        let url = "https://a.example/hush";
        let table = [
            (request("PUT", url, &[], None), "GET nor POST"),
            (request("get", url, &[], None), "GET nor POST"),
            (request("GET", url, &[], Some("hush")), "has a body"),
            (request("GET", "/hush", &[], None), "not absolute"),
            (
                request("GET", "https://u:hush@a.example", &[], None),
                "password",
            ),
            (
                request("GET", url, &[("Host", "hush")], None),
                "header host",
            ),
            (
                request("POST", url, &[("Transfer-Encoding", "hush")], None),
                "header transfer-encoding",
            ),
        ];
        for (request, word) in table {
            let why = Hop::of(&request).err().unwrap();
            assert!(why.contains(word) && !why.contains("hush"), "{why}");
        }
        let hop = Hop::of(&request("GET", "https://a.example/x#y", &[], None)).unwrap();
        assert_eq!(hop.url.as_str(), "https://a.example/x");
    }

    #[test]
    fn redirects_keep_what_they_may() {
        let headers = [("Authorization", "a"), ("Content-Type", "b"), ("X", "c")];
        let post = request("POST", "https://a.example/x/y", &headers, Some("body"));
        let get = request("GET", "https://a.example/x/y", &headers, None);
        let (here, there) = ("z?q=1", "//b.example/z");
        // Method, status, location; what is sent then, with its header fields.
        let table = [
            (
                "POST",
                303,
                here,
                "GET https://a.example/x/z?q=1 Authorization X",
            ),
            (
                "POST",
                302,
                here,
                "GET https://a.example/x/z?q=1 Authorization X",
            ),
            ("POST", 301, there, "GET https://b.example/z X"),
            (
                "POST",
                307,
                here,
                "POST https://a.example/x/z?q=1 Authorization Content-Type X",
            ),
            (
                "POST",
                308,
                there,
                "POST https://b.example/z Content-Type X",
            ),
            ("GET", 302, there, "GET https://b.example/z Content-Type X"),
            ("GET", 303, "https://u:p@a.example/", ""),
            ("GET", 302, "http://[", ""),
            ("GET", 300, here, ""),
            ("GET", 304, here, ""),
            ("GET", 200, here, ""),
        ];
        for (method, status, location, expected) in table {
            let hop = Hop::of(if method == "GET" { &get } else { &post }).unwrap();
            let answer = Response {
                status,
                headers: vec![Header {
                    name: "location".to_owned(),
                    value: location.to_owned(),
                }],
                body: String::new(),
            };
            let next = hop.next(&answer).map_or(String::new(), |next| {
                assert_eq!(next.body.is_some(), next.post);
                let names: Vec<_> = next.headers.iter().map(|it| it.0.as_str()).collect();
                let method = if next.post { "POST" } else { "GET" };
                format!("{method} {} {}", next.url, names.join(" "))
            });
            assert_eq!(next, expected, "{method} {status} {location}");
        }
    }
}

//! A request as it came, and the reading of it.

use std::fmt;
use std::io::{self, BufRead, Read};

/// Bytes of a line of the head.
const LINE: u64 = 16 * 1024;

/// Header fields.
const FIELDS: usize = 100;

/// Bytes of a body.
const BODY: usize = 4 * 1024 * 1024;

/// A request.
#[derive(Clone, PartialEq, Eq)]
pub struct Asked {
    /// Such as `POST`.
    pub method: String,
    /// Path and query, as they came.
    pub target: String,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Asked {
    /// The first header field of this name, which is in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut fields = self.headers.iter();
        let found = fields.find(|field| field.0 == name);
        found.map(|field| field.1.as_str())
    }

    /// The path without the query.
    #[must_use]
    pub fn path(&self) -> &str {
        self.target
            .split_once('?')
            .map_or(self.target.as_str(), |(path, _)| path)
    }

    /// The body's fields, if it says that it is an URL-encoded form.
    #[must_use]
    pub fn form(&self) -> Option<Vec<(String, String)>> {
        let kind = self.header("content-type")?;
        let kind = kind.split(';').next().unwrap_or_default().trim();
        kind.eq_ignore_ascii_case("application/x-www-form-urlencoded")
            .then(|| url::form_urlencoded::parse(&self.body))
            .map(|fields| fields.into_owned().collect())
    }

    /// Reads the next request of a connection; none where it ended before one began.
    ///
    /// # Errors
    /// What the connection failed with; `InvalidData` for what is no request, or is larger than the server takes.
    pub(super) fn read(reader: &mut impl BufRead) -> io::Result<Option<Self>> {
        let Some(first) = line(reader)? else {
            return Ok(None);
        };
        let mut words = first.split(' ');
        let (Some(method), Some(target), Some("HTTP/1.1"), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return Err(invalid());
        };
        let mut headers = Vec::new();
        loop {
            let line = line(reader)?.ok_or_else(invalid)?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').ok_or_else(invalid)?;
            if headers.len() >= FIELDS {
                return Err(invalid());
            }
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let mut asked = Self {
            method: method.to_owned(),
            target: target.to_owned(),
            headers,
            body: Vec::new(),
        };
        if asked.header("transfer-encoding").is_some() {
            return Err(invalid());
        }
        let length = asked.header("content-length").unwrap_or("0");
        let length: usize = length.parse().map_err(|_| invalid())?;
        if length > BODY {
            return Err(invalid());
        }
        asked.body = vec![0; length];
        reader.read_exact(&mut asked.body)?;
        Ok(Some(asked))
    }
}

impl fmt::Debug for Asked {
    /// Without headers and body: passwords may be among them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path())
    }
}

/// A line without its end; none at the connection's end.
fn line(reader: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = String::new();
    if reader.by_ref().take(LINE).read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let line = line.strip_suffix('\n').ok_or_else(invalid)?;
    Ok(Some(line.strip_suffix('\r').unwrap_or(line).to_owned()))
}

fn invalid() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "no request that is taken here")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_read_or_refused() {
        let table = [
            ("", Ok(None)),
            (
                "POST /a?b=c HTTP/1.1\r\nContent-Length: 3\r\nX-A: b \r\n\r\nabc",
                Ok(Some("abc")),
            ),
            ("GET / HTTP/1.1\n\n", Ok(Some(""))),
            ("GET / HTTP/1.0\r\n\r\n", Err(())),
            ("GET /\r\n\r\n", Err(())),
            ("GET / HTTP/1.1\r\nx\r\n\r\n", Err(())),
            ("GET / HTTP/1.1\r\nx: y\r\n", Err(())),
            ("POST / HTTP/1.1\r\ncontent-length: 9\r\n\r\nabc", Err(())),
            (
                "POST / HTTP/1.1\r\ncontent-length: 99999999\r\n\r\n",
                Err(()),
            ),
            (
                "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n",
                Err(()),
            ),
        ];
        for (text, expected) in table {
            let read = Asked::read(&mut text.as_bytes());
            let body = read.map(|asked| asked.map(|asked| String::from_utf8(asked.body).unwrap()));
            let expected = expected.map(|body| body.map(str::to_owned));
            assert_eq!(body.map_err(drop), expected, "{text:?}");
        }
    }

    #[test]
    fn forms_are_decoded_where_they_say_so() {
        let asked = |kind: &str| Asked {
            method: "POST".to_owned(),
            target: "/a?b=c".to_owned(),
            headers: vec![("content-type".to_owned(), kind.to_owned())],
            body: b"invDate=2026%2F04%2F10&cardNo=%2FAB%2B".to_vec(),
        };
        let form = asked("application/x-www-form-urlencoded; charset=UTF-8").form();
        let expected = [("invDate", "2026/04/10"), ("cardNo", "/AB+")];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(form.unwrap(), expected);
        assert_eq!(asked("application/json").form(), None);
        assert_eq!(asked("").path(), "/a");
        assert_eq!(format!("{:?}", asked("")), "POST /a");
    }
}

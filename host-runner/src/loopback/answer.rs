//! What the server does with a request.

use std::time::Duration;

/// An answer, well formed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Header fields beside the length.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// What happens on the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// This answer comes.
    Answer(Answer),
    /// This answer comes after a while.
    Late(Duration, Answer),
    /// Its head and half of its body come, then the connection ends.
    Cut(Answer),
    /// These bytes come, HTTP or not, then the connection ends.
    Raw(Vec<u8>),
    /// These bytes come one by one, with so long a pause before each, then the connection ends.
    Trickle(Duration, Vec<u8>),
    /// The connection ends without a word.
    HangUp,
    /// Nothing comes until the other side goes, or half a minute has passed.
    Stall,
}

impl Answer {
    /// An answer with a body of this type.
    #[must_use]
    pub fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: vec![("content-type".to_owned(), content_type.to_owned())],
            body: body.into(),
        }
    }

    /// Plain text.
    #[must_use]
    pub fn text(status: u16, text: &str) -> Self {
        Self::new(status, "text/plain; charset=utf-8", text)
    }

    /// The same with another header field.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The bytes up to the body.
    pub(super) fn head(&self) -> String {
        let mut head = format!("HTTP/1.1 {} {}\r\n", self.status, phrase(self.status));
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("content-length: {}\r\n\r\n", self.body.len()));
        head
    }
}

/// Clients look at the number alone.
fn phrase(status: u16) -> &'static str {
    match status {
        200..=299 => "OK",
        300..=399 => "Elsewhere",
        400..=499 => "Refused",
        _ => "Failed",
    }
}

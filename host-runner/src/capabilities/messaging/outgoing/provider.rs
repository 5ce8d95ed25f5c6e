//! What a provider over HTTP has to say: how a message becomes a request, and what an answer means.

use crate::capabilities::clock::Instant;
use crate::capabilities::messaging::identity::Identity;
use crate::capabilities::messaging::secret::Secret;
use crate::capabilities::messaging::{Channel, Message};
use httpdate::parse_http_date;
use serde_json::Value;
use std::borrow::Cow;
use std::time::UNIX_EPOCH;

/// A provider of one channel: pure functions, without the sending.
pub(in super::super) trait Provider: Send + Sync {
    /// The channel that it serves.
    fn channel(&self) -> Channel;

    /// Its name in settings and in the log.
    fn name(&self) -> &'static str;

    /// The secrets that its requests hold.
    fn secrets(&self) -> Vec<&Secret>;

    /// For how long the same request may be repeated.
    fn repeats(&self) -> Repeats;

    /// The request for a message; the same for the same identity and message, but for signatures of the time.
    fn request(&self, message: &Message, id: &Identity, now: Instant) -> Result<Request, Refusal>;

    /// Its id of a message that it took and answered no id of. None: it has none.
    fn known_as(&self, _: &Identity) -> Option<String> {
        None
    }

    /// What an answer means.
    fn verdict(&self, answer: &Answer, now: Instant) -> Verdict;
}

/// Whether the provider knows a request that it took before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Repeats {
    /// It doesn't: an unknown outcome is the end.
    Never,
    /// For longer than a call takes.
    WithinCall,
    /// For so many seconds after the first request, less by what a call may take; what is unknown may be handed over in a
    /// later call until then.
    For(u32),
}

/// A request by POST.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Request {
    /// Path and query, beginning with a slash.
    pub(in super::super) path: String,
    /// Header fields beside the content type.
    pub(in super::super) headers: Vec<(String, String)>,
    pub(in super::super) content_type: &'static str,
    pub(in super::super) body: Vec<u8>,
}

impl Request {
    pub(in super::super) fn json(path: &str, body: &Value) -> Self {
        Self {
            path: path.to_owned(),
            headers: Vec::new(),
            content_type: "application/json",
            body: body.to_string().into_bytes(),
        }
    }

    pub(in super::super) fn form(path: &str, fields: &[(&str, &str)]) -> Self {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        Self {
            path: path.to_owned(),
            headers: Vec::new(),
            content_type: "application/x-www-form-urlencoded",
            body: body.finish().into_bytes(),
        }
    }

    #[must_use]
    pub(in super::super) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// What came back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in super::super) struct Answer {
    pub(in super::super) status: u16,
    /// Names in lower case.
    pub(in super::super) headers: Vec<(String, String)>,
    /// At most 64 KiB; empty if it broke off.
    pub(in super::super) body: Vec<u8>,
}

impl Answer {
    pub(in super::super) fn header(&self, name: &str) -> Option<&str> {
        let mut fields = self.headers.iter();
        fields
            .find(|field| field.0 == name)
            .map(|field| field.1.as_str())
    }

    pub(in super::super) fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// The body as JSON, or null where it is none.
    pub(in super::super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// Whole seconds of `Retry-After`, or those until the date that it names; none where it is past, or can't be read.
    pub(in super::super) fn retry_after(&self, now: Instant) -> Option<u32> {
        let told = self.header("retry-after")?.trim();
        told.parse().ok().or_else(|| {
            let at = parse_http_date(told).ok()?;
            let at = at.duration_since(UNIX_EPOCH).ok()?.as_secs();
            let left = at.checked_sub(now.seconds).filter(|left| *left > 0)?;
            Some(u32::try_from(left).unwrap_or(u32::MAX))
        })
    }
}

/// Why a message will never arrive. The word is the first of the outcome's text, before a colon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Why {
    /// The provider can't reach whoever it is.
    Unreachable,
    /// The provider or the host refuses the message.
    Refused,
    /// The template is unknown, not approved, or doesn't fit.
    Template,
    /// What was paid for is used up.
    Quota,
}

impl Why {
    pub(in super::super) fn word(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Refused => "refused",
            Self::Template => "template",
            Self::Quota => "quota",
        }
    }
}

/// A message that can't become a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Refusal(pub(in super::super) Why, pub(in super::super) String);

impl Refusal {
    pub(in super::super) fn new(why: Why, text: &str) -> Self {
        Self(why, text.to_owned())
    }
}

/// When what is shut opens again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Renewal {
    /// With the next month at so many hours ahead of UTC.
    Month(u32),
    /// With the next day there.
    Day(u32),
    /// When somebody pays or signs; it is asked again after ten minutes.
    Paid,
}

/// What an answer means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Verdict {
    /// The provider took it; its own id.
    Accepted(Option<String>),
    /// It will never arrive.
    Undeliverable(Why, String),
    /// This one is to be tried again after so many seconds; nothing was taken.
    Later(u32),
    /// All of them are, since the provider has no room; after its own seconds if it named some.
    Busy(Option<u32>),
    /// Nothing goes until then, such as a quota's renewal, and all that comes meanwhile is undeliverable.
    Shut(Renewal, Why, String),
    /// Nothing goes until the operator changes something; nothing was taken.
    Operator(String),
    /// The provider or the way to it failed, and may have taken it or not.
    Failed(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_names_seconds_or_a_date() {
        // 2026-11-25T12:00:00Z.
        let now = Instant::at(1_795_608_000);
        for (told, seconds) in [
            ("7", Some(7)),
            (" 0 ", Some(0)),
            ("Wed, 25 Nov 2026 14:00:00 GMT", Some(7_200)),
            ("Wednesday, 25-Nov-26 14:00:00 GMT", Some(7_200)),
            ("Wed Nov 25 14:00:00 2026", Some(7_200)),
            ("Wed, 25 Nov 2026 12:00:00 GMT", None),
            ("Tue, 24 Nov 2026 12:00:00 GMT", None),
            ("Fri, 31 Dec 9999 23:59:59 GMT", Some(u32::MAX)),
            ("-1", None),
            ("soon", None),
            ("", None),
        ] {
            let answer = Answer {
                headers: vec![("retry-after".to_owned(), told.to_owned())],
                ..Answer::default()
            };
            assert_eq!(answer.retry_after(now), seconds, "{told}");
        }
        assert_eq!(Answer::default().retry_after(now), None);
    }
}

//! What is wrong with an event that can't be done.

use std::fmt;

/// Why an event is set aside, and where it is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The kind.
    pub(crate) reason: Reason,
    /// For a person.
    pub(crate) detail: String,
    /// JSON pointer into the request.
    pub(crate) pointer: Option<String>,
}

/// Why an event can't be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// It names no merchant and function.
    Subject,
    /// No such merchant is served here.
    UnknownMerchant,
    /// The merchant is suspended.
    Suspended,
    /// No such function may be called by events.
    UnknownFunction,
    /// The idempotency key is missing or malformed.
    Key,
    /// The request is larger than it may be.
    TooLarge,
    /// The request is no JSON.
    NoJson,
    /// The JSON doesn't fit the function's types.
    Shape,
    /// The client can't read its headers or its subject.
    Unreadable,
    /// It failed as often as it may, or nobody lived to tell.
    Deliveries,
    /// It failed, and as many of the merchant's events as may wait to come again do.
    ManyFail,
    /// What came of it can't be told, since the server takes no such message. It was done.
    ResultTooLarge,
}

impl Reason {
    /// Its name in headers and in the log, the same for good.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::UnknownMerchant => "unknown-merchant",
            Self::Suspended => "suspended",
            Self::UnknownFunction => "unknown-function",
            Self::Key => "key",
            Self::TooLarge => "too-large",
            Self::NoJson => "no-json",
            Self::Shape => "shape",
            Self::Unreadable => "unreadable",
            Self::Deliveries => "deliveries",
            Self::ManyFail => "many-fail",
            Self::ResultTooLarge => "result-too-large",
        }
    }
}

impl Fault {
    pub(crate) fn new(reason: Reason, detail: impl Into<String>) -> Self {
        Self {
            reason,
            detail: detail.into(),
            pointer: None,
        }
    }

    /// At this JSON pointer of the request.
    #[must_use]
    pub(crate) fn at(mut self, pointer: &str) -> Self {
        self.pointer = Some(pointer.to_owned());
        self
    }
}

/// For the log: without the detail, which may show what was found in the request.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason.name())?;
        match &self.pointer {
            Some(pointer) => write!(f, " at {pointer:?}"),
            None => Ok(()),
        }
    }
}

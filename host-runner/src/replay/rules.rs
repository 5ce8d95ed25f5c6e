//! The merchant's configuration, as far as a replay looks into it.

use super::commands;
use super::error::Error;
use super::orders::fingerprint;
use crate::call::{Call, Subject};
use crate::terms::confirmed;
use chrono_tz::Tz;
use serde::Deserialize;
use serde_json::{Value, json};

/// A merchant's zone where none is named.
pub const ZONE: Tz = Tz::America__New_York;

/// A configuration that the component has checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The document as it was given.
    pub document: String,
    /// SHA-256 of the document in lower-case hexadecimal.
    pub fingerprint: String,
    /// Whose noon it is that orders are played at.
    pub zone: Tz,
    /// ISO 4217.
    pub currency: String,
    /// The programmes' names.
    pub programmes: Vec<String>,
    /// Whether members are sent notices.
    pub notices: bool,
}

impl Rules {
    /// The document that is used where none is given: a point for each full dollar, which lapses
    /// after 365 days at the same local time. With `notices` members who hold 10 points or more are told by e-mail two months, one
    /// month and three days before, and when points have lapsed. The component says which terms it comes to, and they are
    /// confirmed.
    pub fn default_document(subject: &mut dyn Subject, zone: Tz, notices: bool) -> String {
        let mut document = json!({
            "zone": zone.name(),
            "currency": "USD",
            "programmes": {
                "points": {
                    "worth": { "points": "100", "money": "1" },
                    "earn": [{
                        "id": "base",
                        "kind": "order",
                        "state": "paid",
                        "award": { "step": { "points": "1", "per": "1" } },
                    }],
                    "expiry": { "exact": { "days": 365 } },
                },
            },
        });
        if let Some(fields) = document.as_object_mut()
            && notices
        {
            let notices = json!({
                "language": "en",
                "points": {
                    "leads": [{ "months": 2 }, { "months": 1 }, { "days": 3 }],
                    "threshold": { "balance": "10" },
                },
                "unsubscribe": "https://shop.example/unsubscribe",
                "channels": [{
                    "channel": "email",
                    "kinds": ["points-expiring", "points-lapsed"],
                    "per-second": 1000,
                }],
            });
            fields.insert("notices".to_owned(), notices);
        }
        confirmed(subject, &document, "replay").to_string()
    }

    /// Has a document checked by the component; changes nothing.
    ///
    /// # Errors
    /// [`Error::Refused`] with every fault by JSON pointer; [`Error::Call`] and [`Error::Answer`]
    /// where the component gives no answer that can be read.
    pub fn check(subject: &mut dyn Subject, document: String) -> Result<Self, Error> {
        const FUNCTION: &str = "merchant.validate";
        #[derive(Deserialize)]
        struct Summary {
            zone: String,
            currency: String,
            programmes: Vec<Programme>,
        }
        #[derive(Deserialize)]
        struct Programme {
            programme: String,
        }
        let request = Some(json!({ "document": document }));
        let call = Call {
            function: FUNCTION.to_owned(),
            execution: None,
            request,
        };
        let what = || "the configuration can't be used".to_owned();
        let (value, _) = commands::ask(subject, &call, &what)?;
        let summary: Summary = commands::decode(FUNCTION, value)?;
        let zone = summary.zone.parse().map_err(|_| Error::Answer {
            function: FUNCTION,
            problem: format!("the zone {:?} is not known here", summary.zone),
        })?;
        let settings: Value = serde_json::from_str(&document).unwrap_or_default();
        let channels = settings.pointer("/notices/channels");
        let notices = channels
            .and_then(Value::as_array)
            .is_some_and(|channels| !channels.is_empty());
        Ok(Self {
            notices,
            fingerprint: fingerprint(document.as_bytes()),
            document,
            zone,
            currency: summary.currency,
            programmes: summary
                .programmes
                .into_iter()
                .map(|one| one.programme)
                .collect(),
        })
    }
}

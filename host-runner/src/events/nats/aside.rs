//! What a message that can't be done is set aside as: itself, with the reason in its headers.

use super::super::{Desk, Ending, Event, Fault};
use super::lane::Hall;
use super::post::{Unstored, store};
use super::{KEY, MESSAGE_ID};
use crate::capabilities::logging::{Level, plain};
use async_nats::HeaderMap;
use hyper::body::Bytes;
use tokio::sync::watch;

/// Bytes of a header's value.
const VALUE_BYTES: usize = 300;

/// Bytes that a message may grow by its headers here; so much of a payload is cut off where both don't fit.
const GROWTH: usize = 4_096;

/// A message that can't be done.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unfit<'a> {
    /// Its subject, behind what those of events begin with.
    pub(super) place: &'a str,
    pub(super) headers: Option<&'a HeaderMap>,
    pub(super) payload: &'a Bytes,
    /// No other message has it: where it stood in its stream, and since when.
    pub(super) name: &'a str,
    /// How often it was handed out; none: nobody knows.
    pub(super) deliveries: Option<i64>,
}

impl<D: Desk> Hall<D> {
    /// Stores a message with the reason: that in any case, and as much of the message as the server takes. False: the host stops.
    pub(super) async fn set_aside(
        &self,
        unfit: &Unfit<'_>,
        fault: &Fault,
        stop: &mut watch::Receiver<bool>,
    ) -> bool {
        // Whoever reads it there is to be able to.
        let sound = |c: char| if c.is_ascii_graphic() { c } else { '_' };
        let place: String = unfit.place.chars().map(sound).collect();
        let subject = format!("{}.poison.{place}", self.of.prefix);
        let whole = Aside::of(unfit, fault);
        let headers = None;
        let bare = Aside::of(&Unfit { headers, ..*unfit }, fault);
        for aside in [whole.clone(), whole.cut(), bare.cut()] {
            let what = (subject.as_str(), &aside.headers, &aside.payload);
            match store(&self.jetstream, (&*self.desk, &self.doubt), what, stop).await {
                Ok(()) => return true,
                Err(Unstored::TooLarge) => {}
                Err(Unstored::Stopped) => return false,
            }
        }
        true
    }

    /// Counts that an event was set aside, and tells the operator.
    pub(super) fn tell_aside(&self, place: &str, fault: &Fault) {
        self.desk.count(Ending::Poison);
        let merchant = Event::place(place).ok().map(|(merchant, _)| merchant);
        let told = format!("an event was set aside: {fault}");
        self.desk.tell(merchant.as_deref(), Level::Error, &told);
    }
}

/// A message as it is set aside.
#[derive(Clone, Debug)]
struct Aside {
    headers: HeaderMap,
    payload: Bytes,
}

impl Aside {
    /// The message with the reason.
    fn of(unfit: &Unfit<'_>, fault: &Fault) -> Self {
        let headers = unfit.headers;
        let mut own = HeaderMap::new();
        for (name, values) in headers.into_iter().flat_map(HeaderMap::iter) {
            let told = name.to_string();
            let lower = told.to_ascii_lowercase();
            // JetStream would take the sender's orders for its own.
            let ordering = lower.starts_with("nats-");
            let name = if ordering {
                format!("Stampcard-{told}")
            } else {
                told
            };
            // It was set aside before: its own orders are kept already, and what was said of it then is not so now.
            let kept = ordering && headers.is_some_and(|all| all.get(name.as_str()).is_some());
            let senders = lower.starts_with("stampcard-nats-") || name.eq_ignore_ascii_case(KEY);
            let said = lower.starts_with("stampcard-") && !senders;
            if kept || said {
                continue;
            }
            for value in values {
                own.append(name.as_str(), value.as_str());
            }
        }
        let mut set = |name: &str, text: &str| own.insert(name, plain(text, VALUE_BYTES).as_str());
        set(MESSAGE_ID, unfit.name);
        set("Stampcard-Reason", fault.reason.name());
        set("Stampcard-Detail", &fault.detail);
        if let Some(deliveries) = unfit.deliveries {
            set("Stampcard-Deliveries", &deliveries.to_string());
        }
        if let Some(pointer) = &fault.pointer {
            set("Stampcard-Pointer", pointer);
        }
        Self {
            headers: own,
            payload: unfit.payload.clone(),
        }
    }

    /// Without the end of its payload, for a server that takes no longer message.
    fn cut(mut self) -> Self {
        let whole = self.payload.len();
        self.payload.truncate(whole.saturating_sub(GROWTH));
        self.headers
            .insert("Stampcard-Payload-Bytes", whole.to_string().as_str());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::Reason;
    use super::*;

    fn unfit<'a>(headers: Option<&'a HeaderMap>, payload: &'a Bytes, name: &'a str) -> Unfit<'a> {
        Unfit {
            place: "tea.points.refund",
            headers,
            payload,
            name,
            deliveries: Some(3),
        }
    }

    #[test]
    fn it_is_itself_with_the_reason() {
        let mut headers = HeaderMap::new();
        headers.insert("Nats-Msg-Id", "A-1");
        headers.insert("stampcard-key", "K-1");
        headers.insert("Nats-Expected-Stream", "elsewhere");
        headers.append("Trace", "1");
        headers.append("Trace", "2");
        let payload = Bytes::from_static(b"{\"a\":");
        let fault = Fault::new(Reason::Shape, "a\r\nb").at("/lines/0");
        let aside = Aside::of(&unfit(Some(&headers), &payload, "7-100"), &fault);
        let get = |name: &str| {
            let values = aside.headers.get_all(name);
            values
                .map(|value| value.as_str().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(aside.payload, payload);
        for (name, values) in [
            ("Nats-Msg-Id", vec!["7-100"]),
            ("Nats-Expected-Stream", vec![]),
            ("Stampcard-Nats-Msg-Id", vec!["A-1"]),
            ("stampcard-key", vec!["K-1"]),
            ("Stampcard-Nats-Expected-Stream", vec!["elsewhere"]),
            ("Trace", vec!["1", "2"]),
            ("Stampcard-Reason", vec!["shape"]),
            ("Stampcard-Detail", vec!["a\\r\\nb"]),
            ("Stampcard-Pointer", vec!["/lines/0"]),
            ("Stampcard-Deliveries", vec!["3"]),
        ] {
            assert_eq!(get(name), values, "{name}");
        }
    }

    #[test]
    fn what_is_set_aside_again_keeps_its_own_key() {
        let mut headers = HeaderMap::new();
        headers.insert("Nats-Msg-Id", "A-1");
        headers.insert("Stampcard-Key", "K-1");
        headers.insert("Trace", "1");
        let payload = Bytes::from_static(b"{}");
        let fault = Fault::new(Reason::Shape, "first").at("/lines/0");
        let first = Aside::of(&unfit(Some(&headers), &payload, "7-100"), &fault);
        let fault = Fault::new(Reason::Suspended, "second");
        let second = Aside::of(&unfit(Some(&first.headers), &payload, "8-200"), &fault);
        let told: Vec<(String, String)> = second
            .headers
            .iter()
            .flat_map(|(name, values)| {
                let values = values.iter().map(|value| value.as_str().to_owned());
                values.map(|value| (name.to_string(), value))
            })
            .collect();
        let told: std::collections::BTreeMap<_, _> = told.into_iter().collect();
        let expected = [
            ("Nats-Msg-Id", "8-200"),
            ("Stampcard-Deliveries", "3"),
            ("Stampcard-Detail", "second"),
            ("Stampcard-Key", "K-1"),
            ("Stampcard-Nats-Msg-Id", "A-1"),
            ("Stampcard-Reason", "suspended"),
            ("Trace", "1"),
        ];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(told, expected.into());
    }

    #[test]
    fn what_does_not_fit_is_cut_and_says_so() {
        let payload = Bytes::from(vec![b'a'; 10_000]);
        let fault = Fault::new(Reason::TooLarge, "");
        let aside = Aside::of(&unfit(None, &payload, "1-1"), &fault).cut();
        assert_eq!(aside.payload.len(), 10_000 - GROWTH);
        let whole = aside.headers.get("Stampcard-Payload-Bytes").unwrap();
        assert_eq!(whole.as_str(), "10000");
    }
}

//! Events that the client can't read. At headers that are no text, or a subject with blanks, it ends the connection or breaks, and
//! before anybody hears of the message; a status at the head of the headers makes it the server's own word. JetStream would hand such an
//! event out for ever, and count in vain. So it is looked for with the client's eyes shut, and set aside.

use super::super::{Desk, Fault, Reason};
use super::aside::Unfit;
use super::lane::Hall;
use crate::capabilities::logging::{Level, plain};
use async_nats::jetstream::ErrorCode;
use async_nats::jetstream::consumer::PullConsumer;
use async_nats::jetstream::response::Response;
use async_nats::jetstream::stream::RawMessage;
use async_nats::{HeaderMap, HeaderName};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::body::Bytes;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::sync::watch;

/// So many places behind the last event that was handed out are looked at, too, lest each of many in a row end the connection.
const AHEAD: u64 = 100;

/// What JetStream says when it is asked for a message.
#[derive(Deserialize)]
struct Found {
    message: RawMessage,
}

impl<D: Desk> Hall<D> {
    /// Sets aside what nobody can read, of the events that were handed out and those that are next.
    pub(super) async fn look(&self, consumer: &PullConsumer, stop: &mut watch::Receiver<bool>) {
        if let Err(why) = self.unread(consumer, stop).await {
            let told = format!("what can't be read is not set aside yet: {why}");
            self.desk.tell(None, Level::Warn, &told);
        }
    }

    async fn unread(
        &self,
        consumer: &PullConsumer,
        stop: &mut watch::Receiver<bool>,
    ) -> Result<(), String> {
        let mut consumer = consumer.clone();
        let info = consumer.info().await.map_err(|error| error.to_string())?;
        if info.num_ack_pending == 0 && info.num_pending == 0 {
            return Ok(());
        }
        let last = info.delivered.stream_sequence.saturating_add(AHEAD);
        let mut next = info.ack_floor.stream_sequence.saturating_add(1);
        while next <= last
            && let Some(message) = self.stored(&info.stream_name, next).await?
        {
            next = message.sequence.saturating_add(1);
            let told = message.headers.as_deref().map(decoded).transpose()?;
            let (headers, whole) = told.as_deref().map(read).unzip();
            let blank = |c: char| c.is_whitespace() || c == char::REPLACEMENT_CHARACTER;
            if whole == Some(false) || message.subject.contains(blank) {
                let payload = Bytes::from(decoded(&message.payload)?);
                let unfit = Unfit {
                    place: self.place(&message.subject),
                    headers: headers.as_ref(),
                    payload: &payload,
                    name: &super::name(message.sequence, message.time.unix_timestamp_nanos()),
                    deliveries: None,
                };
                let told = "its headers or its subject can't be read";
                let fault = Fault::new(Reason::Unreadable, told);
                if !self.set_aside(&unfit, &fault, stop).await {
                    return Ok(());
                }
                if self.removed(&info.stream_name, message.sequence).await? {
                    self.tell_aside(unfit.place, &fault);
                }
            }
        }
        Ok(())
    }

    /// The first event from a place on, as it is stored.
    async fn stored(&self, stream: &str, from: u64) -> Result<Option<RawMessage>, String> {
        let subject = format!("{}>", self.of.incoming());
        let asked = json!({ "seq": from, "next_by_subj": subject });
        match self.ask::<Found>("GET", stream, &asked).await? {
            Response::Ok(found) => Ok(Some(found.message)),
            Response::Err { error } if error.error_code() == ErrorCode::NO_MESSAGE_FOUND => {
                Ok(None)
            }
            Response::Err { error } => Err(error.to_string()),
        }
    }

    /// Takes an event out of its stream; false: another host did.
    async fn removed(&self, stream: &str, place: u64) -> Result<bool, String> {
        let asked = json!({ "seq": place, "no_erase": true });
        let Response::Err { error } = self.ask::<Value>("DELETE", stream, &asked).await? else {
            return Ok(true);
        };
        let there = self.stored(stream, place).await?;
        if there.is_some_and(|message| message.sequence == place) {
            return Err(format!("the event {place} can't be taken out: {error}"));
        }
        Ok(false)
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        what: &str,
        stream: &str,
        asked: &Value,
    ) -> Result<Response<T>, String> {
        let subject = format!("STREAM.MSG.{what}.{stream}");
        let answer = self.jetstream.request(subject, asked).await;
        answer.map_err(|error| error.to_string())
    }
}

fn decoded(text: &str) -> Result<Vec<u8>, String> {
    STANDARD.decode(text).map_err(|error| error.to_string())
}

/// Headers as far as they can be read, and whether the client reads all of them: as its own `Connection::try_read_op` does, and without
/// a status.
fn read(block: &[u8]) -> (HeaderMap, bool) {
    let text = String::from_utf8_lossy(block);
    let mut lines = text.lines().peekable();
    let first = lines.next().unwrap_or_default().trim_end();
    let mut whole = first == "NATS/1.0" && str::from_utf8(block).is_ok();
    let mut headers = HeaderMap::new();
    while let Some(line) = lines.next() {
        let parts = line.split_once(':');
        let parts = parts.and_then(|(name, value)| Some((name.parse::<HeaderName>().ok()?, value)));
        let Some((name, value)) = parts else {
            whole &= line.is_empty();
            continue;
        };
        let mut value = value.to_owned();
        while let Some(more) = lines.next_if(|line| line.starts_with(char::is_whitespace)) {
            value.push_str(more);
        }
        let value = value.trim();
        // At this the client even panics.
        whole &= !value.contains('\r');
        headers.append(name, plain(value, value.len()).as_str());
    }
    (headers, whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_client_can_not_read_is_known() {
        for (block, whole, key) in [
            (
                &b"NATS/1.0\r\nNats-Msg-Id: A-1\r\n\r\n"[..],
                true,
                Some("A-1"),
            ),
            (b"NATS/1.0\r\nNats-Msg-Id:A-1 \r\n\r\n", true, Some("A-1")),
            (b"NATS/1.0\r\n\r\n", true, None),
            (
                "NATS/1.0\r\nNats-Msg-Id: käse\r\n\r\n".as_bytes(),
                true,
                Some("käse"),
            ),
            (
                b"NATS/1.0\r\nNats-Msg-Id: A\r\n 1\r\n\r\n",
                true,
                Some("A 1"),
            ),
            (
                b"NATS/1.0\r\nTrace: a\xffb\r\nNats-Msg-Id: A-1\r\n\r\n",
                false,
                Some("A-1"),
            ),
            (
                b"NATS/1.0\r\nTrace\xff: a\r\nNats-Msg-Id: A-1\r\n\r\n",
                false,
                Some("A-1"),
            ),
            (
                b"NATS/1.0\r\nNats-Msg-Id: A\xff\r\n\r\n",
                false,
                Some("A\u{fffd}"),
            ),
            (
                b"NATS/1.0\r\nNats-Msg-Id: A\r1\r\n\r\n",
                false,
                Some("A\\r1"),
            ),
            (
                b"NATS/1.0\r\nTrace\r\nNats-Msg-Id: A-1\r\n\r\n",
                false,
                Some("A-1"),
            ),
            (
                b"NATS/1.0\r\nMy trace: 1\r\nNats-Msg-Id: A-1\r\n\r\n",
                false,
                Some("A-1"),
            ),
            (
                b"NATS/1.0 503\r\nNats-Msg-Id: A-1\r\n\r\n",
                false,
                Some("A-1"),
            ),
            (b"NATS/1.0 404 No Messages\r\n\r\n", false, None),
            (b"HTTP/1.1\r\nNats-Msg-Id: A-1\r\n\r\n", false, Some("A-1")),
            (b"\r\n", false, None),
        ] {
            let (headers, all) = read(block);
            let told = headers.get("Nats-Msg-Id").map(|value| value.as_str());
            let block = String::from_utf8_lossy(block);
            assert_eq!((all, told), (whole, key), "{block:?}");
        }
    }
}

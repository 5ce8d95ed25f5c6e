//! LINE push to a friend of the merchant's official account, with its retry key.

use super::{bearer, detail, messages, verdict};
use crate::capabilities::clock::Instant;
use crate::capabilities::messaging::identity::Identity;
use crate::capabilities::messaging::outgoing::{
    Answer, Provider, Refusal, Repeats, Request, Verdict, Why,
};
use crate::capabilities::messaging::secret::Secret;
use crate::capabilities::messaging::{Channel, Message};
use serde_json::json;

/// LINE push of one official account.
pub(in super::super) struct Push {
    token: Secret,
}

impl Push {
    pub(in super::super) fn new(token: Secret) -> Self {
        Self { token }
    }
}

impl Provider for Push {
    fn channel(&self) -> Channel {
        Channel::LinePush
    }

    fn name(&self) -> &'static str {
        "line"
    }

    fn secrets(&self) -> Vec<&Secret> {
        vec![&self.token]
    }

    /// The retry key holds for 24 hours; an hour before nobody begins any more.
    fn repeats(&self) -> Repeats {
        Repeats::For(23 * 3600)
    }

    fn request(&self, message: &Message, id: &Identity, _: Instant) -> Result<Request, Refusal> {
        if !is_recipient(&message.address) {
            let told = "the address is no LINE user, group or room id";
            return Err(Refusal::new(Why::Unreachable, told));
        }
        let mut detail = detail(message.detail.as_deref(), &["messages"])?;
        let messages = messages(&mut detail, &message.text)?;
        let body = json!({ "to": message.address, "messages": messages });
        Ok(Request::json("/v2/bot/message/push", &body)
            .with("authorization", &bearer(&self.token))
            .with("x-line-retry-key", &id.uuid))
    }

    fn verdict(&self, answer: &Answer, now: Instant) -> Verdict {
        // Taken before under the same retry key.
        match answer.header("x-line-accepted-request-id") {
            Some(id) if answer.status == 409 => Verdict::Accepted(Some(id.to_owned())),
            _ => verdict(answer, now),
        }
    }
}

/// Whether it is the id of a user, a group or a room: a letter and 32 hexadecimal digits.
fn is_recipient(id: &str) -> bool {
    let digits = id.strip_prefix(['U', 'C', 'R']);
    digits.is_some_and(|digits| {
        let hex = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f');
        digits.len() == 32 && digits.bytes().all(hex)
    })
}

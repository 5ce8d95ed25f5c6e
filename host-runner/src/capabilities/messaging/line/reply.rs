//! LINE's answers to a member's own act, by the token that came with it: free, for one use, and without a retry key.

use super::{bearer, detail, messages, verdict};
use crate::capabilities::clock::Instant;
use crate::capabilities::messaging::identity::Identity;
use crate::capabilities::messaging::outgoing::{
    Answer, Provider, Refusal, Repeats, Request, Verdict, Why,
};
use crate::capabilities::messaging::secret::Secret;
use crate::capabilities::messaging::{Channel, Message};
use serde_json::json;

/// Answers of one official account.
pub(in super::super) struct Reply {
    token: Secret,
}

impl Reply {
    pub(in super::super) fn new(token: Secret) -> Self {
        Self { token }
    }
}

impl Provider for Reply {
    fn channel(&self) -> Channel {
        Channel::LineReply
    }

    fn name(&self) -> &'static str {
        "line"
    }

    fn secrets(&self) -> Vec<&Secret> {
        vec![&self.token]
    }

    /// A retry key is refused, and a token that was used is as good as none.
    fn repeats(&self) -> Repeats {
        Repeats::Never
    }

    fn request(&self, message: &Message, _: &Identity, _: Instant) -> Result<Request, Refusal> {
        if message.address.is_empty() {
            return Err(Refusal::new(Why::Unreachable, "there is no reply token"));
        }
        let mut detail = detail(message.detail.as_deref(), &["messages"])?;
        let messages = messages(&mut detail, &message.text)?;
        let body = json!({ "replyToken": message.address, "messages": messages });
        Ok(Request::json("/v2/bot/message/reply", &body)
            .with("authorization", &bearer(&self.token)))
    }

    /// A token that lapsed, or was used before, is answered by 400.
    fn verdict(&self, answer: &Answer, now: Instant) -> Verdict {
        verdict(answer, now)
    }
}

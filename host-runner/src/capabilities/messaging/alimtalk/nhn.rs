//! AlimTalk by NHN Cloud.

use super::{Detail, kakao, mobile};
use crate::capabilities::clock::Instant;
use crate::capabilities::messaging::identity::Identity;
use crate::capabilities::messaging::outgoing::{
    Answer, Provider, Refusal, Renewal, Repeats, Request, Verdict, Why,
};
use crate::capabilities::messaging::secret::Secret;
use crate::capabilities::messaging::{Channel, Message};
use serde_json::{Value, json};

/// Characters of a template's code, at most.
const CODE: usize = 20;

/// Korea's hours ahead of UTC, by which the daily volume is counted.
const ZONE: u32 = 9;

/// AlimTalk of one sender at NHN Cloud.
pub(in super::super) struct Nhn {
    pub(in super::super) app_key: String,
    pub(in super::super) sender_key: String,
    pub(in super::super) secret: Secret,
}

impl Nhn {
    /// Where it is.
    pub(in super::super) const BASE: &'static str =
        "https://kakaotalk-bizmessage.api.nhncloudservice.com";
}

impl Provider for Nhn {
    fn channel(&self) -> Channel {
        Channel::Alimtalk
    }

    fn name(&self) -> &'static str {
        "nhn"
    }

    fn secrets(&self) -> Vec<&Secret> {
        vec![&self.secret]
    }

    /// The idempotency key holds for ten minutes, of which a call may take more than one.
    fn repeats(&self) -> Repeats {
        Repeats::For(480)
    }

    fn request(&self, message: &Message, id: &Identity, _: Instant) -> Result<Request, Refusal> {
        let to = mobile(message)?;
        let detail = Detail::of(message, CODE)?;
        let mut recipient = json!({
            "recipientNo": to,
            "templateParameter": detail.variables,
            // Another channel is for the merchant's own order of channels to choose.
            "resendParameter": { "isResend": false },
            // The webhook gives it back, also where the answer to the request was lost.
            "recipientGroupingKey": message.idempotency_key,
        });
        if !detail.buttons.is_empty() {
            let buttons = (1..).zip(&detail.buttons).map(|(ordering, button)| {
                let mut shown =
                    json!({ "ordering": ordering, "type": button.kind, "name": button.name });
                for (name, link) in [("linkMo", &button.mobile), ("linkPc", &button.desktop)] {
                    if let (Some(link), Some(shown)) = (link, shown.as_object_mut()) {
                        shown.insert(name.to_owned(), json!(link));
                    }
                }
                shown
            });
            let buttons: Vec<Value> = buttons.collect();
            if let Some(recipient) = recipient.as_object_mut() {
                recipient.insert("buttons".to_owned(), json!(buttons));
            }
        }
        let body = json!({
            "senderKey": self.sender_key,
            "templateCode": detail.template,
            "recipientList": [recipient],
        });
        let path = format!("/alimtalk/v2.3/appkeys/{}/messages", self.app_key);
        Ok(Request::json(&path, &body)
            .with("x-secret-key", self.secret.reveal())
            .with("x-nc-api-idempotency-key", &id.uuid))
    }

    fn verdict(&self, answer: &Answer, now: Instant) -> Verdict {
        let body = answer.json();
        let Some(code) = body.pointer("/header/resultCode").and_then(Value::as_i64) else {
            return match answer.status {
                401 | 403 => Verdict::Operator("the secret key is refused".to_owned()),
                429 => Verdict::Busy(answer.retry_after(now)),
                400 | 404 | 413 | 415 | 422 => {
                    let told = format!("it answered {} without a result", answer.status);
                    Verdict::Undeliverable(Why::Refused, told)
                }
                _ => Verdict::Failed("no result".to_owned()),
            };
        };
        let told = |place: &str| {
            body.pointer(place)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let whole = |code: i64, text: &str| match code {
            -1000 | -1001 => Verdict::Operator(format!("{code}: {text}")),
            // The key is known, but not what became of the request that bore it first.
            -1005 => Verdict::Failed(format!("{code}: the key was used before")),
            -1017 => Verdict::Shut(Renewal::Day(ZONE), Why::Quota, format!("{code}: {text}")),
            -1027 => Verdict::Shut(Renewal::Paid, Why::Refused, format!("{code}: {text}")),
            _ => Verdict::Undeliverable(Why::Refused, format!("{code}: {text}")),
        };
        let of_kakao = |code: i64| {
            u32::try_from(code)
                .ok()
                .and_then(|code| kakao::verdict(code, now))
        };
        let one = body.pointer("/message/sendResults/0/resultCode");
        match (code, one.and_then(Value::as_i64)) {
            (0, Some(0)) => {
                let id = Some(told("/message/requestId")).filter(|id| !id.is_empty());
                Verdict::Accepted(id.map(str::to_owned))
            }
            (0, None) => Verdict::Failed("no result for the recipient".to_owned()),
            (0, Some(code)) => of_kakao(code)
                .unwrap_or_else(|| whole(code, told("/message/sendResults/0/resultMessage"))),
            (code, _) => {
                of_kakao(code).unwrap_or_else(|| whole(code, told("/header/resultMessage")))
            }
        }
    }
}

//! AlimTalk by Solapi. It takes no key: what may have been sent is never sent again.

use super::{Detail, kakao, mobile};
use crate::capabilities::clock::Instant;
use crate::capabilities::messaging::identity::{Identity, hex};
use crate::capabilities::messaging::outgoing::{
    Answer, Provider, Refusal, Renewal, Repeats, Request, Verdict, Why,
};
use crate::capabilities::messaging::secret::Secret;
use crate::capabilities::messaging::{Channel, Message};
use chrono::{DateTime, SecondsFormat};
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use serde_json::{Map, Value, json};

/// Characters of a template's id, at most.
const CODE: usize = 32;

/// AlimTalk of one channel at Solapi.
pub(in super::super) struct Solapi {
    pub(in super::super) api_key: String,
    pub(in super::super) secret: Secret,
    /// The id of the Kakao channel at Solapi.
    pub(in super::super) pf_id: String,
    /// The registered number that messages come from.
    pub(in super::super) from: String,
}

impl Solapi {
    /// Where it is.
    pub(in super::super) const BASE: &'static str = "https://api.solapi.com";

    /// The header that proves who asks: a signature of the time and of something that never comes again.
    fn signature(&self, date: &str, salt: &str) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.secret.reveal().as_bytes());
        let signature = hmac::sign(&key, format!("{date}{salt}").as_bytes());
        format!(
            "HMAC-SHA256 apiKey={}, date={date}, salt={salt}, signature={}",
            self.api_key,
            hex(signature.as_ref())
        )
    }
}

impl Provider for Solapi {
    fn channel(&self) -> Channel {
        Channel::Alimtalk
    }

    fn name(&self) -> &'static str {
        "solapi"
    }

    fn secrets(&self) -> Vec<&Secret> {
        vec![&self.secret]
    }

    fn repeats(&self) -> Repeats {
        Repeats::Never
    }

    fn request(&self, message: &Message, _: &Identity, now: Instant) -> Result<Request, Refusal> {
        let to = mobile(message)?;
        let detail = Detail::of(message, CODE)?;
        let variables: Map<String, Value> = detail
            .variables
            .iter()
            .map(|(name, value)| (format!("#{{{name}}}"), json!(value)))
            .collect();
        let mut options = json!({
            "pfId": self.pf_id,
            "templateId": detail.template,
            "variables": variables,
            // Another channel is for the merchant's own order of channels to choose.
            "disableSms": true,
        });
        let buttons: Vec<Value> = detail.buttons.iter().map(button).collect();
        if let Some(options) = options.as_object_mut().filter(|_| !buttons.is_empty()) {
            options.insert("buttons".to_owned(), json!(buttons));
        }
        let body = json!({
            "messages": [{
                "to": to, "from": self.from, "text": message.text, "kakaoOptions": options,
                // The webhook gives it back, also where the answer to the request was lost.
                "customFields": { "reference": message.idempotency_key },
            }],
            "allowDuplicates": false,
        });
        let seconds = i64::try_from(now.seconds).unwrap_or(i64::MAX);
        let date = DateTime::from_timestamp(seconds, 0)
            .unwrap_or_default()
            .to_rfc3339_opts(SecondsFormat::Millis, true);
        let mut salt = [0; 16];
        SystemRandom::new()
            .fill(&mut salt)
            .map_err(|_| Refusal::new(Why::Refused, "the system has no random numbers"))?;
        Ok(Request::json("/messages/v4/send-many/detail", &body)
            .with("authorization", &self.signature(&date, &hex(&salt))))
    }

    fn verdict(&self, answer: &Answer, now: Instant) -> Verdict {
        let body = answer.json();
        let text = |place: &str| {
            body.pointer(place)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        match answer.status {
            401 | 403 => Verdict::Operator(format!("refused: {}", text("/errorCode"))),
            429 => Verdict::Busy(answer.retry_after(now)),
            // There is no more money on the account.
            402 => Verdict::Shut(Renewal::Paid, Why::Quota, text("/errorMessage").to_owned()),
            400..=499 if body.get("errorCode").is_some() => {
                let told = format!("{}: {}", text("/errorCode"), text("/errorMessage"));
                if told.contains("NotEnoughBalance") {
                    return Verdict::Shut(Renewal::Paid, Why::Quota, told);
                }
                Verdict::Undeliverable(Why::Refused, told)
            }
            200..=299 => {
                let failed = body.pointer("/failedMessageList/0");
                let count = body.pointer("/groupInfo/count/registeredSuccess");
                if failed.is_some() {
                    let said = text("/failedMessageList/0/statusMessage");
                    return of_code(text("/failedMessageList/0/statusCode"), said, now);
                }
                if count.and_then(Value::as_u64) == Some(1) {
                    let group = text("/groupInfo/groupId");
                    let own = text("/messageList/0/messageId");
                    let id = [own, group].into_iter().find(|id| !id.is_empty());
                    return Verdict::Accepted(id.map(str::to_owned));
                }
                Verdict::Failed("no count of what was taken".to_owned())
            }
            _ => Verdict::Failed("no result".to_owned()),
        }
    }
}

/// What a message's own code means: 2000 to 4000 are its way, the rest are Kakao's or Solapi's errors.
fn of_code(code: &str, said: &str, now: Instant) -> Verdict {
    let told = || format!("{code}: {said}");
    match code.parse::<u32>() {
        Ok(2000 | 3000 | 4000) => Verdict::Accepted(None),
        // Outside the hours, in Solapi's own numbers.
        Ok(3108) => kakao::verdict(3022, now).unwrap_or_else(|| Verdict::Failed(told())),
        Ok(code) => kakao::verdict(code, now)
            .unwrap_or_else(|| Verdict::Undeliverable(Why::Refused, told())),
        Err(_) => Verdict::Failed("a result that can't be read".to_owned()),
    }
}

fn button(button: &super::Button) -> Value {
    let mut shown = Map::new();
    shown.insert("buttonType".to_owned(), json!(button.kind));
    shown.insert("buttonName".to_owned(), json!(button.name));
    for (name, link) in [("linkMo", &button.mobile), ("linkPc", &button.desktop)] {
        if let Some(link) = link {
            shown.insert(name.to_owned(), json!(link));
        }
    }
    Value::Object(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_over_date_and_salt() {
        let solapi = Solapi {
            api_key: "NCSAYU7YDBXYORXC".to_owned(),
            // The key and text of RFC 4231's second case.
            secret: Secret::of("Jefe"),
            pf_id: String::new(),
            from: String::new(),
        };
        let found = solapi.signature("what do ya want ", "for nothing?");
        let signature = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert!(found.starts_with("HMAC-SHA256 apiKey=NCSAYU7YDBXYORXC, date=what do"));
        assert!(found.ends_with(&format!("salt=for nothing?, signature={signature}")));
    }
}

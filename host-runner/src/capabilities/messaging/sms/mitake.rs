//! Text messages in Taiwan by Mitake.

use crate::capabilities::clock::Instant;
use crate::capabilities::messaging::identity::Identity;
use crate::capabilities::messaging::outgoing::{
    Answer, Provider, Refusal, Renewal, Repeats, Request, Verdict, Why,
};
use crate::capabilities::messaging::phone::{Country, Phone};
use crate::capabilities::messaging::secret::Secret;
use crate::capabilities::messaging::{Channel, Message};

/// Seconds after which what Mitake has stopped for now is tried again.
const LATER: u32 = 60;

/// Text messages of one account at Mitake.
pub(in super::super) struct Mitake {
    pub(in super::super) user: String,
    pub(in super::super) password: Secret,
    /// Where Mitake reports what became of a message.
    pub(in super::super) report_url: Option<String>,
    /// Whether that address takes a message's key behind it, after a dot, as the server's own does: the report names the message
    /// then, also where the answer to the request was lost.
    pub(in super::super) keyed: bool,
}

impl Mitake {
    /// Where it is.
    pub(in super::super) const BASE: &'static str = "https://smsapi.mitake.com.tw";
}

impl Provider for Mitake {
    fn channel(&self) -> Channel {
        Channel::Sms
    }

    fn name(&self) -> &'static str {
        "mitake"
    }

    fn secrets(&self) -> Vec<&Secret> {
        vec![&self.password]
    }

    /// The client id holds for 12 hours; an hour before nobody begins any more.
    fn repeats(&self) -> Repeats {
        Repeats::For(11 * 3600)
    }

    fn request(&self, message: &Message, id: &Identity, _: Instant) -> Result<Request, Refusal> {
        let mobile = Phone::parse(&message.address)
            .and_then(|phone| phone.mobile_of(Country::Taiwan))
            .ok_or_else(|| {
                Refusal::new(
                    Why::Unreachable,
                    "the address is no mobile number of Taiwan",
                )
            })?;
        if message.text.is_empty() {
            return Err(Refusal::new(Why::Refused, "the text is empty"));
        }
        // Mitake takes this character for a line's end.
        let text = message
            .text
            .replace("\r\n", "\n")
            .replace(['\r', '\n'], "\u{6}");
        let key = &message.idempotency_key;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let keyed = self.keyed && key.bytes().all(plain);
        let report = self.report_url.as_ref().map(|url| {
            if keyed {
                format!("{url}.{key}")
            } else {
                url.clone()
            }
        });
        let mut fields = vec![
            ("username", self.user.as_str()),
            ("password", self.password.reveal()),
            ("dstaddr", &mobile),
            ("smbody", &text),
            ("clientid", &id.uuid),
        ];
        if let Some(url) = &report {
            fields.push(("response", url));
        }
        Ok(Request::form("/api/mtk/SmSend?CharsetURL=UTF-8", &fields))
    }

    fn verdict(&self, answer: &Answer, now: Instant) -> Verdict {
        match answer.status {
            200 => result(&answer.text()),
            401 | 403 => Verdict::Operator("the account is refused".to_owned()),
            429 => Verdict::Busy(answer.retry_after(now)),
            _ => Verdict::Failed("no result".to_owned()),
        }
    }
}

/// What the lines of an answer mean. Words in them may be in Big5, so that only the code counts.
fn result(text: &str) -> Verdict {
    let value = |name: &str| {
        let mut pairs = text.lines().filter_map(|line| line.trim().split_once('='));
        let found = pairs.find(|pair| pair.0.trim().eq_ignore_ascii_case(name));
        found.map(|pair| pair.1.trim())
    };
    let never = |why: Why, text: &str| Verdict::Undeliverable(why, text.to_owned());
    let operator = |text: &str| Verdict::Operator(text.to_owned());
    match value("statuscode") {
        Some("0" | "1" | "2" | "4") => {
            let id = value("msgid").filter(|id| !id.is_empty());
            Verdict::Accepted(id.map(str::to_owned))
        }
        Some("5") => never(Why::Refused, "5: the text is wrong"),
        Some("6" | "v") => never(Why::Unreachable, "no valid number"),
        Some("7") => never(Why::Unreachable, "7: messages to it are stopped"),
        Some("8" | "9" | "t") => never(Why::Refused, "it came too late or was cancelled"),
        Some("u" | "x" | "y") => never(Why::Refused, "the text is empty or a parameter is wrong"),
        Some("a" | "b" | "r") => Verdict::Busy(Some(LATER)),
        Some("l") => Verdict::Later(LATER),
        Some("c" | "d" | "e") => operator("user or password is wrong"),
        Some("f" | "h") => operator("the account is closed or has expired"),
        Some("k") => operator("this machine's address is not on the account's list"),
        Some("m" | "n") => operator("the account's password must be changed"),
        Some("p") => operator("the account may not send by HTTP"),
        Some("s") => Verdict::Shut(
            Renewal::Paid,
            Why::Quota,
            "s: the account can't pay for it".to_owned(),
        ),
        Some(_) => Verdict::Failed("a code that isn't known".to_owned()),
        None => Verdict::Failed("no code".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capabilities::Merchant;

    fn made(address: &str, text: &str, keyed: bool) -> Result<String, Refusal> {
        let mitake = Mitake {
            user: "u".to_owned(),
            password: Secret::of("p&p"),
            report_url: Some("https://tea.example/sms".to_owned()),
            keyed,
        };
        let message = Message {
            idempotency_key: "k".to_owned(),
            channel: Channel::Sms,
            address: address.to_owned(),
            subject: None,
            text: text.to_owned(),
            html: None,
            detail: None,
        };
        let id = Identity::of(&Merchant::new("shop").unwrap(), &message);
        let request = mitake.request(&message, &id, Instant::at(0))?;
        assert_eq!(request.path, "/api/mtk/SmSend?CharsetURL=UTF-8");
        Ok(String::from_utf8(request.body)
            .unwrap()
            .replace(&id.uuid, "UUID"))
    }

    #[test]
    fn requests_are_forms() {
        assert_eq!(
            made("+886912345678", "點\r\n2&3", false).unwrap(),
            "username=u&password=p%26p&dstaddr=0912345678&smbody=%E9%BB%9E%062%263&clientid=UUID\
             &response=https%3A%2F%2Ftea.example%2Fsms"
        );
        let own = made("+886912345678", "a", true).unwrap();
        assert!(
            own.ends_with("response=https%3A%2F%2Ftea.example%2Fsms.k"),
            "{own}"
        );
        for address in ["+821012345678", "+886223456789", "0912345678"] {
            assert_eq!(made(address, "a", false).unwrap_err().0, Why::Unreachable);
        }
        assert_eq!(
            made("+886912345678", "", false).unwrap_err().0,
            Why::Refused
        );
    }

    #[test]
    fn answers_are_told_apart() {
        let table = [
            (
                "[1]\r\nmsgid=0000000013\r\nstatuscode=1\r\nAccountPoint=126\r\n",
                "accepted 0000000013",
            ),
            ("[1]\nmsgid=7\nstatuscode=4\nDuplicate=Y\n", "accepted 7"),
            ("[1]\nstatuscode = 0", "accepted "),
            ("[1]\nstatuscode=6\nError=\u{fffd}\u{fffd}", "unreachable"),
            ("statuscode=v", "unreachable"),
            ("statuscode=5", "refused"),
            ("statuscode=9", "refused"),
            ("statuscode=y", "refused"),
            ("statuscode=e\nError=x", "operator"),
            ("statuscode=k", "operator"),
            ("statuscode=p", "operator"),
            ("statuscode=s", "shut quota"),
            ("statuscode=a", "busy"),
            ("statuscode=l", "later"),
            ("statuscode=*", "failed"),
            ("statuscode=", "failed"),
            ("statuscode", "failed"),
            ("<html>\u{0}=\n==", "failed"),
            ("", "failed"),
        ];
        for (text, expected) in table {
            let found = match result(text) {
                Verdict::Accepted(id) => format!("accepted {}", id.unwrap_or_default()),
                Verdict::Undeliverable(why, _) => why.word().to_owned(),
                Verdict::Operator(_) => "operator".to_owned(),
                Verdict::Shut(_, why, _) => format!("shut {}", why.word()),
                Verdict::Busy(_) => "busy".to_owned(),
                Verdict::Later(_) => "later".to_owned(),
                Verdict::Failed(_) => "failed".to_owned(),
            };
            assert_eq!(found, expected, "{text:?}");
        }
    }
}

//! Solapi's webhook of single messages' reports.

use super::{About, Fate, Report, ReportError, same};
use crate::capabilities::messaging::identity::hex;
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use serde::Deserialize;

/// The event that tells of single messages.
const SINGLE: &str = "SINGLE-REPORT";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    message_id: String,
    group_id: Option<String>,
    status_code: Option<String>,
    /// What the message was sent with.
    custom_fields: Option<Custom>,
}

#[derive(Deserialize)]
struct Custom {
    /// The message's own key.
    reference: Option<String>,
}

/// What became of messages. `proof` is the header `X-Solapi-Secret`, SHA-1 of the secret in hexadecimal digits; `event` the
/// header `X-Solapi-Event-Name`. Other events than reports of single messages tell nothing here.
///
/// # Errors
/// [`ReportError::Signature`] where the header is of another secret, [`ReportError::Unreadable`] where the body is no
/// list of reports.
pub fn solapi(
    secret: &str,
    proof: &str,
    event: &str,
    body: &[u8],
) -> Result<Vec<Report>, ReportError> {
    let own = digest(&SHA1_FOR_LEGACY_USE_ONLY, secret.as_bytes());
    if !same(&proof.to_ascii_lowercase(), &hex(own.as_ref())) {
        return Err(ReportError::Signature);
    }
    if event != SINGLE {
        return Ok(Vec::new());
    }
    let messages: Vec<Message> =
        serde_json::from_slice(body).map_err(|_| ReportError::Unreadable)?;
    let report = |message: Message| {
        let fate = fate(message.status_code.as_deref().unwrap_or_default());
        // Where the answer to the request named no message, the message is known by its group, which holds no other.
        // And by its own key where there was no answer.
        let key = message.custom_fields.and_then(|own| own.reference);
        let ids = std::iter::once(message.message_id).chain(message.group_id);
        let ids = ids.chain(key.filter(|key| !key.is_empty()));
        Report {
            about: About::OneOf(ids.collect()),
            fate,
            at: None,
        }
    };
    Ok(messages.into_iter().map(report).collect())
}

/// What a status means: 2000 and 3000 are on the way, 4000 has arrived, the others are errors.
fn fate(code: &str) -> Fate {
    match code.parse::<u32>() {
        Ok(4000) => Fate::Delivered,
        Ok(2000 | 3000) | Err(_) => Fate::UnderWay,
        Ok(code) => Fate::Undelivered(format!("code {code}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SHA-1 of `hush`.
    fn proof() -> String {
        hex(digest(&SHA1_FOR_LEGACY_USE_ONLY, b"hush").as_ref())
    }

    fn read(body: &str) -> Result<Vec<Report>, ReportError> {
        solapi("hush", &proof(), SINGLE, body.as_bytes())
    }

    #[test]
    fn reports_name_the_message_and_its_group() {
        let undelivered = |code: &str| Fate::Undelivered(format!("code {code}"));
        let table = [
            ("4000", Fate::Delivered),
            ("2000", Fate::UnderWay),
            ("3000", Fate::UnderWay),
            ("3104", undelivered("3104")),
            ("1025", undelivered("1025")),
            ("?", Fate::UnderWay),
        ];
        for (code, fate) in table {
            let body = format!(
                r#"[{{"messageId":"M4V1","groupId":"G4V1","statusCode":"{code}","to":"010"}}]"#
            );
            let about = About::OneOf(vec!["M4V1".to_owned(), "G4V1".to_owned()]);
            let report = Report {
                about,
                fate,
                at: None,
            };
            assert_eq!(read(&body), Ok(vec![report]), "{code}");
        }
        let body = r#"[{"messageId":"M","groupId":null,"statusCode":"4000","customFields":{"reference":"k-1"}}]"#;
        let both = vec!["M".to_owned(), "k-1".to_owned()];
        assert_eq!(read(body).unwrap()[0].about, About::OneOf(both));
        for none in ["null", "{}", r#"{"reference":""}"#] {
            let body = format!(r#"[{{"messageId":"M","customFields":{none}}}]"#);
            let only = vec!["M".to_owned()];
            assert_eq!(read(&body).unwrap()[0].about, About::OneOf(only), "{none}");
        }
        let groups = r#"[{"groupId":"G4V1","count":{}}]"#;
        let found = solapi("hush", &proof(), "GROUP-REPORT", groups.as_bytes());
        assert_eq!(found, Ok(Vec::new()));
    }

    #[test]
    fn nobody_else_is_believed_and_nothing_else_read() {
        let body = r#"[{"messageId":"M4V1","statusCode":"4000"}]"#;
        for proof in ["", "hush", "0000000000000000000000000000000000000000"] {
            let found = solapi("hush", proof, SINGLE, body.as_bytes());
            assert_eq!(found, Err(ReportError::Signature), "{proof}");
        }
        assert!(solapi("hush", &proof().to_uppercase(), SINGLE, body.as_bytes()).is_ok());
        for text in ["", "{}", "[1]", r#"[{"statusCode":"4000"}]"#] {
            assert_eq!(read(text), Err(ReportError::Unreadable), "{text}");
        }
    }
}

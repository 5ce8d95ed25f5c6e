//! NHN Cloud's webhook of results of AlimTalk.

use super::{About, Fate, Report, ReportError, same};
use serde::Deserialize;

/// The event that tells of results; the others are of templates.
const RESULTS: &str = "MESSAGE_RESULT_UPDATE";

#[derive(Deserialize)]
struct Body {
    event: String,
    #[serde(default)]
    hooks: Vec<Hook>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Hook {
    request_id: Option<String>,
    /// The message's own key.
    recipient_grouping_key: Option<String>,
    result_code: Option<Code>,
}

/// A code as text, which some versions write as a number.
#[derive(Deserialize)]
#[serde(untagged)]
enum Code {
    Text(String),
    Number(i64),
}

/// What became of messages, by the ids of the requests that they were sent with. `signature` is the header
/// `X-Toast-Webhook-Signature`, which is the text that was typed in where the webhook was set up, `own` that text.
///
/// # Errors
/// [`ReportError::Signature`] for another text, [`ReportError::Unreadable`] where the body is no webhook.
pub fn nhn(own: &str, signature: &str, body: &[u8]) -> Result<Vec<Report>, ReportError> {
    if !same(signature, own) {
        return Err(ReportError::Signature);
    }
    let body: Body = serde_json::from_slice(body).map_err(|_| ReportError::Unreadable)?;
    if body.event != RESULTS {
        return Ok(Vec::new());
    }
    let report = |hook: Hook| {
        let code = match hook.result_code.ok_or(ReportError::Unreadable)? {
            Code::Text(text) => text,
            Code::Number(number) => number.to_string(),
        };
        let id = hook.request_id.ok_or(ReportError::Unreadable)?;
        let key = hook.recipient_grouping_key.filter(|key| !key.is_empty());
        Ok(Report {
            about: About::of(id, key),
            fate: fate(&code),
            at: None,
        })
    };
    body.hooks.into_iter().map(report).collect()
}

/// What a result's code means: NHN's own, or Kakao's. One that isn't known says nothing for certain.
fn fate(code: &str) -> Fate {
    match code {
        "MRC01" => Fate::Delivered,
        "MRC02" => Fate::Undelivered("it was not delivered".to_owned()),
        code => match code.parse::<i64>() {
            Ok(0) => Fate::Delivered,
            // Sent, and may still arrive within three days.
            Ok(3005) | Err(_) => Fate::UnderWay,
            Ok(code) => Fate::Undelivered(format!("code {code}")),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(code: &str) -> String {
        format!(
            r#"{{"hooksId":"h","event":"MESSAGE_RESULT_UPDATE","appKey":"a","hooks":[
                {{"kakaoMessageType":"ALIMTALK_NORMAL","requestId":"20261125A","recipientSeq":1,
                  "receiveDate":"2026-11-25 21:00:00","recipientNo":"01012345678","resultCode":{code},"hookId":"1"}}]}}"#
        )
    }

    #[test]
    fn results_are_told_by_the_request() {
        let table = [
            (r#""MRC01""#, Fate::Delivered),
            (
                r#""MRC02""#,
                Fate::Undelivered("it was not delivered".to_owned()),
            ),
            (r#""0""#, Fate::Delivered),
            ("0", Fate::Delivered),
            ("3018", Fate::Undelivered("code 3018".to_owned())),
            (r#""3005""#, Fate::UnderWay),
            (r#""MRC99""#, Fate::UnderWay),
        ];
        for (code, fate) in table {
            let report = Report {
                about: About::Id("20261125A".to_owned()),
                fate,
                at: None,
            };
            let found = nhn("hush", "hush", body(code).as_bytes());
            assert_eq!(found, Ok(vec![report]), "{code}");
        }
        let named = body("0").replace("\"hookId\"", "\"recipientGroupingKey\":\"k-1\",\"hookId\"");
        let both = vec!["20261125A".to_owned(), "k-1".to_owned()];
        let found = nhn("hush", "hush", named.as_bytes()).unwrap();
        assert_eq!(found[0].about, About::OneOf(both));
        let template = r#"{"event":"TEMPLATE_STATUS_UPDATE","hooks":[{"status":"TSC03"}]}"#;
        assert_eq!(nhn("hush", "hush", template.as_bytes()), Ok(Vec::new()));
    }

    #[test]
    fn nobody_else_is_believed_and_nothing_else_read() {
        let good = body("0");
        for signature in ["", "hus", "hush ", "HUSH"] {
            let found = nhn("hush", signature, good.as_bytes());
            assert_eq!(found, Err(ReportError::Signature), "{signature}");
        }
        let table = [
            "",
            "[]",
            "{}",
            r#"{"event":"MESSAGE_RESULT_UPDATE","hooks":[{"requestId":"a"}]}"#,
            r#"{"event":"MESSAGE_RESULT_UPDATE","hooks":[{"resultCode":"MRC01"}]}"#,
            r#"{"event":"MESSAGE_RESULT_UPDATE","hooks":[{"requestId":1,"resultCode":"MRC01"}]}"#,
        ];
        for text in table {
            let found = nhn("hush", "hush", text.as_bytes());
            assert_eq!(found, Err(ReportError::Unreadable), "{text}");
        }
    }
}

//! Answers without the secrets that were asked with: a server may repeat what it was sent.

use super::super::{Header, Response};
use crate::capabilities::messaging::Secret;
use url::form_urlencoded::byte_serialize;

/// What stands in a secret's place.
const INSTEAD: &str = "(secret)";

/// The answer with each secret taken out of header fields and body, as it is and as forms write it.
pub(super) fn scrub(answer: Response, secrets: &[&Secret]) -> Response {
    if secrets.is_empty() {
        return answer;
    }
    let forms: Vec<String> = secrets
        .iter()
        .flat_map(|secret| {
            let plain = secret.reveal();
            [plain.to_owned(), byte_serialize(plain.as_bytes()).collect()]
        })
        .collect();
    let clean = |mut text: String| {
        for form in &forms {
            if text.contains(form.as_str()) {
                text = text.replace(form.as_str(), INSTEAD);
            }
        }
        text
    };
    Response {
        status: answer.status,
        headers: answer
            .headers
            .into_iter()
            .map(|field| Header {
                name: field.name,
                value: clean(field.value),
            })
            .collect(),
        body: clean(answer.body),
    }
}

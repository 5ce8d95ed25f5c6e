//! Text messages by a provider that is described in the settings.

use super::template::{Template, Values};
use crate::capabilities::clock::Instant;
use crate::capabilities::messaging::identity::Identity;
use crate::capabilities::messaging::outgoing::{
    Answer, Provider, Refusal, Repeats, Request, Verdict, Why,
};
use crate::capabilities::messaging::phone::Phone;
use crate::capabilities::messaging::secret::Secret;
use crate::capabilities::messaging::{Channel, Message};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// What a provider is like, as it stands in the settings.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in super::super) struct HttpSettings {
    /// Path and query after the base, beginning with a slash.
    pub(in super::super) path: String,
    #[serde(default)]
    pub(in super::super) format: Format,
    /// Whether the provider takes a `{key}` that it knows for a repeat, and doesn't send again.
    #[serde(default)]
    pub(in super::super) idempotent: bool,
    #[serde(default)]
    pub(in super::super) headers: BTreeMap<String, String>,
    /// Members of the body: templates, and for JSON also tables, lists, numbers and switches.
    pub(in super::super) body: Map<String, Value>,
    #[serde(default)]
    pub(in super::super) accepted: Accepted,
    #[serde(default)]
    pub(in super::super) refused: Refused,
}

/// How the body is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in super::super) enum Format {
    #[default]
    Json,
    Form,
}

/// By what an answer shows that the provider took a message.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in super::super) struct Accepted {
    /// The HTTP status is one of these.
    statuses: Vec<u16>,
    /// And the answer has, at this JSON pointer,
    pointer: Option<String>,
    /// one of these values, written as text.
    values: Vec<String>,
    /// Where the provider's own id stands.
    id: Option<String>,
}

impl Default for Accepted {
    fn default() -> Self {
        Self {
            statuses: vec![200, 201, 202],
            pointer: None,
            values: Vec::new(),
            id: None,
        }
    }
}

/// By what it shows that it will never arrive.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in super::super) struct Refused {
    /// The HTTP status is one of these;
    statuses: Vec<u16>,
    /// or the value at the pointer of `accepted` is one of these.
    values: Vec<String>,
}

impl Default for Refused {
    fn default() -> Self {
        Self {
            statuses: vec![400, 404, 413, 422],
            values: Vec::new(),
        }
    }
}

/// A provider made by settings.
pub(in super::super) struct Http {
    path: String,
    format: Format,
    repeats: Repeats,
    headers: Vec<(String, Template)>,
    body: Vec<(String, Part)>,
    accepted: Accepted,
    refused: Refused,
    secrets: Vec<Secret>,
}

/// A value of the body.
enum Part {
    Text(Template),
    List(Vec<Self>),
    Table(Vec<(String, Self)>),
    Other(Value),
}

/// What is wrong with such settings: the field, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {reason}")]
pub(in super::super) struct HttpError {
    pub(in super::super) field: String,
    pub(in super::super) reason: String,
}

impl Http {
    pub(in super::super) fn new(
        settings: HttpSettings,
        secrets: &BTreeMap<String, Secret>,
    ) -> Result<Self, HttpError> {
        let fault = |field: &str, reason: &str| HttpError {
            field: field.to_owned(),
            reason: reason.to_owned(),
        };
        if !settings.path.starts_with('/') || !settings.path.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(fault("path", "it is no path that begins with a slash"));
        }
        let mut headers = Vec::new();
        for (name, text) in &settings.headers {
            let field = format!("headers.{name}");
            let sound = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
            if name.is_empty() || !name.bytes().all(sound) {
                return Err(fault(&field, "it is no name of a header field"));
            }
            let template = Template::parse(text, secrets).map_err(|why| fault(&field, &why))?;
            headers.push((name.clone(), template));
        }
        let body = parts(settings.body, "body", secrets)?;
        let nested = |part: &Part| !matches!(part, Part::Text(_));
        if settings.format == Format::Form
            && let Some((name, _)) = body.iter().find(|(_, part)| nested(part))
        {
            return Err(fault(&format!("body.{name}"), "a form holds texts alone"));
        }
        let in_headers = headers.iter().any(|(_, template)| template.names_key());
        if settings.idempotent && !in_headers && !body.iter().any(|(_, part)| part.names_key()) {
            return Err(fault(
                "idempotent",
                "no header and no member of the body holds {key}",
            ));
        }
        let accepted = settings.accepted;
        if accepted.pointer.is_some() == accepted.values.is_empty() {
            return Err(fault("accepted", "pointer and values belong together"));
        }
        for (name, pointer) in [("pointer", &accepted.pointer), ("id", &accepted.id)] {
            if pointer.as_ref().is_some_and(|text| !text.starts_with('/')) {
                return Err(fault(&format!("accepted.{name}"), "it is no JSON pointer"));
            }
        }
        Ok(Self {
            path: settings.path,
            format: settings.format,
            repeats: if settings.idempotent {
                Repeats::WithinCall
            } else {
                Repeats::Never
            },
            headers,
            body,
            accepted,
            refused: settings.refused,
            secrets: secrets.values().cloned().collect(),
        })
    }
}

impl Provider for Http {
    fn channel(&self) -> Channel {
        Channel::Sms
    }

    fn name(&self) -> &'static str {
        "http"
    }

    fn secrets(&self) -> Vec<&Secret> {
        self.secrets.iter().collect()
    }

    fn repeats(&self) -> Repeats {
        self.repeats
    }

    fn request(&self, message: &Message, id: &Identity, _: Instant) -> Result<Request, Refusal> {
        let phone = Phone::parse(&message.address)
            .ok_or_else(|| Refusal::new(Why::Unreachable, "the address is no E.164 number"))?;
        let values = Values {
            to: phone.international(),
            text: &message.text,
            key: &id.uuid,
            reference: &message.idempotency_key,
        };
        let mut request = match self.format {
            Format::Json => Request::json(&self.path, &filled(&self.body, values)),
            Format::Form => {
                let fields: Vec<(&str, String)> = self
                    .body
                    .iter()
                    .filter_map(|(name, part)| match part {
                        Part::Text(template) => Some((name.as_str(), template.fill(values))),
                        Part::List(_) | Part::Table(_) | Part::Other(_) => None,
                    })
                    .collect();
                let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, &**v)).collect();
                Request::form(&self.path, &fields)
            }
        };
        for (name, template) in &self.headers {
            request = request.with(name, &template.fill(values));
        }
        Ok(request)
    }

    fn verdict(&self, answer: &Answer, now: Instant) -> Verdict {
        let body = answer.json();
        let value = self
            .accepted
            .pointer
            .as_ref()
            .map(|at| shown(body.pointer(at)));
        let told = || match &value {
            Some(Some(value)) => format!("it answered {} with {value}", answer.status),
            _ => format!("it answered {}", answer.status),
        };
        let is = |values: &[String]| matches!(&value, Some(Some(value)) if values.contains(value));
        if is(&self.refused.values) || self.refused.statuses.contains(&answer.status) {
            return Verdict::Undeliverable(Why::Refused, told());
        }
        let good = self.accepted.statuses.contains(&answer.status);
        if good && (value.is_none() || is(&self.accepted.values)) {
            let id = self.accepted.id.as_ref();
            return Verdict::Accepted(id.and_then(|at| shown(body.pointer(at))));
        }
        match answer.status {
            401 | 403 => Verdict::Operator(format!("{}, so the credentials are refused", told())),
            429 => Verdict::Busy(answer.retry_after(now)),
            _ => Verdict::Failed(told()),
        }
    }
}

/// A text, number or switch as text.
fn shown(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(text.clone()),
        value @ (Value::Number(_) | Value::Bool(_)) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn parts(
    table: Map<String, Value>,
    field: &str,
    secrets: &BTreeMap<String, Secret>,
) -> Result<Vec<(String, Part)>, HttpError> {
    let part = |(name, value): (String, Value)| {
        let part = Part::of(value, &format!("{field}.{name}"), secrets)?;
        Ok((name, part))
    };
    table.into_iter().map(part).collect()
}

fn filled(parts: &[(String, Part)], values: Values<'_>) -> Value {
    let members = parts.iter();
    Value::Object(
        members
            .map(|(name, part)| (name.clone(), part.fill(values)))
            .collect(),
    )
}

impl Part {
    fn of(
        value: Value,
        field: &str,
        secrets: &BTreeMap<String, Secret>,
    ) -> Result<Self, HttpError> {
        match value {
            Value::String(text) => {
                Template::parse(&text, secrets)
                    .map(Self::Text)
                    .map_err(|reason| HttpError {
                        field: field.to_owned(),
                        reason,
                    })
            }
            Value::Array(list) => {
                let part = |value| Self::of(value, field, secrets);
                list.into_iter()
                    .map(part)
                    .collect::<Result<_, _>>()
                    .map(Self::List)
            }
            Value::Object(table) => parts(table, field, secrets).map(Self::Table),
            other @ (Value::Null | Value::Bool(_) | Value::Number(_)) => Ok(Self::Other(other)),
        }
    }

    fn fill(&self, values: Values<'_>) -> Value {
        match self {
            Self::Text(template) => Value::String(template.fill(values)),
            Self::List(list) => list.iter().map(|part| part.fill(values)).collect(),
            Self::Table(table) => filled(table, values),
            Self::Other(value) => value.clone(),
        }
    }

    fn names_key(&self) -> bool {
        match self {
            Self::Text(template) => template.names_key(),
            Self::List(list) => list.iter().any(Self::names_key),
            Self::Table(table) => table.iter().any(|(_, part)| part.names_key()),
            Self::Other(_) => false,
        }
    }
}

#[cfg(test)]
#[path = "http_tests.rs"]
mod tests;

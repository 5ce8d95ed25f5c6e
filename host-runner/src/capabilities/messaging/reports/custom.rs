//! Reports of a provider that is made of settings.

use super::{About, Fate, Report, ReportError};
use serde::Deserialize;
use serde_json::Value;
use url::form_urlencoded::parse;

/// Reports in one request, at most.
const REPORTS: usize = 1_000;

/// How a provider's reports are written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Custom {
    /// In the body or the query.
    #[serde(default)]
    pub format: CustomFormat,
    /// JSON pointer of the list of reports; without it the body is one report.
    pub list: Option<String>,
    /// Where the id stands that the provider accepted the message under: a JSON pointer within a report, or a field's
    /// name.
    pub id: String,
    /// Where the reference stands that the message was sent with, if reports have it. By it a message is known whose acceptance was
    /// never answered.
    pub reference: Option<String>,
    /// Where the state stands.
    pub status: String,
    /// States that mean that it has arrived.
    pub delivered: Vec<String>,
    /// States that mean that it never will. All others mean that it is on its way.
    #[serde(default)]
    pub undelivered: Vec<String>,
}

/// How a request says something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CustomFormat {
    /// The body is JSON.
    #[default]
    Json,
    /// The body is a form.
    Form,
    /// The query of the address is a form.
    Query,
}

impl Custom {
    /// What is wrong with such settings: the field, and why.
    pub(crate) fn fault(&self) -> Option<(&'static str, &'static str)> {
        let json = self.format == CustomFormat::Json;
        let pointer = |text: &str| text.starts_with('/');
        if json && !pointer(&self.id) {
            Some(("id", "it is no JSON pointer"))
        } else if json && !pointer(&self.status) {
            Some(("status", "it is no JSON pointer"))
        } else if json && self.reference.as_deref().is_some_and(|it| !pointer(it)) {
            Some(("reference", "it is no JSON pointer"))
        } else if self.list.as_deref().is_some_and(|list| !pointer(list)) {
            Some(("list", "it is no JSON pointer"))
        } else if self.list.is_some() && !json {
            Some(("list", "a form is one report"))
        } else if self.delivered.is_empty() {
            Some(("delivered", "it names no state"))
        } else {
            None
        }
    }

    /// What a request tells.
    ///
    /// # Errors
    /// [`ReportError::Unreadable`] where id or state are missing.
    pub fn read(&self, query: &str, body: &[u8]) -> Result<Vec<Report>, ReportError> {
        let form = |text: &[u8]| {
            let value = |wanted: &str| {
                let mut fields = parse(text);
                let found = fields.find(|field| field.0 == wanted);
                found.map(|field| field.1.into_owned())
            };
            let reference = self.reference.as_deref().and_then(value);
            Ok(vec![self.report(
                value(&self.id),
                reference,
                value(&self.status),
            )?])
        };
        match self.format {
            CustomFormat::Query => form(query.as_bytes()),
            CustomFormat::Form => form(body),
            CustomFormat::Json => {
                let body: Value =
                    serde_json::from_slice(body).map_err(|_| ReportError::Unreadable)?;
                let list = match &self.list {
                    None => std::slice::from_ref(&body),
                    Some(place) => {
                        let list = body.pointer(place).and_then(Value::as_array);
                        list.ok_or(ReportError::Unreadable)?.as_slice()
                    }
                };
                if list.len() > REPORTS {
                    return Err(ReportError::Unreadable);
                }
                let text = |value: &Value, place: &str| match value.pointer(place)? {
                    Value::String(text) => Some(text.clone()),
                    Value::Number(number) => Some(number.to_string()),
                    Value::Bool(flag) => Some(flag.to_string()),
                    _ => None,
                };
                let reports = list.iter().map(|one| {
                    let reference = self.reference.as_deref().and_then(|at| text(one, at));
                    self.report(text(one, &self.id), reference, text(one, &self.status))
                });
                reports.collect()
            }
        }
    }

    fn report(
        &self,
        id: Option<String>,
        reference: Option<String>,
        status: Option<String>,
    ) -> Result<Report, ReportError> {
        let ids = id.into_iter().chain(reference);
        let mut ids: Vec<String> = ids.filter(|id| !id.is_empty()).collect();
        let status = status.filter(|_| !ids.is_empty());
        let status = status.ok_or(ReportError::Unreadable)?;
        let fate = if self.delivered.contains(&status) {
            Fate::Delivered
        } else if self.undelivered.contains(&status) {
            // One of the settings' own words.
            Fate::Undelivered(format!("state {status}").chars().take(100).collect())
        } else {
            Fate::UnderWay
        };
        Ok(Report {
            about: if ids.len() == 1 {
                About::Id(ids.swap_remove(0))
            } else {
                About::OneOf(ids)
            },
            fate,
            at: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn custom(text: &str) -> Custom {
        toml::from_str(text).unwrap()
    }

    const JSON: &str = "id = \"/id\"\nstatus = \"/state/code\"\ndelivered = [\"1\", \"OK\"]\nundelivered = [\"9\"]\n";

    #[test]
    fn reports_are_found_where_the_settings_say() {
        let form = "format = \"form\"\nid = \"id\"\nstatus = \"s\"\ndelivered = [\"OK\"]\nundelivered = [\"9\"]\n";
        let query = form.replace("\"form\"", "\"query\"");
        let list = format!("list = \"/all\"\n{JSON}");
        let one = |fate: Fate| Ok(vec![fate]);
        let undelivered = || Fate::Undelivered("state 9".to_owned());
        let table = [
            (
                JSON,
                "",
                r#"{"id":"a","state":{"code":"OK"}}"#,
                one(Fate::Delivered),
            ),
            (
                JSON,
                "",
                r#"{"id":7,"state":{"code":1}}"#,
                one(Fate::Delivered),
            ),
            (
                JSON,
                "",
                r#"{"id":"a","state":{"code":9}}"#,
                one(undelivered()),
            ),
            (
                JSON,
                "",
                r#"{"id":"a","state":{"code":"?"}}"#,
                one(Fate::UnderWay),
            ),
            (
                JSON,
                "",
                r#"{"id":"","state":{"code":1}}"#,
                Err(ReportError::Unreadable),
            ),
            (JSON, "", r#"{"id":"a"}"#, Err(ReportError::Unreadable)),
            (JSON, "", "x", Err(ReportError::Unreadable)),
            (
                &list,
                "",
                r#"{"all":[{"id":"a","state":{"code":1}},{"id":"b","state":{"code":9}}]}"#,
                Ok(vec![Fate::Delivered, undelivered()]),
            ),
            (&list, "", r#"{"all":{}}"#, Err(ReportError::Unreadable)),
            (form, "", "id=a&s=OK", one(Fate::Delivered)),
            (form, "id=a&s=OK", "", Err(ReportError::Unreadable)),
            (&query, "id=a&s=9", "", one(undelivered())),
        ];
        for (settings, query, body, expected) in table {
            let found = custom(settings).read(query, body.as_bytes());
            let found = found.map(|all| all.into_iter().map(|one| one.fate).collect());
            assert_eq!(found, expected, "{body}");
        }
        let referred = format!("reference = \"/ref\"\n{JSON}");
        let ids = |ids: &[&str]| About::OneOf(ids.iter().map(|id| (*id).to_owned()).collect());
        for (body, about) in [
            (
                r#"{"id":"a","ref":"r","state":{"code":1}}"#,
                ids(&["a", "r"]),
            ),
            (
                r#"{"id":"a","state":{"code":1}}"#,
                About::Id("a".to_owned()),
            ),
            (
                r#"{"id":"","ref":"r","state":{"code":1}}"#,
                About::Id("r".to_owned()),
            ),
        ] {
            let found = custom(&referred).read("", body.as_bytes()).unwrap();
            assert_eq!(found[0].about, about, "{body}");
        }
    }

    #[test]
    fn settings_that_can_not_work_are_told() {
        for (change, field) in [
            ("id = \"/id\"", "id = \"id\""),
            ("status = \"/state/code\"", "status = \"state\""),
            ("delivered = [\"1\", \"OK\"]", "delivered = []"),
            ("id = \"/id\"", "id = \"/id\"\nlist = \"all\""),
        ] {
            let text = JSON.replace(change, field);
            assert!(custom(&text).fault().is_some(), "{text}");
        }
        assert_eq!(custom(JSON).fault(), None);
    }
}

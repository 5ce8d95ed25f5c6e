//! Secrets of a merchant, and where in a request each is put.

use super::allow::Allow;
use super::hop::Hop;
use crate::capabilities::messaging::Secret;
use url::Url;
use url::form_urlencoded::{Serializer, parse};

/// The type of a form.
const FORM: &str = "application/x-www-form-urlencoded";

/// A credential by its parts. Its Debug output shows none of the secrets.
#[derive(Debug)]
pub(super) struct Credential {
    /// The only addresses that it is sent to.
    pub(super) to: Allow,
    /// Header fields.
    pub(super) headers: Vec<(String, Placed)>,
    /// Fields of the body's form.
    pub(super) form: Vec<(String, Secret)>,
    /// Fields of the query.
    pub(super) query: Vec<(String, Secret)>,
}

/// A secret in a header field.
#[derive(Debug)]
pub(super) struct Placed {
    /// What stands before it, such as `Bearer `.
    pub(super) before: &'static str,
    pub(super) secret: Secret,
}

impl Credential {
    /// All of its secrets.
    pub(super) fn secrets(&self) -> Vec<&Secret> {
        let fields = self.form.iter().chain(&self.query);
        let headers = self.headers.iter().map(|(_, placed)| &placed.secret);
        headers.chain(fields.map(|(_, secret)| secret)).collect()
    }

    /// The request with the secrets in it; a field of the same name that was there gives way. A redirect that made GET of
    /// POST has no form to put them into.
    ///
    /// # Errors
    /// Why they can't be put in.
    pub(super) fn put(&self, hop: &Hop) -> Result<Hop, &'static str> {
        let mut hop = hop.clone();
        for (name, placed) in &self.headers {
            hop.drop_headers(|other| other == name);
            let value = format!("{}{}", placed.before, placed.secret.reveal());
            hop.headers.push((name.clone(), value));
        }
        if !self.query.is_empty() {
            let query = hop.url.query().unwrap_or_default().to_owned();
            hop.url.set_query(Some(&with(&query, &self.query)));
        }
        if !self.form.is_empty() && hop.post {
            let kind = hop.header("content-type").unwrap_or(FORM);
            if !kind.to_ascii_lowercase().trim_start().starts_with(FORM) {
                return Err("its body is no URL-encoded form, which its credential goes into");
            }
            if hop.header("content-type").is_none() {
                hop.headers
                    .push(("content-type".to_owned(), FORM.to_owned()));
            }
            let body = hop.body.unwrap_or_default();
            hop.body = Some(with(&body, &self.form));
        }
        Ok(hop)
    }

    /// Whether it may be sent to this address.
    pub(super) fn covers(&self, url: &Url) -> bool {
        self.to.covers(url)
    }
}

/// The encoded fields, those of these names replaced. The others stay as they were written, byte for byte.
fn with(fields: &str, secrets: &[(String, Secret)]) -> String {
    let is_replaced = |field: &&str| {
        let name = parse(field.as_bytes()).next().map(|(name, _)| name);
        name.is_some_and(|name| secrets.iter().any(|(own, _)| *own == name))
    };
    let kept: Vec<&str> = fields
        .split('&')
        .filter(|field| !field.is_empty() && !is_replaced(field))
        .collect();
    let mut all = Serializer::new(kept.join("&"));
    for (name, secret) in secrets {
        all.append_pair(name, secret.reveal());
    }
    all.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hop(post: bool, url: &str, content_type: Option<&str>, body: Option<&str>) -> Hop {
        let kind = content_type.map(|kind| ("Content-Type".to_owned(), kind.to_owned()));
        Hop {
            post,
            url: Url::parse(url).unwrap(),
            headers: kind.into_iter().collect(),
            body: body.map(str::to_owned),
        }
    }

    fn credential() -> Credential {
        let secret = Secret::of("hush &+");
        Credential {
            to: Allow::parse(&["a.example".to_owned()]).unwrap(),
            headers: vec![(
                "authorization".to_owned(),
                Placed {
                    before: "Bearer ",
                    secret: secret.clone(),
                },
            )],
            form: vec![("appID".to_owned(), secret.clone())],
            query: vec![("key".to_owned(), secret)],
        }
    }

    #[test]
    fn secrets_take_their_places() {
        let sent = hop(
            true,
            "https://a.example/x?key=guess&b=%2f",
            None,
            Some("appID=guess&cardNo=%2FA&app%49D=guess"),
        );
        let put = credential().put(&sent).unwrap();
        let url = "https://a.example/x?b=%2f&key=hush+%26%2B";
        assert_eq!(put.url.as_str(), url);
        let body = "cardNo=%2FA&appID=hush+%26%2B";
        assert_eq!(put.body.as_deref(), Some(body));
        let fields = [("authorization", "Bearer hush &+"), ("content-type", FORM)];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(put.headers, fields);
        let shown = format!("{:?}", credential());
        assert!(!shown.contains("hush"), "{shown}");
    }

    #[test]
    fn a_form_is_needed_only_where_there_is_a_body() {
        let json = hop(
            true,
            "https://a.example",
            Some("application/json"),
            Some("{}"),
        );
        assert!(credential().put(&json).is_err());
        let empty = hop(true, "https://a.example", None, None);
        let put = credential().put(&empty).unwrap();
        assert_eq!(put.body.as_deref(), Some("appID=hush+%26%2B"));
        let get = hop(false, "https://a.example", None, None);
        assert_eq!(credential().put(&get).unwrap().body, None);
    }
}

//! The table `traces` of the server's settings.

use crate::capabilities::messaging::{ChannelsError, Reader};
use std::time::Duration;
use ureq::http::{HeaderName, HeaderValue};
use url::{Host, Url};

/// What the service is called unless told otherwise.
const SERVICE: &str = "stampcard";

/// Where collectors take spans, below the address that their handbooks name.
const PATH: &str = "/v1/traces";

/// Header fields with secrets.
const HEADERS: usize = 16;

/// Where traces go, and of how much.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::server) struct Settings {
    /// The whole address that spans are posted to.
    pub(super) address: String,
    /// Authorities beside the system's, as PEM.
    pub(super) authorities: Option<Vec<u8>>,
    /// Header fields for the collector; their values are secrets, and marked so.
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    /// The share of traces that begin here which is told, 0 to 1.
    pub(super) share: f64,
    /// Who tells.
    pub(super) service: String,
    /// Which of those; none: a random name at each start.
    pub(super) instance: Option<String>,
    /// How long one request to the collector may take.
    pub(super) timeout: Duration,
}

impl Settings {
    /// Reads the table, and the secrets that it names.
    ///
    /// # Errors
    /// What is wrong with a member of it. No secret is told.
    pub(in crate::server) fn read(mut table: Reader<'_>) -> Result<Self, ChannelsError> {
        let told = table.needed("endpoint")?;
        let url = address(&told).map_err(|problem| table.fault("endpoint", problem))?;
        let headers = table.inner("headers")?.map(headers).transpose()?;
        let headers = headers.unwrap_or_default();
        if !headers.is_empty() && url.scheme() != "https" && !is_local(&url) {
            let told = "secrets in headers go by https, or to this machine";
            return Err(table.fault("endpoint", told));
        }
        let authorities = table.path("authorities")?.map(std::fs::read).transpose();
        let authorities =
            authorities.map_err(|error| table.fault("authorities", error.to_string()))?;
        let settings = Self {
            address: url.into(),
            authorities,
            headers,
            share: table.share("share", 1.0)?,
            service: table.text("service")?.unwrap_or_else(|| SERVICE.to_owned()),
            instance: table.text("instance")?,
            timeout: Duration::from_secs(table.number("timeout-seconds", 1..=60, 10)?.into()),
        };
        table.done()?;
        Ok(settings)
    }
}

/// The address that spans are posted to.
fn address(told: &str) -> Result<Url, &'static str> {
    let mut url = Url::parse(told).map_err(|_| "it is no absolute address")?;
    if !matches!(url.scheme(), "https" | "http") || url.host().is_none() {
        return Err("it is neither https nor http");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it holds a user or a password, which belong to headers");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("it holds a query or a fragment");
    }
    let path = url.path().trim_end_matches('/');
    if !path.ends_with(PATH) {
        let path = format!("{path}{PATH}");
        url.set_path(&path);
    }
    Ok(url)
}

/// Whether it is on this machine.
fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(_)) | None => false,
    }
}

/// Header fields, each named as a secret is: `NAME-env` or `NAME-file`.
fn headers(mut table: Reader<'_>) -> Result<Vec<(HeaderName, HeaderValue)>, ChannelsError> {
    let mut headers = Vec::new();
    for member in table.names() {
        let name = member.strip_suffix("-env");
        let Some(name) = name.or_else(|| member.strip_suffix("-file")) else {
            let told = "it is no header field with -env or -file behind it";
            return Err(table.fault(&member, told));
        };
        let field = HeaderName::try_from(name);
        let field = field.map_err(|_| table.fault(&member, "it is no name of a header field"))?;
        let secret = table.secret(name)?;
        let value = HeaderValue::from_str(secret.reveal());
        let mut value = value.map_err(|_| table.fault(&member, "no header field may hold it"))?;
        value.set_sensitive(true);
        headers.push((field, value));
    }
    if headers.len() > HEADERS {
        return Err(table.fault_of_all("it has more than 16 header fields"));
    }
    table.done()?;
    Ok(headers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn read(text: &str) -> Result<Settings, String> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("key"), "hush-hush\n").unwrap();
        let table = toml::Value::Table(text.parse().unwrap());
        let reader = Reader::new("traces".to_owned(), table, Path::new(folder.path()));
        Settings::read(reader.unwrap()).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_left_out_is_as_usual() {
        let settings = read("endpoint = \"http://127.0.0.1:4318\"").unwrap();
        assert_eq!(settings.address, "http://127.0.0.1:4318/v1/traces");
        assert!(settings.headers.is_empty() && settings.instance.is_none());
        assert_eq!(settings.service, "stampcard");
        assert_eq!(settings.timeout, Duration::from_secs(10));
        assert!((settings.share - 1.0).abs() < f64::EPSILON);
    }

    #[test]
    fn all_of_it_is_read_and_no_secret_shown() {
        let settings = read(
            "endpoint = \"https://collector.example/otlp/v1/traces\"\nshare = 0.25\nservice = \"points\"\n\
             instance = \"a\"\ntimeout-seconds = 3\nheaders = { authorization-file = \"key\" }",
        )
        .unwrap();
        assert_eq!(settings.address, "https://collector.example/otlp/v1/traces");
        assert_eq!(settings.headers[0].0.as_str(), "authorization");
        assert_eq!(settings.headers[0].1, "hush-hush");
        assert!((settings.share - 0.25).abs() < f64::EPSILON);
        assert!(!format!("{settings:?}").contains("hush"));
    }

    #[test]
    fn each_wrong_member_is_named() {
        let local = "endpoint = \"http://127.0.0.1:4318\"\n";
        for (text, begin) in [
            ("share = 1".to_owned(), "traces.endpoint: it is missing"),
            (
                "endpoint = \"collector:4318\"".to_owned(),
                "traces.endpoint: ",
            ),
            (
                "endpoint = \"https://u:p@a.example\"".to_owned(),
                "traces.endpoint: it holds a user",
            ),
            (
                "endpoint = \"https://a.example/?k=v\"".to_owned(),
                "traces.endpoint: it holds a query",
            ),
            (
                "endpoint = \"http://a.example\"\nheaders = { x-file = \"key\" }".to_owned(),
                "traces.endpoint: secrets in headers",
            ),
            (
                format!("{local}share = 1.5"),
                "traces.share: it is no number from 0 to 1",
            ),
            (format!("{local}share = \"all\""), "traces.share: "),
            (
                format!("{local}headers = {{ authorization = \"hush\" }}"),
                "traces.headers.authorization: ",
            ),
            (
                format!("{local}headers = {{ \"a b-file\" = \"key\" }}"),
                "traces.headers.a b-file: ",
            ),
            (
                format!("{local}headers = {{ a-file = \"none\" }}"),
                "traces.headers.a: ",
            ),
            (
                format!("{local}timeout-seconds = 0"),
                "traces.timeout-seconds: ",
            ),
            (
                format!("{local}authorities = \"none.pem\""),
                "traces.authorities: ",
            ),
            (
                format!("{local}sampler = \"all\""),
                "traces.sampler: it is not known here",
            ),
        ] {
            let told = read(&text).unwrap_err();
            assert!(told.starts_with(begin), "{text}: {told}");
            assert!(!told.contains("hush"), "{told}");
        }
        // Without secrets a collector in one's own network may be spoken to in the clear.
        assert!(read("endpoint = \"http://collector.internal:4318\"").is_ok());
        assert!(read(&format!("{local}headers = {{ a-file = \"key\" }}")).is_ok());
    }
}

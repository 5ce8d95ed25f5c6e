//! The allow-list: what a merchant's requests may be sent to.

use url::{Host, Url};

/// One entry: a scheme, a host and a port, and where its paths must begin.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    scheme: String,
    host: String,
    port: u16,
    /// Begins with a slash; a slash alone is everything.
    path: String,
}

/// The list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Allow(Vec<Entry>);

impl Allow {
    /// Reads a list of entries such as `api.example`, `api.example:8443/v2` and `http://127.0.0.1:4010`.
    ///
    /// # Errors
    /// The first entry that is none, and why.
    pub(super) fn parse(texts: &[String]) -> Result<Self, (String, &'static str)> {
        let entry = |text: &String| Entry::parse(text).map_err(|why| (text.clone(), why));
        texts.iter().map(entry).collect::<Result<_, _>>().map(Self)
    }

    /// Whether an entry covers the address.
    pub(super) fn covers(&self, url: &Url) -> bool {
        self.0.iter().any(|entry| entry.covers(url))
    }

    /// Whether there is one entry and no more.
    pub(super) fn is_one(&self) -> bool {
        self.0.len() == 1
    }

    /// Whether an entry is encrypted, as all but those of this machine are.
    pub(super) fn needs_tls(&self) -> bool {
        self.0.iter().any(|entry| entry.scheme == "https")
    }
}

impl Entry {
    fn parse(text: &str) -> Result<Self, &'static str> {
        let whole = if text.contains("://") {
            text.to_owned()
        } else {
            format!("https://{text}")
        };
        let url = Url::parse(&whole).map_err(|_| "it is no host such as api.example")?;
        if !is_secure(&url) {
            return Err("it is not https; http is for loopback addresses such as 127.0.0.1");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("it holds a user or a password, which belong to credentials");
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err("it holds a query or a fragment");
        }
        let host = url.host_str().ok_or("it names no host")?;
        if host.contains('*') {
            return Err("it holds a *, and every host stands in the list by its own name");
        }
        Ok(Self {
            scheme: url.scheme().to_owned(),
            host: host.to_owned(),
            port: url.port_or_known_default().ok_or("it names no port")?,
            path: url.path().to_owned(),
        })
    }

    fn covers(&self, url: &Url) -> bool {
        url.scheme() == self.scheme
            && url.host_str() == Some(self.host.as_str())
            && url.port_or_known_default() == Some(self.port)
            && self.covers_path(url.path())
    }

    fn covers_path(&self, path: &str) -> bool {
        if self.path == "/" {
            return true;
        }
        // Servers differ in what they take an escaped slash or dot for.
        let lower = path.to_ascii_lowercase();
        if ["%2f", "%5c", "%2e"].iter().any(|it| lower.contains(it)) {
            return false;
        }
        let Some(rest) = path.strip_prefix(self.path.as_str()) else {
            return false;
        };
        self.path.ends_with('/') || rest.is_empty() || rest.starts_with('/')
    }
}

/// Whether an address is encrypted, or one of this machine by its number.
pub(super) fn is_secure(url: &Url) -> bool {
    let local = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        _ => false,
    };
    url.scheme() == "https" || url.scheme() == "http" && local
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_cover_their_own_and_nothing_else() {
        let table = [
            ("api.example", "https://api.example/a?b", true),
            ("API.example", "https://api.EXAMPLE:443", true),
            ("https://api.example:443", "https://api.example/", true),
            ("api.example", "http://api.example/", false),
            ("api.example", "https://api.example:8443/", false),
            ("api.example:8443", "https://api.example:8443/", true),
            ("api.example", "https://api.example.evil.example/", false),
            ("api.example", "https://www.api.example/", false),
            ("api.example", "https://api.example./", false),
            ("api.example", "https://evil.example/api.example", false),
            ("api.example", "https://api.example@evil.example/", false),
            ("api.example/v2", "https://api.example/v2", true),
            ("api.example/v2", "https://api.example/v2/a", true),
            ("api.example/v2", "https://api.example/v2?a", true),
            ("api.example/v2", "https://api.example/v20", false),
            ("api.example/v2", "https://api.example/v2/../a", false),
            ("api.example/v2", "https://api.example/v2/%2e%2e/a", false),
            ("api.example/v2", "https://api.example/v2%2f..%2fa", false),
            ("api.example/v2/", "https://api.example/v2/a", true),
            ("api.example/v2/", "https://api.example/v2", false),
            ("中文.example", "https://xn--fiq228c.example/", true),
            ("http://127.0.0.1:4010", "http://127.0.0.1:4010/", true),
            ("http://127.0.0.1:4010", "http://2130706433:4010/", true),
            ("http://127.0.0.1:4010", "http://127.0.0.1:4011/", false),
            ("http://127.0.0.1:4010", "http://localhost:4010/", false),
            ("10.0.0.5", "https://10.0.0.5/", true),
        ];
        for (entry, address, covers) in table {
            let allow = Allow::parse(&[entry.to_owned()]).unwrap();
            let url = Url::parse(address).unwrap();
            assert_eq!(allow.covers(&url), covers, "{entry} {address}");
        }
    }

    #[test]
    fn what_is_no_entry_is_refused_with_the_reason() {
        let table = [
            ("", "host"),
            ("http://api.example", "https"),
            ("http://localhost:80", "https"),
            ("ftp://api.example", "https"),
            ("u:p@api.example", "user"),
            ("api.example?a", "query"),
            ("api.example#a", "query"),
            ("*.example", "*"),
            ("a b", "host"),
        ];
        for (text, word) in table {
            let (entry, why) = Allow::parse(&[text.to_owned()]).unwrap_err();
            assert_eq!(entry, text);
            assert!(why.contains(word), "{text}: {why}");
        }
    }
}

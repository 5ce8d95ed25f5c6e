//! The server's settings file.

use super::Bounds;
use super::unsubscribe::Seal;
use crate::capabilities::Merchant;
use crate::capabilities::messaging::{ChannelsError, Reader, read_table};
use crate::capabilities::storage::{Place, postgres};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use toml::Value;
use url::Url;

/// Where it listens unless told otherwise.
const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

/// Connections to a PostgreSQL server unless told otherwise.
const CONNECTIONS: u32 = 16;

/// What a server is and for whom. Relative paths begin at the file's folder.
///
/// ```toml
/// listen = "127.0.0.1:8080"
/// operator = "127.0.0.1:9464"
/// public-url = "https://points.example"
/// database = "stampcard.db"
/// messaging = "messaging.toml"
///
/// [unsubscribe]
/// secret-file = "secrets/unsubscribe"
///
/// [limits]
/// connections = 500
///
/// [merchants.tea-house]
/// messaging = "tea-house.toml"
/// ```
#[derive(Debug)]
pub struct Settings {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Where it tells the operator's monitoring its figures. None: nowhere.
    pub operator: Option<SocketAddr>,
    /// The address by which the world reaches it, without a slash at its end.
    pub public_url: Option<String>,
    /// The database: `database`, a SQLite file, or the table `postgres`. Default: `stampcard.db` beside the file.
    pub database: Place,
    /// A component file; none: the one that is built in.
    pub component: Option<PathBuf>,
    /// Providers of all merchants that have none of their own.
    pub messaging: Option<PathBuf>,
    /// The file of API keys, which need not exist yet. Default: `api-keys.json` beside the file.
    pub api_keys: PathBuf,
    /// Whether merchants are ticked. Default: they are; for tests, and where another process does it.
    pub ticking: bool,
    /// What seals the links by which members unsubscribe. None: the merchant's own address stands in mail.
    pub(super) seal: Option<Seal>,
    /// Bounds of connections and requests.
    pub bounds: Bounds,
    /// The merchants that are served, beside those of `messaging`.
    pub merchants: BTreeMap<Merchant, MerchantSettings>,
}

/// What one merchant has of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MerchantSettings {
    /// Its providers; the file has a table of the merchant's name, as every other such file.
    pub messaging: Option<PathBuf>,
}

impl Settings {
    /// What seals links, and what they begin with.
    pub(super) fn links(&self) -> Option<(Seal, String)> {
        self.seal.clone().zip(self.public_url.clone())
    }

    /// Reads a settings file, and the secrets that it names.
    ///
    /// # Errors
    /// What is wrong with the file or a member of it. No secret is told.
    pub fn read(file: &Path) -> Result<Self, ChannelsError> {
        let folder = file.parent().unwrap_or(Path::new(""));
        let table = Value::Table(read_table(file)?);
        let mut table = Reader::new(String::new(), table, folder)?;
        let listen = address(&mut table, "listen")?;
        let operator = address(&mut table, "operator")?;
        let public_url = table.text("public-url")?.map(|text| public(&table, &text));
        let public_url = public_url.transpose()?;
        let database = database(&mut table, folder)?;
        let mut merchants = BTreeMap::new();
        if let Some(mut all) = table.inner("merchants")? {
            for id in all.names() {
                let merchant =
                    Merchant::new(&id).map_err(|error| all.fault(&id, error.to_string()))?;
                if let Some(mut own) = all.inner(&id)? {
                    let settings = MerchantSettings {
                        messaging: own.path("messaging")?,
                    };
                    own.done()?;
                    merchants.insert(merchant, settings);
                }
            }
            all.done()?;
        }
        let seal = table
            .inner("unsubscribe")?
            .map(|own| seal(own, public_url.as_deref()));
        let settings = Self {
            listen: listen.unwrap_or(LISTEN),
            operator,
            public_url: public_url.clone(),
            database,
            api_keys: {
                let told = table.path("api-keys")?;
                told.unwrap_or_else(|| folder.join("api-keys.json"))
            },
            ticking: table.switch("ticking", true)?,
            component: table.path("component")?,
            messaging: table.path("messaging")?,
            seal: seal.transpose()?,
            bounds: Bounds::read(table.inner("limits")?)?,
            merchants,
        };
        table.done()?;
        Ok(settings)
    }
}

/// Where the database is.
fn database(table: &mut Reader<'_>, folder: &Path) -> Result<Place, ChannelsError> {
    let file = table.path("database")?;
    let Some(mut own) = table.inner("postgres")? else {
        return Ok(Place::File(
            file.unwrap_or_else(|| folder.join("stampcard.db")),
        ));
    };
    if file.is_some() {
        return Err(table.fault("database", "it stands beside postgres"));
    }
    let usual = postgres::Settings::new(&own.needed("url")?);
    let settings = postgres::Settings {
        password: own.place("password")?,
        authorities: own.path("authorities")?,
        connections: {
            let told = own.number("connections", 1..=500, CONNECTIONS)?;
            usize::try_from(told).unwrap_or(usual.connections)
        },
        ..usual
    };
    own.done()?;
    Ok(Place::Server(settings))
}

/// An address of this machine.
fn address(table: &mut Reader<'_>, name: &str) -> Result<Option<SocketAddr>, ChannelsError> {
    let told = table.text(name)?;
    let address = told.map(|text| text.parse()).transpose();
    address.map_err(|_| table.fault(name, "it is no IP address with a port"))
}

/// An address that paths are put behind: https, or http on this machine.
fn public(table: &Reader<'_>, text: &str) -> Result<String, ChannelsError> {
    let sound = |url: &Url| {
        let local = match url.host() {
            Some(url::Host::Domain(name)) => name == "localhost",
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        let scheme = url.scheme() == "https" || (url.scheme() == "http" && local);
        let plain = url.query().is_none() && url.fragment().is_none();
        scheme && plain && url.username().is_empty() && url.password().is_none()
    };
    let url = Url::parse(text).ok().filter(sound);
    let url = url.ok_or_else(|| {
        let told = "it is no https address (or http on this machine) without query and fragment";
        table.fault("public-url", told)
    })?;
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

fn seal(mut own: Reader<'_>, public_url: Option<&str>) -> Result<Seal, ChannelsError> {
    if !public_url.is_some_and(|url| url.starts_with("https:")) {
        return Err(own.fault_of_all("links in mail need a public-url of https beside it"));
    }
    let secret = own.secret("secret")?;
    let previous = match own.place("previous-secret")? {
        None => None,
        Some(place) => {
            let read = place.read();
            Some(read.map_err(|error| own.fault("previous-secret", error.to_string()))?)
        }
    };
    for secret in std::iter::once(&secret).chain(&previous) {
        if secret.reveal().len() < Seal::SECRET_BYTES {
            return Err(own.fault("secret", "it is shorter than 32 bytes"));
        }
    }
    own.done()?;
    Ok(Seal::new(&secret, previous.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The settings, or what is wrong with them.
    fn read(text: &str) -> Result<Settings, String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("stampcard.toml");
        std::fs::write(folder.path().join("secret"), "hush".repeat(8)).unwrap();
        std::fs::write(folder.path().join("short"), "hush").unwrap();
        std::fs::write(&file, text).unwrap();
        Settings::read(&file).map_err(|error| error.to_string())
    }

    #[test]
    fn the_database_is_a_file_or_on_a_server() {
        let server = |text: &str| match read(text).unwrap().database {
            Place::Server(settings) => settings,
            Place::File(file) => panic!("{}", file.display()),
        };
        let url = "url = \"postgres://points@db.internal/stampcard\"";
        let plain = server(&format!("[postgres]\n{url}"));
        assert_eq!(
            plain,
            postgres::Settings::new("postgres://points@db.internal/stampcard")
        );
        let whole = server(&format!(
            "[postgres]\n{url}\npassword-file = \"secret\"\nconnections = 40"
        ));
        assert!(whole.password.is_some() && whole.connections == 40);
        let both = read(&format!("database = \"x.db\"\n[postgres]\n{url}")).unwrap_err();
        assert!(
            both.contains("database: it stands beside postgres"),
            "{both}"
        );
        let none = read(&format!("[postgres]\n{url}\nconnections = 0")).unwrap_err();
        assert!(
            none.contains("postgres.connections: it is no whole number from 1 to 500"),
            "{none}"
        );
    }

    #[test]
    fn what_is_left_out_is_as_usual() {
        let settings = read("").unwrap();
        assert_eq!((settings.listen, settings.operator), (LISTEN, None));
        assert_eq!(settings.bounds, Bounds::default());
        let Place::File(file) = &settings.database else {
            panic!("{}", settings.database)
        };
        assert!(file.ends_with("stampcard.db"));
        assert!(settings.seal.is_none() && settings.merchants.is_empty() && settings.ticking);
        assert!(settings.api_keys.ends_with("api-keys.json"));
    }

    #[test]
    fn all_of_it_is_read() {
        let settings = read(
            r#"
            listen = "[::1]:9000"
            operator = "127.0.0.1:9464"
            public-url = "https://tea.example/points/"
            database = "/var/lib/stampcard/all.db"
            component = "a.wasm"
            messaging = "messaging.toml"
            unsubscribe = { secret-file = "secret", previous-secret-file = "secret" }
            limits = { connections = 5, body-kib = 1, workers = 2, head-seconds = 1 }
            [merchants.tea]
            messaging = "tea.toml"
            [merchants.coffee]
            "#,
        )
        .unwrap();
        assert_eq!(
            settings.public_url.as_deref(),
            Some("https://tea.example/points")
        );
        assert_eq!(
            (settings.bounds.connections, settings.bounds.body),
            (5, 1024)
        );
        assert_eq!(settings.merchants.len(), 2);
        assert!(settings.seal.is_some());
        assert!(!format!("{settings:?}").contains("hush"));
    }

    #[test]
    fn each_wrong_member_is_named_and_no_secret_told() {
        let https = "public-url = \"https://a.example\"\n";
        let table = [
            ("listen = \"8080\"".to_owned(), "listen: "),
            ("operator = \"localhost\"".to_owned(), "operator: "),
            ("port = 1".to_owned(), "port: it is not known here"),
            (
                "public-url = \"http://a.example\"".to_owned(),
                "public-url: ",
            ),
            (
                "public-url = \"https://a.example/?a\"".to_owned(),
                "public-url: ",
            ),
            ("limits = { workers = 0 }".to_owned(), "limits.workers: "),
            ("ticking = 1".to_owned(), "ticking: "),
            ("limits = { threads = 1 }".to_owned(), "limits.threads: "),
            ("[merchants.Tea]".to_owned(), "merchants.Tea: "),
            (
                "[merchants.tea]\nrules = 1".to_owned(),
                "merchants.tea.rules: ",
            ),
            (
                "unsubscribe = { secret-file = \"secret\" }".to_owned(),
                "unsubscribe: ",
            ),
            (
                format!("{https}unsubscribe = {{}}"),
                "unsubscribe.secret-env: ",
            ),
            (
                format!("{https}unsubscribe = {{ secret-file = \"short\" }}"),
                "unsubscribe.secret: it is shorter",
            ),
            (
                format!("{https}unsubscribe = {{ secret = \"hush\" }}"),
                "unsubscribe.secret-env: ",
            ),
        ];
        for (text, begin) in table {
            let told = read(&text).unwrap_err();
            assert!(told.starts_with(begin), "{text}: {told}");
            assert!(!told.contains("hush"), "{told}");
        }
    }
}

//! The server's settings file.

use super::Bounds;
use super::backups::BackupSettings;
use super::operator::Guard;
use super::traces;
use super::unsubscribe::Seal;
use crate::capabilities::Merchant;
use crate::capabilities::messaging::{Channels, ChannelsError, Reader, Secret, read_table};
use crate::capabilities::storage::{Place, postgres};
use crate::events;
use crate::merchants::Standing;
use crate::plugin::Plugin;
use std::collections::{BTreeMap, BTreeSet};
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
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Where it tells the operator's monitoring its figures. None: nowhere.
    pub operator: Option<SocketAddr>,
    /// What proves there that a request is the operator's: `operator-key-file` or `-env`. None: nobody is.
    pub(super) operator_key: Option<Secret>,
    /// The address by which the world reaches it, without a slash at its end.
    pub public_url: Option<String>,
    /// The database: `database`, a SQLite file, or the table `postgres`. Default: `stampcard.db` beside the file.
    pub database: Place,
    /// Where backups go and when they are made.
    pub backup: BackupSettings,
    /// A component file; none: the one that is built in.
    pub component: Option<PathBuf>,
    /// Further component files by name, for merchants that the register gives one.
    pub components: BTreeMap<String, PathBuf>,
    /// Providers of all merchants that have none of their own.
    pub messaging: Option<PathBuf>,
    /// The file of API keys, which need not exist yet. Default: `api-keys.json` beside the file.
    pub api_keys: PathBuf,
    /// Whether merchants are ticked. Default: they are; for tests, and where another process does it.
    pub ticking: bool,
    /// What seals the links by which members unsubscribe. None: the merchant's own address stands in mail.
    pub(super) seal: Option<Seal>,
    /// How events of the platform come in.
    pub(super) events: events::Settings,
    /// Where traces go. None: nowhere.
    pub(super) traces: Option<traces::Settings>,
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
    /// The members that differ from those of the other settings, and that a server reads at its start alone.
    #[must_use]
    pub fn fixed_members_unlike(&self, other: &Self) -> Vec<&'static str> {
        let but_merchants = |bounds: &Bounds| Bounds {
            merchant_commands: 0,
            ..bounds.clone()
        };
        let table = [
            ("listen", self.listen == other.listen),
            ("operator", self.operator == other.operator),
            ("public-url", self.public_url == other.public_url),
            ("database", self.database == other.database),
            ("api-keys", self.api_keys == other.api_keys),
            ("ticking", self.ticking == other.ticking),
            ("operator-key", self.operator_key == other.operator_key),
            ("unsubscribe", self.seal == other.seal),
            ("backup", self.backup == other.backup),
            ("events", self.events == other.events),
            ("traces", self.traces == other.traces),
            (
                "limits",
                but_merchants(&self.bounds) == but_merchants(&other.bounds),
            ),
        ];
        let unlike = table.into_iter().filter(|(_, same)| !same);
        unlike.map(|(name, _)| name).collect()
    }

    /// The merchants that the settings name, themselves or in the common file of providers. No secret is read for it.
    ///
    /// # Errors
    /// What is wrong with the file of providers.
    pub fn merchants_named(&self) -> Result<BTreeSet<Merchant>, ChannelsError> {
        let mut all: BTreeSet<Merchant> = self.merchants.keys().cloned().collect();
        if let Some(file) = &self.messaging {
            all.extend(Channels::merchants_of(file)?);
        }
        Ok(all)
    }

    /// What seals links, and what they begin with.
    pub(super) fn links(&self) -> Option<(Seal, String)> {
        self.seal.clone().zip(self.public_url.clone())
    }

    /// A function that events may not call, if the settings name one.
    pub(crate) fn unfit_for_events(&self, plugin: &Plugin) -> Option<&str> {
        self.events.unfit(plugin)
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
        let operator_key = operator_key(&mut table)?;
        let public_url = table.text("public-url")?.map(|text| public(&table, &text));
        let public_url = public_url.transpose()?;
        let database = database(&mut table, folder)?;
        let backup = BackupSettings::read(table.inner("backup")?, folder, &database)?;
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
            operator_key,
            public_url: public_url.clone(),
            database,
            backup,
            api_keys: {
                let told = table.path("api-keys")?;
                told.unwrap_or_else(|| folder.join("api-keys.json"))
            },
            ticking: table.switch("ticking", true)?,
            component: table.path("component")?,
            components: components(&mut table)?,
            messaging: table.path("messaging")?,
            seal: seal.transpose()?,
            events: events::Settings::read(table.inner("events")?)?,
            traces: {
                let own = table.inner("traces")?;
                own.map(traces::Settings::read).transpose()?
            },
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

/// The files of components by name.
fn components(table: &mut Reader<'_>) -> Result<BTreeMap<String, PathBuf>, ChannelsError> {
    let mut components = BTreeMap::new();
    if let Some(mut all) = table.inner("components")? {
        for name in all.names() {
            let standing = Standing {
                component: Some(name.clone()),
                ..Standing::default()
            };
            if let Err(fault) = standing.check() {
                return Err(all.fault(&name, fault.problem));
            }
            if let Some(file) = all.path(&name)? {
                components.insert(name, file);
            }
        }
        all.done()?;
    }
    Ok(components)
}

/// An address of this machine.
fn address(table: &mut Reader<'_>, name: &str) -> Result<Option<SocketAddr>, ChannelsError> {
    let told = table.text(name)?;
    let address = told.map(|text| text.parse()).transpose();
    address.map_err(|_| table.fault(name, "it is no IP address with a port"))
}

/// The operator's key, if there is one.
fn operator_key(table: &mut Reader<'_>) -> Result<Option<Secret>, ChannelsError> {
    let Some(place) = table.place("operator-key")? else {
        return Ok(None);
    };
    let read = place.read();
    let key = read.map_err(|error| table.fault("operator-key", error.to_string()))?;
    if key.reveal().len() < Guard::KEY_BYTES {
        return Err(table.fault("operator-key", "it is shorter than 32 bytes"));
    }
    Ok(Some(key))
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
mod tests;

//! Connections to NATS servers that the operator names.

mod failure;

pub(crate) use failure::too_large;

use super::messaging::{ChannelsError, Reader, Secret};
use super::tls;
use async_nats::{Client, ClientError, ConnectOptions, Event, ServerAddr};
use failure::whole;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::time::timeout;
use url::{Host, Url};

/// How long a new connection may take.
const CONNECT: Duration = Duration::from_secs(5);

/// A server that says nothing for twice as long is gone.
const PING: Duration = Duration::from_secs(10);

/// The longest pause between two tries to connect.
const PAUSE: Duration = Duration::from_secs(4);

/// Which servers, and who asks them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    servers: Vec<ServerAddr>,
    login: Login,
    encrypted: bool,
    authorities: Option<PathBuf>,
}

/// How a server knows who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Login {
    None,
    Password(String, Secret),
    Token(Secret),
    /// A file of credentials: a token and the key that signs for it.
    Credentials(Secret),
}

/// What became of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum News {
    /// The server answers.
    Here,
    /// It doesn't, or lets nobody in; why. It is tried again.
    Away(String),
    /// The server says what it doesn't like.
    Complaint(String),
}

impl Settings {
    /// Reads `url` (several with commas between them), the login and the authorities out of a table.
    pub(crate) fn read(own: &mut Reader<'_>) -> Result<Self, ChannelsError> {
        let told = own.needed("url")?;
        let plain = own.flag("allow-plain")?;
        let mut servers = Vec::new();
        let mut encrypted = true;
        for one in told.split(',') {
            let (server, tls) = server(one.trim(), plain).map_err(|why| own.fault("url", why))?;
            encrypted &= tls;
            servers.push(server);
        }
        Ok(Self {
            servers,
            login: Login::read(own)?,
            encrypted,
            authorities: own.path("authorities")?,
        })
    }

    /// The servers, for the log.
    pub(crate) fn origin(&self) -> String {
        let hosts = self.servers.iter();
        let hosts: Vec<String> = hosts
            .map(|one| format!("{}:{}", one.host(), one.port()))
            .collect();
        hosts.join(", ")
    }

    /// The secret that goes to the server.
    pub(crate) fn secret(&self) -> Option<&Secret> {
        match &self.login {
            Login::None => None,
            Login::Password(_, secret) | Login::Token(secret) | Login::Credentials(secret) => {
                Some(secret)
            }
        }
    }

    /// A connection that comes up when the server does, and again after the server was away. It is told of.
    ///
    /// # Errors
    /// Why there will never be one, in words.
    pub(crate) async fn keep(
        &self,
        told: impl Fn(News) + Send + Sync + 'static,
    ) -> Result<Client, String> {
        let options = self.options()?;
        let herald = Arc::new(Herald {
            told,
            away: AtomicBool::new(false),
            options: options.clone(),
            servers: self.servers.clone(),
        });
        let options = options
            .retry_on_initial_connect()
            .event_callback(move |event| {
                let herald = herald.clone();
                async move { herald.hear(event).await }
            });
        let made = options.connect(self.servers.as_slice()).await;
        made.map_err(|error| whole(&error))
    }

    /// A connection that is there now, and comes up again after the server was away.
    ///
    /// # Errors
    /// Why there is none, in words.
    pub(crate) async fn connect(&self) -> Result<Client, String> {
        let made = self.options()?.connect(self.servers.as_slice()).await;
        made.map_err(|error| whole(&error))
    }

    fn options(&self) -> Result<ConnectOptions, String> {
        let mut options = ConnectOptions::new()
            .name("stampcard")
            .connection_timeout(CONNECT)
            .ping_interval(PING)
            .require_tls(self.encrypted)
            .reconnect_delay_callback(|tries| {
                let doubled = 2_u32.saturating_pow(u32::try_from(tries).unwrap_or(16).min(16));
                Duration::from_millis(50).saturating_mul(doubled).min(PAUSE)
            });
        if self.encrypted || self.authorities.is_some() {
            let pem = self.authorities.as_ref().map(std::fs::read).transpose();
            let pem = pem.map_err(|error| error.to_string())?;
            options = options.tls_client_config(tls::client(pem.as_deref())?);
        }
        match &self.login {
            Login::None => Ok(options),
            Login::Password(user, secret) => {
                Ok(options.user_and_password(user.clone(), secret.reveal().to_owned()))
            }
            Login::Token(secret) => Ok(options.token(secret.reveal().to_owned())),
            Login::Credentials(secret) => {
                let read = options.credentials(secret.reveal());
                // What the reader says may show a part of them.
                read.map_err(|_| "the credentials can't be read".to_owned())
            }
        }
    }
}

/// Tells what becomes of a connection.
struct Herald<T> {
    told: T,
    /// Whether it was told last that the server is away.
    away: AtomicBool,
    /// For a connection by which a cause is found out.
    options: ConnectOptions,
    servers: Vec<ServerAddr>,
}

impl<T: Fn(News)> Herald<T> {
    /// Hears of one event after the other, and tells of them in their order.
    async fn hear(&self, event: Event) {
        let news = match event {
            Event::Connected => News::Here,
            Event::Disconnected | Event::Closed => News::Away("the connection ended".to_owned()),
            Event::ClientError(ClientError::Other(kind)) => {
                News::Away(if self.away.load(Ordering::Relaxed) {
                    kind
                } else {
                    self.cause(kind).await
                })
            }
            Event::ClientError(error) => News::Complaint(error.to_string()),
            Event::ServerError(error) => News::Complaint(error.to_string()),
            Event::SlowConsumer(_) | Event::LameDuckMode | Event::Draining => return,
        };
        match news {
            News::Here => self.away.store(false, Ordering::Relaxed),
            News::Away(_) => self.away.store(true, Ordering::Relaxed),
            News::Complaint(_) => {}
        }
        (self.told)(news);
    }

    /// Why there is no connection. The client itself tells the kind alone, so one more is tried.
    async fn cause(&self, kind: String) -> String {
        let tried = self.options.clone().connect(self.servers.clone());
        // A task's handle may be shared by threads, as the client wants it; the connection may not.
        match tokio::spawn(timeout(CONNECT, tried)).await {
            Ok(Ok(Err(error))) => whole(&error),
            _ => kind,
        }
    }
}

impl Login {
    fn read(own: &mut Reader<'_>) -> Result<Self, ChannelsError> {
        let (user, password) = (own.text("user")?, own.place("password")?);
        let (token, credentials) = (own.place("token")?, own.place("credentials")?);
        let told = "one of user with password-…, token-… and credentials-… may stand there";
        let fault = |name: &str| own.fault(name, told);
        let wrong =
            |name: &str, error: super::messaging::SecretError| own.fault(name, error.to_string());
        match (user, password, token, credentials) {
            (None, None, None, None) => Ok(Self::None),
            (Some(user), Some(place), None, None) => {
                let secret = place.read().map_err(|error| wrong("password", error))?;
                Ok(Self::Password(user, secret))
            }
            (None, None, Some(place), None) => {
                let secret = place.read().map_err(|error| wrong("token", error))?;
                Ok(Self::Token(secret))
            }
            (None, None, None, Some(place)) => {
                let secret = place.read_lines();
                let secret = secret.map_err(|error| wrong("credentials", error))?;
                let sound = ConnectOptions::new().credentials(secret.reveal()).is_ok();
                if !sound {
                    return Err(own.fault("credentials", "they are none of a NATS user"));
                }
                Ok(Self::Credentials(secret))
            }
            _ => Err(fault("user")),
        }
    }
}

/// What subjects begin with, and the names of streams: `stampcard` unless told.
pub(crate) fn prefix(own: &mut Reader<'_>) -> Result<String, ChannelsError> {
    let told = own
        .text("prefix")?
        .unwrap_or_else(|| "stampcard".to_owned());
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if told.len() <= 32 && told.bytes().all(plain) {
        return Ok(told);
    }
    Err(own.fault("prefix", "it is not 1 to 32 letters, digits, - and _"))
}

/// A server, and whether the way to it is encrypted in any case.
fn server(text: &str, plain: bool) -> Result<(ServerAddr, bool), &'static str> {
    let url = Url::parse(text).map_err(|_| "it is none such as tls://nats.internal:4222")?;
    let local = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback()),
        None => return Err("it names no host"),
    };
    let encrypted = match url.scheme() {
        "tls" => true,
        "nats" if local || plain => false,
        "nats" => {
            return Err("it is not tls://; nats:// is for loopback addresses, or with allow-plain");
        }
        _ => return Err("it begins with neither tls:// nor nats://"),
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it holds a user or a password, which belong to secrets");
    }
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        return Err("it holds more than a host and a port");
    }
    let address = ServerAddr::from_url(url).map_err(|_| "it is no address of a NATS server")?;
    Ok((address, encrypted))
}

#[cfg(test)]
mod tests {
    use super::*;
    use toml::Value;

    fn read(text: &str) -> Result<Settings, String> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("secret"), "hush").unwrap();
        let table = Value::Table(text.parse().unwrap());
        let mut own = Reader::new("nats".to_owned(), table, folder.path()).unwrap();
        let read = Settings::read(&mut own).map_err(|error| error.to_string())?;
        own.done().map_err(|error| error.to_string())?;
        Ok(read)
    }

    #[test]
    fn servers_are_encrypted_or_local_or_said_to_be_plain() {
        for (text, encrypted, origin) in [
            ("url = \"nats://127.0.0.1:4222\"", false, "127.0.0.1:4222"),
            ("url = \"tls://nats.internal\"", true, "nats.internal:4222"),
            (
                "url = \"nats://a.internal:1, tls://b.internal\"\nallow-plain = true",
                false,
                "a.internal:1, b.internal:4222",
            ),
        ] {
            let settings = read(text).unwrap();
            assert_eq!(
                (settings.encrypted, settings.origin().as_str()),
                (encrypted, origin)
            );
        }
        for (text, told) in [
            (
                "url = \"nats://nats.internal\"",
                "nats.url: it is not tls://",
            ),
            (
                "url = \"http://127.0.0.1\"",
                "nats.url: it begins with neither",
            ),
            ("url = \"tls://a:hush@b\"", "nats.url: it holds a user"),
            ("url = \"tls://b/x\"", "nats.url: it holds more"),
            ("url = \"tls://a,\"", "nats.url: it is none such as"),
            ("user = \"a\"", "nats.url: it is missing"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.starts_with(told), "{text}: {error}");
        }
    }

    #[test]
    fn it_is_told_why_nobody_is_reached_when_that_begins() {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let settings = read(&format!("url = \"nats://{address}\"")).unwrap();
        let (tell, told) = std::sync::mpsc::channel();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let kept = settings.keep(move |news| drop(tell.send(news)));
        let _client = runtime.block_on(kept).unwrap();
        let next = || told.recv_timeout(Duration::from_secs(20)).unwrap();
        let News::Away(why) = next() else {
            panic!("nobody listens there");
        };
        assert!(
            why.starts_with("IO error: ") && why.contains("refused"),
            "{why}"
        );
        // As long as nothing changes, nothing more is found out.
        assert_eq!(next(), News::Away("IO error".to_owned()));
    }

    #[test]
    fn one_login_at_most_and_no_secret_told() {
        let url = "url = \"tls://a\"\n";
        for text in [
            "",
            "user = \"a\"\npassword-file = \"secret\"",
            "token-file = \"secret\"",
        ] {
            let settings = read(&format!("{url}{text}")).unwrap();
            assert!(!format!("{settings:?}").contains("hush"));
        }
        for (text, told) in [
            ("user = \"a\"", "nats.user: one of"),
            ("password-file = \"secret\"", "nats.user: one of"),
            (
                "token-file = \"secret\"\ncredentials-file = \"secret\"",
                "nats.user: one of",
            ),
            (
                "credentials-file = \"secret\"",
                "nats.credentials: they are none",
            ),
            ("token-file = \"none\"", "nats.token: the file"),
            ("token = \"hush\"", "nats.token: it is not known here"),
        ] {
            let error = read(&format!("{url}{text}")).unwrap_err();
            assert!(
                error.starts_with(told) && !error.contains("hush"),
                "{text}: {error}"
            );
        }
    }
}

//! What the mail backend is told, and what is wrong with it.

use super::dkim::Signatures;
use super::login::Login;
use super::mail::Sender;
use super::tls::Tls;
use crate::capabilities::messaging::secret::{SecretError, SecretPlace};
use lettre::message::Mailbox;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

/// No mail is begun once a call took this long; the rest is to be tried again.
pub(super) const CALL: Duration = Duration::from_secs(60);

/// How the way to the server is kept secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmtpSecurity {
    /// Not at all. Allowed on this machine only, unless [`SmtpSettings::allow_plain`] is set.
    None,
    /// The connection begins in the clear and must turn to TLS before anything is handed over.
    Starttls,
    /// TLS from the first byte.
    Tls,
}

impl SmtpSecurity {
    /// The port that is usual for it: 25, 587 or 465.
    #[must_use]
    pub fn port(self) -> u16 {
        match self {
            Self::None => 25,
            Self::Starttls => 587,
            Self::Tls => 465,
        }
    }
}

/// By which key mail is signed (DKIM).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dkim {
    /// The domain that answers for the mail, such as that of the sender.
    pub domain: String,
    /// The name below `_domainkey` in that domain at which the public key stands.
    pub selector: String,
    /// Where the private key is, in PEM: RSA of 2,048 bits or more, or Ed25519.
    pub key: SecretPlace,
}

/// Which mail server takes the mail, and who it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmtpSettings {
    /// The server's name or IP address, which its certificate must bear.
    pub host: String,
    /// Its port, from 1.
    pub port: u16,
    /// How the way to it is kept secret.
    pub security: SmtpSecurity,
    /// Lets mail go to another machine in the clear; a password never does.
    pub allow_plain: bool,
    /// The user to log in as, and where the password is; without it nobody logs in.
    pub login: Option<(String, SecretPlace)>,
    /// The mailbox that mail comes from and bounces go to, such as `Tea House <points@tea.example>`.
    pub from: String,
    /// The mailbox for answers, if it is another one.
    pub reply_to: Option<String>,
    /// Seconds that connecting, the envelope, and the text with its answer may take each; 1 to 300.
    pub timeout: u32,
    /// Connections at once in a call of many mails, kept for a minute for the next one; up to 16. With 0 a call has one that is not kept.
    pub connections: usize,
    /// A PEM file of authorities to trust beside the system's.
    pub authorities: Option<PathBuf>,
    /// By which key mail is signed; without it none is.
    pub dkim: Option<Dkim>,
}

impl SmtpSettings {
    /// Settings for a server on port 587 with STARTTLS, without a login, 30 seconds, 4 connections.
    #[must_use]
    pub fn new(host: &str, from: &str) -> Self {
        Self {
            host: host.to_owned(),
            port: SmtpSecurity::Starttls.port(),
            security: SmtpSecurity::Starttls,
            allow_plain: false,
            login: None,
            from: from.to_owned(),
            reply_to: None,
            timeout: 30,
            connections: 4,
            authorities: None,
            dkim: None,
        }
    }

    /// The longest time that one call may take. A sandbox's deadline must leave room for it, or the
    /// plugin is stopped before it can store what became of its messages.
    #[must_use]
    pub fn longest_call(&self) -> Duration {
        // The last mail may find its connection dead, and needs a new one.
        CALL + Duration::from_secs(self.timeout.into()) * 5
    }

    /// Whether the host is this machine, by its name alone.
    fn is_local(&self) -> bool {
        match self.host.parse::<IpAddr>() {
            Ok(address) => address.is_loopback(),
            Err(_) => self.host.eq_ignore_ascii_case("localhost"),
        }
    }

    /// Checks everything, and reads the password and the authorities.
    pub(super) fn prepare(&self) -> Result<(Server, Sender), SmtpError> {
        let as_name = match self.host.parse::<IpAddr>() {
            Ok(_) => true,
            Err(_) => self.host.is_ascii() && url::Host::parse(&self.host).is_ok(),
        };
        if !as_name {
            return Err(SmtpError::Host(self.host.clone()));
        }
        if self.port == 0 {
            return Err(SmtpError::Port);
        }
        if !(1..=300).contains(&self.timeout) {
            return Err(SmtpError::Timeout(self.timeout));
        }
        if self.connections > 16 {
            return Err(SmtpError::Connections(self.connections));
        }
        let local = self.is_local();
        if self.security == SmtpSecurity::None && !local {
            if !self.allow_plain {
                return Err(SmtpError::Plain(self.host.clone()));
            }
            if self.login.is_some() {
                return Err(SmtpError::PlainLogin(self.host.clone()));
            }
        }
        let sender = Sender {
            from: mailbox(&self.from).ok_or_else(|| SmtpError::From(self.from.clone()))?,
            reply_to: match &self.reply_to {
                Some(text) => Some(mailbox(text).ok_or_else(|| SmtpError::ReplyTo(text.clone()))?),
                None => None,
            },
            signatures: self.dkim.as_ref().map(signatures).transpose()?,
        };
        let server = Server {
            host: self.host.clone(),
            port: self.port,
            security: self.security,
            only_local: self.security == SmtpSecurity::None && !self.allow_plain,
            tls: match self.security {
                SmtpSecurity::None => None,
                SmtpSecurity::Starttls | SmtpSecurity::Tls => Some(self.tls()?),
            },
            login: self.login.as_ref().map(login).transpose()?,
            hello: sender.from.email.domain().to_owned(),
            timeout: Duration::from_secs(self.timeout.into()),
        };
        Ok((server, sender))
    }

    fn tls(&self) -> Result<Tls, SmtpError> {
        let Some(file) = &self.authorities else {
            return Tls::new(&self.host, None).map_err(SmtpError::Tls);
        };
        let fault = |reason: String| SmtpError::Authorities {
            file: file.clone(),
            reason,
        };
        let pem = std::fs::read(file).map_err(|error| fault(error.to_string()))?;
        Tls::new(&self.host, Some(&pem)).map_err(fault)
    }
}

/// The server, ready to be connected to.
pub(super) struct Server {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) security: SmtpSecurity,
    /// Whether the address that the name leads to must be this machine's.
    pub(super) only_local: bool,
    pub(super) tls: Option<Tls>,
    pub(super) login: Option<Login>,
    /// How the host names itself.
    pub(super) hello: String,
    pub(super) timeout: Duration,
}

/// A mailbox with an address that can be sent to, its domain in ASCII.
fn mailbox(text: &str) -> Option<Mailbox> {
    if text.chars().any(char::is_control) {
        return None;
    }
    // A name is taken as it stands, so that it need not be quoted.
    let (name, address) = match text.trim().strip_suffix('>') {
        Some(rest) => rest.rsplit_once('<')?,
        None => ("", text.trim()),
    };
    let name = name.trim();
    let bare = name.strip_prefix('"').and_then(|n| n.strip_suffix('"'));
    let name = bare.unwrap_or(name);
    let name = (!name.is_empty()).then(|| name.to_owned());
    Some(Mailbox::new(name, super::mail::address(address).ok()?))
}

fn login((user, password): &(String, SecretPlace)) -> Result<Login, SmtpError> {
    if user.is_empty() || user.chars().any(char::is_control) {
        return Err(SmtpError::User);
    }
    Ok(Login::new(user.clone(), password.read()?))
}

fn signatures(dkim: &Dkim) -> Result<Signatures, SmtpError> {
    let pem = dkim.key.text();
    let pem = pem.map_err(|error| SmtpError::Dkim(format!("dkim.key: {error}")))?;
    Signatures::new(&dkim.domain, &dkim.selector, &pem)
}

/// What is wrong with the settings of the mail backend. No text shows a password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SmtpError {
    /// The host is neither a name in ASCII nor an IP address.
    #[error("host: {0:?} is neither a host's name nor an IP address")]
    Host(String),
    /// The port is 0.
    #[error("port: 0 is no port; 587 is usual with starttls, 465 with tls")]
    Port,
    /// Mail would go to another machine in the clear.
    #[error(
        "security: none would send mail to {0} in the clear; choose starttls or tls, or allow it"
    )]
    Plain(String),
    /// A password would go to another machine in the clear, which nothing allows.
    #[error("security: none would send the password to {0} in the clear; choose starttls or tls")]
    PlainLogin(String),
    /// The user's name is empty or holds control characters.
    #[error("user: the name is empty or holds control characters")]
    User,
    /// The password can't be had.
    #[error("password: {0}")]
    Password(#[from] SecretError),
    /// Mail can't be signed as the settings of DKIM ask; the text names which.
    #[error("{0}")]
    Dkim(String),
    /// The sender is no mailbox.
    #[error("from: {0:?} is no mailbox, such as Tea House <points@tea.example>")]
    From(String),
    /// The mailbox for answers is none.
    #[error("reply-to: {0:?} is no mailbox, such as Tea House <desk@tea.example>")]
    ReplyTo(String),
    /// The time is out of bounds.
    #[error("timeout: {0} seconds; it is 1 to 300")]
    Timeout(u32),
    /// Too many connections.
    #[error("connections: {0}; it is 0 to 16")]
    Connections(usize),
    /// The file of authorities can't be used.
    #[error("authorities: {}: {reason}", file.display())]
    Authorities {
        /// The file that was named.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// TLS can't be set up.
    #[error("security: {0}")]
    Tls(String),
}

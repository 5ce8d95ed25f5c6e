//! Arguments that say where messages go.

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use stampcard::capabilities::Merchant;
use stampcard::capabilities::clock::Clock;
use stampcard::capabilities::http::{Client, Denied, Http};
use stampcard::capabilities::logging::LogSink;
use stampcard::capabilities::messaging::{
    Channel, Channels, Directory, Messaging, Router, SecretPlace, Smtp, SmtpSecurity, SmtpSettings,
};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Where messages go: to the providers of a settings file; or to files, and mail to a server if one is named.
#[derive(Debug, Args)]
#[command(next_help_heading = "Messages")]
pub(super) struct Messages {
    /// A TOML file that names a provider for each channel of a merchant; channels without one go nowhere
    #[arg(long, value_name = "FILE", conflicts_with = "smtp")]
    messaging: Option<PathBuf>,
    /// The mail server; its port is 587, 465 or 25 by --smtp-security. Without a server mail becomes files, too
    #[arg(long, value_name = "HOST[:PORT]", requires = "smtp_from")]
    smtp: Option<Server>,
    /// The mailbox that mail comes from, such as "Tea House <points@tea.example>"
    #[arg(long, value_name = "MAILBOX", requires = "smtp")]
    smtp_from: Option<String>,
    /// The mailbox for answers, if it is another one
    #[arg(long, value_name = "MAILBOX", requires = "smtp")]
    smtp_reply_to: Option<String>,
    /// How the way to the server is encrypted; none is for a server on this machine
    #[arg(long, value_enum, default_value = "starttls", requires = "smtp")]
    smtp_security: Security,
    /// Let mail go to another machine in the clear; a password never does
    #[arg(long, requires = "smtp")]
    smtp_allow_plain: bool,
    /// A PEM file of authorities to trust beside the system's
    #[arg(long, value_name = "FILE", requires = "smtp")]
    smtp_authorities: Option<PathBuf>,
    /// The user to log in as
    #[arg(long, value_name = "NAME", requires = "smtp", requires = "password")]
    smtp_user: Option<String>,
    /// The environment variable that holds the password
    #[arg(long, value_name = "NAME", group = "password", requires = "smtp_user")]
    smtp_password_env: Option<String>,
    /// The file that holds the password
    #[arg(long, value_name = "FILE", group = "password", requires = "smtp_user")]
    smtp_password_file: Option<PathBuf>,
    /// Seconds that connecting, the envelope, and the text with its answer may take each, 1 to 300
    #[arg(long, value_name = "SECONDS", default_value_t = 30, requires = "smtp")]
    smtp_timeout: u32,
}

/// [`SmtpSecurity`] on the command line.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Security {
    None,
    Starttls,
    Tls,
}

/// A host, and a port if one is named.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Server {
    host: String,
    port: Option<u16>,
}

impl std::str::FromStr for Server {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (host, port) = if let Some(rest) = text.strip_prefix('[') {
            let (host, rest) = rest.split_once(']').ok_or("a ] is missing")?;
            let port = match rest.strip_prefix(':') {
                Some(port) => Some(port),
                None if rest.is_empty() => None,
                None => return Err("after ] only a : and a port may follow"),
            };
            (host, port)
        } else {
            match text.split_once(':') {
                // More than one colon is an IPv6 address alone.
                Some((_, rest)) if rest.contains(':') => (text, None),
                Some((host, port)) => (host, Some(port)),
                None => (text, None),
            }
        };
        let port = port.map(str::parse).transpose();
        Ok(Self {
            host: host.to_owned(),
            port: port.map_err(|_| "the port is no number from 1 to 65535")?,
        })
    }
}

impl Messages {
    /// The backend: the providers of the settings file, or files below this folder and the mail server. Also the longest
    /// time that sending may take, for which a sandbox's deadline must leave room.
    pub(super) fn backend(
        &self,
        merchant: &Merchant,
        folder: &Path,
        clock: Arc<dyn Clock>,
        log: Arc<dyn LogSink>,
    ) -> anyhow::Result<(Arc<dyn Messaging>, Duration)> {
        if let Some(file) = &self.messaging {
            let channels =
                Channels::read(file, &clock, &log).context("the settings of messages")?;
            if !channels.has(merchant) {
                bail!("{} has no table merchants.{merchant}", file.display());
            }
            let longest = channels.longest_call(merchant);
            return Ok((Arc::new(channels), longest));
        }
        let files = Arc::new(Directory::new(folder, log.clone()));
        let Some(settings) = self.settings() else {
            return Ok((files, Duration::ZERO));
        };
        let mail = Smtp::new(&settings, clock, log).context("the mail server's settings")?;
        let router = Router::to(files).with(&[Channel::Email], Arc::new(mail));
        Ok((Arc::new(router), settings.longest_call()))
    }

    /// What the merchant's requests over HTTP may reach, by the same settings file; nothing without one. Also the longest time
    /// that a call may take.
    pub(super) fn network(
        &self,
        merchant: &Merchant,
        log: Arc<dyn LogSink>,
    ) -> anyhow::Result<(Arc<dyn Http>, Duration)> {
        let Some(file) = &self.messaging else {
            return Ok((Arc::new(Denied), Duration::ZERO));
        };
        let client = Client::read(file, log).context("the settings of requests over HTTP")?;
        let longest = client.longest_call(merchant);
        Ok((Arc::new(client), longest))
    }

    fn settings(&self) -> Option<SmtpSettings> {
        let (server, from) = (self.smtp.as_ref()?, self.smtp_from.as_ref()?);
        let security = match self.smtp_security {
            Security::None => SmtpSecurity::None,
            Security::Starttls => SmtpSecurity::Starttls,
            Security::Tls => SmtpSecurity::Tls,
        };
        let file = || self.smtp_password_file.clone().map(SecretPlace::File);
        let password = self.smtp_password_env.clone().map(SecretPlace::Env);
        Some(SmtpSettings {
            port: server.port.unwrap_or_else(|| security.port()),
            security,
            allow_plain: self.smtp_allow_plain,
            login: self.smtp_user.clone().zip(password.or_else(file)),
            reply_to: self.smtp_reply_to.clone(),
            timeout: self.smtp_timeout,
            authorities: self.smtp_authorities.clone(),
            ..SmtpSettings::new(&server.host, from)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        messages: Messages,
    }

    fn line(words: &str) -> Result<Messages, clap::Error> {
        let words = std::iter::once("x").chain(words.split_whitespace());
        Line::try_parse_from(words).map(|line| line.messages)
    }

    #[test]
    fn servers_are_read_with_and_without_a_port() {
        let table = [
            ("mail.example", Some(("mail.example", None))),
            ("mail.example:2525", Some(("mail.example", Some(2525)))),
            ("127.0.0.1:25", Some(("127.0.0.1", Some(25)))),
            ("[::1]:25", Some(("::1", Some(25)))),
            ("[::1]", Some(("::1", None))),
            ("::1", Some(("::1", None))),
            ("mail.example:", None),
            ("mail.example:99999", None),
            ("[::1", None),
            ("[::1]25", None),
        ];
        for (text, expected) in table {
            let expected = expected.map(|(host, port)| Server {
                host: host.to_owned(),
                port,
            });
            assert_eq!(text.parse().ok(), expected, "{text}");
        }
    }

    #[test]
    fn what_belongs_together_is_asked_for_together() {
        let server = "--smtp mail.example --smtp-from a@tea.example";
        let table = [
            ("", true),
            (server, true),
            ("--smtp mail.example", false),
            ("--smtp-timeout 9", false),
            ("--smtp-from a@tea.example", false),
            (&format!("{server} --smtp-user u"), false),
            (&format!("{server} --smtp-password-env P"), false),
            (
                &format!("{server} --smtp-user u --smtp-password-env P"),
                true,
            ),
            (
                &format!("{server} --smtp-user u --smtp-password-env P --smtp-password-file f"),
                false,
            ),
            (&format!("{server} --smtp-security ssl"), false),
            ("--messaging messaging.toml", true),
            (&format!("{server} --messaging messaging.toml"), false),
        ];
        for (words, good) in table {
            assert_eq!(line(words).is_ok(), good, "{words}");
        }
        assert!(line("").unwrap().settings().is_none());
        let words = format!("{server} --smtp-security tls --smtp-user u --smtp-password-env P");
        let settings = line(&words).unwrap().settings().unwrap();
        assert_eq!((settings.port, settings.timeout), (465, 30));
        let password = SecretPlace::Env("P".to_owned());
        assert_eq!(settings.login, Some(("u".to_owned(), password)));
    }
}

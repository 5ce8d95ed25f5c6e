//! Each provider's own settings.

use super::reader::{ChannelsError, Reader};
use crate::capabilities::Merchant;
use crate::capabilities::clock::Clock;
use crate::capabilities::logging::LogSink;
use crate::capabilities::messaging::alimtalk::{Nhn, Solapi};
use crate::capabilities::messaging::line::{self, Notification, Push, Reply};
use crate::capabilities::messaging::outgoing::{Base, Flow, Outgoing, Provider};
use crate::capabilities::messaging::platform::{Links, Publisher, Stream, Webhook};
use crate::capabilities::messaging::secret::Secret;
use crate::capabilities::messaging::sms::{Http, HttpSettings, Mitake};
use crate::capabilities::messaging::smtp::{Dkim, Smtp, SmtpSecurity, SmtpSettings};
use crate::capabilities::messaging::{Channel, Directory, Messaging};
use crate::capabilities::{nats, webhook};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// What is usual for a provider: where it is, and how much it takes.
struct Usual {
    base: Option<&'static str>,
    concurrency: u32,
    per_second: u32,
}

/// A backend, and the longest time that a call of it may take.
type Made = (Arc<dyn Messaging>, Duration);

/// Makes the backend of a merchant's channel, whose provider may report at this address.
pub(super) fn backend(
    (merchant, channel): (&Merchant, Channel),
    settings: &mut Reader<'_>,
    reports: Option<String>,
    links: &mut Links,
    clock: &Arc<dyn Clock>,
    log: &Arc<dyn LogSink>,
) -> Result<Made, ChannelsError> {
    let name = settings.needed("provider")?;
    let (provider, usual): (Box<dyn Provider>, Usual) = match (channel, name.as_str()) {
        (_, "directory") => {
            let folder = settings.path("folder")?;
            let folder = folder.ok_or_else(|| settings.fault("folder", "it is missing"))?;
            let files = Directory::new(&folder, log.clone());
            return Ok((Arc::new(files), Duration::ZERO));
        }
        (_, "webhook") => {
            let path = path(settings)?;
            let provider = Webhook {
                merchant: merchant.clone(),
                channel,
                path,
                keys: webhook::Keys::read(settings)?,
            };
            let none = Usual {
                base: None,
                ..usual("")
            };
            return outgoing(Box::new(provider), &none, settings, clock, log);
        }
        (_, "nats") => return stream((merchant, channel), settings, links, clock, log),
        (Channel::Email, "smtp") => return smtp(settings, clock, log),
        (Channel::LinePush, "line") => (Box::new(Push::new(settings.secret("token")?)), LINE),
        (Channel::LineReply, "line") => (Box::new(Reply::new(settings.secret("token")?)), LINE),
        (Channel::LineNotification, "line") => {
            (Box::new(Notification::new(settings.secret("token")?)), LINE)
        }
        (Channel::Alimtalk, "nhn") => (Box::new(nhn(settings)?), usual(Nhn::BASE)),
        (Channel::Alimtalk, "solapi") => (Box::new(solapi(settings)?), usual(Solapi::BASE)),
        (Channel::Sms, "mitake") => (Box::new(mitake(settings, reports)?), usual(Mitake::BASE)),
        (Channel::Sms, "http") => {
            // What is read first here is not left for the provider's own members.
            let secrets = secrets(settings)?;
            let none = Usual {
                base: None,
                ..usual("")
            };
            let way = way(settings, &none)?;
            let http = http(settings, &secrets)?;
            return made(Box::new(http), way, settings, clock, log);
        }
        (channel, _) => {
            let known = known(channel).join(", ");
            let told = format!("{name:?} is none for {}; known are {known}", channel.name());
            return Err(settings.fault("provider", told));
        }
    };
    outgoing(provider, &usual, settings, clock, log)
}

/// LINE takes 2,000 requests a second at each endpoint.
const LINE: Usual = Usual {
    base: Some(line::BASE),
    concurrency: 16,
    per_second: line::PER_SECOND,
};

/// Where a provider tells no rate, a modest one.
fn usual(base: &'static str) -> Usual {
    Usual {
        base: Some(base),
        concurrency: 8,
        per_second: 50,
    }
}

/// The names of a channel's providers.
fn known(channel: Channel) -> &'static [&'static str] {
    match channel {
        Channel::Email => &["smtp", "webhook", "nats", "directory"],
        Channel::Sms => &["mitake", "http", "webhook", "nats", "directory"],
        Channel::LinePush | Channel::LineNotification | Channel::LineReply => {
            &["line", "webhook", "nats", "directory"]
        }
        Channel::Alimtalk => &["nhn", "solapi", "webhook", "nats", "directory"],
    }
}

fn base(settings: &mut Reader<'_>, usual: &Usual) -> Result<Base, ChannelsError> {
    let told = settings.text("base-url")?;
    let base = told.as_deref().or(usual.base);
    let base = base.ok_or_else(|| settings.fault("base-url", "it is missing"))?;
    Base::parse(base).map_err(|why| settings.fault("base-url", why))
}

fn flow(settings: &mut Reader<'_>, usual: &Usual) -> Result<Flow, ChannelsError> {
    let concurrency = settings.number("concurrency", 1..=64, usual.concurrency)?;
    let timeout = settings.number("timeout", 1..=60, 10)?;
    Ok(Flow {
        concurrency: usize::try_from(concurrency).unwrap_or(1),
        per_second: settings.number("per-second", 1..=2_000, usual.per_second)?,
        timeout: Duration::from_secs(timeout.into()),
    })
}

/// Where a provider is, and how messages flow to it.
fn way(settings: &mut Reader<'_>, usual: &Usual) -> Result<(Base, Flow), ChannelsError> {
    Ok((base(settings, usual)?, flow(settings, usual)?))
}

fn outgoing(
    provider: Box<dyn Provider>,
    usual: &Usual,
    settings: &mut Reader<'_>,
    clock: &Arc<dyn Clock>,
    log: &Arc<dyn LogSink>,
) -> Result<Made, ChannelsError> {
    let way = way(settings, usual)?;
    made(provider, way, settings, clock, log)
}

fn made(
    provider: Box<dyn Provider>,
    (base, flow): (Base, Flow),
    settings: &Reader<'_>,
    clock: &Arc<dyn Clock>,
    log: &Arc<dyn LogSink>,
) -> Result<Made, ChannelsError> {
    let made = Outgoing::new(provider, base, &flow, clock.clone(), log.clone());
    let made = made.map_err(|why| settings.fault("base-url", why))?;
    Ok((Arc::new(made), flow.longest_call()))
}

/// A path that begins with a slash; the base's own unless told.
fn path(settings: &mut Reader<'_>) -> Result<String, ChannelsError> {
    let told = settings.text("path")?.unwrap_or_else(|| "/".to_owned());
    if told.starts_with('/') {
        return Ok(told);
    }
    Err(settings.fault("path", "it doesn't begin with a slash"))
}

/// The platform by NATS. Requests are as many as of others, and a stream takes thousands a second.
fn stream(
    (merchant, channel): (&Merchant, Channel),
    settings: &mut Reader<'_>,
    links: &mut Links,
    clock: &Arc<dyn Clock>,
    log: &Arc<dyn LogSink>,
) -> Result<Made, ChannelsError> {
    let own = nats::Settings::read(settings)?;
    let flow = flow(settings, &LINE)?;
    let link = links.to(&own);
    let link = link.map_err(|why| settings.fault("url", why))?;
    let provider = Stream {
        merchant: merchant.clone(),
        channel,
        prefix: nats::prefix(settings)?,
        known: {
            let known = settings.number("duplicate-minutes", 1..=1_440, 2)?;
            let call = u32::try_from(flow.longest_call().as_secs()).unwrap_or(u32::MAX);
            known.saturating_mul(60).saturating_sub(call)
        },
        secret: own.secret().cloned(),
    };
    let way = (own.origin(), &flow);
    let post = Box::new(Publisher(link, flow.timeout));
    let made = Outgoing::by(Box::new(provider), post, way, clock.clone(), log.clone());
    Ok((Arc::new(made), flow.longest_call()))
}

/// A member that stands in a path or in a signature's list.
fn word(settings: &mut Reader<'_>, name: &str) -> Result<String, ChannelsError> {
    let text = settings.needed(name)?;
    if text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'@'))
    {
        return Ok(text);
    }
    Err(settings.fault(
        name,
        "it holds something else than letters, digits, -, _ and @",
    ))
}

fn nhn(settings: &mut Reader<'_>) -> Result<Nhn, ChannelsError> {
    Ok(Nhn {
        app_key: word(settings, "app-key")?,
        sender_key: word(settings, "sender-key")?,
        secret: settings.secret("secret-key")?,
    })
}

fn solapi(settings: &mut Reader<'_>) -> Result<Solapi, ChannelsError> {
    Ok(Solapi {
        api_key: word(settings, "api-key")?,
        secret: settings.secret("api-secret")?,
        pf_id: word(settings, "pf-id")?,
        from: word(settings, "from")?,
    })
}

fn mitake(settings: &mut Reader<'_>, reports: Option<String>) -> Result<Mitake, ChannelsError> {
    let own = settings.text("report-url")?;
    Ok(Mitake {
        user: settings.needed("user")?,
        password: settings.secret("password")?,
        keyed: own.is_none(),
        report_url: own.or(reports),
    })
}

/// The table `secrets`: each name with `env` or `file`.
fn secrets(settings: &mut Reader<'_>) -> Result<BTreeMap<String, Secret>, ChannelsError> {
    let mut secrets = BTreeMap::new();
    let Some(mut table) = settings.inner("secrets")? else {
        return Ok(secrets);
    };
    for name in table.names() {
        let base = name.strip_suffix("-env").or(name.strip_suffix("-file"));
        let Some(base) = base.map(str::to_owned) else {
            return Err(table.fault(&name, "its name ends in neither -env nor -file"));
        };
        let secret = table.secret(&base)?;
        secrets.insert(base, secret);
    }
    table.done()?;
    Ok(secrets)
}

fn http(
    settings: &mut Reader<'_>,
    secrets: &BTreeMap<String, Secret>,
) -> Result<Http, ChannelsError> {
    let rest = settings.rest();
    let own: HttpSettings = toml::Value::Table(rest)
        .try_into()
        .map_err(|error: toml::de::Error| settings.fault_of_all(error.message()))?;
    Http::new(own, secrets).map_err(|error| settings.fault(&error.field, error.reason))
}

fn smtp(
    settings: &mut Reader<'_>,
    clock: &Arc<dyn Clock>,
    log: &Arc<dyn LogSink>,
) -> Result<Made, ChannelsError> {
    let (host, from) = (settings.needed("host")?, settings.needed("from")?);
    let security = match settings.text("security")?.as_deref() {
        None | Some("starttls") => SmtpSecurity::Starttls,
        Some("tls") => SmtpSecurity::Tls,
        Some("none") => SmtpSecurity::None,
        Some(_) => return Err(settings.fault("security", "it is none of starttls, tls and none")),
    };
    let port = settings.number("port", 1..=65_535, security.port().into())?;
    let (user, place) = (settings.text("user")?, settings.place("password")?);
    if user.is_some() != place.is_some() {
        return Err(settings.fault(
            "user",
            "it and password-env or password-file belong together",
        ));
    }
    let dkim = match settings.inner("dkim")? {
        None => None,
        Some(mut dkim) => {
            let missing =
                |dkim: &Reader<'_>| dkim.fault("key-env", "it is missing, and so is key-file");
            let made = Dkim {
                domain: dkim.needed("domain")?,
                selector: dkim.needed("selector")?,
                key: dkim.place("key")?.ok_or_else(|| missing(&dkim))?,
            };
            dkim.done()?;
            Some(made)
        }
    };
    let authorities: Option<PathBuf> = settings.path("authorities")?;
    let own = SmtpSettings {
        port: u16::try_from(port).unwrap_or_default(),
        security,
        allow_plain: settings.flag("allow-plain")?,
        login: user.zip(place),
        reply_to: settings.text("reply-to")?,
        timeout: settings.number("timeout", 1..=300, 30)?,
        connections: usize::try_from(settings.number("connections", 0..=16, 4)?).unwrap_or(4),
        authorities,
        dkim,
        ..SmtpSettings::new(&host, &from)
    };
    let mail = Smtp::new(&own, clock.clone(), log.clone());
    let mail = mail.map_err(|error| settings.fault_of_all(error.to_string()))?;
    Ok((Arc::new(mail), own.longest_call()))
}

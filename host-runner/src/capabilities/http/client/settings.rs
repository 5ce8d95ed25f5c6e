//! The table `http` of each merchant.

use super::address::Network;
use super::allow::Allow;
use super::credential::{Credential, Placed};
use super::wire::Wire;
use super::{Bounds, Own};
use crate::capabilities::Merchant;
use crate::capabilities::agent;
use crate::capabilities::messaging::{ChannelsError, Reader, Secret};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::time::Duration;
use toml::Table;
use ureq::tls::TlsConfig;

/// Bytes that a request or an answer has at most, unless the settings say otherwise.
const BYTES: u32 = 1024 * 1024;

/// And the most that they can say: half of what leaves a sandbox in one step.
const BYTES_MOST: u32 = 16 * BYTES;

/// A shorter secret would be found, and hidden, in answers that have nothing to do with it.
const SECRET_LEAST: usize = 4;

/// Reads the tables of all merchants of a file that have one.
pub(super) fn read(
    mut table: Table,
    folder: &Path,
) -> Result<HashMap<Merchant, Own>, ChannelsError> {
    let mut merchants = HashMap::new();
    let Some(value) = table.remove("merchants") else {
        return Ok(merchants);
    };
    let mut table = Reader::new("merchants".to_owned(), value, folder)?;
    // The system's authorities are read once, for all.
    let mut common = None;
    for id in table.names() {
        let merchant = Merchant::new(&id).map_err(|error| table.fault(&id, error.to_string()))?;
        let Some(mut own) = table.inner(&id)? else {
            continue;
        };
        if let Some(settings) = own.inner("http")? {
            merchants.insert(merchant, one(settings, &mut common)?);
        }
    }
    Ok(merchants)
}

fn one(mut settings: Reader<'_>, common: &mut Option<TlsConfig>) -> Result<Own, ChannelsError> {
    let allow = entries(&mut settings, "allow")?;
    let networks: Result<Vec<Network>, ChannelsError> = settings
        .texts("addresses")?
        .iter()
        .map(|text| {
            let wrong = |why| settings.fault("addresses", format!("{text:?}: {why}"));
            text.parse().map_err(wrong)
        })
        .collect();
    let tls = trusted(&mut settings, &allow, common)?;
    let timeout = settings.number("timeout", 1..=60, 10)?;
    let at_once = settings.number("concurrency", 1..=64, 16)?;
    let request = settings.number("request-bytes", 1..=BYTES_MOST, BYTES)?;
    let response = settings.number("response-bytes", 1..=BYTES_MOST, BYTES)?;
    let bounds = Bounds {
        request: usize::try_from(request).unwrap_or(usize::MAX),
        response: response.into(),
        timeout: Duration::from_secs(timeout.into()),
        at_once: usize::try_from(at_once).unwrap_or(1),
    };
    let credentials = credentials(&mut settings, &allow)?;
    settings.done()?;
    Ok(Own {
        allow,
        credentials,
        bounds,
        wire: Wire::new(networks?, tls, bounds.at_once, bounds.response),
    })
}

fn entries(settings: &mut Reader<'_>, name: &str) -> Result<Allow, ChannelsError> {
    let texts = settings.texts(name)?;
    Allow::parse(&texts).map_err(|(entry, why)| settings.fault(name, format!("{entry:?}: {why}")))
}

fn trusted(
    settings: &mut Reader<'_>,
    allow: &Allow,
    common: &mut Option<TlsConfig>,
) -> Result<Option<TlsConfig>, ChannelsError> {
    if let Some(file) = settings.path("authorities")? {
        let wrong = |why: String| settings.fault("authorities", why);
        let pem = std::fs::read(&file).map_err(|error| wrong(error.to_string()))?;
        return agent::tls(Some(&pem)).map(Some).map_err(wrong);
    }
    if !allow.needs_tls() {
        return Ok(None);
    }
    if common.is_none() {
        *common = Some(agent::tls(None).map_err(|why| settings.fault("allow", why))?);
    }
    Ok(common.clone())
}

fn credentials(
    settings: &mut Reader<'_>,
    allow: &Allow,
) -> Result<BTreeMap<String, Credential>, ChannelsError> {
    let mut credentials = BTreeMap::new();
    let Some(mut table) = settings.inner("credentials")? else {
        return Ok(credentials);
    };
    for name in table.names() {
        if let Some(one) = table.inner(&name)? {
            credentials.insert(name, credential(one, allow)?);
        }
    }
    table.done()?;
    Ok(credentials)
}

fn credential(mut settings: Reader<'_>, allow: &Allow) -> Result<Credential, ChannelsError> {
    let mut to = entries(&mut settings, "to")?;
    if to == Allow::default() {
        if !allow.is_one() {
            let told = "it is missing, and the list allow has not one entry, which it could be";
            return Err(settings.fault("to", told));
        }
        to = allow.clone();
    }
    let mut headers: Vec<(String, Placed)> = Vec::new();
    if let Some(place) = settings.place("bearer")? {
        let read = place.read();
        let secret = read.map_err(|error| settings.fault("bearer", error.to_string()))?;
        let before = "Bearer ";
        headers.push(("authorization".to_owned(), Placed { before, secret }));
    }
    for (name, secret) in secrets(&mut settings, "header")? {
        let before = "";
        headers.push((name.to_ascii_lowercase(), Placed { before, secret }));
    }
    let made = Credential {
        to,
        headers,
        form: secrets(&mut settings, "form-field")?,
        query: secrets(&mut settings, "query")?,
    };
    for (name, placed) in &made.headers {
        let sound = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if !name.bytes().all(sound) {
            let told = format!("{name:?} is no name of a header field");
            return Err(settings.fault("header", told));
        }
        if !placed
            .secret
            .reveal()
            .bytes()
            .all(|byte| matches!(byte, b' '..=b'~'))
        {
            let told = format!("the secret of {name} holds what no header field may hold");
            return Err(settings.fault("header", told));
        }
    }
    let all = made.secrets();
    if all.is_empty() {
        return Err(settings.fault_of_all("it has none of bearer, header, form-field and query"));
    }
    if all.iter().any(|one| one.reveal().len() < SECRET_LEAST) {
        let told = format!("a secret of it is shorter than {SECRET_LEAST} bytes");
        return Err(settings.fault_of_all(told));
    }
    settings.done()?;
    Ok(made)
}

/// A table of fields, each with `-env` or `-file` behind its name.
fn secrets(settings: &mut Reader<'_>, name: &str) -> Result<Vec<(String, Secret)>, ChannelsError> {
    let mut secrets = Vec::new();
    let Some(mut table) = settings.inner(name)? else {
        return Ok(secrets);
    };
    for field in table.names() {
        let own = field.strip_suffix("-env").or(field.strip_suffix("-file"));
        let Some(own) = own.filter(|own| !own.is_empty()).map(str::to_owned) else {
            return Err(table.fault(&field, "its name ends in neither -env nor -file"));
        };
        let secret = table.secret(&own)?;
        secrets.push((own, secret));
    }
    table.done()?;
    Ok(secrets)
}

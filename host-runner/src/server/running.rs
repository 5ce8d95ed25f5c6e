//! A server that runs by some settings, as the program asks it from the same machine.

use super::settings::Settings;
use crate::capabilities::Merchant;
use crate::capabilities::messaging::Secret;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::io::Read;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;
use ureq::Agent;
use ureq::http::StatusCode;

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(5);

/// How long an answer to a question may take.
const ANSWER: Duration = Duration::from_secs(10);

/// How long a backup may take: longer than any disk needs for what a single host has.
const BACKUP: Duration = Duration::from_secs(6 * 3_600);

/// A server, which may run or not.
#[derive(Debug)]
pub struct Running<'s> {
    settings: &'s Settings,
}

/// A backup that it made.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Made {
    /// The file, as the server sees it.
    pub file: PathBuf,
    /// Its bytes.
    pub bytes: u64,
    /// How long it took.
    pub milliseconds: u64,
}

/// Why there is no answer, or another one than was wanted.
#[derive(Debug, thiserror::Error)]
pub enum RunningError {
    /// The settings don't say how to reach the operator's address.
    #[error("the settings have no {0}, without which the server can't be asked for it")]
    Unset(&'static str),
    /// Nobody answers there.
    #[error("no server answers on {address}: {cause}")]
    Unreachable {
        /// Where it was looked for.
        address: SocketAddr,
        /// What the system says.
        cause: String,
    },
    /// It answered that it can't, or something that no server of this program answers.
    #[error("the server on {address} answers {status}: {detail}")]
    Refused {
        /// Where it is.
        address: SocketAddr,
        /// The status.
        status: u16,
        /// Why.
        detail: String,
    },
}

impl<'s> Running<'s> {
    /// The one that these settings describe.
    #[must_use]
    pub fn of(settings: &'s Settings) -> Self {
        Self { settings }
    }

    /// Whether it answers, and its storage does.
    ///
    /// # Errors
    /// [`RunningError`] where one of them doesn't.
    pub fn is_ready(&self) -> Result<(), RunningError> {
        let address = reached(self.settings.listen);
        let url = format!("http://{address}/ready");
        let request = agent(ANSWER).get(url);
        answer(address, request.call(), &[StatusCode::OK]).map(drop)
    }

    /// Has it make a backup, and waits for that.
    ///
    /// # Errors
    /// [`RunningError`].
    pub fn backup(&self) -> Result<Made, RunningError> {
        let (address, authorization) = self.authorized()?;
        let request = agent(BACKUP).post(format!("http://{address}/backup"));
        let request = request.header("authorization", authorization);
        let text = answer(address, request.send_empty(), &[StatusCode::CREATED])?;
        json(address, &text)
    }

    /// What it knows of merchants: `path` is `/merchants` or begins so. With a body it is put there.
    ///
    /// # Errors
    /// [`RunningError`].
    pub fn merchants(&self, path: &str, body: Option<&str>) -> Result<Value, RunningError> {
        let (address, authorization) = self.authorized()?;
        let url = format!("http://{address}{path}");
        let agent = agent(ANSWER);
        let (answered, wanted) = match body {
            None => {
                let request = agent.get(url).header("authorization", authorization);
                (request.call(), &[StatusCode::OK][..])
            }
            Some(body) => {
                let request = agent.put(url).header("authorization", authorization);
                let good = &[StatusCode::OK, StatusCode::CREATED][..];
                (request.send(body), good)
            }
        };
        json(address, &answer(address, answered, wanted)?)
    }

    /// Has it delete everything of a merchant that is suspended, in the background.
    ///
    /// # Errors
    /// [`RunningError`].
    pub fn delete(&self, merchant: &Merchant) -> Result<(), RunningError> {
        let (address, authorization) = self.authorized()?;
        let request = agent(ANSWER).delete(format!("http://{address}/merchants/{merchant}"));
        let request = request.header("authorization", authorization);
        answer(address, request.call(), &[StatusCode::ACCEPTED]).map(drop)
    }

    /// All records of a merchant that is suspended, as they come.
    ///
    /// # Errors
    /// [`RunningError`]; a reader that breaks off has no last line.
    pub fn export(&self, merchant: &Merchant) -> Result<impl Read + use<>, RunningError> {
        let (address, authorization) = self.authorized()?;
        let request = agent(BACKUP).get(format!("http://{address}/merchants/{merchant}/export"));
        let request = request.header("authorization", authorization);
        let mut answered = request.call().map_err(unreachable(address))?;
        if answered.status() == StatusCode::OK {
            return Ok(answered.into_body().into_reader());
        }
        let text = answered.body_mut().read_to_string();
        let text = text.map_err(unreachable(address))?;
        Err(refused(address, answered.status(), &text))
    }

    fn authorized(&self) -> Result<(SocketAddr, String), RunningError> {
        let (address, key) = self.operator()?;
        Ok((address, format!("Bearer {}", key.reveal())))
    }

    fn operator(&self) -> Result<(SocketAddr, &Secret), RunningError> {
        let address = self.settings.operator;
        let address = address.ok_or(RunningError::Unset("operator"))?;
        let key = self.settings.operator_key.as_ref();
        Ok((
            reached(address),
            key.ok_or(RunningError::Unset("operator-key-file"))?,
        ))
    }
}

/// Where this machine reaches an address on which a server listens.
fn reached(listens: SocketAddr) -> SocketAddr {
    let ip = match listens.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listens.port())
}

fn agent(longest: Duration) -> Agent {
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .proxy(None)
        .timeout_connect(Some(CONNECT))
        .timeout_global(Some(longest))
        .build();
    config.into()
}

/// The text of an answer of a wanted status.
fn answer(
    address: SocketAddr,
    answered: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    wanted: &[StatusCode],
) -> Result<String, RunningError> {
    let mut answer = answered.map_err(unreachable(address))?;
    let text = answer.body_mut().read_to_string();
    let text = text.map_err(unreachable(address))?;
    if wanted.contains(&answer.status()) {
        return Ok(text);
    }
    Err(refused(address, answer.status(), &text))
}

fn json<T: DeserializeOwned>(address: SocketAddr, text: &str) -> Result<T, RunningError> {
    serde_json::from_str(text).map_err(|error| RunningError::Refused {
        address,
        status: StatusCode::OK.as_u16(),
        detail: error.to_string(),
    })
}

fn unreachable(address: SocketAddr) -> impl Fn(ureq::Error) -> RunningError {
    move |error| RunningError::Unreachable {
        address,
        cause: error.to_string(),
    }
}

/// What an answer that wasn't wanted says.
fn refused(address: SocketAddr, status: StatusCode, text: &str) -> RunningError {
    /// What it says is wrong.
    #[derive(Deserialize)]
    struct Problem {
        detail: String,
        /// Where, as a JSON pointer into the request.
        pointer: Option<String>,
    }
    let told = serde_json::from_str(text).map(|problem: Problem| match problem.pointer {
        Some(pointer) => format!("{pointer}: {}", problem.detail),
        None => problem.detail,
    });
    RunningError::Refused {
        address,
        status: status.as_u16(),
        detail: told.unwrap_or_else(|_| "it doesn't say why".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let address = SocketAddr::from(([127, 0, 0, 1], 80));
        for (text, told) in [
            (r#"{"detail":"it is none"}"#, "it is none"),
            (
                r#"{"detail":"it is none","pointer":"/limits/fuel"}"#,
                "/limits/fuel: it is none",
            ),
            ("<html>", "it doesn't say why"),
        ] {
            let error = refused(address, StatusCode::UNPROCESSABLE_ENTITY, text);
            let whole = format!("the server on 127.0.0.1:80 answers 422: {told}");
            assert_eq!(error.to_string(), whole);
        }
    }

    #[test]
    fn a_server_on_every_address_is_reached_on_this_machine() {
        let table = [
            ("0.0.0.0:80", "127.0.0.1:80"),
            ("[::]:80", "[::1]:80"),
            ("10.0.0.1:80", "10.0.0.1:80"),
        ];
        for (listens, expected) in table {
            let found = reached(listens.parse().unwrap());
            assert_eq!(found, expected.parse().unwrap());
        }
    }
}

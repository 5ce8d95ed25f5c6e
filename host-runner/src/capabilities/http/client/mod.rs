//! The backend `client`: requests over the network, to where each merchant's allow-list leads.

mod address;
mod allow;
mod credential;
mod hop;
mod names;
mod round;
mod scrub;
mod settings;
mod wire;

#[cfg(test)]
mod tests;

use super::{Error, Http, Request, Response, entry};
use crate::capabilities::Merchant;
use crate::capabilities::logging::LogSink;
use crate::capabilities::messaging::{ChannelsError, read_table};
use allow::Allow;
use credential::Credential;
use round::Round;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use wire::Wire;

/// No request is begun once a call took this long; what is left is unreachable, and can be asked again.
const CALL: Duration = Duration::from_secs(60);

/// Sends each merchant's requests to the hosts that a TOML file allows it.
///
/// ```toml
/// [merchants.tea-house.http]
/// allow = ["api.einvoice.nat.gov.tw"]
///
/// [merchants.tea-house.http.credentials.mof]
/// form-field = { appID-env = "MOF_APP_ID" }
/// ```
///
/// The tables stand in the file that names the providers of messages; `docs/http.md` lists their members. A merchant
/// without such a table reaches nothing.
///
/// What holds for every request, its redirects included:
/// - It is GET or POST, to https; or to http at a loopback address that the list names as such.
/// - The list covers scheme, host, port and path.
/// - The address that is connected to is a public one, or one that the settings name. It is looked at as it was
///   resolved for this very connection.
/// - Request and answer have at most so many bytes, and everything together takes at most so much time.
/// - A credential goes to its own hosts only. It is put in here, and taken out of whatever is answered.
pub struct Client {
    merchants: HashMap<Merchant, Own>,
    log: Arc<dyn LogSink>,
}

/// What a merchant has.
struct Own {
    allow: Allow,
    credentials: BTreeMap<String, Credential>,
    bounds: Bounds,
    wire: Wire,
}

/// How much a merchant's requests may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Bounds {
    /// Bytes of a request: address, header fields and body.
    request: usize,
    /// Bytes of an answer's body.
    response: u64,
    /// Time until the whole answer is there, redirects included.
    timeout: Duration,
    /// Requests at once, within one call.
    at_once: usize,
}

impl Client {
    /// A client by which no merchant reaches anything, yet.
    #[must_use]
    pub fn new(log: Arc<dyn LogSink>) -> Self {
        Self {
            merchants: HashMap::new(),
            log,
        }
    }

    /// Reads a settings file, and the secrets that it names. It doesn't connect to anybody yet.
    ///
    /// # Errors
    /// What is wrong with the file or a member of a table `http`.
    pub fn read(file: &Path, log: Arc<dyn LogSink>) -> Result<Self, ChannelsError> {
        let mut client = Self::new(log);
        client.add(file, None)?;
        Ok(client)
    }

    /// Takes the tables of another file: of all merchants that it names, or of one, whose table of before is dropped then.
    ///
    /// # Errors
    /// As those of [`read`](Self::read); the client is as before.
    pub fn add(&mut self, file: &Path, only: Option<&Merchant>) -> Result<(), ChannelsError> {
        let folder = file.parent().unwrap_or(Path::new(""));
        let mut read = settings::read(read_table(file)?, folder)?;
        if let Some(merchant) = only {
            self.merchants.remove(merchant);
            read.retain(|other, _| other == merchant);
        }
        self.merchants.extend(read);
        Ok(())
    }
}

impl Http for Client {
    fn send(&self, merchant: &Merchant, requests: &[Request]) -> Vec<Result<Response, Error>> {
        let Some(own) = self.merchants.get(merchant) else {
            return super::Denied.send(merchant, requests);
        };
        let round = Round::new(own, merchant, &*self.log, Instant::now() + CALL);
        let next = AtomicUsize::new(0);
        let work = || {
            let mut done = Vec::new();
            loop {
                let place = next.fetch_add(1, Ordering::Relaxed);
                let Some(request) = requests.get(place) else {
                    return done;
                };
                done.push((place, round.one(request)));
            }
        };
        // Where a thread was lost with what it knew, its requests may have been sent.
        let mut answers = vec![Err(Error::NoAnswer); requests.len()];
        let done = thread::scope(|scope| {
            let others = own.bounds.at_once.min(requests.len()).saturating_sub(1);
            // If the system gives fewer threads, there are fewer.
            let threads: Vec<_> = (0..others)
                .map_while(|_| thread::Builder::new().spawn_scoped(scope, work).ok())
                .collect();
            let mut done = work();
            for one in threads {
                done.extend(one.join().unwrap_or_default());
            }
            done
        });
        for (place, answer) in done {
            if let Some(kept) = answers.get_mut(place) {
                *kept = answer;
            }
        }
        answers
    }

    fn longest_call(&self, merchant: &Merchant) -> Duration {
        let own = self.merchants.get(merchant);
        own.map_or(Duration::ZERO, |own| CALL + own.bounds.timeout)
    }
}

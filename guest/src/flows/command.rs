//! Running a command: its key, its tries, its commit.

use super::scope::{Scope, Stop};
use crate::domain::ids::Id;
use crate::domain::instant::Instant;
use crate::ports::{Outcome, Ports};
use crate::records::state::Key;
use crate::records::{codec, keys, reader};
use crate::reject::Reject;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// Tries of one command when others change the same records meanwhile.
pub const TRIES_MAX: u32 = 16;

/// Commits of what was due before a command begins: enough for an account with thousands of lots, and a bound
/// all the same.
const PORTIONS_MAX: u32 = 200;

/// How a command is to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Execution {
    /// Under this idempotency key.
    Commit(Id),
    /// Without a trace.
    DryRun,
}

/// Runs `body` as one command of `function`: one clock read, one load, one decision, one commit. A key that is
/// bound to the same `payload` gives the first answer again. `reads` are keys that the command will need.
///
/// # Errors
/// What `body` refuses, [`Reject::KeyReused`], [`Reject::Busy`] and those of the storage.
pub fn run<P: Serialize, T: Serialize + DeserializeOwned>(
    ports: &dyn Ports,
    function: &str,
    execution: &Execution,
    payload: &P,
    reads: &[String],
    mut body: impl FnMut(&mut Scope<'_>) -> Result<T, Stop>,
) -> Result<T, Reject> {
    let now = ports.now();
    let Execution::Commit(key) = execution else {
        return look(ports, now, reads, body);
    };
    let key = keys::key(function, key);
    let fingerprint = fingerprint(payload);
    let reads: Vec<String> = reads.iter().cloned().chain([key.clone()]).collect();
    let (mut tries, mut portions) = (0, 0);
    while tries < TRIES_MAX && portions < PORTIONS_MAX {
        let mut scope = Scope::new(ports, now, true, &reads)?;
        if let Some(bound) = scope.work.get::<Key>(&key)? {
            if bound.payload != fingerprint {
                return Err(Reject::KeyReused);
            }
            return reader::read(bound.answer.get()).map_err(|_| Reject::Unreadable(key));
        }
        let answer = match body(&mut scope) {
            Ok(answer) => answer,
            // A refusal for what others were changing meanwhile would be no answer.
            Err(Stop::Reject(_)) if scope.work.is_stale()? => {
                tries += 1;
                continue;
            }
            Err(Stop::Reject(reject)) => return Err(reject),
            Err(Stop::Again) => {
                portions += 1;
                continue;
            }
        };
        let raw = serde_json::value::to_raw_value(&answer);
        let raw: Box<RawValue> = raw.map_err(|_| Reject::Unreadable(key.clone()))?;
        let bound = Key {
            at: now,
            payload: fingerprint.clone(),
            answer: raw,
        };
        scope.work.put(key.clone(), &bound);
        if scope.work.commit()? == Outcome::Committed {
            return Ok(answer);
        }
        tries += 1;
    }
    Err(Reject::Busy)
}

/// Runs `body` as a question: nothing is stored.
///
/// # Errors
/// What `body` refuses, and those of the storage.
pub fn ask<T>(
    ports: &dyn Ports,
    reads: &[String],
    body: impl FnMut(&mut Scope<'_>) -> Result<T, Stop>,
) -> Result<T, Reject> {
    look(ports, ports.now(), reads, body)
}

/// Runs `body` without a commit, anew while others change what it reads.
fn look<T>(
    ports: &dyn Ports,
    now: Instant,
    reads: &[String],
    mut body: impl FnMut(&mut Scope<'_>) -> Result<T, Stop>,
) -> Result<T, Reject> {
    for _ in 0..TRIES_MAX {
        let mut scope = Scope::new(ports, now, false, reads)?;
        let answer = body(&mut scope);
        if scope.work.is_stale()? {
            continue;
        }
        match answer {
            Ok(answer) => return Ok(answer),
            Err(Stop::Reject(reject)) => return Err(reject),
            Err(Stop::Again) => {}
        }
    }
    Err(Reject::Busy)
}

/// The fingerprint of a decoded payload: 128 bits of SHA-256 over its canonical JSON, in hexadecimal.
pub fn fingerprint<P: Serialize>(payload: &P) -> String {
    let text = codec::encode(&Payload { payload });
    let digest = Sha256::digest(text.as_bytes());
    let mut shown = String::with_capacity(32);
    for byte in digest.iter().take(16) {
        // Writing to a String can't fail.
        let _ = write!(shown, "{byte:02x}");
    }
    shown
}

#[derive(Serialize)]
struct Payload<'a, P: Serialize> {
    payload: &'a P,
}

//! Running a command: its key, its tries, its commit.

use super::scope::{Scope, Stop};
use crate::domain::digits;
use crate::domain::ids::Id;
use crate::done::let_go;
use crate::json::{self, Raw};
use crate::ports::{Outcome, Ports};
use crate::reading::Read;
use crate::records::state::Key;
use crate::records::{Work, codec, keys};
use crate::reject::Reject;
use serde::Serialize;
use siphasher::sip128::{Hasher128, SipHasher24};
use std::hash::Hasher;

/// Tries of one command when others change the same records meanwhile.
pub const TRIES_MAX: u32 = 16;

/// Commits of what was due before a command begins: enough for an account with thousands of lots, and a bound
/// all the same.
pub(super) const PORTIONS_MAX: u32 = 200;

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
pub fn run<P: Serialize, T: Serialize + Read>(
    ports: &dyn Ports,
    function: &str,
    execution: &Execution,
    payload: &P,
    reads: &[String],
    mut body: impl FnMut(&mut Scope<'_>) -> Result<T, Stop>,
) -> Result<T, Reject> {
    let bound = match execution {
        Execution::Commit(key) => Some((keys::key(function, key), fingerprint(payload))),
        Execution::DryRun => None,
    };
    let mut answer = None;
    let attempt = &mut |scope: &mut Scope<'_>| {
        let told = body(scope)?;
        if let Some((key, payload)) = &bound {
            let record = Key {
                at: scope.now,
                payload: payload.clone(),
                answer: &told,
            };
            scope.work.put(key.clone(), &record);
        }
        answer = Some(told);
        Ok(())
    };
    match &bound {
        Some((key, payload)) => {
            if let Some(known) = drive(ports, key, payload, reads, attempt)? {
                let told = json::read(known.text());
                return told.map_err(|_| Reject::Unreadable(key.clone()));
            }
        }
        None => look(ports, reads, attempt)?,
    }
    answer.ok_or(Reject::Busy)
}

/// Whether the execution's key is bound already, so that the answer is known.
///
/// # Errors
/// Those of the storage.
pub fn is_bound(ports: &dyn Ports, function: &str, execution: &Execution) -> Result<bool, Reject> {
    match execution {
        Execution::Commit(key) => Work::new(ports).has(&keys::key(function, key)),
        Execution::DryRun => Ok(false),
    }
}

/// Tries a command until it commits; the answer, if the key was bound to this payload before. All that doesn't depend
/// on a command's types is here, so that it stands in the component once.
fn drive(
    ports: &dyn Ports,
    key: &str,
    payload: &str,
    reads: &[String],
    attempt: &mut dyn FnMut(&mut Scope<'_>) -> Result<(), Stop>,
) -> Result<Option<Raw>, Reject> {
    let now = ports.now();
    let reads: Vec<String> = reads.iter().cloned().chain([key.to_owned()]).collect();
    let (mut tries, mut portions) = (0, 0);
    while tries < TRIES_MAX && portions < PORTIONS_MAX {
        let mut scope = Scope::new(ports, now, true, &reads)?;
        if let Some(bound) = scope.work.get::<Key<Raw>>(key)? {
            if bound.payload != payload {
                return Err(Reject::KeyReused);
            }
            return Ok(Some(bound.answer));
        }
        match attempt(&mut scope) {
            Ok(()) => {}
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
        }
        if scope.work.commit()? == Outcome::Committed {
            let_go(scope.merchant);
            return Ok(None);
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
    mut body: impl FnMut(&mut Scope<'_>) -> Result<T, Stop>,
) -> Result<T, Reject> {
    let mut answer = None;
    look(ports, reads, &mut |scope| {
        answer = Some(body(scope)?);
        Ok(())
    })?;
    answer.ok_or(Reject::Busy)
}

/// Makes an attempt without a commit, anew while others change what it reads.
fn look(
    ports: &dyn Ports,
    reads: &[String],
    attempt: &mut dyn FnMut(&mut Scope<'_>) -> Result<(), Stop>,
) -> Result<(), Reject> {
    let now = ports.now();
    for _ in 0..TRIES_MAX {
        let mut scope = Scope::new(ports, now, false, reads)?;
        let answer = attempt(&mut scope);
        if scope.work.is_stale()? {
            continue;
        }
        match answer {
            Ok(()) => {
                let_go(scope);
                return Ok(());
            }
            Err(Stop::Reject(reject)) => return Err(reject),
            Err(Stop::Again) => {}
        }
    }
    Err(Reject::Busy)
}

/// The fingerprint of a decoded payload: SipHash 2-4 of 128 bits, with the zero key, over its canonical JSON. It tells
/// a caller's mistake, not a forger: whoever may call for a merchant may change its points anyway.
pub fn fingerprint<P: Serialize>(payload: &P) -> String {
    let mut hasher = SipHasher24::new();
    let mut text = String::new();
    codec::encode_into(&mut text, &Payload { payload });
    hasher.write(text.as_bytes());
    let hash = hasher.finish128();
    text.clear();
    digits::push_hex(&mut text, hash.h1);
    digits::push_hex(&mut text, hash.h2);
    text.shrink_to_fit();
    text
}

#[derive(Serialize)]
struct Payload<'a, P: Serialize> {
    payload: &'a P,
}

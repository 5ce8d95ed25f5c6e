//! Whose turn it is to tick a merchant, where several hosts share a database. Commits keep them from doing a thing twice, leases
//! from trying to. A host that is killed loses its leases within seconds.

use super::agenda::Ended;
use super::ticker::AWAY;
use crate::capabilities::Merchant;
use crate::capabilities::logging::{Level, LogSink};
use crate::capabilities::storage::{Lease, Storage};
use ring::rand::{SecureRandom, SystemRandom};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

/// How long a lease lasts that nobody keeps alive.
const TIME: Duration = Duration::from_secs(8);

/// How often one is kept alive while its tick goes on.
const BEAT: Duration = Duration::from_secs(2);

/// Seconds until a merchant is looked at again that another host ticks.
const ELSEWHERE: u64 = 3;

/// This host among those that share its database.
#[derive(Clone)]
pub(super) struct Turns {
    storage: Arc<dyn Storage>,
    /// A name that no other process has, nor this one after it was started anew.
    holder: Arc<str>,
}

impl Turns {
    /// Of a storage; none where the system gives no random bytes.
    pub(super) fn new(storage: Arc<dyn Storage>) -> Option<Self> {
        let mut bytes = [0; 16];
        SystemRandom::new().fill(&mut bytes).ok()?;
        let name = format!("{:032x}", u128::from_be_bytes(bytes));
        Some(Self {
            storage,
            holder: name.into(),
        })
    }

    /// A merchant's.
    pub(super) fn of(&self, merchant: &Merchant) -> Turn {
        Turn {
            turns: self.clone(),
            merchant: merchant.clone(),
        }
    }
}

/// A turn that may be taken.
pub(super) struct Turn {
    turns: Turns,
    merchant: Merchant,
}

impl Turn {
    /// Does the work, if it is this host's turn, which it is until the work ends.
    pub(super) fn take(&self, log: &dyn LogSink, work: impl FnOnce() -> Ended) -> Ended {
        let Turns { storage, holder } = &self.turns;
        match storage.lease(&self.merchant, holder, TIME) {
            Ok(Lease::Own) => {}
            Ok(Lease::Other) => return Ended::Not(ELSEWHERE),
            Err(error) => {
                let told = format!("no tick: {error}");
                log.log(&self.merchant, Level::Error, "ticker", &told);
                return Ended::Not(AWAY);
            }
        }
        let (ended, ends) = channel::<()>();
        let done = std::thread::scope(|threads| {
            threads.spawn(move || {
                while ends.recv_timeout(BEAT) == Err(RecvTimeoutError::Timeout) {
                    // One that can't be kept alive ends, and commits decide.
                    drop(storage.lease(&self.merchant, holder, TIME));
                }
            });
            let done = work();
            drop(ended);
            done
        });
        if let Err(error) = storage.release(&self.merchant, holder) {
            let told = format!("a lease ends by itself: {error}");
            log.log(&self.merchant, Level::Warn, "ticker", &told);
        }
        done
    }
}

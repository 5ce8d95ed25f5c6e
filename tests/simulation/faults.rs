//! A storage that fails as it is told to, once, at a chosen call.

use stampcard::call::{Call, Subject};
use stampcard::capabilities::Merchant;
use stampcard::capabilities::storage::{
    Error, Memory, Outcome, Range, Row, Storage, Versioned, Write,
};
use stampcard_tests::native::{Native, NativePorts};
use std::sync::{Arc, Mutex};

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The commit finds other versions, though there are none.
    Conflict,
    /// No answer, and nothing was done.
    Unavailable,
    /// The commit is applied, and no answer comes.
    AnswerLost,
    /// No room.
    Full,
    /// The plugin stops before the call.
    Crash,
    /// The plugin stops after the commit.
    CrashAfter,
}

pub(crate) const FAULTS: [Fault; 6] = [
    Fault::Conflict,
    Fault::Unavailable,
    Fault::AnswerLost,
    Fault::Full,
    Fault::Crash,
    Fault::CrashAfter,
];

/// What a crash panics with, so that it is told from a defect.
pub(crate) struct Crash;

/// What happens at the chosen call.
pub(crate) enum Event {
    Fault(Fault),
    /// Something else runs to its end before the call.
    Meanwhile(Box<dyn FnOnce() + Send>),
}

/// All that may happen at one call, with names: every fault, or that this host ticks.
pub(crate) fn events(mut host: Native<NativePorts>, tick: Call) -> Vec<(String, Event)> {
    let faults = FAULTS
        .iter()
        .map(|fault| (format!("{fault:?}"), Event::Fault(*fault)));
    let other = move || drop(host.call(&tick));
    let other = (
        "another host's tick".to_owned(),
        Event::Meanwhile(Box::new(other)),
    );
    faults.chain([other]).collect()
}

/// Memory with at most one event to come.
pub(crate) struct Faulty {
    pub(crate) inner: Arc<Memory>,
    plan: Mutex<Option<(u32, Event)>>,
}

impl Faulty {
    pub(crate) fn new(inner: Arc<Memory>) -> Self {
        Self {
            inner,
            plan: Mutex::new(None),
        }
    }

    /// `event` is to happen after so many calls.
    pub(crate) fn plan(&self, calls: u32, event: Event) {
        *self.plan.lock().unwrap() = Some((calls, event));
    }

    /// Drops what has not happened; tells whether there was anything.
    pub(crate) fn clear(&self) -> bool {
        self.plan.lock().unwrap().take().is_some()
    }

    /// What happens at this call. A fault that only a commit can have waits for the next one.
    fn event(&self, commit: bool) -> Option<Fault> {
        let event = {
            let mut plan = self.plan.lock().unwrap();
            let (left, event) = plan.as_mut()?;
            if *left > 0 {
                *left -= 1;
                return None;
            }
            let anywhere = matches!(
                event,
                Event::Meanwhile(_) | Event::Fault(Fault::Unavailable | Fault::Crash)
            );
            if !commit && !anywhere {
                return None;
            }
            plan.take().unwrap().1
        };
        match event {
            Event::Fault(Fault::Crash) => std::panic::resume_unwind(Box::new(Crash)),
            Event::Fault(fault) => Some(fault),
            Event::Meanwhile(act) => {
                act();
                None
            }
        }
    }

    fn answer(&self) -> Result<(), Error> {
        match self.event(false) {
            Some(_) => Err(Error::Unavailable("as told".to_owned())),
            None => Ok(()),
        }
    }
}

impl Storage for Faulty {
    fn read(&self, merchant: &Merchant, keys: &[String]) -> Result<Vec<Versioned>, Error> {
        self.answer()?;
        self.inner.read(merchant, keys)
    }

    fn read_ahead(&self, merchant: &Merchant, keys: &[String]) -> bool {
        self.inner.read_ahead(merchant, keys)
    }

    fn scan(&self, merchant: &Merchant, range: &Range) -> Result<Vec<Row>, Error> {
        self.answer()?;
        self.inner.scan(merchant, range)
    }

    fn scan_keys(&self, merchant: &Merchant, range: &Range) -> Result<Vec<String>, Error> {
        self.answer()?;
        self.inner.scan_keys(merchant, range)
    }

    fn commit(&self, merchant: &Merchant, writes: Vec<Write>) -> Result<Outcome, Error> {
        match self.event(true) {
            None | Some(Fault::Crash) => self.inner.commit(merchant, writes),
            Some(Fault::Conflict) => Ok(Outcome::Conflict),
            Some(Fault::Full) => Err(Error::Full("as told".to_owned())),
            Some(Fault::Unavailable) => Err(Error::Unavailable("as told".to_owned())),
            Some(Fault::AnswerLost) => {
                self.inner.commit(merchant, writes)?;
                Err(Error::Unavailable("as told".to_owned()))
            }
            Some(Fault::CrashAfter) => {
                self.inner.commit(merchant, writes)?;
                std::panic::resume_unwind(Box::new(Crash))
            }
        }
    }
}

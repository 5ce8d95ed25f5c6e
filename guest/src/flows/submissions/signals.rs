//! What looks like fraud: one carrier of many members, one picture of several invoices, many failures of one member. None of it
//! refuses anything.

use crate::domain::ids::Id;
use crate::domain::sorted::sort_by;
use crate::flows::scope::Scope;
use crate::records::keys::{self, Book};
use crate::records::sent_in::Signal;
use crate::reject::Reject;

/// Members that a signal names, at most.
const MEMBERS_MAX: usize = 20;

/// Something that may come to look like fraud.
pub(super) struct Sight<'a> {
    /// `carrier`, `picture` or `failures`.
    pub(super) kind: &'static str,
    /// What it is about, as a key has it.
    pub(super) about: &'a str,
    /// Who.
    pub(super) member: &'a Id,
    /// The submission.
    pub(super) id: Option<&'a str>,
}

impl Sight<'_> {
    /// Whether it does.
    fn is_signal(&self, signal: &Signal) -> bool {
        match self.kind {
            "carrier" => signal.members.len() >= 3,
            "picture" => signal.count >= 2,
            _ => signal.count >= 5,
        }
    }

    /// Notes it.
    ///
    /// # Errors
    /// Those of the storage.
    pub(super) fn note(&self, scope: &mut Scope<'_>, book: &Book) -> Result<(), Reject> {
        let tail = [self.kind, "/", self.about].concat();
        let key = keys::of_book(keys::SEEN, book, &tail);
        let known: Option<Signal> = scope.work.get(&key)?;
        let mut signal = known.unwrap_or(Signal {
            count: 0,
            at: scope.now,
            members: Vec::new(),
            id: None,
        });
        signal.count = signal.count.saturating_add(1);
        signal.at = scope.now;
        signal.id = self.id.map(str::to_owned);
        if !signal.members.contains(self.member) {
            signal.members.push(self.member.clone());
            if signal.members.len() > MEMBERS_MAX {
                signal.members.remove(0);
            }
            sort_by(&mut signal.members, Id::cmp);
        }
        if self.is_signal(&signal) {
            let shown = keys::of_book(keys::SIGNALS, book, &tail);
            scope.work.put(shown, &signal);
        }
        scope.work.put(key, &signal);
        Ok(())
    }
}
